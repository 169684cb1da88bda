"""A log that stays in ClickHouse: every figure is that of a store that has the events itself."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from termstats.data.figures.definition.explaining import about
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions, ImportReport, ResumingImporter
from termstats.data.importers.writing.run import News, run_import, run_since_last
from termstats.data.importers.xapi import staying
from termstats.data.importers.xapi.clickhouse import ClickHouse
from termstats.data.model.errors import StoreError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.data.model.writing import to_csv
from termstats.data.query.largest import largest
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store, run_query
from termstats.paths import LOG_VARIABLE
from tests.data.importers.store_file import contents
from tests.live.clickhouses import shards

STAYS = ImportOptions(zone="Asia/Kolkata", log_stays=True)
HERE = replace(STAYS, log_stays=False)
LONG_AGO = "2019-06-01..2024-03-13"
APART = ("event", "source", "import_mark")
"""Tables in which two stores differ of which one leaves its events where they are."""


async def through(location: str, store: Path, options: ImportOptions = STAYS) -> ImportReport:
    return await run_import(importers()["xapi"], location, store, options)


async def since_last(location: str, store: Path) -> News:
    importer = importers()["xapi"]
    assert isinstance(importer, ResumingImporter)
    return await run_since_last(importer, location, store, STAYS)


@asynccontextmanager
async def looked_at(
    store: Path, location: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Store]:
    monkeypatch.setenv(LOG_VARIABLE, location)
    opened = await open_store(store)
    try:
        yield opened
    finally:
        await opened.close()


def all_but_events(store: Path) -> dict[str, list[str]]:
    return {name: rows for name, rows in contents(store).items() if name not in APART}


async def events_of(store: Store) -> Sequence[object]:
    async with store.connect() as connection:
        rows = await run_query(connection, select(schema.event).order_by(schema.event.c.id))
        return [tuple(row) for row in rows]


def do(server: str, sql: str) -> None:
    """Let a ClickHouse of today do something that the importer never would."""
    address = server.replace("clickhouse:", "http:").rpartition("/")[0]
    asked = HttpRequest(address, data=sql.encode())  # noqa: S310
    urlopen(asked, timeout=30).read()  # noqa: S310


# ---- A ClickHouse of today -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(current: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Import once with events, and once without."""
    folder = tmp_path_factory.mktemp("stores")
    for name, options in (("here.db", HERE), ("stays.db", STAYS)):
        asyncio.run(through(current, folder / name, options))
    return folder / "here.db", folder / "stays.db"


@pytest.fixture
async def both(
    current: str, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Store, Store]]:
    """Give the store that has its events, and the one whose events stay."""
    async with (
        looked_at(files[0], current, monkeypatch) as here,
        looked_at(files[1], current, monkeypatch) as stays,
    ):
        yield here, stays


def path_of(store: Store) -> Path:
    assert store.path is not None
    return store.path


@pytest.mark.slow
async def test_every_figure_is_that_of_a_store_with_its_events(both: tuple[Store, Store]) -> None:
    here, stays = both
    assert all_but_events(path_of(stays)) == all_but_events(path_of(here))
    assert contents(path_of(stays))["event"] == []
    subjects, compared = await largest(here), 0
    for name, figure in figures().items():
        request = Request(parse_period(LONG_AGO, here.info.now), by="auto", limit=40)
        asked = about(figure, request, subjects)
        if asked is None:
            continue
        expected, found = [to_csv(await run_figure(each, name, asked)) for each in both]
        assert found == expected, name
        compared += len(expected.splitlines()) > 1
    assert compared > 60


async def test_every_event_comes_with_its_id_and_its_cells(both: tuple[Store, Store]) -> None:
    here, stays = both
    events = await events_of(here)
    assert len(events) == 9_659
    assert await events_of(stays) == events


