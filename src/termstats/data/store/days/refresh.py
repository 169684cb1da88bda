"""Refreshes the day tables after rows have come or changed: only the days that these touch.

What comes out is what `build` makes of the same rows, value by value.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from termstats.data.model.period import add_months, bucket_of, day_number, day_start, local_day
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema
from termstats.data.store.days.build import ActivityDay, build, fill_days, learning_events
from termstats.data.store.days.coverage import set_coverage
from termstats.data.store.days.platform import build_platform
from termstats.data.store.days.progress_refresh import Pair, refresh_progress
from termstats.data.store.days.standing import refresh_standing
from termstats.data.store.days.work import Work, own_work
from termstats.data.store.schema import (
    CLOCK_DEVICE,
    CLOCK_SERVER,
    EVENT_SEQUENCE_BITS,
    FLAG_DUPLICATE,
    KINDS,
)

Span = tuple[Second, Second]
"""First second, and the one after the last."""
Row = TypeVar("Row", bound=tuple[Any, ...])
_ACTIVITY = ("training_day", "person_day", "people_bitmap", "value_day")
_PLATFORM = (
    schema.action_day,
    schema.object_day,
    schema.use_bitmap,
    schema.use_list,
    schema.fault,
)

_LEARNING = (
    f"e.is_aggregate = 0 AND e.flags & {FLAG_DUPLICATE} = 0 "
    f"AND a.kind IN ({', '.join('?' * len(KINDS))})"
)
"""Condition on `event AS e` and its `action AS a`; its parameters are KINDS."""
_MOMENT = {
    CLOCK_DEVICE: f"(e.id >> {EVENT_SEQUENCE_BITS})",
    CLOCK_SERVER: f"coalesce(e.server_at, e.id >> {EVENT_SEQUENCE_BITS})",
}
"""Clock -> the second of `event AS e`."""


@dataclass
class Changed:
    """What came, went or changed in the canonical tables."""

    events: Sequence[tuple[Second, Second | None, RowId | None, RowId | None]] = ()
    """(second, when the server received it, training, person) of events that came or went."""
    is_platform: bool = False
    """Whether one of them, or one that got another id, is platform use."""
    pairs: Mapping[Pair, Second | None] = field(default_factory=dict)
    """Of whom attempts, completions or enrolments changed, and the earliest moment, by either
    clock, of an attempt or a completion that did; None: none did."""

    def since(self) -> dict[Pair, Second | None]:
        """Return of whom anything changed, and its earliest moment by either clock."""
        since = dict(self.pairs)
        for at, server_at, training, person in self.events:
            if training is not None and person is not None:
                first = at if server_at is None else min(at, server_at)
                known = since.get((training, person))
                since[training, person] = first if known is None else min(first, known)
        return since


def refresh(
    connection: sqlite3.Connection, before: sqlite3.Connection, zone: ZoneInfo, changed: Changed
) -> None:
    """Refresh the day tables of `connection`; `before` is the store without the changes."""
    counted = _counted(connection)
    clocks = _clocks(connection)
    # Who counts is in every sum: somebody who came or went there changes days long gone.
    people = {row[0] for row in before.execute("SELECT id FROM person")}
    if _clocks(before) != clocks or _counted(before) != counted & people:
        build(connection, zone)
        return
    since = changed.since()
    for clock in clocks:
        moments = {at if clock == CLOCK_DEVICE or s is None else s for at, s, *_ in changed.events}
        begins = [pair for pair in since.items() if not _has_begun(connection, clock, *pair)]
        pairs = {pair for pair, at in begins if at is not None}
        was, is_now = (_worked(each, clock, pairs) for each in (before, connection))
        moments |= {work[0] for work in was ^ is_now}
        _refresh_clock(connection, zone, clock, counted, {local_day(at, zone) for at in moments})
    set_coverage(connection, zone)
    if changed.is_platform:
        for table in _PLATFORM:
            connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608
        build_platform(connection, zone)
    refresh_progress(connection, before, zone, counted, since)
    refresh_standing(connection, zone, since)


def _counted(connection: sqlite3.Connection) -> set[RowId]:
    return {row[0] for row in connection.execute("SELECT id FROM person WHERE counted = 1")}


def _clocks(connection: sqlite3.Connection) -> tuple[int, ...]:
    row = connection.execute("SELECT count(*) FROM source WHERE two_clocks = 1").fetchone()
    return (CLOCK_DEVICE, CLOCK_SERVER) if row[0] else (CLOCK_DEVICE,)


def _has_begun(connection: sqlite3.Connection, clock: int, pair: Pair, at: Second | None) -> bool:
    """Return whether an event makes somebody active in a training before a moment.

    Then nothing that changed since decides from when on they are.
    """
    if at is None:
        return True
    training, person = pair
    row = connection.execute(
        # By the index of people: a busy one has begun early.
        "SELECT 1 FROM event AS e CROSS JOIN action AS a ON a.id = e.action_id "  # noqa: S608
        "WHERE e.person_id = ? AND +e.training_id = ? AND e.active = 1 "
        f"AND {_MOMENT[clock]} < ? AND {_LEARNING} LIMIT 1",
        (person, training, at, *KINDS),
    ).fetchone()
    return row is not None


def _worked(connection: sqlite3.Connection, clock: int, pairs: Collection[Pair]) -> set[Work]:
    """Return the work of these that no event tells first."""
    trainings: dict[RowId, set[RowId]] = defaultdict(set)
    for training, person in pairs:
        trainings[person].add(training)
    worked: set[Work] = set()
    for person, theirs in trainings.items():
        work = [row for row in own_work(connection, clock, person=person) if row[1] in theirs]
        worked.update(_not_begun(connection, clock, work))
    return worked


def _not_begun(connection: sqlite3.Connection, clock: int, work: Iterable[Work]) -> Iterator[Work]:
    """Give the work that is done before the first event of its person in its training."""
    begun: set[Pair] = set()
    for at, training, person in work:  # in the order of time
        pair = training, person
        if pair not in begun and _has_begun(connection, clock, pair, Second(at + 1)):
            begun.add(pair)
        if pair not in begun:
            yield at, training, person


def _refresh_clock(
    connection: sqlite3.Connection,
    zone: ZoneInfo,
    clock: int,
    counted: set[RowId],
    days: Collection[date],
) -> None:
    """Write these days of the activity tables anew, and their months."""
    if not days:
        return
    numbers = [day_number(day) for day in days]
    marks = ", ".join("?" * len(numbers))
    for table in _ACTIVITY:
        connection.execute(
            f"DELETE FROM {table} WHERE clock = ? AND day IN ({marks})",  # noqa: S608
            (clock, *numbers),
        )
    spans = [
        (day_start(first, zone), day_start(last + timedelta(days=1), zone))
        for first, last in _runs(days)
    ]
    whole = spans[0][0], spans[-1][1]
    work = _within(own_work(connection, clock, within=whole), spans)
    if clock == CLOCK_DEVICE:
        each = (learning_events(connection, clock, span) for span in spans)
        events: Iterator[tuple[Any, ...]] = chain.from_iterable(each)
    else:  # no index leads to these: one look at all of them
        events = _within(learning_events(connection, clock, whole), spans)
    day = ActivityDay(connection, clock, counted)
    for _number in fill_days(day, zone, events, _not_begun(connection, clock, work)):
        pass
    for month in sorted({bucket_of(day, "month") for day in days}):
        _refresh_month(connection, clock, counted, month)


def _runs(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Give first and last day of each unbroken run of days."""
    listed = sorted(days)
    begins = [d for d in listed if d - timedelta(days=1) not in days]
    ends = [d for d in listed if d + timedelta(days=1) not in days]
    return zip(begins, ends, strict=True)


def _within(rows: Iterable[Row], spans: Sequence[Span]) -> Iterator[Row]:
    """Give the rows whose second lies in one of the spans, which are in order."""
    begins = [first for first, _end in spans]
    for row in rows:
        at = bisect_right(begins, row[0]) - 1
        if at >= 0 and row[0] < spans[at][1]:
            yield row


def _refresh_month(
    connection: sqlite3.Connection, clock: int, counted: set[RowId], month: date
) -> None:
    """Write one month anew from its days."""
    first = day_number(month)
    connection.execute("DELETE FROM person_month WHERE clock = ? AND month = ?", (clock, first))
    sums = ActivityDay(connection, clock, counted)
    sums.month = first
    columns = ", ".join(f'"{name}"' for name in schema.MEASURES)
    for training, person, day, active, *vector in connection.execute(
        f"SELECT training_id, person_id, day, active, {columns} FROM person_day "  # noqa: S608
        "WHERE clock = ? AND day >= ? AND day < ? ORDER BY day",
        (clock, first, day_number(add_months(month, 1))),
    ):
        sums.add_to_month((training, person), day, active, vector)
    sums.flush_month()
