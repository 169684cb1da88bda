"""Builds the day tables from the canonical tables, in one pass over the events.

Day tables make every figure cheap: their size follows people x days, not events.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from termstats.data.model.period import bucket_of, day_number, day_start, local_day, number_day
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store import schema
from termstats.data.store.days.coverage import set_coverage
from termstats.data.store.days.platform import build_platform, insert_sorted
from termstats.data.store.days.progress import build_progress
from termstats.data.store.days.standing import build_standing
from termstats.data.store.days.work import Work, own_work
from termstats.data.store.ddl import create_indexes, create_tables, drop_indexes
from termstats.data.store.schema import (
    ALL_TRAININGS,
    CLOCK_DEVICE,
    CLOCK_SERVER,
    EVENT_SEQUENCE_BITS,
    FLAG_DUPLICATE,
    FLAG_OUTLIER,
    KINDS,
    MEASURES,
    SOURCES_ELSEWHERE,
)

_WIDTH = len(MEASURES)
_KIND_AT = {kind: 5 + index for index, kind in enumerate(KINDS)}
_VALUE_LENGTH = 255
Vector = list[float]
Key = tuple[RowId, RowId]
"""(training id, person id); 0 where there is none."""
SumKey = TypeVar("SumKey")
_WORK_WIDTH = 3
"""Columns of a row of work; events have more."""
_IS_SUMMED = f"e.source_id IN ({SOURCES_ELSEWHERE})"
"""Whether an event stands for as many records as it weighs: a log was summed up where it stays."""
_NOBODY = _NOWHERE = RowId(0)
"""Person and training of an event without one."""


def build(connection: sqlite3.Connection, zone: ZoneInfo) -> None:
    """Rebuild every day table of the store for the reporting zone `zone`."""
    drop_indexes(connection, schema.DAY_TABLES)
    for table in schema.DAY_TABLES:
        connection.execute(f'DROP TABLE IF EXISTS "{table.name}"')
    create_tables(connection, schema.DAY_TABLES)
    counted = {row[0] for row in connection.execute("SELECT id FROM person WHERE counted = 1")}
    _build_clock(connection, zone, CLOCK_DEVICE, counted)
    if connection.execute("SELECT count(*) FROM source WHERE two_clocks = 1").fetchone()[0]:
        _build_clock(connection, zone, CLOCK_SERVER, counted)
    set_coverage(connection, zone)
    build_platform(connection, zone)
    build_progress(connection, zone, counted)
    create_indexes(connection, schema.DAY_TABLES)
    build_standing(connection, zone)


class ActivityDay:
    """What one day adds up to, and the month it belongs to."""

    def __init__(self, connection: sqlite3.Connection, clock: int, counted: set[RowId]) -> None:
        self.connection = connection
        self.clock = clock
        self.counted = counted
        self.number = DayNumber(0)
        self.month: DayNumber | None = None
        self.vectors: dict[Key, Vector] = {}
        self.active: set[Key] = set()
        self.begun: set[Key] = set()
        """Who has had an event in which training, on this day or before."""
        self.worked: set[Key] = set()
        """Who worked in which training before their first event there."""
        self.places: dict[tuple[bool, str | None, str | None], list[int]] = {}
        """(counted, language, country) -> weight, weight of what was missed."""
        self.terms: dict[tuple[bool, str | None], list[int]] = {}
        """(counted, term of a search) -> the same."""
        self.months: dict[Key, Vector] = {}
        self.month_active: dict[Key, int] = defaultdict(int)
        self.month_last: dict[Key, DayNumber] = {}

    def work(self, row: Work) -> None:
        """Let work make somebody active in a training, where events do not tell it yet."""
        _at, training, person = row
        if (training, person) not in self.begun:
            self.worked.add((training, person))

    def flush(self) -> None:
        """Write the day, and begin an empty one."""
        trainings: dict[tuple[RowId, int], Vector] = {}
        people: dict[Key, Vector] = {}
        bitmaps: dict[RowId, BitMap] = defaultdict(BitMap)
        active_people = {person for _training, person in self.active}
        in_trainings = self.worked | {key for key in self.active if key[0]}
        for (training, person), vector in self.vectors.items():
            is_counted = int(person in self.counted)
            _add(trainings, (ALL_TRAININGS, is_counted), vector)
            if training:
                _add(trainings, (training, is_counted), vector)
            if person:
                _add(people, (ALL_TRAININGS, person), vector)
                if training:
                    _add(people, (training, person), vector)
        for person in active_people:
            bitmaps[ALL_TRAININGS].add(person)
        for training, person in in_trainings:
            bitmaps[training].add(person)
            people.setdefault((training, person), [0] * _WIDTH)
        self._insert(
            "training_day", ((self.clock, t, self.number, c, *v) for (t, c), v in trainings.items())
        )
        rows = []
        for (training, person), vector in people.items():
            key = (training, person)
            is_active = int(key in in_trainings if training else person in active_people)
            rows.append((self.clock, training, self.number, person, is_active, *vector))
            self.add_to_month(key, self.number, is_active, vector)
        self._insert("person_day", rows)
        self._insert(
            "people_bitmap",
            ((self.clock, t, self.number, b.serialize()) for t, b in bitmaps.items()),
        )
        self._insert(
            "value_day",
            (
                (self.clock, field, self.number, is_counted, value, *numbers)
                for (field, is_counted, value), numbers in self._values().items()
            ),
        )
        for part in (self.vectors, self.active, self.worked, self.places, self.terms):
            part.clear()

    def _values(self) -> dict[tuple[str, int, str], list[int]]:
        """Return (field, counted, value) -> weight, weight of what was missed."""
        values: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0])
        told = [("term", *key, numbers) for key, numbers in self.terms.items()]
        for (is_counted, language, country), numbers in self.places.items():
            told.append(("language", is_counted, language, numbers))
            told.append(("country", is_counted, country, numbers))
        for field, is_counted, value, (weight, missed) in told:
            sums = values[field, int(is_counted), (value or "")[:_VALUE_LENGTH]]
            sums[0] += weight
            sums[1] += missed
        return values

    def add_to_month(self, key: Key, day: DayNumber, is_active: int, vector: Vector) -> None:
        """Add what somebody did on a day; days come in their order."""
        _add(self.months, key, vector)
        self.month_active[key] += is_active
        self.month_last[key] = day

    def flush_month(self) -> None:
        """Write the month, and begin an empty one."""
        self._insert(
            "person_month",
            (
                (
                    self.clock,
                    training,
                    self.month,
                    person,
                    self.month_active[training, person],
                    self.month_last[training, person],
                    *vector,
                )
                for (training, person), vector in self.months.items()
            ),
        )
        self.months.clear()
        self.month_active.clear()
        self.month_last.clear()

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        insert_sorted(self.connection, table, rows)


def _add(sums: dict[SumKey, Vector], key: SumKey, vector: Vector) -> None:
    numbers = sums.get(key)
    if numbers is None:
        sums[key] = vector.copy()
    else:
        for index, value in enumerate(vector):
            if value:
                numbers[index] += value


def _build_clock(
    connection: sqlite3.Connection, zone: ZoneInfo, clock: int, counted: set[RowId]
) -> None:
    """Fill the activity day tables for one clock."""
    day = ActivityDay(connection, clock, counted)
    events, work = learning_events(connection, clock), own_work(connection, clock)
    for number in fill_days(day, zone, events, work):
        month = day_number(bucket_of(number_day(number), "month"))
        if month != day.month:
            if day.month is not None:
                day.flush_month()
            day.month = month
    if day.month is not None:
        day.flush_month()


def learning_events(
    connection: sqlite3.Connection, clock: int, within: tuple[Second, Second] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Give the events of learning in the order of time by one clock, as `fill_days` reads them.

    `within`: from the first second on, before the second one.
    """
    at = f"(e.id >> {EVENT_SEQUENCE_BITS})"
    order, span = "e.id", ""
    if within is not None:
        first, end = (second << EVENT_SEQUENCE_BITS for second in within)
        span = f"AND e.id >= {first} AND e.id < {end}"
    if clock == CLOCK_SERVER:
        at = f"coalesce(e.server_at, {at})"
        order = f"{at}, e.id"
        span = f"AND {at} >= {within[0]} AND {at} < {within[1]}" if within is not None else ""
    return connection.execute(
        f"SELECT {at}, e.person_id, a.kind, e.training_id, e.seconds, e.weight, e.active, "  # noqa: S608
        "e.flags, e.missed, e.language, e.country, CASE WHEN a.kind = 'search' THEN e.detail END, "
        f"iif({_IS_SUMMED}, e.weight, 1) "
        "FROM event AS e JOIN action AS a ON a.id = e.action_id "
        f"WHERE e.is_aggregate = 0 AND e.flags & {FLAG_DUPLICATE} = 0 "
        f"AND a.kind IN ({', '.join('?' * len(KINDS))}) {span} ORDER BY {order}",
        KINDS,
    )