async def pages(
    store: Store, name: str, limit: int, row_search: tuple[tuple[str, str], ...] = ()
) -> list[Table]:
    """Return all pages of a list of events."""
    subjects = await largest(store)
    period = parse_period(LONG_AGO, store.info.now)
    asked = about(figures()[name], Request(period, limit=limit), subjects)
    assert asked is not None
    asked = replace(asked, row_search=row_search)
    found = [await run_figure(store, name, asked)]
    while (after := found[-1].after) is not None:
        found.append(await run_figure(store, name, replace(asked, after=after)))
    return found


@pytest.mark.parametrize("name", ["learner.timeline", "training.tracker-log"])
async def test_a_log_is_turned_page_by_page(both: tuple[Store, Store], name: str) -> None:
    here, stays = both
    expected = [page.rows for page in await pages(here, name, 100)]
    assert len(expected) > 2
    assert [page.rows for page in await pages(stays, name, 100)] == expected


async def test_a_page_looks_for_words_as_in_a_store(both: tuple[Store, Store]) -> None:
    here, stays = both
    found = (("action", "evaluated"),)
    expected = [p.rows for p in await pages(here, "training.tracker-log", 30, row_search=found)]
    assert sum(map(len, expected)) > 60
    rows = [p.rows for p in await pages(stays, "training.tracker-log", 30, row_search=found)]
    assert rows == expected


