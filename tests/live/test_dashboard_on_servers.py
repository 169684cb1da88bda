"""An open dashboard on a server: the server goes and comes back, another store is published."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine

from termstats import app as app_module
from termstats.data.figures.definition.figure import Level
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.sample import SampleImporter
from termstats.data.snapshots.publishing import publish_store
from termstats.data.store.servers.address import address_of
from tests.live.databases import own_database
from tests.live.relay import Relay
from tests.live.test_figures_on_servers import DRIVERS, server
from tests.screens.frame.test_renewal import DAY, until
from tests.screens.keyboard import level_of, press
from tests.screens.opened import dashboard_on, picture

pytestmark = pytest.mark.parametrize("variable", DRIVERS)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "LOOK_AT_SERVER", 0.05)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("servers") / "sample.db"
    sample = SampleImporter(learners=60, events=3_000)
    asyncio.run(run_import(sample, "sample", path, ImportOptions(zone="UTC")))
    return path


@pytest.fixture
async def location(variable: str, small: Path) -> AsyncIterator[str]:
    """Give the URL of a database with a published store."""
    async with own_database(server(variable)) as location:
        await publish_store(small, address_of(location))
        yield location


def a_day_later(store: Path, folder: Path) -> Path:
    """Return a copy of a store with everything a day later."""
    path = Path(shutil.copy(store, folder / "later.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE source SET as_of = as_of + {DAY}")  # noqa: S608
        connection.commit()
    return path


async def test_a_server_that_goes_is_said_until_it_is_back(
    location: str, small: Path, tmp_path: Path
) -> None:
    url = make_url(location)
    relay = Relay(str(url.host), int(url.port or 0))
    await relay.start()
    through = url.set(host="127.0.0.1", port=relay.port).render_as_string(hide_password=False)
    async with dashboard_on(through) as (app, pilot):
        as_of = app.session.store.info.as_of
        await relay.stop()
        await until(pilot, lambda: bool(app.standing))
        await press(pilot, "tab", "2")
        await press(pilot, "escape")
        assert "cannot be reached" in picture(app)  # no key takes it away
        await relay.start()
        await until(pilot, lambda: not app.standing)
        assert "cannot be reached" not in picture(app)
        screen = level_of(app)
        assert all(panel.table is not None for panel in screen.panels.values() if panel.display)
        # And what was published while it was away is shown when it is back.
        await relay.stop()
        await until(pilot, lambda: bool(app.standing))
        await publish_store(a_day_later(small, tmp_path), address_of(location))
        await relay.start()
        await until(pilot, lambda: app.session.store.info.as_of == as_of + DAY)
        assert app.toast is not None
        assert app.toast.words.startswith("New data, as of ")
    await relay.stop()


async def test_a_walk_only_reads(location: str) -> None:
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement.split()[0].upper())

    event.listen(Engine, "before_cursor_execute", note)
    try:
        async with dashboard_on(location) as (_app, pilot):
            await press(pilot, *"12345", "1", "/", *"ben", "enter")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(sent) > 30
    assert set(sent) <= {"SELECT", "WITH", "SHOW"}


@pytest.mark.parametrize("level", [Level.GLOBAL])
async def test_a_store_is_published_anew_under_an_open_dashboard(
    location: str, small: Path, tmp_path: Path, level: Level
) -> None:
    async with dashboard_on(location, level) as (app, pilot):
        as_of = app.session.store.info.as_of
        await publish_store(a_day_later(small, tmp_path), address_of(location))
        await until(pilot, lambda: app.session.store.info.as_of == as_of + DAY)
        await press(pilot, "2", "1")
        assert level_of(app).panels
