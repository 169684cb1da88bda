"""Platform use as sets of events: any count under any filter, without reading rows.

`use_bitmap` numbers the events of platform use in the order of time and says which ones a person
did, which ones were about an object, which ones happened on a day... What a question is about is
the intersection of such sets, and a count is its size: exact, whatever the filters.
"""

from __future__ import annotations

import asyncio
import sys
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Select, or_, select

from termstats.data.model.period import Period
from termstats.data.model.period_text import parse_range
from termstats.data.model.request import Field, Only
from termstats.data.query.acting import machines
from termstats.data.query.day_parts import cut_days
from termstats.data.query.filters import WEEKDAYS, kept_ids, weekday_of
from termstats.data.query.query import Query
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.days.bitmaps import BLOCK
from termstats.data.store.memory import Memory

_FIELDS = {
    **{"action_id": "action", "person_id": "person"},
    **{"place_id": "place", "object_id": "object"},
}
"""Column of `event` -> field of `use_bitmap`."""
PART = 500
"""Values asked for in one statement."""
REMEMBERED = 2_000_000
"""Events up to which sets stay in memory for the next figure: some 20 MB for all of a question."""
QUESTIONS = 3
"""Questions whose sets stay in memory, the newest ones."""
Sets: TypeAlias = dict[int, BitMap]
"""Value of a field -> its events."""


@dataclass(frozen=True)
class Day:
    """A day of the period and the numbers of its events: from `low`, below `high`."""

    number: int
    low: int
    high: int


@dataclass(frozen=True)
class UseIndex:
    """The events of platform use that a question is about."""

    q: Query
    asked: _Events
    timed: bool = False
    """Only events with a duration, numbered by it: days are scattered then."""

    @property
    def kept(self) -> BitMap:
        """Return the events asked about."""
        return self.asked.kept

    @property
    def days(self) -> Sequence[Day]:
        """Return the days asked about that have events."""
        return self.asked.days

    async def of(self, field: str, values: Collection[int] | None = None) -> Sets:
        """Return value -> its events among those asked about, where there are any."""
        if values is not None and field not in self.asked.known:
            return self._among(await _bitmaps(self.q, field, values, self.timed))
        async with self.asked.turn:
            if field not in self.asked.known:
                found = await _bitmaps(self.q, field, None, self.timed)
                self.asked.known[field] = self._among(found)
        known = self.asked.known[field]
        return known if values is None else {v: known[v] for v in values if v in known}

    def _among(self, found: Sets) -> Sets:
        kept = {value: uses & self.kept for value, uses in found.items()}
        return {value: uses for value, uses in kept.items() if uses}

    async def ever(self, field: str) -> Sets:
        """Return value -> its events ever, whatever is asked about."""
        return await _bitmaps(self.q, field, None, self.timed)

    async def counts(
        self, field: str, values: Collection[int] | None, among: BitMap
    ) -> dict[int, int]:
        """Return value -> sum of weights of its events `among` some of those asked about."""
        found = await _bitmaps(self.q, field, values, self.timed)
        counted = {value: self.events(uses, among) for value, uses in found.items()}
        return {value: number for value, number in counted.items() if number}

    async def acting(self) -> Sets:
        """Return person -> events, of those who count as people on the backoffice level."""
        nobody = {0}
        if not self.q.request.everybody:
            nobody |= {row.id for row in await self.q.fetch(machines())}
        return {p: uses for p, uses in (await self.of("person")).items() if p not in nobody}

    def events(self, uses: BitMap, among: BitMap | None = None) -> int:
        """Return the sum of weights of `uses`, or of those of them that are `among` others."""
        number = len(uses) if among is None else uses.intersection_cardinality(among)
        for weight, heavy in self.asked.heavy:
            those = heavy if among is None else heavy & among
            number += (weight - 1) * uses.intersection_cardinality(those)
        return number

    def per_day(self, uses: BitMap) -> Iterator[tuple[int, int]]:
        """Yield (day number, sum of weights) of the days with any of `uses`."""
        parts = [(weight - 1, uses & heavy) for weight, heavy in self.asked.heavy]
        for day in self.days:
            number = uses.range_cardinality(day.low, day.high)
            if number:
                for more, some in parts:
                    number += more * some.range_cardinality(day.low, day.high)
                yield day.number, number

    def weekdays(self) -> list[BitMap]:
        """Return the events asked about of Monday, Tuesday..."""
        found = [BitMap() for _ in WEEKDAYS]
        for day in self.days:
            found[weekday_of(day.number)].add_range(day.low, day.high)
        return [uses & self.kept for uses in found]


