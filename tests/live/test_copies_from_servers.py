"""What needs a store file takes a private copy from a server: the same, and gone at the end."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_OK
from termstats.data.snapshots.publishing import publish_store
from termstats.data.store.local_copy import store_file
from termstats.data.store.servers.address import address_of
from tests.cli.command import Capture, fails, prints
from tests.data.importers.store_file import contents
from tests.data.query.scope_world import make_world, mark
from tests.live.databases import own_database
from tests.live.test_figures_on_servers import DRIVERS, SAMPLE, server

pytestmark = pytest.mark.parametrize("variable", DRIVERS)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return asyncio.run(make_world(tmp_path))


@pytest.fixture
def location(variable: str, world: Path) -> Iterator[str]:
    with asyncio.Runner() as runner:
        database = own_database(server(variable))
        location = runner.run(database.__aenter__())
        runner.run(publish_store(world, address_of(location)))
        yield location
        runner.run(database.__aexit__(None, None, None))


async def test_a_copy_holds_what_was_published(variable: str) -> None:
    async with own_database(server(variable)) as location:
        await publish_store(SAMPLE, address_of(location))
        async with store_file(location) as file:
            assert contents(file.path) == contents(SAMPLE)
            assert file.path.stat().st_mode & 0o077 == 0
            assert file.path.parent.stat().st_mode & 0o077 == 0
        assert not file.path.parent.exists()


def test_snapshots_checks_and_disclosures_are_those_of_the_file(
    location: str, world: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("TERMSTATS_CONFIG", os.devnull)
    log = tmp_path / "audit.jsonl"
    for name, store in (("server", location), ("file", str(world))):
        viewer = ["--viewer", mark("username", "tom")]
        target = tmp_path / f"{name}.db"
        command = ["--audit-log", str(log), "snapshot", str(target), *viewer, "--store", store]
        assert cli.main(command) == EXIT_OK
        target = tmp_path / f"{name}.zip"
        command = ["person", mark("id", "ana"), "-o", str(target), "--store", store]
        assert cli.main(command) == EXIT_OK
    assert contents(tmp_path / "server.db") == contents(tmp_path / "file.db")
    assert rows_of(tmp_path / "server.zip") == rows_of(tmp_path / "file.zip")
    capsys.readouterr()
    checked = [
        json.loads(prints(["check", "--format", "json", "--store", store], capsys))
        for store in (location, str(world))
    ]
    assert checked[0]["store"] == address_of(location).shown
    assert checked[0]["passed"][1:] == checked[1]["passed"][1:]
    stores = [json.loads(line)["store"] for line in log.read_text().splitlines()]
    assert stores == [address_of(location).shown, str(world)]
    assert list(temporary.iterdir()) == []


def rows_of(path: Path) -> dict[str, bytes]:
    """Return the files with rows in a zip."""
    with zipfile.ZipFile(path) as files:
        names = [name for name in files.namelist() if name.endswith(".csv")]
        return {name.partition("/")[2]: files.read(name) for name in names}


def test_what_takes_no_copy_says_so(
    location: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", os.devnull)
    monkeypatch.setenv("TERMSTATS_STORE", location)
    assert "needs a store file" in fails(["sql", "SELECT 1"], capsys, 1)
    assert "needs a store file" in fails(["import", "oppia", "x.sql"], capsys, 1)
