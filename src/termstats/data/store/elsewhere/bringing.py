"""Brings events of a log to where a statement finds them: beside the store, for that connection."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Row
from sqlalchemy.dialects import sqlite

from termstats.data.model.units import Second
from termstats.data.store.elsewhere.wanted import Wanted
from termstats.data.store.schema import event

_FRESH = 60.0
"""Seconds for which events that were brought are not asked for again."""
_MORE = 4
"""So many times as many events are asked for, where too few of a page's fit."""
_DIALECT = sqlite.dialect()


@dataclass(frozen=True)
class Brought:
    """Events of a log, as the store would hold them."""

    rows: Sequence[tuple[Any, ...]]
    """In the order of the columns of `event`."""
    low: Second
    """From here on all that was wanted is there."""
    notes: tuple[str, ...] = ()
    """What a reader must know of them."""


class EventLog(Protocol):
    """A log that stays where it is."""

    async def fetch(self, wanted: Wanted) -> Brought:
        """Return the events that are wanted, and others of the same seconds.

        Cancelling stops the queries on the server.

        Raises:
            StoreError: it does not answer, or there are too many.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


@dataclass(frozen=True)
class _Held:
    """What a connection holds of a log."""

    wanted: Wanted
    notes: tuple[str, ...]
    at: float


_HELD: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()
"""Connection of the driver -> what was brought to it last."""


async def with_events(
    driver: Any,
    log: EventLog,
    wanted: Wanted,
    run: Callable[[], Awaitable[Sequence[Row[Any]]]],
) -> tuple[Sequence[Row[Any]], tuple[str, ...]]:
    """Run a statement where it finds the events it wants; return its rows, and what to know.

    Raises:
        StoreError: the log does not answer, or has too many of them.
    """
    held = _HELD.get(driver)
    everything = replace(wanted, newest=None, rows=0)
    if held is not None and held.wanted.holds(everything) and time.monotonic() - held.at < _FRESH:
        return await run(), held.notes
    asked, most = wanted, wanted.newest
    while True:
        brought = await log.fetch(asked)
        _HELD.pop(driver, None)
        await _put(driver, brought.rows)
        is_all = brought.low <= wanted.low
        _HELD[driver] = _Held(
            replace(everything, low=max(brought.low, wanted.low)), brought.notes, time.monotonic()
        )
        rows = await run()
        if is_all or most is None or len(rows) >= wanted.rows:
            return rows, brought.notes
        most *= _MORE
        asked = replace(wanted, newest=most)


async def _put(driver: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let these rows be the events of a connection, besides those that the store itself holds."""
    columns = ", ".join(f'"{c.name}" {c.type.compile(_DIALECT)}' for c in event.columns)
    marks = ", ".join("?" for _ in event.columns)
    await driver.execute("PRAGMA query_only = OFF")  # the store itself is open for reading only
    try:
        await driver.execute(f"CREATE TEMP TABLE IF NOT EXISTS event_of_log ({columns})")
        await driver.execute(
            "CREATE UNIQUE INDEX IF NOT EXISTS temp.event_of_log_id ON event_of_log (id)"
        )
        await driver.execute(
            "CREATE TEMP VIEW IF NOT EXISTS event AS SELECT * FROM main.event "
            "UNION ALL SELECT * FROM temp.event_of_log"
        )
        await driver.execute("DELETE FROM temp.event_of_log")
        await driver.executemany(f"INSERT INTO temp.event_of_log VALUES ({marks})", rows)  # noqa: S608
        await driver.commit()
    finally:
        await driver.execute("PRAGMA query_only = ON")
