"""Opens a store for reading and runs queries that can be cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

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
from termstats.data.model.units import DayNumber, Second
from termstats.data.store import schema
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import reading
from termstats.data.store.elsewhere.bringing import EventLog, with_events
from termstats.data.store.elsewhere.opening import log_of
from termstats.data.store.elsewhere.wanted import wanted_by
from termstats.data.store.engine import StoreConnection, connection_of, dispose, interrupt
from termstats.data.store.files import StoreFile
from termstats.data.store.holding import Holder, Mark
from termstats.data.store.marks import mark_of
from termstats.data.store.memory import Memories
from termstats.data.store.schema import ALL_TRAININGS, CLOCK_DEVICE
from termstats.data.store.servers.address import address_of, is_server
from termstats.data.store.settings import SourceInfo, Values, source_of, standing_day_of

QUERY_TIMEOUT = 60.0
"""Seconds after which a query is stopped."""
_INTERRUPT_AGAIN, _INTERRUPT_AT_LAST = 0.05, 1.0
"""Seconds between two interruptions of a statement that goes on: at first, and later on."""
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
    standing_day: DayNumber | None = None
    """The day as of which `standing` is; None: it is not to be read."""
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


@dataclass
class Store:
    """An open store."""

    engine: Engine
    info: StoreInfo
    memories: Memories = field(default_factory=Memories)
    """What has been read before and need not be read again."""
    audit: AuditLog | None = None
    """Where is written who gets whose data; None: nowhere."""
    holder: Holder | None = None
    """What holds it; None: it has no place of its own."""
    mark: Mark | None = None
    """The mark of the one that was opened."""
    log: EventLog | None = None
    """Where the events are that the store lacks; None: it has them."""
    other: Store | None = field(default=None, repr=False)
    """The same one with people under pseudonyms, where this is the one with names, or that."""
    _left: list[Engine] = field(default_factory=list)
    """Connections to stores whose place was taken, of which some may still be read."""

    @property
    def path(self) -> Path | None:
        """Return its file; None: it has none of its own."""
        return self.holder.path.absolute() if isinstance(self.holder, StoreFile) else None

    @property
    def is_on_server(self) -> bool:
        """Return whether a server holds it."""
        return not isinstance(self.holder, StoreFile | None)

    @property
    def with_names(self) -> Store:
        """Return the one of the two in which people have names."""
        return self.other if self.info.is_demo and self.other is not None else self

    @property
    def both(self) -> tuple[Store, ...]:
        """Return this one, and the other one where there is one."""
        return (self,) if self.other is None else (self, self.other)

    def is_replaced(self) -> bool:
        """Return whether another file lies where the open one lay; nobody asks a server here."""
        now = None if self.path is None else mark_of(self.path)
        return self.is_other(now)

    def is_other(self, mark: Mark | None) -> bool:
        """Return whether a mark is that of another store; None is that of none."""
        return mark is not None and mark != self.with_names.mark

    def turn_to(self, other: Store) -> None:
        """Read from now on what `other` was opened on; what is under way ends where it began."""
        self._left.append(self.engine)
        self.engine, self.info, self.memories = other.engine, other.info, other.memories
        self.mark, self.log = other.mark, other.log

    async def close_left(self) -> None:
        """Close the connections to stores whose place was taken, where nobody reads any more."""
        for left in [each._left for each in self.both]:
            for engine in list(left):
                pool = engine.pool
                if isinstance(pool, QueuePool) and not pool.checkedout():
                    left.remove(engine)
                    await dispose(engine)

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[StoreConnection]:
        """Give a connection that can only read."""
        async with connection_of(self.engine, self.holder) as connection:
            yield replace(connection, log=self.log)

    async def close(self) -> None:
        """Close every connection, those of the other one too."""
        for each in self.both:
            if each.log is not None:
                each.log.close()
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
    """Open the store at `location` (a file, `sqlite:///FILE`, the URL of a server) read-only.

    `audit`: the file in which is written who gets whose data; None: nothing is.

    Raises:
        StoreError: not a store of this version, unreadable, or a kind of URL not supported.
        TermstatsError: the audit log cannot be written.
    """
    return await open_held(holder_of(str(location)), audit)


async def open_held(holder: Holder, audit: Path | None = None) -> Store:
    """Open the store that is there now; see `open_store`."""
    held = await holder.find()
    try:
        log = audit_log(audit, holder.logged) if audit else None
        async with connection_of(held.engine, holder) as connection:
            info = await _read_info(connection, holder, held.zone)
    except BaseException:
        # Cancelled too, where the dashboard ends while it starts: a connection has a thread.
        await dispose(held.engine)
        raise
    file = holder.path.absolute() if isinstance(holder, StoreFile) else None
    events = log_of(file, info.sources)
    return Store(held.engine, info, audit=log, holder=holder, mark=held.mark, log=events)


def holder_of(location: str) -> Holder:
    """Return what holds the store at `location`.

    Raises:
        StoreError: a URL that cannot be read, or of a kind that holds no stores.
    """
    if is_server(location):
        from termstats.data.store.servers.held import StoreOnServer

        return StoreOnServer(address_of(location))
    return StoreFile(store_path(location))


def store_path(location: str) -> Path:
    """Return the file that `location` names.

    Raises:
        StoreError: a URL that cannot be read, or of a server.
    """
    if is_server(location):
        raise StoreError(
            f"{masked(location)}: on a server; this needs a store file, which publish copies there"
        )
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
        raise StoreError(f"{kind} holds no stores; use a file, postgresql:// or mariadb://")
    # Written as it is called, or as a URL writes it: a name may hold % and ? itself.
    exact, decoded = Path(name[1:]).expanduser(), Path(unquote(name[1:])).expanduser()
    return decoded if decoded.exists() and not exact.exists() else exact


async def _read_info(connection: StoreConnection, holder: Holder, zone: ZoneInfo) -> StoreInfo:
    name = holder.shown
    statement = select(schema.source).order_by(schema.source.c.name).limit(_MOST_SOURCES)
    rows = await run_query(connection, statement)
    sources = tuple(source_of(name, row._asdict()) for row in rows)
    titles = " + ".join(source.title for source in sources)
    event_days = await _event_days(connection, name)
    return StoreInfo(
        name=titles or name.rpartition("/")[2],
        location=clean(name),
        zone=zone,
        sources=sources,
        is_sample=any(source.platform == "sample" for source in sources),
        has_events=event_days is not None,
        event_days=event_days,
        standing_day=await _standing_day(connection),
    )


async def _standing_day(connection: StoreConnection) -> DayNumber | None:
    setting = schema.store_setting
    named = select(setting.c.value).where(setting.c.name == schema.STANDING_DAY)
    return standing_day_of([row.value for row in await run_query(connection, named)])


async def _event_days(connection: StoreConnection, name: str) -> tuple[date, date] | None:
    """Return first and last local day with an event by the device's clock; None: there is none."""
    learning, use = schema.training_day, schema.action_day
    of_all = and_(learning.c.clock == CLOCK_DEVICE, learning.c.training_id == ALL_TRAININGS)
    days = []
    for table, where in ((learning, of_all), (use, true())):
        ends = select(func.min(table.c.day).label("first"), func.max(table.c.day).label("last"))
        (row,) = await run_query(connection, ends.where(where))
        values = Values(name, table.name, row._asdict())
        days += [day for end in ("first", "last") if (day := values.day_or_none(end)) is not None]
    return (number_day(min(days)), number_day(max(days))) if days else None


