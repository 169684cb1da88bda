"""Opens a store for reading and runs queries that can be cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import aiosqlite
from sqlalchemy import Engine, Executable, and_, func, select, true
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from termstats.data.model.audit import AuditLog, audit_log
from termstats.data.model.errors import StoreError
from termstats.data.model.period import Period, local_day, number_day
from termstats.data.model.period_text import DEFAULT_PRESET
from termstats.data.model.redaction import masked, might_be_url
from termstats.data.model.text import clean
from termstats.data.model.units import Second
from termstats.data.store import schema
from termstats.data.store.any_text import read_any_text
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import ReadingConnection, reading, reading_async
from termstats.data.store.engine import StoreConnection, connection_of, dispose, make_engine
from termstats.data.store.memory import Memories
from termstats.data.store.schema import ALL_TRAININGS, CLOCK_DEVICE
from termstats.data.store.settings import SourceInfo, Values, source_of

QUERY_TIMEOUT = 60.0
"""Seconds after which a query is stopped."""
_INTERRUPT_AGAIN = 0.05
_MOST_SOURCES = 1_000


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
    event_days: tuple[date, date] | None = None
    """First and last day with an event; None: there is none."""
    is_demo: bool = False
    """Whether people stand in it under pseudonyms."""
    has_own_pseudonyms: bool = False
    """Whether they hold here only: drawn before the file was replaced that is read now."""

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

    def so_far(self, period: Period) -> Period:
        """Return what is over of a period at as-of; all of one that has not begun."""
        start, end = period.seconds(self.zone)
        if not start < self.as_of < end - 1:
            return period
        if period.exact is None:
            return replace(period, last=self.today)
        return Period.between(start, Second(self.as_of + 1), period.exact.zone, period.words)

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


FileMark = tuple[int, int, int, int]
"""What tells one file from the one that takes its place."""


def mark_of(path: Path) -> FileMark | None:
    """Return the mark of a file; None: there is none, or nobody may look."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


