"""Kolibri on a real PostgreSQL: set TERMSTATS_TEST_POSTGRES to the URL of a test database.

The store of a server is that of a device's file with the same rows, whatever the types of columns.
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

from termstats.data.importers.kolibri.tables import TABLES
from termstats.data.importers.sources import cells
from tests.data.importers.kolibri.factory import CONTENT, load, make
from tests.data.importers.store_file import contents
from tests.live.test_oppia_mariadb import execute, live

_BOOLEANS = ("is_active", "active", "archive", "complete", "hinted", "error", "present")
_TYPES: dict[str | tuple[str, str], str] = {
    **dict.fromkeys((*_BOOLEANS, "is_superuser", "available", "closed", "current"), "boolean"),
    **dict.fromkeys(("question_count", "lft", "mastery_level", "number_of_assessments"), "integer"),
    **dict.fromkeys(("time_spent", "progress", "correct"), "double precision"),
    **dict.fromkeys(("date_archived", "date_activated"), "timestamp with time zone"),
    ("exams_exam", "date_created"): "timestamp with time zone",
}
"""Name of a column, or (table, name) -> its type on a server; all others are texts."""


def typed(table: str, name: str) -> str:
    return _TYPES.get((table, name)) or _TYPES.get(name) or "text"


def cell(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    return cells.instant(value) if kind.startswith("timestamp") else value


async def fill(url: URL) -> None:
    """Make the tables of the small school, with its rows."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        for table, columns in TABLES.items():
            kinds = {column: typed(table, column) for column in columns.names}
            listed = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
            await connection.execute(text(f'CREATE TABLE "{table}" ({listed})'))
            rows = [
                {column: cell(kind, row.get(column)) for column, kind in kinds.items()}
                for row in CONTENT.get(table, ())
            ]
            if rows:
                names = ", ".join(f'"{column}"' for column in kinds)
                marks = ", ".join(f":{column}" for column in kinds)
                insert = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
                await connection.execute(text(insert), rows)
    await engine.dispose()


@pytest.fixture
async def server() -> AsyncIterator[URL]:
    """Make a database with the small school."""
    url = live("TERMSTATS_TEST_POSTGRES").set(drivername="postgresql+asyncpg")
    name = f"termstats_kolibri_{os.getpid()}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        await fill(url.set(database=name))
        yield url.set(drivername="postgresql", database=name)
    finally:
        await execute(url, f"DROP DATABASE {name}")


async def test_a_server_gives_the_store_of_a_file(server: URL, tmp_path: Path) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=tmp_path / "file.db")
    location = server.render_as_string(hide_password=False)
    await load(location, store=tmp_path / "server.db")
    assert contents(tmp_path / "server.db") == contents(tmp_path / "file.db")
