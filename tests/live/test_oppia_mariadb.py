"""Live servers: set TERMSTATS_TEST_MARIADB / TERMSTATS_TEST_POSTGRES to URLs of test databases.

What the tests create they drop. Example: mysql://root@127.0.0.1:3306/test
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import BATCH_ROWS
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from termstats.data.model.units import Second
from tests.data.importers.store_file import contents
from tests.shared import shared_path

AS_OF = Second(1_796_083_200)
PASSWORD = "invented-password"  # noqa: S105


def live(variable: str) -> URL:
    """Return the server's URL or skip."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} is not set (URL of a test database); skipped")
    return make_url(os.environ[variable])


def client(url: URL, database: str | None, script: bytes) -> None:
    """Run SQL through the command-line client of MariaDB."""
    program = shutil.which("mariadb") or shutil.which("mysql")
    if program is None:
        pytest.skip("no mariadb client installed; skipped")
    command = [program, f"--host={url.host}", f"--port={url.port or 3306}"]
    command += [f"--user={url.username}", "--default-character-set=utf8mb4"]
    environment = {**os.environ, "MYSQL_PWD": url.password or ""}
    subprocess.run(
        [*command, *([database] if database else [])], input=script, env=environment, check=True
    )


@pytest.fixture(scope="module")
def mariadb() -> Iterator[URL]:
    """Load the dump into a fresh database; the account may only read."""
    url = live("TERMSTATS_TEST_MARIADB")
    dump = gzip.decompress(shared_path("oppia/oppia.mariadb.sql.gz").read_bytes())
    name = f"termstats_oppia_{os.getpid()}"
    account = f"'{name}'@'%'"
    try:
        client(url, None, f"CREATE DATABASE {name} CHARACTER SET utf8mb4".encode())
        client(url, name, dump)
        grants = (
            f"CREATE USER {account} IDENTIFIED BY '{PASSWORD}';"
            f"GRANT SELECT ON {name}.* TO {account};"
        )
        client(url, None, grants.encode())
        yield url.set(username=name, password=PASSWORD, database=name)
    finally:
        client(url, None, f"DROP DATABASE IF EXISTS {name}; DROP USER IF EXISTS {account}".encode())


async def test_a_server_gives_the_same_store_as_its_dump(mariadb: URL, tmp_path: Path) -> None:
    location = mariadb.render_as_string(hide_password=False)
    dump = str(shared_path("oppia/oppia.mariadb.sql.gz"))
    options = ImportOptions(as_of=AS_OF)
    report = await run_import(OppiaImporter(), location, tmp_path / "server.db", options)
    expected = await run_import(OppiaImporter(), dump, tmp_path / "dump.db", options)
    assert contents(tmp_path / "server.db") == contents(tmp_path / "dump.db")
    assert report.tables == expected.tables
    assert report.tables["oppia_tracker"].kept == 753
    assert PASSWORD.encode() not in (tmp_path / "server.db").read_bytes()


async def test_reading_stays_in_one_read_only_transaction(mariadb: URL) -> None:
    writer = live("TERMSTATS_TEST_MARIADB").set(database=mariadb.database)
    async with await open_source(writer.render_as_string(hide_password=False)) as source:
        before = await source.count("oppia_category")
        client(writer, mariadb.database, b"DELETE FROM oppia_coursecategory WHERE id = 1")
        assert await source.count("oppia_category") == before
        assert await source.count("oppia_coursecategory") == 9
        with pytest.raises(Exception, match="READ ONLY transaction"):
            await source._connection.execute(text("DELETE FROM oppia_points"))  # type: ignore[attr-defined]
    async with await open_source(writer.render_as_string(hide_password=False)) as source:
        assert await source.count("oppia_coursecategory") == 8


async def test_a_wrong_password_is_named_and_masked(mariadb: URL) -> None:
    wrong = mariadb.set(password="hush-hush").render_as_string(hide_password=False)  # noqa: S106
    with pytest.raises(SourceError, match="cannot connect .*Access denied") as caught:
        await open_source(wrong)
    assert "hush-hush" not in str(caught.value)


async def test_a_server_that_goes_away_is_an_error(mariadb: URL) -> None:
    location = mariadb.render_as_string(hide_password=False)
    admin = live("TERMSTATS_TEST_MARIADB")
    async with await open_source(location) as source:
        kill = f"KILL USER '{mariadb.username}'@'%'"
        client(admin, None, kill.encode())
        with pytest.raises(SourceError, match="reading oppia_tracker failed"):
            async for _ in source.batches("oppia_tracker", ["id"], ["id"]):
                pass


@pytest.fixture
async def postgres() -> AsyncIterator[URL]:
    """Make a database with a table of more than one batch."""
    url = live("TERMSTATS_TEST_POSTGRES").set(drivername="postgresql+asyncpg")
    name = f"termstats_{os.getpid()}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        await execute(
            url.set(database=name),
            'CREATE TABLE item (id int PRIMARY KEY, "order" numeric(6,2), at timestamp, ok bool)',
            "INSERT INTO item SELECT n, n / 4.0, '2024-03-05 10:00', n % 2 = 0 "  # noqa: S608
            f"FROM generate_series(1, {BATCH_ROWS + 1}) AS n",
        )
        yield url.set(drivername="postgresql", database=name)
    finally:
        await execute(url, f"DROP DATABASE {name}")


async def execute(url: URL, *statements: str) -> None:
    """Run statements outside of a transaction: databases are made and dropped there."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_postgresql_tables_columns_and_batches(postgres: URL) -> None:
    async with await open_source(postgres.render_as_string(hide_password=False)) as source:
        assert await source.tables() == {"item"}
        assert await source.columns("item") == ["id", "order", "at", "ok"]
        assert await source.count("item") == BATCH_ROWS + 1
        batches = [rows async for rows in source.batches("item", ["order", "ok", "id"], ["id"])]
    assert [len(rows) for rows in batches] == [BATCH_ROWS, 1]
    assert [float(batches[0][0][0]), *batches[0][0][1:]] == [0.25, False, 1]
    assert batches[1][0][2] == BATCH_ROWS + 1


def test_without_servers_these_tests_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERMSTATS_TEST_MARIADB", raising=False)
    with pytest.raises(pytest.skip.Exception, match="TERMSTATS_TEST_MARIADB is not set"):
        live("TERMSTATS_TEST_MARIADB")
