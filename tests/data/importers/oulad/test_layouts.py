"""Copies of OULAD in other layouts give equal stores; single presentations."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from termstats.data.importers.oulad.importer import OuladImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from termstats.data.model.units import Second
from tests.data.importers.oulad.factory import TABLES, kept_and_refused, load, tables, write_folder
from tests.data.importers.store_file import contents, query, when


async def test_as_of_can_be_given(tmp_path: Path) -> None:
    folder, store = write_folder(tmp_path / "oulad"), tmp_path / "store.sqlite3"
    await run_import(
        OuladImporter(), str(folder), store, ImportOptions(as_of=Second(1_400_000_000))
    )
    assert query(store, "SELECT as_of FROM source") == [(1_400_000_000,)]


async def test_layouts_give_equal_stores(tmp_path: Path) -> None:
    stores = []
    for packed in (False, True):
        for parts in (False, True):
            name = f"{packed}-{parts}"
            folder = write_folder(tmp_path / name, packed=packed, parts=parts)
            stores.append(tmp_path / f"{name}.sqlite3")
            await load(folder, stores[-1])
    first, *others = [contents(path) for path in stores]
    assert len(first["event"]) == 7
    assert all(other == first for other in others)


async def test_order_of_rows_byte_order_mark_and_old_column_name_change_nothing(
    tmp_path: Path, store: Path
) -> None:
    turned = {name: [lines[0], *reversed(lines[1:])] for name, lines in TABLES.items()}
    turned["courses"][0] = "\ufeffCODE_MODULE,code_presentation,length"
    other = tmp_path / "other.sqlite3"
    await load(write_folder(tmp_path / "turned", turned), other)
    assert contents(other) == contents(store)


async def test_gzip_is_known_by_content_and_names_by_any_case(tmp_path: Path, store: Path) -> None:
    folder = write_folder(tmp_path / "oulad2")
    (folder / "vle.csv").unlink()
    packed = gzip.compress("\n".join(TABLES["vle"]).encode())
    (folder / "VLE.CSV").write_bytes(packed)
    other = tmp_path / "other.sqlite3"
    await load(folder, other)
    assert contents(other) == contents(store)


async def test_twice_is_once(tmp_path: Path, store: Path) -> None:
    before = contents(store)
    await load(tmp_path / "oulad", store)
    assert contents(store) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"])
async def test_the_zone_moves_no_day(tmp_path: Path, store: Path, zone: str) -> None:
    other = tmp_path / "other.sqlite3"
    await load(tmp_path / "oulad", other, zone=zone)
    days = "SELECT day, person_id, events, rows FROM person_day ORDER BY 1, 2, 3"
    assert query(other, days) == query(store, days)
    assert len(query(other, days)) > 0


async def test_only_replaces_just_that_presentation(tmp_path: Path, store: Path) -> None:
    before = contents(store)
    changed = tables(
        studentVle=[TABLES["studentVle"][0], "AAA,2014B,13,902,3,9", "AAA,2013J,11,900,1,77"],
        studentAssessment=[TABLES["studentAssessment"][0], "4,13,7,0,90", "1,11,1,0,1"],
    )
    report = await load(write_folder(tmp_path / "new", changed), store, only=("AAA_2014B",))
    events = query(
        store,
        "SELECT t.key, p.key, weight FROM event e JOIN training t ON t.id = training_id "
        "JOIN person p ON p.id = person_id ORDER BY e.id",
    )
    assert events == [
        *[("AAA_2013J", "11", weight) for weight in (1, 1, 4)],
        ("AAA_2013J", "12", 2),
        ("AAA_2014B", "13", 9),
        ("AAA_2013J", "11", 3),
    ]
    attempts = query(store, "SELECT key, score FROM attempt ORDER BY key")
    assert attempts == [
        ("1-11", 78.0),
        ("1-12", 39.5),
        ("2-11", 40.0),
        ("2-12", None),
        ("4-13", 90),
    ]
    assert contents(store)["person"] == before["person"]
    assert query(store, "SELECT count(*) FROM enrolment") == [(5,)]
    # The other presentation still has the newest day.
    assert query(store, "SELECT as_of FROM source") == [(when("2014-06-26T23:59:59"),)]
    assert kept_and_refused(report)["studentVle"] == (1, 1, 0)


async def test_only_into_a_new_store(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    await load(write_folder(tmp_path / "oulad"), store, only=("AAA_2014B",))
    assert query(store, "SELECT key FROM training") == [("AAA_2014B",)]
    assert query(store, "SELECT key FROM person ORDER BY id") == [("11",), ("13",)]
    assert query(store, "SELECT count(*) FROM event") == [(2,)]
    assert query(store, "SELECT as_of FROM source") == [(when("2014-02-11T23:59:59"),)]


async def test_only_an_unknown_presentation(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "oulad")
    with pytest.raises(SourceError, match="no presentation ZZZ_2013J; there are AAA_2013J, AAA_2"):
        await load(folder, tmp_path / "store.sqlite3", only=("ZZZ_2013J",))
