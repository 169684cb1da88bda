"""Moodle on real servers: set TERMSTATS_TEST_MARIADB / TERMSTATS_TEST_POSTGRES to their URLs.

The store of a server is that of a file with the same rows; what the tests create they drop.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from termstats.data.store.servers.rights import MAY_WRITE
from tests.data.importers.moodle.factory import load, make, tables
from tests.data.importers.moodle.learning import LEARNING
from tests.data.importers.store_file import contents
from tests.live.test_oppia_mariadb import execute, live

SERVERS = {
    "TERMSTATS_TEST_MARIADB": ("mysql+asyncmy", "mysql", "`", "longtext"),
    "TERMSTATS_TEST_POSTGRES": ("postgresql+asyncpg", "postgresql", '"', "text"),
}
"""Variable with a URL -> driver, what users write, quote of names, type of texts."""
_DECIMALS = ("grade", "sumgrades", "finalgrade", "grademax", "grademin", "gradepass", "fraction")


def typed(name: str, values: list[Any], words: str) -> str:
    """Return the type that Moodle gives a column: a decimal, a whole number, or a text."""
    if name in (*_DECIMALS, "maxmark"):
        return "decimal(12,7)"
    is_text = any(isinstance(value, str) for value in values)
    return words if is_text else "bigint"


async def fill(url: URL, mark: str, words: str) -> None:
    """Make the tables of the small site, with its rows."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        for table, names, rows in tables(LEARNING):
            kinds = [
                f"{mark}{name}{mark} {typed(name, [row[at] for row in rows], words)}"
                for at, name in enumerate(names)
            ]
            called = f"{mark}mdl_{table}{mark}"
            await connection.execute(text(f"CREATE TABLE {called} ({', '.join(kinds)})"))
            if rows:
                marks = ", ".join(f":c{at}" for at in range(len(names)))
                await connection.execute(
                    text(f"INSERT INTO {called} VALUES ({marks})"),  # noqa: S608
                    [{f"c{at}": value for at, value in enumerate(row)} for row in rows],
                )
    await engine.dispose()


@pytest.fixture(params=sorted(SERVERS))
async def server(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Make a database with the small site; give the URL that a user types."""
    driver, scheme, mark, words = SERVERS[request.param]
    url = live(request.param).set(drivername=driver)
    name = f"termstats_moodle_{os.getpid()}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        await fill(url.set(database=name), mark, words)
        typed_url = url.set(drivername=scheme, database=name)
        yield typed_url.render_as_string(hide_password=False)
    finally:
        await execute(url, f"DROP DATABASE {name}")


async def test_a_server_gives_the_store_of_a_file(server: str, tmp_path: Path) -> None:
    file = await load(make(tmp_path / "moodle.sqlite3", LEARNING), tmp_path / "file.db")
    found = await load(server, tmp_path / "server.db")
    assert contents(tmp_path / "server.db") == contents(tmp_path / "file.db")
    assert found.tables == file.tables
    assert found.gaps == file.gaps
    # The test's own account may do everything.
    assert [note for note in found.notes if note not in file.notes] == [MAY_WRITE]