def people_of(acting: Mapping[int, BitMap], sets: Mapping[int, BitMap]) -> dict[int, int]:
    """Return key -> different people of each of many sets of events, which few people did each.

    Asking every person for every set costs people x sets; this costs the events, once or twice.
    """
    people = [0] * (1 + max((uses.max() for uses in acting.values() if uses), default=0))
    for person, uses in acting.items():
        for number in uses.to_array():
            people[number] = person
    everybody = BitMap.union(BitMap(), *acting.values())
    found = {}
    for key, uses in sets.items():
        numbers = (uses & everybody).to_array()
        found[key] = len(set(map(people.__getitem__, numbers)))
    return found


async def use_index(q: Query, *, timed: bool = False) -> UseIndex | None:
    """Return the events that the question is about; None: only single events can tell.

    That is where days are cut into parts, and where errors are asked for.
    """
    cuts = bool(cut_days(q.question)) or q.request.step is not None
    if cuts or any(field == Field.ERROR for field, _ in q.request.only):
        return None
    key = (q.period, q.request.only, q.question.scope, timed)
    events = await q.store.memories.recall(_QUESTIONS, key, lambda: _ask(q, timed))
    return UseIndex(q, events, timed)


@dataclass(frozen=True)
class _Events:
    """The events that a question is about."""

    kept: BitMap
    days: Sequence[Day]
    heavy: Sequence[tuple[int, BitMap]]
    """(weight, events that stand for so many), of those that do not stand for one."""
    known: dict[str, Sets] = field(default_factory=dict)
    """Field -> what `of` found for all its values: figures of one screen ask for the same."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Lets one figure read what others of the screen wait for."""


_Key: TypeAlias = tuple[Period, tuple[Only, ...], Scope, bool]
_QUESTIONS: Memory[_Key, _Events] = Memory(QUESTIONS, lambda events: len(events.kept) <= REMEMBERED)


async def _ask(q: Query, timed: bool) -> _Events:
    by_day = await _by_day(q, timed)
    kept = BitMap.union(BitMap(), *by_day.values())
    for column, ids in kept_ids(q.question):
        if isinstance(ids, Select):
            ids = [tuple(row)[0] for row in await q.fetch(ids)]
        some = await _bitmaps(q, _FIELDS[column], ids, timed)
        kept &= BitMap.union(BitMap(), *some.values())
    heavy = (await _bitmaps(q, "weight", None, timed)).items()
    days = [Day(number, uses.min(), uses.max() + 1) for number, uses in by_day.items()]
    return _Events(kept, () if timed else days, [(weight, uses & kept) for weight, uses in heavy])


async def _by_day(q: Query, timed: bool) -> Sets:
    """Return day number -> events, of the days of the period that the filters keep."""
    table = schema.use_bitmap
    if not q.question.scope.is_everything:
        return {}
    where: list[ColumnElement[bool]] = [table.c.value.between(*q.period.day_range)]
    for about, entities in q.request.only:
        if about == Field.DAYS:
            ranges = [parse_range(entity.key, q.zone).day_range for entity in entities]
            where.append(or_(*(table.c.value.between(*days) for days in ranges)))
        elif about == Field.WEEKDAY:
            where.append(weekday_of(table.c.value).in_([entity.id for entity in entities]))
    rows = await q.fetch(_rows("day", timed).where(*where).order_by(table.c.value))
    return {row.value: BitMap.deserialize(row.uses) for row in rows}


async def _bitmaps(q: Query, field: str, values: Collection[int] | None, timed: bool) -> Sets:
    """Return value -> events ever, of a field; only those `values` if any are given."""
    wanted = _rows(field, timed)
    statements = [wanted]
    if values is not None:
        listed = sorted(values)
        parts = (listed[start : start + PART] for start in range(0, len(listed), PART))
        statements = [wanted.where(schema.use_bitmap.c.value.in_(part)) for part in parts]
    found = {}
    for statement in statements:
        for row in await q.fetch(statement):
            found[row.value] = BitMap.deserialize(row.uses)
    return found


def _rows(field: str, timed: bool) -> Select[Any]:
    table = schema.use_bitmap
    return select(table.c.value, table.c.uses).where(
        table.c.timed == int(timed), table.c.field == field
    )


async def durations(q: Query) -> list[float]:
    """Return the durations of platform use by their numbers: the shortest first."""
    table = schema.use_list
    found = array("d")
    blocks = select(table.c.numbers).where(table.c.name == "seconds").order_by(table.c.block)
    for row in await q.fetch(blocks):
        found.extend(_list("d", row.numbers))
    return found.tolist()


async def event_ids(q: Query, numbers: Collection[int]) -> dict[int, int]:
    """Return number -> id of the event, of events numbered by time."""
    table = schema.use_list
    wanted = sorted({number // BLOCK for number in numbers})
    blocks = select(table).where(table.c.name == "event", table.c.block.in_(wanted))
    ids = {row.block: _list("q", row.numbers) for row in await q.fetch(blocks)}
    return {number: ids[number // BLOCK][number % BLOCK] for number in numbers}


def _list(kind: str, numbers: bytes) -> array[Any]:
    found: array[Any] = array(kind, numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return found
