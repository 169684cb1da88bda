"""The accounts that docs/store.md makes on servers: they read for an import, and change nothing.

Set TERMSTATS_TEST_POSTGRES / TERMSTATS_TEST_MARIADB to URLs of test databases; what the tests
create they drop.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from termstats.cli.store_page import store_page
from termstats.data.importers.sources.opening import open_source

SERVERS = {
    "TERMSTATS_TEST_POSTGRES": ("postgresql+asyncpg", "CREATE ROLE"),
    "TERMSTATS_TEST_MARIADB": ("mysql+asyncmy", "CREATE USER"),
}
NAME = f"termstats_reading_{os.getpid()}"
PASSWORD = "invented-password"  # noqa: S105


def recipe(beginning: str) -> list[str]:
    """Return the statements of the page that make an account."""
    blocks = re.findall(r"```sql\n(.*?)```", store_page(), re.DOTALL)
    (block,) = [each for each in blocks if each.startswith(beginning)]
    named = block.replace("academy", NAME).replace("choose one", PASSWORD)
    named = re.sub(r"\breader\b", NAME, named).replace("'localhost'", "'%'")
    return [each.strip() for each in named.split(";") if each.strip()]


@asynccontextmanager
async def connected(url: URL) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


@pytest.mark.parametrize("variable", SERVERS)
async def test_an_account_of_the_page_reads_and_changes_nothing(variable: str) -> None:
    if not os.environ.get(variable):
        pytest.skip(f"{variable} is not set (URL of a test database); skipped")
    driver, beginning = SERVERS[variable]
    outer = make_url(os.environ[variable]).set(drivername=driver)
    inner = outer.set(database=NAME)
    reader = inner.set(username=NAME, password=PASSWORD)
    is_postgres = "postgresql" in driver
    try:
        async with connected(outer) as admin:
            await admin.execute(text(f"CREATE DATABASE {NAME}"))
        async with connected(inner) as admin:
            await admin.execute(text("CREATE TABLE course (id int)"))
            await admin.execute(text("INSERT INTO course VALUES (7)"))
            for statement in recipe(beginning):
                await admin.execute(text(statement))
        plain = reader.set(drivername=driver.partition("+")[0])
        location = plain.render_as_string(hide_password=False)
        async with await open_source(location) as source:
            assert await source.tables() == {"course"}
            assert source.notes == []  # nobody is warned that it may write
            assert [row async for rows in source.batches("course", ["id"]) for row in rows] == [
                (7,)
            ]
        for change in ("INSERT INTO course VALUES (8)", "DELETE FROM course", "DROP TABLE course",
                       "CREATE TABLE other (id int)"):  # fmt: skip
            async with connected(reader) as account:
                with pytest.raises(DBAPIError, match="(?i)denied|read-only"):
                    await account.execute(text(change))
        async with connected(reader) as account:
            limit = "SHOW statement_timeout" if is_postgres else "SELECT @@max_statement_time"
            assert str(await account.scalar(text(limit))).startswith(
                "10min" if is_postgres else "600"
            )
    finally:
        async with connected(outer) as admin:
            await admin.execute(text(f"DROP DATABASE IF EXISTS {NAME}"))
            who = f"ROLE IF EXISTS {NAME}" if is_postgres else f"USER IF EXISTS '{NAME}'@'%'"
            await admin.execute(text(f"DROP {who}"))
