"""Datagrok on a real PostgreSQL: set TERMSTATS_TEST_POSTGRES to the URL of a test database.

What the tests create they drop. Example: postgresql://postgres@127.0.0.1:5432/test
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from termstats.data.importers.datagrok.importer import DatagrokImporter
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.data.figures.hand_store import when
from tests.data.importers.datagrok.factory import Rows, make, named, reference, statements, uid
from tests.data.importers.datagrok.test_datagrok import calls
from tests.data.importers.store_file import contents
from tests.live.test_oppia_mariadb import execute, live

PASSWORD = "invented-password"  # noqa: S105
OPTIONS = ImportOptions(as_of=when("2024-05-20"), with_network_data=True)


def everything() -> Rows:
    """Return the events of the reference, and calls of functions."""
    rows = reference()
    for table, entries in calls().items():
        rows[table] = [*rows.get(table, []), *entries]
    rows["tags"] = [{"entity_id": uid("f-run"), "tag": "viewer"}]
    rows["reports"] = [{"number": n, "error_stack_trace_hash": "h4sh"} for n in (1, 2)]
    rows["connections"] = [named(id="db", name="db", author_id="u1")]
    return rows


@pytest.fixture
async def datagrok() -> AsyncIterator[URL]:
    """Make the database; the account may only read."""
    url = live("TERMSTATS_TEST_POSTGRES").set(drivername="postgresql+asyncpg")
    name = f"termstats_datagrok_{os.getpid()}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        inside = url.set(database=name)
        await execute(inside, *statements(everything()))
        await execute(
            inside,
            f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}",
        )
        yield inside.set(drivername="postgresql", username=name, password=PASSWORD)
        await execute(inside, f"DROP OWNED BY {name}", f"DROP ROLE {name}")
    finally:
        await execute(url, f"DROP DATABASE {name}")


async def test_a_server_gives_the_same_store_as_a_file(datagrok: URL, tmp_path: Path) -> None:
    location = datagrok.render_as_string(hide_password=False)
    file = make(tmp_path / "datagrok.db", everything())
    report = await run_import(DatagrokImporter(), location, tmp_path / "server.db", OPTIONS)
    expected = await run_import(DatagrokImporter(), str(file), tmp_path / "file.db", OPTIONS)
    assert contents(tmp_path / "server.db") == contents(tmp_path / "file.db")
    assert report.tables == expected.tables
    assert report.tables["events"].kept == 7
    assert report.tables["func_calls"].kept == 3
    assert report.tables["reports"].kept == 2
    assert PASSWORD.encode() not in (tmp_path / "server.db").read_bytes()


async def test_the_server_is_only_read(datagrok: URL) -> None:
    writer = live("TERMSTATS_TEST_POSTGRES").set(database=datagrok.database)
    async with await open_source(writer.render_as_string(hide_password=False)) as source:
        with pytest.raises(Exception, match="read-only transaction"):
            await source._connection.execute(text("DELETE FROM events"))  # type: ignore[attr-defined]
