"""Builds the day tables of platform use, in one pass over its events."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.model.extra import extra_of
from termstats.data.model.period import day_number, day_start, local_day
from termstats.data.model.units import DayNumber, EventId, RowId
from termstats.data.store import schema
from termstats.data.store.days.bitmaps import UseBitmaps
from termstats.data.store.schema import (
    EVENT_SEQUENCE_BITS,
    FLAG_DUPLICATE,
    FLAG_OUTLIER,
    MARK_ERROR,
    MARK_FAILED,
    MARK_HANDLED,
    MARK_UNHANDLED,
    PLATFORM_KINDS,
    SOCIAL_KIND,
)

Key = tuple[RowId, RowId, RowId, RowId]
MARKS: dict[tuple[bool, bool], tuple[int, ...]] = {
    (False, False): (),
    (False, True): (MARK_FAILED,),
    (True, False): (MARK_FAILED, MARK_ERROR),
    (True, True): (MARK_FAILED, MARK_ERROR),
}
"""(has an error, missed) -> values of `mark`."""


class _UseDay:
    """What one day adds up to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.number = DayNumber(0)
        self.actions: dict[Key, list[float]] = {}
        """(action, training, person, place) -> events, seconds."""
        self.objects: dict[Key, int] = {}
        """(object, action, person, place) -> events."""

    def flush(self) -> None:
        """Write the day, and begin an empty one."""
        actions = ((self.number, *key, int(v[0]), v[1]) for key, v in self.actions.items())
        insert_sorted(self.connection, "action_day", actions)
        objects = ((self.number, *key, events) for key, events in self.objects.items())
        insert_sorted(self.connection, "object_day", objects)
        self.actions.clear()
        self.objects.clear()


def insert_sorted(
    connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Write whole rows of one day: sorted, they arrive in the order of the key."""
    marks = ", ".join("?" * len(schema.metadata.tables[table].columns))
    connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', sorted(rows))  # noqa: S608


def build_platform(connection: sqlite3.Connection, zone: ZoneInfo) -> None:
    """Fill `action_day`, `object_day` and `use_bitmap`.

    Posts, comments and reactions go into the first.
    """
    kinds = (*PLATFORM_KINDS, SOCIAL_KIND)
    cursor = connection.execute(
        "SELECT e.id, a.kind, e.action_id, coalesce(e.training_id, 0), coalesce(e.person_id, 0), "  # noqa: S608
        "coalesce(e.place_id, 0), e.object_id, e.weight, "
        f"CASE WHEN e.flags & {FLAG_OUTLIER} = 0 THEN e.seconds END, e.error, e.missed, "
        "CASE WHEN a.kind = 'error' THEN e.extra END "
        "FROM event AS e JOIN action AS a ON a.id = e.action_id "
        f"WHERE e.is_aggregate = 0 AND e.flags & {FLAG_DUPLICATE} = 0 "
        f"AND a.kind IN ({', '.join('?' * len(kinds))}) ORDER BY e.id",
        kinds,
    )
    others = _Others(connection)
    uses = UseBitmaps()
    day = _UseDay(connection)
    end = 0
    for (event, kind, action, training, person, place, object_id, weight, seconds,
         error, missed, extra) in cursor:  # fmt: skip
        if event >= end:
            day.flush()
            local = local_day(event >> EVENT_SEQUENCE_BITS, zone)
            end = day_start(local + timedelta(days=1), zone) << EVENT_SEQUENCE_BITS
            day.number = day_number(local)
        sums = day.actions.setdefault((action, training, person, place), [0, 0.0])
        sums[0] += weight
        sums[1] += seconds or 0.0
        if kind == SOCIAL_KIND:
            continue
        objects = [*(() if object_id is None else (object_id,)), *others.of(event)]
        for each in objects:
            key = (each, action, person, place)
            day.objects[key] = day.objects.get(key, 0) + weight
        marks = MARKS[error is not None, bool(missed)]
        if kind == "error":
            uses.add_fault(action, error)
            marks += _handled_mark(extra)
        uses.add(event, day.number, action, person, place, objects, weight, seconds, marks)
    day.flush()
    uses.write(connection)


@lru_cache(maxsize=10_000)
def _handled_mark(extra: str | None) -> tuple[int, ...]:
    """Return the mark of an error that the platform says was handled or not; texts repeat."""
    handled = extra_of(extra).get("handled")
    if not isinstance(handled, bool):
        return ()
    return (MARK_HANDLED if handled else MARK_UNHANDLED,)


class _Others:
    """The further objects of events, which have to be asked for in the order of their ids."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._rows: Iterator[tuple[EventId, RowId]] = connection.execute(
            "SELECT event_id, object_id FROM event_object ORDER BY event_id, object_id"
        )
        self._next = next(self._rows, None)

    def of(self, event: EventId) -> list[RowId]:
        """Return the further objects of that event."""
        objects = []
        while self._next is not None and self._next[0] <= event:
            if self._next[0] == event:
                objects.append(self._next[1])
            self._next = next(self._rows, None)
        return objects
