"""The store of the usual small OULAD folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.importers.oulad.factory import load, write_folder


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    await load(write_folder(tmp_path / "oulad"), path)
    return path
