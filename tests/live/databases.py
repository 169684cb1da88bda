"""Databases of their own on the test servers, gone when a test ends."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_NUMBERS = count(1)


@asynccontextmanager
async def own_database(url: URL) -> AsyncIterator[str]:
    """Make an empty database and give its URL, without a driver."""
    name = f"termstats_{os.getpid()}_{next(_NUMBERS)}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        plain = url.set(drivername=url.get_backend_name(), database=name)
        yield plain.render_as_string(hide_password=False)
    finally:
        await drop(url, name)


async def drop(url: URL, name: str) -> None:
    """Drop a database, and what was published in it."""
    if url.get_backend_name() == "postgresql":
        await execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return
    listed = f"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{name}%'"  # noqa: S608
    for row in await execute(url, listed):
        await execute(url, f"DROP DATABASE `{row[0]}`")


async def execute(url: URL, sql: str) -> list[tuple[object, ...]]:
    """Run one statement and return its rows."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            result = await connection.execute(text(sql))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        await engine.dispose()