def fill_days(
    day: ActivityDay, zone: ZoneInfo, events: Iterable[Any], work: Iterable[Work]
) -> Iterator[DayNumber]:
    """Write the days of these events and this work, both in the order of time.

    Gives the number of each day before it is written.
    """
    end = None
    for row in _in_order(events, work):
        if end is None or row[0] >= end:
            if end is not None:
                yield day.number
                day.flush()
            local = local_day(row[0], zone)
            end = day_start(local + timedelta(days=1), zone)
            day.number = day_number(local)
        if len(row) == _WORK_WIDTH:
            day.work(row)
        else:
            _count(day, row)
    if end is not None:
        yield day.number
        day.flush()


def _in_order(events: Iterable[tuple[Any, ...]], work: Iterable[Work]) -> Iterator[tuple[Any, ...]]:
    """Give events and work in the order of time; of one second, events first."""
    others = iter(work)
    due = next(others, None)
    for event in events:
        while due is not None and due[0] < event[0]:
            yield due
            due = next(others, None)
        yield event
    if due is not None:
        yield due
        yield from others


def _count(day: ActivityDay, row: tuple[Any, ...]) -> None:
    """Add one event to its day."""
    (_at, person, kind, training, seconds, weight, active, flags, missed, language, country,
     term, records) = row  # fmt: skip
    person = person or _NOBODY
    where = (training or _NOWHERE, person)
    vector = day.vectors.get(where)
    if vector is None:
        vector = day.vectors[where] = [0] * _WIDTH
    vector[0] += weight
    vector[1] += records
    if flags & FLAG_OUTLIER:
        vector[3] += 1
    elif seconds is not None:
        vector[2] += seconds
    if missed:
        vector[4] += weight
    vector[_KIND_AT[kind]] += weight
    if active and person:
        day.active.add(where)
        day.begun.add(where)
    is_counted = person in day.counted
    _add_value(day.places, (is_counted, language, country), weight, missed)
    if kind == "search":
        _add_value(day.terms, (is_counted, term), weight, missed)


def _add_value(sums: dict[SumKey, list[int]], key: SumKey, weight: int, missed: int) -> None:
    numbers = sums.get(key)
    if numbers is None:
        numbers = sums[key] = [0, 0]
    numbers[0] += weight
    if missed:
        numbers[1] += weight
