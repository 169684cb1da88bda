"""The store of the activity log L."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.importers.opendatasoft.factory import (
    csv_text,
    load,
    rows_of_log,
)


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    source = tmp_path / "log.csv"
    source.write_text(csv_text(rows_of_log()))
    store = tmp_path / "store.sqlite3"
    await load(source, store)
    return store
