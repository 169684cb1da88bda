"""Platform use as sets of events: any count under any filter, without reading rows.

`use_bitmap` numbers the events of platform use in the order of time and says which ones a person
did, which ones were about an object, which ones happened on a day... What a question is about is
the intersection of such sets, and a count is its size: exact, whatever the filters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from pyroaring import BitMap
from sqlalchemy import Select

from termstats.data.model.filter_base import Filter
from termstats.data.model.period import Period
from termstats.data.model.units import DayNumber, RowId
from termstats.data.model.weekdays import WEEKDAYS, weekday_of
from termstats.data.query.acting import machines
from termstats.data.query.filters.column_ids import ids_by_column
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.query.scope import Scope
from termstats.data.query.uses.stored_sets import Sets, read_days, read_sets
from termstats.data.store.memory import Memory

Number = TypeVar("Number", bound=int)
_FIELDS = {
    **{"action_id": "action", "person_id": "person"},
    **{"place_id": "place", "object_id": "object"},
}
"""Column of `event` -> field of `use_bitmap`."""
REMEMBERED = 2_000_000
"""Events up to which sets stay in memory for the next figure: some 20 MB for all of a question."""
QUESTIONS = 3
"""Questions whose sets stay in memory, the ones used last."""


@dataclass(frozen=True)
class Day:
    """A day of the period and the numbers of its events: from `low`, below `high`."""

    number: DayNumber
    low: int
    high: int


@dataclass(frozen=True)
class AskedEvents:
    """The events that a question is about, and what has been read of them."""

    everything: BitMap
    days: Sequence[Day]
    """Days with events; none where events are numbered by their duration."""
    heavy: Sequence[tuple[int, BitMap]]
    """(weight, events that stand for so many), of those that do not stand for one."""
    by_field: dict[str, Sets] = field(default_factory=dict)
    """Field -> all its sets: figures of one screen ask for the same."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Lets one figure read what others of the screen wait for."""


_Key: TypeAlias = tuple[Period, tuple[Filter, ...], Scope, bool]
_ASKED: Memory[_Key, AskedEvents] = Memory(
    QUESTIONS, lambda asked: len(asked.everything) <= REMEMBERED
)


@dataclass(frozen=True)
class EventSets:
    """Sets of the events that a question is about; made by `event_sets`."""

    question: Question
    reader: Reader
    asked: AskedEvents
    timed: bool
    """Only events with a duration, numbered by it."""

    @property
    def everything(self) -> BitMap:
        """Return all events asked about."""
        return self.asked.everything

    async def of(self, name: str, values: Collection[int] | None = None) -> Sets:
        """Return value of a field -> its events among those asked about, where there are any."""
        by_field = self.asked.by_field
        if values is not None and name not in by_field:
            return self._among(await read_sets(self.reader, name, values, timed=self.timed))
        async with self.asked.turn:
            if name not in by_field:
                sets = await read_sets(self.reader, name, None, timed=self.timed)
                by_field[name] = self._among(sets)
        sets = by_field[name]
        return sets if values is None else {v: sets[v] for v in values if v in sets}

    def _among(self, sets: Sets) -> Sets:
        among = {value: events & self.everything for value, events in sets.items()}
        return {value: events for value, events in among.items() if events}

    async def ever(self, name: str) -> Sets:
        """Return value of a field -> its events ever, whatever is asked about."""
        return await read_sets(self.reader, name, None, timed=self.timed)

    async def of_actions(self, actions: Collection[RowId]) -> BitMap:
        """Return the events of any of those actions."""
        return union_of(await self.of("action", actions), actions)

    async def sizes(
        self, name: str, values: Collection[RowId] | None, among: BitMap
    ) -> dict[RowId, int]:
        """Return value -> sum of weights of its events `among` some of those asked about."""
        sets = await read_sets(self.reader, name, values, timed=self.timed)
        sizes = {value: self.size(events, among) for value, events in sets.items()}
        return {value: size for value, size in sizes.items() if size}

    async def of_people(self) -> dict[RowId, BitMap]:
        """Return person -> events, of those who count as people on the backoffice level."""
        nobody = {0}
        if not self.question.request.everybody:
            nobody |= {row.id for row in await self.reader.fetch(machines())}
        by_person = await self.of("person")
        return {person: events for person, events in by_person.items() if person not in nobody}

    def size(self, events: BitMap, among: BitMap | None = None) -> int:
        """Return the sum of weights of `events`, or of those of them that are `among` others."""
        size = len(events) if among is None else events.intersection_cardinality(among)
        for weight, heavy in self.asked.heavy:
            those = heavy if among is None else heavy & among
            size += (weight - 1) * events.intersection_cardinality(those)
        return size

    def per_day(self, events: BitMap) -> Iterator[tuple[DayNumber, int]]:
        """Yield (day number, sum of weights) of the days with any of `events`."""
        parts = [(weight - 1, events & heavy) for weight, heavy in self.asked.heavy]
        for day in self.asked.days:
            size = events.range_cardinality(day.low, day.high)
            if size:
                for more, heavy in parts:
                    size += more * heavy.range_cardinality(day.low, day.high)
                yield day.number, size

    def weekdays(self) -> list[BitMap]:
        """Return the events asked about of Monday, Tuesday..."""
        weekdays = [BitMap() for _ in WEEKDAYS]
        for day in self.asked.days:
            weekdays[weekday_of(day.number)].add_range(day.low, day.high)
        return [events & self.everything for events in weekdays]


async def event_sets(question: Question, reader: Reader, *, timed: bool = False) -> EventSets:
    """Return the sets of the events that a question is about.

    `timed`: only those with a duration, numbered by it, so that places in a set are percentiles.
    """
    key = (question.period, question.request.filters, question.scope, timed)
    asked = await reader.store.memories.recall(_ASKED, key, lambda: _read(question, reader, timed))
    return EventSets(question, reader, asked, timed)


async def _read(question: Question, reader: Reader, timed: bool) -> AskedEvents:
    by_day = await read_days(question, reader, timed=timed)
    everything = union(by_day)
    for column, ids in ids_by_column(question):
        if isinstance(ids, Select):
            ids = [tuple(row)[0] for row in await reader.fetch(ids)]
        everything &= union(await read_sets(reader, _FIELDS[column], ids, timed=timed))
    weights = (await read_sets(reader, "weight", None, timed=timed)).items()
    days = [Day(number, events.min(), events.max() + 1) for number, events in by_day.items()]
    heavy = [(weight, events & everything) for weight, events in weights]
    return AskedEvents(everything, () if timed else days, heavy)


def union(sets: Mapping[Number, BitMap]) -> BitMap:
    """Return the events of any of the sets."""
    return BitMap.union(BitMap(), *sets.values())


def union_of(sets: Mapping[Number, BitMap], values: Collection[Number]) -> BitMap:
    """Return the events of any of those values."""
    return BitMap.union(BitMap(), *(sets[value] for value in values if value in sets))


def numbers_of_people(
    by_person: Mapping[RowId, BitMap], sets: Mapping[Number, BitMap]
) -> dict[Number, int]:
    """Return key -> different people of each of many sets of events, which few people did each.

    Asking every person for every set costs people x sets; this costs the events, once or twice.
    """
    last = max((events.max() for events in by_person.values() if events), default=0)
    person_of = [0] * (1 + last)
    for person, events in by_person.items():
        for event in events.to_array():
            person_of[event] = person
    everybody = union(by_person)
    numbers = {}
    for key, events in sets.items():
        of_people = (events & everybody).to_array()
        numbers[key] = len(set(map(person_of.__getitem__, of_people)))
    return numbers