@dataclass
class Store:
    """An open store."""

    engine: Engine
    info: StoreInfo
    memories: Memories = field(default_factory=Memories)
    """What has been read before and need not be read again."""
    audit: AuditLog | None = None
    """Where is written who gets whose data; None: nowhere."""
    path: Path | None = None
    """Its file; None: it has none of its own."""
    mark: FileMark | None = None
    """The mark of the file that was opened."""
    other: Store | None = field(default=None, repr=False)
    """The same file with people under pseudonyms, where this is the one with names, or that."""
    _left: list[Engine] = field(default_factory=list)
    """Connections to files whose place was taken, of which some may still be read."""

    @property
    def with_names(self) -> Store:
        """Return the one of the two in which people have names."""
        return self.other if self.info.is_demo and self.other is not None else self

    @property
    def both(self) -> tuple[Store, ...]:
        """Return this one, and the other one where there is one."""
        return (self,) if self.other is None else (self, self.other)

    def is_replaced(self) -> bool:
        """Return whether another file lies where the open one lay."""
        now = None if self.path is None else mark_of(self.path)
        return now is not None and now != self.with_names.mark

    def turn_to(self, other: Store) -> None:
        """Read from now on what `other` was opened on; what is under way ends where it began."""
        self._left.append(self.engine)
        self.engine, self.info, self.memories = other.engine, other.info, other.memories
        self.mark = other.mark

    async def close_left(self) -> None:
        """Close the connections to files whose place was taken, where nobody reads any more."""
        for left in [each._left for each in self.both]:
            for engine in list(left):
                pool = engine.pool
                if isinstance(pool, QueuePool) and not pool.checkedout():
                    left.remove(engine)
                    await dispose(engine)

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[StoreConnection]:
        """Give a connection that can only read."""
        async with connection_of(self.engine) as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection, those of the other one too."""
        for each in self.both:
            for engine in (*each._left, each.engine):
                await dispose(engine)
            each._left.clear()


def check_integrity(path: Path) -> list[str]:
    """Return what is wrong with the file, one line each; empty: whole."""
    check_store_file(path)
    try:
        with reading(path) as connection:
            damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        return [clean(error)]
    return [] if damage == ["ok"] else [clean(line) for line in damage]


async def open_store(location: str | Path, audit: Path | None = None) -> Store:
    """Open the store at `location` (a file or `sqlite:///FILE`) read-only.

    `audit`: the file in which is written who gets whose data; None: nothing is.

    Raises:
        StoreError: not a store of this version, unreadable, or a kind of URL not supported.
        TermstatsError: the audit log cannot be written.
    """
    path = store_path(str(location))
    mark = mark_of(path)  # before it is opened: what comes after is another one
    zone = check_store_file(path)
    file = path.absolute()  # the working folder may change while the store is open
    log = audit_log(audit, str(file)) if audit else None
    engine = engine_of(file)
    try:
        async with connection_of(engine) as connection:
            info = await _read_info(connection, path, zone)
    except DBAPIError as error:
        await dispose(engine)
        raise cannot_read(path, error.orig or error) from error
    except BaseException:
        # Cancelled too, where the dashboard ends while it starts: a connection has a thread.
        await dispose(engine)
        raise
    return Store(engine, info, audit=log, path=file, mark=mark)


def engine_of(file: Path, factory: Callable[..., ReadingConnection] = ReadingConnection) -> Engine:
    """Return what connects to a store file, each time by `factory`; nothing is opened yet."""
    engine = make_engine(lambda: reading_async(file, factory))
    read_any_text(engine)
    return engine


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
    kind, _, name = location.partition("://")
    kind = kind.partition("+")[0].lower()
    if kind != "sqlite" or not name.startswith("/") or name == "/":
        kind = kind if kind.isalnum() else "such"  # there may be a password in it
        raise StoreError(f"{kind} stores cannot be opened yet; use a file or sqlite:///FILE")
    # Written as it is called, or as a URL writes it: a name may hold % and ? itself.
    exact, decoded = Path(name[1:]).expanduser(), Path(unquote(name[1:])).expanduser()
    return decoded if decoded.exists() and not exact.exists() else exact


async def _read_info(connection: StoreConnection, path: Path, zone: ZoneInfo) -> StoreInfo:
    statement = select(schema.source).order_by(schema.source.c.name).limit(_MOST_SOURCES)
    rows = await run_query(connection, statement)
    sources = tuple(source_of(path, row._asdict()) for row in rows)
    names = " + ".join(source.title for source in sources) or path.name
    event_days = await _event_days(connection, path)
    return StoreInfo(
        name=names,
        location=clean(path),
        zone=zone,
        sources=sources,
        is_sample=any(source.platform == "sample" for source in sources),
        has_events=event_days is not None,
        event_days=event_days,
    )


async def _event_days(connection: StoreConnection, path: Path) -> tuple[date, date] | None:
    """Return first and last local day with an event by the device's clock; None: there is none."""
    learning, use = schema.training_day, schema.action_day
    of_all = and_(learning.c.clock == CLOCK_DEVICE, learning.c.training_id == ALL_TRAININGS)
    days = []
    for table, where in ((learning, of_all), (use, true())):
        ends = select(func.min(table.c.day).label("first"), func.max(table.c.day).label("last"))
        (row,) = await run_query(connection, ends.where(where))
        values = Values(path, table.name, row._asdict())
        days += [day for name in ("first", "last") if (day := values.day_or_none(name)) is not None]
    return (number_day(min(days)), number_day(max(days))) if days else None


async def run_query(
    connection: StoreConnection, statement: Executable, limit: float = QUERY_TIMEOUT
) -> Sequence[Row[Any]]:
    """Run one query and return all its rows; cancelling stops the SQL, not only the waiting.

    Raises:
        StoreError: the query failed or took longer than `limit` seconds.
    """
    driver = await connection.driver()
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
        raise cannot_read("the store", error.orig or error) from error
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