async def check_events_and_pages(
    folder: Path, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check that events, and a list of them by pages, are those of the store that has them."""
    async with (
        looked_at(folder / "here.db", location, monkeypatch) as here,
        looked_at(folder / "stays.db", location, monkeypatch) as stays,
    ):
        assert await events_of(stays) == await events_of(here)
        expected = [page.rows for page in await pages(here, "learner.timeline", 50)]
        assert [page.rows for page in await pages(stays, "learner.timeline", 50)] == expected


async def test_the_statements_of_a_log_may_stay_too(
    current: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = f"{current}?table=xapi_events_all"
    await through(location, tmp_path / "here.db", HERE)
    await through(location, tmp_path / "stays.db")
    assert all_but_events(tmp_path / "stays.db") == all_but_events(tmp_path / "here.db")
    await check_events_and_pages(tmp_path, location, monkeypatch)


async def test_only_days_that_changed_are_summed_again(
    current: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "s.db"
    assert (await since_last(current, store)).reason == "the store is new"
    assert (await since_last(current, store)).report is None
    late = "61f0c0de-0000-4000-8000-000000000001"
    same_but_id = (
        f"SELECT toUUID('{late}') AS event_id, * EXCEPT (event_id) FROM xapi.navigation_events "  # noqa: S608
        "WHERE toDate(emission_time) = '2022-01-08' ORDER BY event_id LIMIT 1"
    )
    do(current, f"INSERT INTO xapi.navigation_events {same_but_id}")
    try:
        async with looked_at(store, current, monkeypatch) as opened:
            period = parse_period("2022-01-01..2022-01-31", opened.info.now)
            subject = about(figures()["learner.timeline"], Request(period), await largest(opened))
            assert subject is not None
            (note,) = (await run_figure(opened, "learner.timeline", subject)).notes
            assert "has changed since the import on 2022-01-08 (UTC)" in note
        asked: list[str] = []
        sums = ClickHouse.rows

        def noted(self: ClickHouse, sql: str) -> object:
            asked.append(sql)
            return sums(self, sql)

        monkeypatch.setattr(ClickHouse, "rows", noted)
        news = await since_last(current, store)
        monkeypatch.undo()
        assert news.reason.startswith("the source has changed (2022-01-08), and of pages")
        grouped = [sql for sql in asked if "utc_day" in sql]
        assert len(grouped) == 1
        assert "navigation_events" in grouped[0]
        assert " IN (19000) " in grouped[0]  # 2022-01-08
        await through(current, tmp_path / "whole.db")
        assert all_but_events(store) == all_but_events(tmp_path / "whole.db")
    finally:
        do(current, f"ALTER TABLE xapi.navigation_events DELETE WHERE event_id = '{late}'")


async def test_what_others_void_counts_nowhere(current: str, tmp_path: Path) -> None:
    own = "61f0c0de-0000-4000-8000-000000000002"
    verb = "http://adlnet.gov/expapi/verbs/voided"
    statement = (
        '{"id": "' + own + '", "actor": {"account": {"name": "a", "homePage": "b"}}, '
        '"verb": {"id": "' + verb + '"}, "timestamp": "2022-01-09T00:00:00", '
        '"object": {"objectType": "StatementRef", "id": "'
    )
    columns = "'a' AS actor_id, '' AS object_id, '' AS course_id, '' AS course_key, '' AS org"
    at = "toDateTime64('2022-01-09 00:00:00', 6, 'UTC') AS emission_time"
    first = "SELECT event_id AS target FROM xapi.video_playback_events ORDER BY event_id LIMIT 1"
    event = f"concat('{statement}', toString(any(target)), '\"}}}}') AS event"
    row = f"toUUID('{own}') AS event_id, '{verb}' AS verb_id, {columns}, {at}, {event}"
    do(current, f"INSERT INTO xapi.xapi_events_all_parsed SELECT {row} FROM ({first})")  # noqa: S608
    try:
        report = await through(current, tmp_path / "stays.db")
        assert "1 statement voided by others count nowhere" in report.notes
        await through(current, tmp_path / "here.db", HERE)
        assert all_but_events(tmp_path / "stays.db") == all_but_events(tmp_path / "here.db")
    finally:
        do(current, f"ALTER TABLE xapi.xapi_events_all_parsed DELETE WHERE event_id = '{own}'")


async def test_more_events_than_are_read_at_once_are_no_number(
    both: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staying, "MOST", 900)
    with pytest.raises(StoreError, match=r"needs 10,575 rows .* 900 are read at most; choose"):
        await events_of(both[1])
    (page, *_more) = await pages_of_one_training(both[1])
    assert len(page.rows) == 100


async def pages_of_one_training(store: Store) -> list[Table]:
    subjects = await largest(replace(store, log=None))
    period = parse_period(LONG_AGO, store.info.now)
    asked = about(figures()["training.tracker-log"], Request(period, limit=100), subjects)
    assert asked is not None
    return [await run_figure(store, "training.tracker-log", asked)]


# ---- Two shards of an old one --------------------------------------------------------------------


@pytest.mark.slow
async def test_two_shards_of_an_old_clickhouse(
    old: tuple[str, Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location, folder, ports = old
    await through(location, tmp_path / "here.db", HERE)
    await through(location, tmp_path / "stays.db")
    assert all_but_events(tmp_path / "stays.db") == all_but_events(tmp_path / "here.db")
    await check_events_and_pages(tmp_path, location, monkeypatch)
    shards("stop-shard 2", folder, ports)
    try:
        async with looked_at(tmp_path / "stays.db", location, monkeypatch) as stays:
            period = parse_period("30d", stays.info.now)
            whole = await run_figure(stays, "global.totals", Request(period), Scope())
            assert whole.rows
            with pytest.raises(StoreError, match="the server does not answer") as raised:
                await events_of(stays)
            assert "day tables" in str(raised.value)
            assert "reader:reader" not in str(raised.value)
    finally:
        shards("start-shard 2", folder, ports)


async def test_a_query_that_is_not_wanted_any_more_ends_on_the_server(
    old: tuple[str, Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location, _folder, ports = old
    await through(location, tmp_path / "s.db")
    monkeypatch.setattr(staying, "number_of", lambda server, _parts: list(server.rows(SLOW)))
    async with looked_at(tmp_path / "s.db", location, monkeypatch) as store:
        asking = asyncio.ensure_future(events_of(store))
        while not running_on(ports):
            assert not asking.done()
            await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not running_on(ports)


SLOW = "SELECT count() FROM system.numbers WHERE number % 7 = 8"


def running_on(port: int) -> bool:
    """Return whether a query of ours runs on a shard."""
    asked = "SELECT count() FROM system.processes WHERE query_id LIKE 'termstats-%'"
    command = ["curl", "-s", f"http://127.0.0.1:{port}/", "--data-binary", asked]
    return int(subprocess.run(command, capture_output=True, check=True).stdout) > 0
