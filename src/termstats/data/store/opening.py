"""Opens a store for reading and runs queries that can be cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import aiosqlite
from sqlalchemy import Executable, exists, or_, select
from sqlalchemy.engine import Row, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from termstats.data.model.errors import StoreError, TermstatsError
from termstats.data.model.period import local_day, number_day
from termstats.data.model.period_text import DEFAULT_PRESET
from termstats.data.model.redaction import masked, might_be_url
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store import schema
from termstats.data.store.any_text import connect, read_any_text
from termstats.data.store.memory import Memories

QUERY_TIMEOUT = 60.0
"""Seconds after which a query is stopped."""
_INTERRUPT_AGAIN = 0.05


@dataclass(frozen=True)
class SourceInfo:
    """One imported platform, as the store describes it."""

    id: RowId
    name: str
    platform: str
    title: str
    version: str | None
    zone: str | None
    as_of: Second
    first_day: DayNumber | None
    last_day: DayNumber | None
    two_clocks: bool
    has_time: bool
    has_clock: bool
    rules: dict[str, Any]
    report: dict[str, Any]

    @property
    def has_totals(self) -> bool:
        """Return whether it gives totals without dates."""
        return bool(self.rules.get("totals"))


@dataclass(frozen=True)
class StoreInfo:
    """What holds for the whole store."""

    name: str
    location: str
    """Shown to people: never holds a password."""
    zone: ZoneInfo
    sources: tuple[SourceInfo, ...]
    is_sample: bool
    """Whether it is a copy cut from another store."""
    has_events: bool = True
    """Whether anything has happened at all, on some day."""

    @property
    def as_of(self) -> Second:
        """Return the moment the data describe: the newest of the sources."""
        return max((source.as_of for source in self.sources), default=Second(0))

    @property
    def now(self) -> datetime:
        """Return the as-of moment on the clock of the store's zone."""
        return datetime.fromtimestamp(self.as_of, self.zone)

    @property
    def today(self) -> date:
        """Return the local date of the as-of moment."""
        return local_day(self.as_of, self.zone)

    @property
    def usual_period(self) -> str:
        """Return the period to begin with, as typed: of data portals 14 complete days and today."""
        platforms = {source.platform for source in self.sources}
        return "15d" if platforms == {"opendatasoft"} else DEFAULT_PRESET

    @property
    def coverage(self) -> tuple[date, date]:
        """Return first and last day with a dated record of any kind; else the as-of day twice."""
        first = [s.first_day for s in self.sources if s.first_day is not None]
        last = [s.last_day for s in self.sources if s.last_day is not None]
        if not first or not last:
            return self.today, self.today
        return number_day(min(first)), number_day(max(last))

    @property
    def two_clocks(self) -> bool:
        """Return whether any source has a device and a server time."""
        return any(source.two_clocks for source in self.sources)


