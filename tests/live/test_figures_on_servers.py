"""Every figure gives the same on PostgreSQL and MariaDB as on SQLite: its SQL is portable.

Set TERMSTATS_TEST_POSTGRES / TERMSTATS_TEST_MARIADB to URLs of test databases; what the tests
create they drop.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from termstats.data.figures.definition.explaining import about
from termstats.data.figures.definition.figure import Level, SideScreen
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.writing import to_csv
from termstats.data.query.largest import largest
from termstats.data.query.scope import Scope, scope_of
from termstats.data.snapshots.publishing import publish_store
from termstats.data.store.opening import Store, open_store
from termstats.data.store.servers.address import address_of
from tests.data.figures.backoffice.test_datagrok_numbers import WEEK, store_of
from tests.data.figures.hand_store import entity
from tests.data.importers.datagrok.factory import event as event_of
from tests.data.importers.datagrok.factory import named, parameter, uid
from tests.data.importers.opendatasoft.factory import CALLS, calls, load
from tests.live.databases import own_database
from tests.live.test_datagrok_postgres import everything as everything_of_datagrok

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "sample.sqlite3"
KEYS = {Param.TRAINING: "safety", Param.LEARNER: "10", Param.CLASS: "north"}
DRIVERS = {
    "TERMSTATS_TEST_POSTGRES": "postgresql+asyncpg",
    "TERMSTATS_TEST_MARIADB": "mysql+asyncmy",
}


def server(variable: str) -> URL:
    if not os.environ.get(variable):
        pytest.skip(f"{variable} is not set (URL of a test database); skipped")
    return make_url(os.environ[variable]).set(drivername=DRIVERS[variable])


@asynccontextmanager
async def copied(url: URL, file: Path = SAMPLE) -> AsyncIterator[Store]:
    """Publish the store in `file` in a database of its own on the server."""
    async with own_database(url) as location:
        await publish_store(file, address_of(location))
        store = await open_store(location)
        try:
            yield store
        finally:
            await store.close()


PERIODS = (
    ("30d", "day"),
    ("365d", "day"),
    ("365d", "auto"),
    ("2026-11-10 08:00..2026-11-17 17:30", "auto"),
)


async def everything(
    store: Store, origin: Store, scope: Scope, periods: Sequence[tuple[str, str]] = PERIODS
) -> dict[str, str]:
    """Return the CSV of every figure, about the keys, or else the largest things of the store."""
    entities = tuple([(param, await entity(origin, param, key)) for param, key in KEYS.items()])
    subjects = {**await largest(origin), **dict(entities)}
    found = {}
    for name, figure in figures().items():
        if figure.level in (Level.BACKOFFICE, SideScreen.RECONCILE) and not scope.is_everything:
            continue
        for period, by in periods:
            request = about(figure, Request(parse_period(period, origin.info.now), by=by), subjects)
            if request is None:
                continue
            table = await run_figure(store, name, request, scope)
            found[f"{name} {period} by {by}"] = to_csv(table)
    if scope.is_everything:
        found |= await collaboration(store, origin, dict(entities))
    return found


async def collaboration(
    store: Store, origin: Store, entities: dict[Param, Entity]
) -> dict[str, str]:
    """Return the CSV of the wide layouts, and of the people behind numbers."""
    period = parse_period("365d", origin.info.now)
    asked: list[tuple[str, tuple[Param, ...], str | None]] = [
        *((f"collaboration.{name}", (), None) for name in ("users", "groups", "courses")),
        ("collaboration.activities", (Param.TRAINING,), None),
        ("collaboration.contributions", (Param.LEARNER,), "posted messages"),
    ]
    of_training = ("views", "good", "all comments", "downloads")
    asked += [("collaboration.people", (Param.TRAINING,), each) for each in of_training]
    of_class = ("comments", "public comments", "reactions of other roles")
    asked += [("collaboration.people", (Param.CLASS,), each) for each in of_class]
    found = {}
    for name, params, action in asked:
        about = tuple((param, entities[param]) for param in params)
        request = Request(period, about, wide=True, hide_archived=True, action=action)
        table = await run_figure(store, name, request)
        found[f"{name} {action} wide"] = to_csv(table)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("variable", DRIVERS)
def test_servers_agree_with_sqlite(variable: str) -> None:
    url = server(variable)

    async def compare() -> None:
        store = await open_store(SAMPLE)
        try:
            async with store.connect() as connection:
                viewers = [await scope_of(connection, each) for each in ("tina", "maya")]
            async with copied(url) as other:
                for scope in (Scope(), *viewers):
                    expected = await everything(store, store, scope)
                    found = await everything(other, store, scope)
                    for name, csv in expected.items():
                        assert found[name] == csv, (name, scope.role)
        finally:
            await store.close()

    asyncio.run(compare())


@pytest.mark.slow
@pytest.mark.parametrize("variable", DRIVERS)
async def test_servers_hide_small_groups_as_sqlite_does(variable: str) -> None:
    store = await open_store(SAMPLE)
    try:
        async with copied(server(variable)) as other:
            expected = await of_groups(store, store)
            assert sum("," in csv for csv in expected.values()) > 30
            assert await of_groups(other, store) == expected
    finally:
        await store.close()


async def of_groups(store: Store, origin: Store) -> dict[str, str]:
    """Return the CSV of every figure without small groups, or why there is none."""
    subjects = await largest(origin)
    found = {}
    for name, figure in figures().items():
        request = about(
            figure, Request(parse_period("365d", origin.info.now), by="month"), subjects
        )
        if request is not None:
            try:
                found[name] = to_csv(await run_figure(store, name, request, Scope(min_group=5)))
            except NotAllowed as error:
                found[name] = str(error)
    return found


async def use_of(store: Store, origin: Store, period: str) -> dict[str, str]:
    """Return the CSV of every figure of platform use that needs nothing."""
    found = {}
    for name, figure in figures().items():
        if figure.by_moment and not figure.needs:
            request = Request(parse_period(period, origin.info.now))
            found[name] = to_csv(await run_figure(store, name, request, Scope()))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("variable", DRIVERS)
async def test_servers_agree_on_other_platforms(variable: str, tmp_path: Path) -> None:
    """What the sample lacks: Datagrok with projects, reports and tags; Opendatasoft's API."""
    url = server(variable)
    rows = everything_of_datagrok()
    rows["projects"] = [named(id="sales", name="sales")]
    rows["event_types"].append(named(id="t-open", friendly_name="project-opened", source="usage"))
    rows["events"].append(event_of("o1", "11:00:00", "s1", "t-open"))
    rows["event_parameter_values"].append(parameter("o1", "a", uid("sales")))
    (tmp_path / "grok").mkdir()
    grok = await store_of(tmp_path / "grok", rows)
    folder = tmp_path / "api"
    folder.mkdir()
    (folder / "api.csv").write_text(calls(*CALLS))
    header = "dataset_id;title;api_call_count;popularity_score\n"
    (folder / "datasets-2024-05-01.csv").write_text(f"{header}d1;Trees;100;0.5\n")
    (folder / "datasets-2024-05-06.csv").write_text(f"{header}d1;Trees;130;\n")
    await load(folder, tmp_path / "api.db", with_network_data=True)
    for file, period in ((grok, WEEK), (tmp_path / "api.db", "2024-05-02..2024-05-06")):
        store = await open_store(file)
        try:
            expected = await use_of(store, store, period)
            async with copied(url, file) as other:
                assert await use_of(other, store, period) == expected
        finally:
            await store.close()
