"""Long tables of real servers: set TERMSTATS_TEST_MARIADB / TERMSTATS_TEST_POSTGRES to URLs.

A server may end what takes long, and must not be burdened: no statement reads a table as a whole.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import URL, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from termstats.data.importers.sources import source_url
from termstats.data.importers.sources.source_url import LONGEST_STATEMENT, UrlSource, connect
from termstats.data.importers.sources.tables import MODULUS, Totals
from tests.live.test_oppia_mariadb import execute, live

DRIVERS = {
    "TERMSTATS_TEST_MARIADB": "mysql+asyncmy",
    "TERMSTATS_TEST_POSTGRES": "postgresql+asyncpg",
}
IDS = [*range(1, 2_001), *range(900_001, 905_001), 5_000_000_001]
"""With a gap, and one that is beyond 32 bits."""
LIMIT = {
    "TERMSTATS_TEST_MARIADB": "SELECT @@max_statement_time",
    "TERMSTATS_TEST_POSTGRES": "SELECT current_setting('statement_timeout')",
}


@dataclass(frozen=True)
class Server:
    """A database with a long table."""

    variable: str
    url: URL


@pytest.fixture(params=sorted(DRIVERS))
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    url = live(request.param).set(drivername=DRIVERS[request.param])
    name = f"termstats_long_{os.getpid()}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        inner = url.set(database=name)
        engine = create_async_engine(inner, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE log (id bigint PRIMARY KEY, words text)"))
            await connection.execute(text("CREATE TABLE plain (id bigint, words text)"))
            await connection.execute(
                text("INSERT INTO log VALUES (:id, :words)"),
                [{"id": each, "words": f"row {each}"} for each in reversed(IDS)],
            )
            await connection.execute(text("INSERT INTO plain VALUES (7, 'a'), (7, 'b')"))
        await engine.dispose()
        yield Server(request.param, inner)
    finally:
        await execute(url, f"DROP DATABASE {name}")


async def ids(source: UrlSource, table: str, **above: int) -> list[int]:
    batches: AsyncIterator[Sequence[tuple[Any, ...]]] = source.batches(
        table, ["words", "id"], ["id"], **above
    )
    return [row[1] async for rows in batches for row in rows]


async def test_each_batch_is_a_statement_of_its_own(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_url, "BATCH_ROWS", 1_000)
    async with await connect(server.url) as source:
        asked: list[str] = []
        event.listen(
            source._engine.sync_engine,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, *_more: asked.append(statement),
        )
        assert await ids(source, "log") == IDS
        assert len(asked) == 8  # seven of a thousand rows, and one of the last row
        assert all("LIMIT" in statement for statement in asked)
        assert await ids(source, "log", above=904_999) == [905_000, 5_000_000_001]
        # Without a primary key nothing is known of the ids: they come as they are.
        assert await ids(source, "plain") == [7, 7]


async def test_rows_are_counted_in_pieces(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_url, "COUNTED_ROWS", 1_000)
    async with await connect(server.url) as source:
        assert await source.count("log") == 7_001
        assert await source.count("plain") == 2
        whole = sum(each % MODULUS for each in IDS)
        assert await source.totals("log") == Totals(7_001, 5_000_000_001, whole)
        assert await source.totals("log", above=10, upto=12) == Totals(2, 12, 11 + 12)
        assert await source.totals("log", above=5_000_000_001) == Totals(0, 0, 0)
        assert await source.totals("plain") == Totals(2, 7, 14)


async def test_a_statement_has_a_limit(server: Server) -> None:
    """Ours where the server has none; one of its own is left as it is."""
    async with await connect(server.url) as source:
        (found,) = await source._fetch("", text(LIMIT[server.variable]))  # type: ignore[arg-type]
        assert found[0] in (LONGEST_STATEMENT, "1h")
    if server.variable == "TERMSTATS_TEST_POSTGRES":
        name = server.url.database
        await execute(server.url, f"ALTER DATABASE {name} SET statement_timeout = '7s'")
        async with await connect(server.url) as source:
            (found,) = await source._fetch("", text(LIMIT[server.variable]))  # type: ignore[arg-type]
            assert found[0] == "7s"
