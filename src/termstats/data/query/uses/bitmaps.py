"""Platform use counted from bitmaps: the same time for any filter, exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from operator import itemgetter

from pyroaring import BitMap
from sqlalchemy import select

from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.query.uses.buckets import bucket_of_day
from termstats.data.query.uses.event_sets import (
    EventSets,
    event_sets,
    numbers_of_people,
    union,
    union_of,
)
from termstats.data.query.uses.stored_sets import read_durations, read_event_ids
from termstats.data.query.uses.values import Cause, Fault, PeopleUses, Runs, Spread, Tally
from termstats.data.store import schema
from termstats.data.store.days.sets import damaged
from termstats.data.store.schema import MARK_ERROR, MARK_FAILED, MARK_HANDLED, MARK_UNHANDLED

MANY = 2_000
"""More values than this are not asked for one by one."""


@dataclass(frozen=True)
class BitmapUses:
    """`Uses` of questions about whole days, and about no errors."""

    question: Question
    reader: Reader

    async def _sets(self) -> EventSets:
        return await event_sets(self.question, self.reader)

    async def tallies(self, parts: Mapping[str, Collection[RowId] | None]) -> dict[str, Tally]:
        """See `Uses.tallies`."""
        sets = await self._sets()
        by_action, by_person = await sets.of("action"), await sets.of_people()
        people = union(by_person)
        tallies = {}
        for name, actions in parts.items():
            events = sets.everything if actions is None else union_of(by_action, actions)
            users = _number_of_people(by_person, events)
            tallies[name] = Tally(sets.size(events), sets.size(events, people), users)
        return tallies

    async def per_bucket(
        self, actions: Collection[RowId], person: RowId | None = None
    ) -> list[tuple[int, RowId, int]]:
        """See `Uses.per_bucket`."""
        sets = await self._sets()
        among = sets.everything
        if person is not None:
            among = (await sets.of("person", [person])).get(person, BitMap())
        sums: dict[tuple[int, RowId], int] = defaultdict(int)
        for action, events in (await sets.of("action", actions)).items():
            for day, size in sets.per_day(events & among):
                sums[bucket_of_day(self.question, day), action] += size
        return [(bucket, action, size) for (bucket, action), size in sums.items()]

    async def people_per_bucket(self) -> dict[int, int]:
        """See `Uses.people_per_bucket`."""
        sets = await self._sets()
        spans: dict[DayNumber, tuple[int, int]] = {}
        for day in sets.asked.days:
            bucket = bucket_of_day(self.question, day.number)
            low, _high = spans.get(bucket, (day.low, 0))
            spans[bucket] = (low, day.high)
        people: dict[int, int] = defaultdict(int)
        for events in (await sets.of_people()).values():
            for bucket, (low, high) in spans.items():
                if events.range_cardinality(low, high):
                    people[bucket] += 1
        return dict(people)

    async def per_weekday(self, actions: Collection[RowId]) -> dict[int, Tally]:
        """See `Uses.per_weekday`."""
        sets = await self._sets()
        among = await sets.of_actions(actions)
        by_person = {person: own & among for person, own in (await sets.of_people()).items()}
        people = union(by_person)
        tallies = {}
        for weekday, on_weekday in enumerate(sets.weekdays()):
            if events := on_weekday & among:
                users = _number_of_people(by_person, events)
                tallies[weekday] = Tally(sets.size(events), sets.size(events, people), users)
        return tallies

    async def of_objects(self, actions: Collection[RowId], kind: str) -> dict[RowId, int]:
        """See `Uses.of_objects`."""
        sets, table = await self._sets(), schema.object_
        statement = select(table.c.id).where(table.c.kind == kind)
        ids = {row.id for row in await self.reader.fetch(statement)}
        few = ids if len(ids) < MANY else None
        sizes = await sets.sizes("object", few, await sets.of_actions(actions))
        return {each: size for each, size in sizes.items() if each in ids}

    async def people_of_objects(
        self, actions: Collection[RowId], objects: Collection[RowId]
    ) -> dict[RowId, int]:
        """See `Uses.people_of_objects`."""
        sets = await self._sets()
        among, by_person = await sets.of_actions(actions), await sets.of_people()
        by_object = await sets.of("object", objects)
        people = {
            each: _number_of_people(by_person, events & among) for each, events in by_object.items()
        }
        return {each: number for each, number in people.items() if number}

    async def of_people(self, actions: Collection[RowId], top: int) -> PeopleUses:
        """See `Uses.of_people`."""
        sets = await self._sets()
        by_action, by_person = await sets.of("action", actions), await sets.of_people()
        among, people = union_of(by_action, actions), union(by_person)
        sizes = {person: sets.size(events, among) for person, events in by_person.items()}
        totals = {person: size for person, size in sizes.items() if size}
        limit = (sorted(totals.values(), reverse=True)[:top] or [0])[-1]
        parts = {
            person: {action: sets.size(own, by_person[person]) for action, own in by_action.items()}
            for person, total in totals.items()
            if total >= limit
        }
        sums = {action: sets.size(events, people) for action, events in by_action.items()}
        return PeopleUses(
            totals,
            parts,
            {action: size for action, size in sums.items() if size},
            sets.size(among) - sets.size(among, people),
        )

    async def by_person(
        self, actions: Collection[RowId], people: Collection[RowId]
    ) -> dict[RowId, int]:
        """See `Uses.by_person`."""
        sets = await self._sets()
        among, by_person = await sets.of_actions(actions), await sets.of("person", people)
        sizes = {person: sets.size(events, among) for person, events in by_person.items()}
        return {person: size for person, size in sizes.items() if size}

    async def durations_of_actions(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId, Spread]:
        """See `Uses.durations_of_actions`."""
        sets = await event_sets(self.question, self.reader, timed=True)
        return await self._spreads(await sets.of("action", actions))

    async def durations_of_objects(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId, Spread]:
        """See `Uses.durations_of_objects`."""
        sets = await event_sets(self.question, self.reader, timed=True)
        among = await sets.of_actions(actions)
        by_object = await sets.of("object") if among else {}
        return await self._spreads({each: events & among for each, events in by_object.items()})

    async def _spreads(self, sets: Mapping[RowId, BitMap]) -> dict[RowId, Spread]:
        durations = await read_durations(self.reader) if sets else []
        return {
            value: _spread(_at(durations, events.to_array()))
            for value, events in sets.items()
            if events
        }

    async def runs_of_objects(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId | None, Runs]:
        """See `Uses.runs_of_objects`."""
        sets = await self._sets()
        among = await sets.of_actions(actions)
        failed = (await sets.of("mark", [MARK_FAILED])).get(MARK_FAILED, BitMap())
        by_person = {person: own & among for person, own in (await sets.of_people()).items()}
        by_object = {each: own & among for each, own in (await sets.of("object")).items()}
        users = numbers_of_people(by_person, by_object)
        runs: dict[RowId | None, Runs] = {
            each: Runs(sets.size(events), users[each], sets.size(events, failed))
            for each, events in by_object.items()
            if events
        }
        of_no_object = among - union(by_object)
        if of_no_object:
            people = _number_of_people(by_person, of_no_object)
            runs[None] = Runs(sets.size(of_no_object), people, sets.size(of_no_object, failed))
        return runs

    async def faults(self) -> list[Fault]:
        """See `Uses.faults`."""
        sets = await self._sets()
        by_fault = await sets.of("fault")
        if not by_fault:
            return []
        marks = await sets.of("mark", [MARK_HANDLED, MARK_UNHANDLED])
        handled = {True: marks.get(MARK_HANDLED), False: marks.get(MARK_UNHANDLED)}
        among = union(by_fault)
        by_person = {person: own & among for person, own in (await sets.of_people()).items()}
        users = numbers_of_people(by_person, by_fault)
        first = {fault: events.min() for fault, events in (await sets.ever("fault")).items()}
        last = {fault: events.max() for fault, events in by_fault.items()}
        wanted = {*(first[fault] for fault in by_fault), *last.values()}
        ids = await read_event_ids(self.reader, wanted)
        return [
            Fault(
                row.error,
                row.action_id,
                sets.size(events),
                users[row.id],
                ids[last[row.id]],
                ids[first[row.id]],
                frozenset(yes for yes, of in handled.items() if of and events.intersect(of)),
            )
            for row in await self.reader.fetch(select(schema.fault))
            if (events := by_fault.get(row.id)) is not None
        ]

    async def causes(self, kinds: Collection[str], actions: Collection[RowId]) -> list[Cause]:
        """See `Uses.causes`."""
        sets = await self._sets()
        failed = (await sets.of("mark", [MARK_ERROR])).get(MARK_ERROR, BitMap())
        by_person = {person: own & failed for person, own in (await sets.of_people()).items()}
        runs = await sets.of("action", actions)
        errors = {action: events & failed for action, events in runs.items()}
        errors = {action: events for action, events in errors.items() if events}
        users = numbers_of_people(by_person, errors)
        return [
            Cause(action, sets.size(runs[action]), sets.size(events), users[action])
            for action, events in errors.items()
        ]


def _number_of_people(by_person: Mapping[RowId, BitMap], events: BitMap) -> int:
    """Return how many people did any of the events."""
    return sum(1 for own in by_person.values() if own.intersect(events))


def _at(durations: Sequence[float], places: Sequence[int]) -> Sequence[float]:
    if places and max(places) >= len(durations):
        raise damaged("a duration is missing")
    if len(places) == 1:
        return (durations[places[0]],)
    several: tuple[float, ...] = itemgetter(*places)(durations)
    return several


def _spread(seconds: Sequence[float]) -> Spread:
    """Return the numbers of durations in ascending order."""
    timed = len(seconds)
    middle = (seconds[(timed - 1) // 2] + seconds[timed // 2]) / 2
    longest = (95 * timed + 99) // 100
    return Spread(timed, fsum(seconds) / timed, middle, seconds[longest - 1], seconds[-1])
