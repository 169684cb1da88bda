"""Importing OppiaMobile: versions, gaps, refusals, twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError, UsageError
from tests.data.importers.oppia.factory import (
    AS_OF,
    attempt,
    event,
    load,
    make,
)
from tests.data.importers.store_file import contents, query


async def test_the_registry_knows_it() -> None:
    assert isinstance(importers()["oppia"], OppiaImporter)


async def test_the_report_adds_up_and_names_gaps(tmp_path: Path) -> None:
    _, report = await load(tmp_path, oppia_tracker=[event(1), event(2, tracker_date="")])
    for counts in report.tables.values():
        assert counts.read == counts.kept + sum(counts.refused.values())
    assert "table summary_coursedailystats" in report.gaps
    assert "tables not read: tastypie_apikey" in report.notes


async def test_an_old_server_may_lack_columns(tmp_path: Path) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1)])
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("ALTER TABLE oppia_tracker DROP COLUMN course_version")
        connection.execute("ALTER TABLE oppia_course DROP COLUMN status")
        connection.execute("DROP TABLE quiz_quizattempt")
        connection.commit()
    store = tmp_path / "store.db"
    report = await run_import(OppiaImporter(), str(source), store, ImportOptions(as_of=AS_OF))
    assert {
        "column oppia_tracker.course_version",
        "column oppia_course.status",
        "table quiz_quizattempt",
    } <= set(report.gaps)
    assert query(store, "SELECT count(*) FROM event") == [(1,)]
    assert query(store, "SELECT DISTINCT status, published FROM training") == [("live", 1)]


async def test_another_platform_is_refused_in_one_line(tmp_path: Path) -> None:
    source = tmp_path / "opigno.db"
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("CREATE TABLE users (uid INTEGER)")
        connection.commit()
    store = tmp_path / "store.db"
    with pytest.raises(SourceError, match="OppiaMobile.*table auth_user, .*table oppia_tracker"):
        await run_import(OppiaImporter(), str(source), store)
    assert not store.exists()


async def test_single_trainings_cannot_be_imported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--only"):
        await load(tmp_path, ImportOptions(only=("1",)))


async def test_twice_the_same_source_is_the_same_store(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path, oppia_tracker=[event(1), event(2)], quiz_quizattempt=[attempt(1, 5)]
    )
    first = contents(store)
    options = ImportOptions(as_of=AS_OF)
    await run_import(OppiaImporter(), str(tmp_path / "oppia.db"), store, options)
    assert contents(store) == first


async def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    rows = [event(1, digest="d-a", type="quiz"), event(2), event(3, digest="d-b", type="quiz")]
    stores = []
    for name, events in (("a", rows), ("b", rows[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        store, _ = await load(folder, oppia_tracker=events, quiz_quizattempt=[attempt(1, 5)])
        stores.append(contents(store))
    assert stores[0] == stores[1]


async def test_text_is_stored_as_it_is(tmp_path: Path) -> None:
    name = "\x1b]52;c;eA==\x07[/bold] =cmd()\u202e"
    store, _ = await load(tmp_path, auth_user=[{"id": 4, "username": name}])
    assert query(store, "SELECT name FROM person WHERE key = '4'") == [(name,)]
