"""Exports of Opendatasoft in other forms and zones, twice, and bad ones."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from termstats.data.model.errors import SourceError
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.opendatasoft.factory import (
    HEADER,
    LABELS,
    WEEK,
    csv_text,
    load,
    rows_of_log,
)
from tests.data.importers.store_file import contents, query


def forms() -> dict[str, str]:
    paris = rows_of_log("Europe/Paris")
    flat = [{name: cell or None for name, cell in row.items()} for row in paris]
    v1 = [{"fields": {name: cell for name, cell in row.items() if cell}} for row in paris]
    return {
        "labels, comma, BOM, +02:00": "\ufeff" + csv_text(paris, ",", LABELS),
        "JSON array": json.dumps(flat),
        "JSON lines": "\n".join(map(json.dumps, flat)),
        "v1 without nulls": json.dumps({"records": v1}),
        "v2": json.dumps({"records": [{"record": row} for row in v1]}),
    }


@pytest.mark.parametrize("form", forms())
async def test_another_form_and_zone_is_the_same_store(
    tmp_path: Path, log: Path, form: str
) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(gzip.compress(forms()[form].encode()))
    await load(other, tmp_path / "other.sqlite3")
    assert contents(tmp_path / "other.sqlite3") == contents(log)


async def test_a_re_export_in_another_zone_adds_nothing(tmp_path: Path, log: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "april.csv").write_text(csv_text(rows_of_log()))
    for number, text in enumerate(forms().values()):
        (folder / f"may-{number}.json").write_text(text, encoding="utf-8")
    imported = await load(folder, tmp_path / "other.sqlite3")
    assert contents(tmp_path / "other.sqlite3") == contents(log)
    assert "60 rows are in several files and count once" in imported.notes


async def test_rows_alike_are_events_and_files_alike_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    row = rows_of_log()[0]
    store = tmp_path / "store.sqlite3"
    (folder / "a.csv").write_text(csv_text([row, row]))
    for _ in range(2):
        await load(folder / "a.csv", store)
        assert query(store, "SELECT count(*) FROM event") == [(2,)]
    (folder / "b.csv").write_text(csv_text([row, row]))
    await load(folder, store)
    assert query(store, "SELECT count(*) FROM event") == [(2,)]
    (folder / "c.csv").write_text(csv_text([row, row, row]))
    await load(folder, store)
    assert query(store, "SELECT count(*) FROM event") == [(3,)]


async def test_the_same_file_again_is_the_same_store(tmp_path: Path, log: Path) -> None:
    before = contents(log)
    await load(tmp_path / "log.csv", log)
    assert contents(log) == before


async def test_the_log_comes_back_as_it_was(tmp_path: Path, log: Path) -> None:
    source = tmp_path / "log.csv"
    table = await report(log, "backoffice.log", WEEK)
    assert tuple(column.name for column in table.columns) == HEADER
    back = [
        {
            name: cell.isoformat() if isinstance(cell, datetime) else str(cell or "")
            for name, cell in row.items()
        }
        for row in dicts(table)
    ]
    # The log shows the newest first.
    assert csv_text(list(reversed(back))) == source.read_text()


async def test_bad_rows_are_refused_with_a_reason(tmp_path: Path) -> None:
    rows = rows_of_log()[:3]
    rows[0]["timestamp"], rows[1]["action"] = "soon", ""
    source = tmp_path / "log.csv"
    source.write_text(csv_text(rows) + "too;short\n")
    found = await load(source, tmp_path / "store.sqlite3")
    table = found.tables["activity log"]
    assert (table.read, table.kept) == (4, 1)
    assert table.refused == {
        "the timestamp is not a time": 1,
        "no action": 1,
        "wrong number of cells": 1,
    }


async def test_times_without_offset_are_in_the_source_zone(tmp_path: Path) -> None:
    row = rows_of_log()[0] | {"timestamp": "2024-05-06 11:00:00"}
    source = tmp_path / "log.csv"
    source.write_text(csv_text([row]))
    store = tmp_path / "store.sqlite3"
    found = await load(source, store, source_zone="Europe/Paris")
    nine = int(datetime(2024, 5, 6, 9, tzinfo=UTC).timestamp())
    assert query(store, "SELECT id >> 20 FROM event") == [(nine,)]
    assert any("1 times carry no offset: read as Europe/Paris" in note for note in found.notes)


async def test_an_export_without_rows_is_no_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text(csv_text(rows_of_log()))
    (folder / "b.json").write_text("[]")
    (folder / "c.json").write_text('{"total_count": 0, "results": []}')
    found = await load(folder, tmp_path / "store.sqlite3")
    assert found.tables["activity log"].kept == 12
    assert found.notes == ["b.json holds no rows", "c.json holds no rows"]


async def test_other_files_are_named_with_their_columns(tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("Name,Views\nA,1\n")
    with pytest.raises(SourceError, match="it has Name, Views"):
        await load(source, tmp_path / "store.sqlite3")


# ---- API monitoring ------------------------------------------------------------------------------
