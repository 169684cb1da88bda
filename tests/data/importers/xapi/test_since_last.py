"""A log in ClickHouse is read again only where a day of it has changed."""

from __future__ import annotations

from pathlib import Path

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ResumingImporter
from termstats.data.importers.writing.run import News, run_import, run_since_last
from tests.data.importers.store_file import contents
from tests.data.importers.xapi.factory import ADL, lesson, lines, small, statement
from tests.data.importers.xapi.record_stores import URL, Tables, logged, open_edx, served


async def since_last(store: Path, tables: Tables, location: str = URL) -> News:
    importer = importers()["xapi"]
    assert isinstance(importer, ResumingImporter)
    with served(tables):
        return await run_since_last(importer, location, store)


async def test_a_log_that_is_as_it_was_is_not_read(tmp_path: Path) -> None:
    store, tables = tmp_path / "s.db", {**open_edx()[1], **logged(open_edx()[0])}
    assert (await since_last(store, tables)).reason == "the store is new"
    before = store.read_bytes()
    assert (await since_last(store, tables)).report is None
    assert store.read_bytes() == before


async def test_late_events_and_deleted_ones_are_seen_with_their_day(tmp_path: Path) -> None:
    store, statements = tmp_path / "s.db", small()
    await since_last(store, logged(statements))
    late = statement("late", f"{ADL}experienced", lesson(), "2025-12-24T10:00:00Z")
    news = await since_last(store, logged([*statements, late]))
    assert news.reason == "the source has changed (2025-12-24)"
    news = await since_last(store, logged([*statements[1:], late]))
    assert news.reason == "the source has changed (2026-03-02)"
    left = contents(store)
    with served(logged([*statements[1:], late])):
        await run_import(importers()["xapi"], URL, store)
    assert contents(store) == left


async def test_a_course_that_was_renamed_is_seen(tmp_path: Path) -> None:
    store, log = tmp_path / "s.db", logged(small())
    course = {"course_key": "c", "display_name": "Old", "course_start": "", "course_end": ""}
    course |= {"modified": "1", "created": "", "time_last_dumped": "1"}
    await since_last(store, {**log, "course_overviews": [course]})
    course |= {"display_name": "New", "time_last_dumped": "2"}
    news = await since_last(store, {**log, "course_overviews": [course]})
    assert news.reason == "the source has changed (what the platform tells)"


async def test_files_are_always_read_whole(tmp_path: Path) -> None:
    path = str(lines(tmp_path / "log.jsonl", small()))
    store = tmp_path / "s.db"
    await since_last(store, {}, path)
    news = await since_last(store, {}, path)
    assert news.report is not None
    assert news.reason == "the last import left no marks"
