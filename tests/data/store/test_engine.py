"""Connections of a store: read through the driver, and given back whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.pool import QueuePool

from termstats.data.store.engine import POOL, connection_of, dispose, make_engine
from termstats.data.store.opening import run_query


def engine_of(folder: Path) -> Engine:
    path = folder / "some.sqlite3"
    return make_engine(lambda: aiosqlite.connect(path, check_same_thread=False))


def given_out(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


async def test_a_statement_gives_its_rows(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    async with connection_of(engine) as connection:
        result = await connection.execute(text("SELECT 1 AS one, 'a' AS letter"))
        assert [row._asdict() for row in result.all()] == [{"one": 1, "letter": "a"}]
        assert isinstance(await connection.driver(), aiosqlite.Connection)
    await dispose(engine)


async def test_a_connection_comes_back_after_a_fault(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    with pytest.raises(Exception, match="no such table: nowhere") as raised:
        async with connection_of(engine) as connection:
            await connection.execute(text("SELECT 1 FROM nowhere"))
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    assert given_out(engine) == 0
    await dispose(engine)


@pytest.mark.parametrize("cancels", [1, 2], ids=("once", "while-it-gives-back"))
async def test_a_connection_comes_back_where_its_user_is_cancelled(
    tmp_path: Path, cancels: int
) -> None:
    engine, is_connected = engine_of(tmp_path), asyncio.Event()

    async def use() -> None:
        async with connection_of(engine):
            is_connected.set()
            await asyncio.Event().wait()

    using = asyncio.ensure_future(use())
    await is_connected.wait()
    assert given_out(engine) == 1
    for _ in range(cancels):
        using.cancel()
        await asyncio.sleep(0)  # it has begun to give the connection back
    await asyncio.wait({using})
    assert using.cancelled()
    assert given_out(engine) == 0
    await dispose(engine)


async def test_nothing_goes_on_after_a_user_who_is_cancelled(tmp_path: Path) -> None:
    # However far opening, reading and giving back have come: 0, 1, 2, ... turns of the loop.
    for turns in range(60):
        engine = engine_of(tmp_path)

        async def use(engine: Engine = engine) -> None:
            async with connection_of(engine) as connection:
                await run_query(connection, text("SELECT 1"))

        using = asyncio.ensure_future(use())
        for _ in range(turns):
            await asyncio.sleep(0)
        while not using.done():
            using.cancel()
            await asyncio.sleep(0)
        left = [str(task.get_coro()) for task in asyncio.all_tasks() - {asyncio.current_task()}]
        await dispose(engine)
        assert left == [], turns


async def test_who_finds_all_connections_in_use_waits_as_long_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_over_at_once(*_: object) -> None:
        raise TimeoutError

    # However long a limit is that SQLAlchemy has for the waiting, it is over now.
    monkeypatch.setattr("sqlalchemy.util.queue.compat.wait_for", is_over_at_once)
    engine, taken, is_done = engine_of(tmp_path), asyncio.Semaphore(0), asyncio.Event()

    async def use() -> None:
        async with connection_of(engine):
            taken.release()
            await is_done.wait()

    using = [asyncio.ensure_future(use()) for _ in range(POOL["pool_size"] * 2)]
    for _ in using:
        await taken.acquire()
    late = asyncio.ensure_future(use())
    for _ in range(10):
        await asyncio.sleep(0)
    is_done.set()
    await asyncio.gather(*using, late)
    assert given_out(engine) == 0
    await dispose(engine)


def test_a_store_that_a_fault_leaves_open_does_not_keep_the_process(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    sqlite3.connect(path).close()
    program = f"""
import asyncio
from pathlib import Path
from termstats.data.store.connecting import reading_async

async def fail():
    await reading_async(Path({str(path)!r}))
    raise SystemExit(7)

asyncio.run(fail())
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=30, check=False)
    assert ended.returncode == 7