async def run_query(
    connection: StoreConnection, statement: Executable, limit: float = QUERY_TIMEOUT
) -> Sequence[Row[Any]]:
    """Run one query and return all its rows; cancelling stops the SQL, not only the waiting.

    Events that stay elsewhere are brought first.

    Raises:
        StoreError: the query failed or took longer than `limit` seconds.
    """
    wanted = None if connection.log is None else wanted_by(statement)
    if connection.log is None or wanted is None:
        return await _rows_of(connection, statement, limit)
    rows, notes = await with_events(
        await connection.driver(),
        connection.log,
        wanted,
        lambda: _rows_of(connection, statement, limit),
    )
    connection.said.update(dict.fromkeys(notes))
    return rows


async def _rows_of(
    connection: StoreConnection, statement: Executable, limit: float
) -> Sequence[Row[Any]]:
    driver = await connection.driver()
    running = asyncio.ensure_future(connection.execute(statement))
    try:
        async with asyncio.timeout(limit):
            result = await asyncio.shield(running)
    except asyncio.CancelledError:
        await _stop(connection, driver, running)
        raise
    except TimeoutError:
        await _stop(connection, driver, running)
        raise StoreError(
            f"the query was stopped after {limit:g} s; choose a shorter period"
        ) from None
    except DBAPIError as error:
        raise explained(connection.holder, error) from error
    return result.all()


def explained(holder: Holder | None, error: DBAPIError) -> StoreError:
    """Return the line that says why a store cannot be read."""
    reason = error.orig or error
    return cannot_read("the store", reason) if holder is None else holder.explain(reason)


async def _stop(connection: StoreConnection, driver: Any, running: asyncio.Future[Any]) -> None:
    """Interrupt the statement and wait until its thread, or its server, has let go.

    Again and again: a statement that its thread has not begun yet does not notice.
    """
    pause = _INTERRUPT_AGAIN
    while not running.done():
        with contextlib.suppress(asyncio.CancelledError):
            await (interrupt if connection.holder is None else connection.holder.interrupt)(driver)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({running}, timeout=pause)
        pause = min(2 * pause, _INTERRUPT_AT_LAST)
    ended = not running.cancelled() and running.exception() is None
    if ended and not isinstance(connection.holder, StoreFile | None):
        # It ended by itself: what stops it may come to the server only now, and stop the next one.
        await connection.give_up()
