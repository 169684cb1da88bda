"""People under pseudonyms on a server: nobody is named, and everybody keeps theirs."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.writing import to_csv
from termstats.data.snapshots.demo import with_pseudonyms
from termstats.data.snapshots.publishing import publish_store
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store, run_query
from termstats.data.store.servers.address import address_of
from tests.data.query.scope_world import make_world, mark
from tests.live.databases import own_database
from tests.live.test_figures_on_servers import DRIVERS, server
from tests.screens.keyboard import level_of, press
from tests.screens.opened import dashboard_on, picture
from tests.screens.test_demo import named

pytestmark = pytest.mark.parametrize("variable", DRIVERS)


async def answers(store: Store) -> str:
    """Return every figure that needs nothing, as CSV."""
    period = parse_period("all", store.info.now, store.info.coverage)
    asked = [f for f in figures().values() if not f.needs and f.level in list(Level)]
    tables = [await run_figure(store, f.id, Request(period, everybody=True)) for f in asked]
    return "\n".join(to_csv(table) for table in tables)


async def called(location: str) -> dict[int, str]:
    """Return id -> what everybody is called by pseudonym."""
    store = with_pseudonyms(await open_store(location))
    try:
        async with store.connect() as connection:
            rows = await run_query(connection, select(schema.person.c.id, schema.person.c.name))
            return {int(id_): str(name) for id_, name in map(tuple, rows)}
    finally:
        await store.close()


async def test_nobody_is_named_and_pseudonyms_stay(variable: str, tmp_path: Path) -> None:
    world = await make_world(tmp_path)
    async with own_database(server(variable)) as location:
        await publish_store(world, address_of(location))
        store = await open_store(location)
        try:
            assert named(await answers(store))
            told = await answers(with_pseudonyms(store))
            assert "Person 01" in told
            assert not named(told)
        finally:
            await store.close()
        before = await called(location)
        assert sorted(before.values()) == [f"Person {n:02}" for n in range(1, len(before) + 1)]
        more = Path(shutil.copy(world, tmp_path / "more.db"))
        with closing(sqlite3.connect(more)) as connection:
            # Somebody else has the place of the first one.
            connection.execute("UPDATE person SET key = 'other' WHERE id = 1")
            connection.commit()
        await publish_store(more, address_of(location))
        after = await called(location)
        assert {id_ for id_ in before if before[id_] != after[id_]} == {1}
        assert after[1] == f"Person {len(before) + 1}"


async def test_the_dashboard_switches(variable: str, tmp_path: Path) -> None:
    world = await make_world(tmp_path)
    async with own_database(server(variable)) as location:
        await publish_store(world, address_of(location))
        async with dashboard_on(location) as (app, pilot):
            await press(pilot, "A")
            for key in ("2", "3", "4", "5", "slash", *"name.", "escape"):
                await press(pilot, key)
                assert not named(picture(app).replace("name.", ""))
            assert "pseudonyms" in picture(app)
            await press(pilot, "A", "slash", *mark("name", "ana"))
            assert mark("name", "ana") in picture(app)
            await press(pilot, "escape")
            assert level_of(app).LEVEL is Level.BACKOFFICE
