"""Record stores on real servers: lrsql on PostgreSQL, the log of Aspects on two ages of ClickHouse.

Set TERMSTATS_TEST_POSTGRES to the URL of a test database. The ClickHouse of today is chdb of PyPI,
here or in the environment of the Python that TERMSTATS_TEST_CHDB names; the old one is Debian's
clickhouse-server 18.16, as two shards behind a proxy. Their scaffold is among the shared tools.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportReport, ResumingImporter
from termstats.data.importers.writing.run import run_import, run_since_last
from termstats.data.model.errors import SourceError
from tests.data.importers.store_file import contents
from tests.data.importers.xapi.factory import imported, lines, small
from tests.data.importers.xapi.record_stores import payloads
from tests.live.clickhouses import shards
from tests.live.test_oppia_mariadb import execute, live
from tests.shared import shared_path


async def through(location: str, store: Path) -> ImportReport:
    return await run_import(importers()["xapi"], location, store)


# ---- lrsql on PostgreSQL -------------------------------------------------------------------------


@pytest.fixture(params=["JSON", "JSONB"])
async def lrsql_server(request: pytest.FixtureRequest) -> AsyncIterator[URL]:
    """Make the table of lrsql, as it is and as its migration leaves it, with few statements."""
    url = live("TERMSTATS_TEST_POSTGRES").set(drivername="postgresql+asyncpg")
    name = f"termstats_lrsql_{os.getpid()}"
    await execute(url, f"CREATE DATABASE {name}")
    try:
        engine = create_async_engine(url.set(database=name), poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "CREATE TABLE xapi_statement (id UUID PRIMARY KEY, statement_id UUID NOT NULL, "
                    f"is_voided BOOLEAN NOT NULL, payload {request.param} NOT NULL, "
                    "stored TIMESTAMP WITH TIME ZONE)"
                )
            )
            insert = (
                "INSERT INTO xapi_statement VALUES "  # noqa: S608
                f"(:id, :own, :voided, CAST(:payload AS {request.param}), now())"
            )
            for number, (own, payload, voided) in enumerate(payloads(small())):
                row = {"id": UUID(int=number), "own": UUID(own), "voided": bool(voided)}
                assert isinstance(payload, bytes)
                await connection.execute(text(insert), row | {"payload": payload.decode()})
        await engine.dispose()
        yield url.set(drivername="postgresql", database=name)
    finally:
        await execute(url, f"DROP DATABASE {name}")


async def test_lrsql_on_postgresql_gives_the_store_of_a_file(
    lrsql_server: URL, tmp_path: Path
) -> None:
    location = lrsql_server.render_as_string(hide_password=False)
    report = await through(location, tmp_path / "server.db")
    assert report.table("statements").read == len(small())
    await imported(lines(tmp_path / "log.jsonl", small()), tmp_path / "file.db")
    assert contents(tmp_path / "server.db") == contents(tmp_path / "file.db")


# ---- ClickHouse ----------------------------------------------------------------------------------


async def check_doors(location: str, folder: Path) -> dict[str, list[str]]:
    """Check that columns and statements give one store; return what is in it."""
    report = await through(location, folder / "columns.db")
    table = report.table("statements")
    assert (table.read, table.kept) == (10_575, 9_659)
    await through(f"{location}?table=xapi_events_all", folder / "log.db")
    found = contents(folder / "columns.db")
    assert contents(folder / "log.db") == found
    return found


async def test_columns_and_log_of_a_current_clickhouse_are_one(
    current: str, tmp_path: Path
) -> None:
    found = await check_doors(current, tmp_path)
    assert (len(found["person"]), len(found["activity"])) == (100, 510 + 660 + 230)


async def test_a_log_without_the_platform_gives_the_store_of_a_file(
    current: str, tmp_path: Path
) -> None:
    location = f"{current}?table=xapi_events_all&event_sink=nowhere"
    await through(location, tmp_path / "log.db")
    await imported(shared_path("aspects/aspects-statements.jsonl.gz"), tmp_path / "file.db")
    assert contents(tmp_path / "log.db") == contents(tmp_path / "file.db")


async def test_two_shards_of_an_old_clickhouse_give_the_same(
    old: tuple[str, Path, int], current: str, tmp_path: Path
) -> None:
    found = await check_doors(old[0], tmp_path)
    await through(current, tmp_path / "current.db")
    assert found == contents(tmp_path / "current.db")


@pytest.mark.parametrize("engine", ["current", "old"])
async def test_nothing_is_read_where_no_day_has_changed(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    found = request.getfixturevalue(engine)
    location, store = found if isinstance(found, str) else found[0], tmp_path / "s.db"
    importer = importers()["xapi"]
    assert isinstance(importer, ResumingImporter)
    first = await run_since_last(importer, location, store)
    assert (first.report is not None, first.reason) == (True, "the store is new")
    before = store.read_bytes()
    assert (await run_since_last(importer, location, store)).report is None
    assert store.read_bytes() == before


async def test_a_shard_that_is_down_is_no_smaller_number(
    old: tuple[str, Path, int], tmp_path: Path
) -> None:
    location, folder, ports = old
    store = tmp_path / "s.db"
    await through(location, store)
    before = store.read_bytes()
    shards("stop-shard 2", folder, ports)
    try:
        with pytest.raises(SourceError, match="the server does not answer") as raised:
            await through(location, store)
    finally:
        shards("start-shard 2", folder, ports)
    assert store.read_bytes() == before
    assert "reader:reader" not in str(raised.value)
    assert json.dumps(str(raised.value)).count("\\n") == 0
