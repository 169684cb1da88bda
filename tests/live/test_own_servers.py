"""Real servers that are stopped and started under an open dashboard, and prove who they are."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from termstats import app as app_module
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import StoreError
from termstats.data.sample import SampleImporter
from termstats.data.snapshots.publishing import publish_store
from termstats.data.store.opening import open_store
from termstats.data.store.servers.address import Family, address_of
from tests.live.own_servers import OwnServer, own_server
from tests.screens.frame.test_renewal import until
from tests.screens.keyboard import level_of, press
from tests.screens.opened import dashboard_on, picture

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=list(Family), ids=str)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnServer]:
    """Give a server of our own that holds a small store."""
    store = tmp_path_factory.mktemp("store") / "sample.db"
    with tempfile.TemporaryDirectory(prefix="termstats-") as folder:
        started = own_server(request.param, Path(folder))
        try:
            sample = SampleImporter(learners=60, events=1_000)
            asyncio.run(run_import(sample, "sample", store, ImportOptions(zone="UTC")))
            asyncio.run(publish_store(store, address_of(started.location)))
            yield started
        finally:
            started.stop()


async def test_a_server_is_stopped_and_started_under_an_open_dashboard(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "LOOK_AT_SERVER", 0.05)
    async with dashboard_on(server.location) as (app, pilot):
        server.stop()
        await until(pilot, lambda: bool(app.standing))
        await press(pilot, "tab", "2", "escape")
        assert "cannot be reached" in picture(app)
        server.start()
        await until(pilot, lambda: not app.standing)
        assert "cannot be reached" not in picture(app)
        await press(pilot, "1", "[")  # what was not read before is read now
        screen = level_of(app)
        assert all(panel.table is not None for panel in screen.panels.values() if panel.display)


@pytest.mark.parametrize("mode", ["require", "verify-full"])
async def test_what_is_read_is_encrypted(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    if mode == "verify-full":
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    store = await open_store(f"{server.location}?sslmode={mode}")
    try:
        async with store.connect() as connection:
            ours = (
                "SELECT count(*) FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()"
                if server.family is Family.POSTGRES
                else "SELECT variable_value <> '' FROM information_schema.session_status "
                "WHERE variable_name = 'SSL_CIPHER'"
            )
            assert (await connection.execute(text(ours))).scalar() == 1
    finally:
        await store.close()


async def test_a_server_that_nobody_vouches_for_is_refused(
    server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(StoreError, match="cannot be reached .*(certificate|CERTIFICATE)"):
        await open_store(f"{server.location}?sslmode=verify-full")


async def test_a_server_with_another_name_is_refused(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    other = server.location.replace("localhost", "127.0.0.1")
    with pytest.raises(StoreError, match="cannot be reached .*127.0.0.1"):
        await open_store(f"{other}?sslmode=verify-full")
