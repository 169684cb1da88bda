"""SQLAlchemy's engine on a driver that is awaited.

What `sqlalchemy.ext.asyncio` does of this loads the ORM, which takes longer than the dashboard's
own screens and which nothing here uses.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiosqlite
from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn

from termstats.data.store.elsewhere.bringing import EventLog
from termstats.data.store.holding import Holder

_KEPT = 4
POOL: dict[str, Any] = {
    "poolclass": AsyncAdaptedQueuePool,
    "pool_size": _KEPT,
    "max_overflow": _KEPT,
    "pool_timeout": None,
}
"""Options of engines: so many connections are kept, and as many more opened where all are in use.

Who finds none free waits: whoever has one gives it back, for no query is left to run for ever.
"""


@dataclass(frozen=True)
class StoreConnection:
    """A connection of `engine`, to be awaited."""

    connection: Connection
    holder: Holder | None = None
    """What holds the store; None: a file that nobody named."""
    log: EventLog | None = None
    """Where the events are that the store lacks; None: it has them."""
    said: dict[str, None] = field(default_factory=dict)
    """What was said of events that came from there, in order."""

    async def execute(self, statement: Executable) -> CursorResult[Any]:
        """Run a statement; its rows have been read."""
        return await greenlet_spawn(self.connection.execute, statement)

    async def driver(self) -> Any:
        """Return the driver's own connection."""
        raw = await greenlet_spawn(getattr, self.connection, "connection")
        return raw.driver_connection

    async def give_up(self) -> None:
        """Have a new connection in place of this one, of which nobody knows what it does."""
        await greenlet_spawn(self.connection.invalidate)


def make_engine(connect: Callable[[], aiosqlite.Connection]) -> Engine:
    """Return an engine of what `connect` gives, which is awaited for each of its connections."""

    def connected() -> Any:
        return engine.dialect.dbapi.connect(async_creator_fn=connect)  # type: ignore[union-attr]

    engine = create_engine(
        "sqlite+aiosqlite://",
        creator=connected,
        **POOL,
    )
    return engine


@contextlib.asynccontextmanager
async def connection_of(
    engine: Engine, holder: Holder | None = None
) -> AsyncIterator[StoreConnection]:
    """Give a connection, and give it back whatever happens.

    Raises:
        StoreError: `holder` cannot be reached.
    """
    given: list[Connection] = []

    async def take() -> None:
        given.append(await greenlet_spawn(engine.connect))

    try:
        # To the end: of one cancelled half-way SQLAlchemy closes in a task that nobody awaits.
        try:
            await _completed(take())
        except Exception as error:
            # While connecting, each driver raises errors of its own.
            if holder is None:
                raise
            raise holder.explain(getattr(error, "orig", None) or error) from error
        yield StoreConnection(given[0], holder)
    finally:
        for connection in given:
            await _completed(greenlet_spawn(connection.close))


async def interrupt(driver: Any) -> None:
    """Stop the statement that runs in the thread of a connection to a file."""
    if isinstance(driver, aiosqlite.Connection):
        await driver.interrupt()


async def dispose(engine: Engine) -> None:
    """Close every connection."""
    await greenlet_spawn(engine.dispose)


async def _completed(work: Coroutine[Any, Any, None]) -> None:
    """Wait until work is done, also where the waiting is cancelled: that holds afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError
