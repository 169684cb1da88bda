"""Exports of Opendatasoft that went through a spreadsheet, and what is not kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.errors import SourceError
from tests.data.importers.opendatasoft.factory import load
from tests.data.importers.store_file import contents, query, when

LOG = "timestamp;user_id;action;dataset_id;Client IP\n"


def exported(folder: Path, *moments: str) -> Path:
    path = folder / "log.csv"
    path.write_text(LOG + "".join(f"{at};ana;edit_dataset;d1;192.0.2.7\n" for at in moments))
    return path


async def test_the_order_of_day_and_month_is_that_of_the_file(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    await load(exported(tmp_path, "3/4/2026 10:00", "3/13/2026 10:00"), store)
    assert query(store, "SELECT id >> 20 FROM event ORDER BY id") == [
        (when("2026-03-04 10:00"),),
        (when("2026-03-13 10:00"),),
    ]
    with pytest.raises(SourceError, match="--dates dmy or --dates mdy"):
        await load(exported(tmp_path, "3/4/2026 10:00"), store)
    await load(exported(tmp_path, "3/4/2026 10:00"), store, dates="dmy")
    assert query(store, "SELECT id >> 20 FROM event") == [(when("2026-04-03 10:00"),)]


async def test_addresses_in_columns_of_any_name_are_not_kept(tmp_path: Path) -> None:
    store, path = tmp_path / "store.sqlite3", exported(tmp_path, "2026-03-04 10:00")
    await load(path, store)
    assert "192.0.2.7" not in repr(contents(store))
    await load(path, store, with_network_data=True)
    assert "192.0.2.7" in repr(contents(store))