@dataclass
class Store:
    """An open store."""

    engine: AsyncEngine
    info: StoreInfo
    memories: Memories = field(default_factory=Memories)
    """What has been read before and need not be read again."""

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that can only read."""
        async with self.engine.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def check_store_file(path: Path) -> None:
    """Check that `path` is a store of this schema version.

    Raises:
        StoreError: missing, not a database, not a store, or another version; says the way out.
    """
    if path.is_dir():
        raise StoreError(f"{path}: a folder, not a store file")
    if not path.exists():
        raise StoreError(
            f"{path}: no such file; make a store with: "
            "termstats import PLATFORM SOURCE --store FILE"
        )
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            settings = dict(connection.execute("SELECT name, value FROM store_setting").fetchall())
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            raise StoreError(
                f"{path}: a SQLite file, but not a termstats store; "
                "make one with: termstats import PLATFORM SOURCE --store FILE"
            ) from error
        raise StoreError(
            f"{path}: cannot be read as a termstats store ({clean(error)}); "
            "import the source again or restore a copy"
        ) from error
    version = int(settings.get("schema_version", 0))
    if version != schema.SCHEMA_VERSION:
        way_out = (
            "import the source again into a new store"
            if version < schema.SCHEMA_VERSION
            else "update termstats"
        )
        raise StoreError(
            f"{path}: the store has schema version {version}, "
            f"this termstats reads {schema.SCHEMA_VERSION}; {way_out}"
        )
    expires = settings.get("expires")
    if expires and datetime.now(UTC).date() > date.fromisoformat(expires):
        raise StoreError(f"{path}: this snapshot expired on {expires}; ask its maker for a new one")


def check_integrity(path: Path) -> list[str]:
    """Return what is wrong with the file, one line each; empty: whole."""
    check_store_file(path)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        return [clean(error)]
    return [] if damage == ["ok"] else [clean(line) for line in damage]


async def open_store(location: str | Path) -> Store:
    """Open the store at `location` (a file or `sqlite:///FILE`) read-only.

    Raises:
        StoreError: not a store of this version, unreadable, or a kind of URL not supported.
    """
    path = store_path(str(location))
    check_store_file(path)
    # Absolute: the working folder may change while the store is open.
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=lambda: connect(address),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=4,
        max_overflow=4,
    )
    read_any_text(engine)
    try:
        async with engine.connect() as connection:
            info = await _read_info(connection, path)
    except TermstatsError:
        await engine.dispose()
        raise
    except DBAPIError as error:
        await engine.dispose()
        raise StoreError(
            f"{path}: damaged ({clean(error.orig)}); import the source again or restore a copy"
        ) from error
    return Store(engine, info)


def store_path(location: str) -> Path:
    """Return the file that `location` names.

    Raises:
        StoreError: a URL that cannot be read, or of a server.
    """
    if "://" not in location:
        path = Path(location).expanduser()
        if might_be_url(location) and not path.exists():
            # Nor may a file be made whose name is a password.
            raise StoreError(f"{masked(location)}: not a store; use a file or sqlite:///FILE")
        return path
    try:
        url = make_url(location)
    except ArgumentError:
        raise StoreError("the store URL cannot be read; use a file or sqlite:///FILE") from None
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreError(
            f"{url.get_backend_name()} stores cannot be opened yet; use a file or sqlite:///FILE"
        )
    return Path(url.database).expanduser()


async def _read_info(connection: AsyncConnection, path: Path) -> StoreInfo:
    settings = {
        row.name: row.value
        for row in await run_query(
            connection, select(schema.store_setting.c.name, schema.store_setting.c.value)
        )
    }
    rows = await run_query(connection, select(schema.source).order_by(schema.source.c.name))
    sources = tuple(
        SourceInfo(
            id=row.id,
            name=clean(row.name),
            platform=row.platform,
            title=clean(row.title),
            version=row.version and clean(row.version),
            zone=row.zone,
            as_of=Second(row.as_of or 0),
            first_day=row.first_day,
            last_day=row.last_day,
            two_clocks=bool(row.two_clocks),
            has_time=bool(row.has_time),
            has_clock=bool(row.has_clock),
            rules=json.loads(row.rules or "{}"),
            report=json.loads(row.report or "{}"),
        )
        for row in rows
    )
    names = " + ".join(source.title for source in sources) or path.name
    days = [exists(select(table.c.day)) for table in (schema.training_day, schema.action_day)]
    has_events = (await run_query(connection, select(or_(*days))))[0][0]
    return StoreInfo(
        name=names,
        location=clean(path),
        zone=ZoneInfo(settings.get("zone", "UTC")),
        sources=sources,
        is_sample=any(source.platform == "sample" for source in sources),
        has_events=bool(has_events),
    )


async def run_query(
    connection: AsyncConnection, statement: Executable, limit: float = QUERY_TIMEOUT
) -> Sequence[Row[Any]]:
    """Run one query and return all its rows; cancelling stops the SQL, not only the waiting.

    Raises:
        StoreError: the query failed or took longer than `limit` seconds.
    """
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    running = asyncio.ensure_future(connection.execute(statement))
    try:
        async with asyncio.timeout(limit):
            result = await asyncio.shield(running)
    except asyncio.CancelledError:
        await _stop(driver, running)
        raise
    except TimeoutError:
        await _stop(driver, running)
        raise StoreError(
            f"the query was stopped after {limit:g} s; choose a shorter period"
        ) from None
    except DBAPIError as error:
        raise StoreError(f"the store could not be read: {clean(error.orig)}") from error
    return result.all()


async def _stop(driver: Any, running: asyncio.Future[Any]) -> None:
    """Interrupt the statement and wait until its thread has let go.

    Again and again: a statement that its thread has not begun yet does not notice.
    """
    while not running.done():
        if isinstance(driver, aiosqlite.Connection):
            await driver.interrupt()
        else:
            running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({running}, timeout=_INTERRUPT_AGAIN)
    if not running.cancelled():
        running.exception()  # it has been interrupted: nobody asks why
