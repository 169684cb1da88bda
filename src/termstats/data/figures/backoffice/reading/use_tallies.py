"""Counts of platform use: from bitmaps where they can tell, else from rows per day or event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import ColumnElement, case, distinct, func, select

from termstats.data.figures.definition.series import bucket_key
from termstats.data.model.period import bucket_of, day_number, number_day
from termstats.data.query.filters import weekday_of
from termstats.data.query.query import Query
from termstats.data.query.use_index import UseIndex, use_index
from termstats.data.store import schema

MANY = 2_000
"""More values than this are not asked for one by one."""


@dataclass(frozen=True)
class Tally:
    """Events of anybody, those of them that people did, and how many different people."""

    events: int
    by_people: int
    users: int


async def tallies(q: Query, parts: Mapping[str, Collection[int] | None]) -> dict[str, Tally]:
    """Return the tally of each part, which is given by its actions; None: all of them."""
    index = await use_index(q)
    if index is None:
        return await _tallies_of_rows(q, parts)
    uses, acting = await index.of("action"), await index.acting()
    people = BitMap.union(BitMap(), *acting.values())
    found = {}
    for name, actions in parts.items():
        some = index.kept if actions is None else union_of(uses, actions)
        users = sum(1 for each in acting.values() if each.intersect(some))
        found[name] = Tally(index.events(some), index.events(some, people), users)
    return found


async def _tallies_of_rows(
    q: Query, parts: Mapping[str, Collection[int] | None]
) -> dict[str, Tally]:
    days = q.platform.days()
    acts = days.c.acts == 1
    columns: list[ColumnElement[int]] = []
    for actions in parts.values():
        part = days.c.action_id.in_(
            select(schema.action.c.id) if actions is None else list(actions)
        )
        columns += [
            func.sum(case((part, days.c.events), else_=0)),
            func.sum(case((part & acts, days.c.events), else_=0)),
            func.count(distinct(case((part & acts, days.c.person_id)))),
        ]
    row = await q.fetch_one(select(*(c.label(f"c{n}") for n, c in enumerate(columns))))
    numbers = [int(number or 0) for number in row]
    return {name: Tally(*numbers[3 * place : 3 * place + 3]) for place, name in enumerate(parts)}


async def uses_per_bucket(
    q: Query, actions: Collection[int], person: int | None = None
) -> list[tuple[int, int, int]]:
    """Return (key of the bucket, action, events) of those actions, of one person or anybody."""
    index = await use_index(q)
    if index is None:
        return await _rows_per_bucket(q, actions, person)
    only = index.kept if person is None else (await index.of("person", [person])).get(person)
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for action, uses in (await index.of("action", actions)).items():
        for day, events in index.per_day(uses & (only or BitMap())):
            sums[_bucket(q, day), action] += events
    return [(bucket, action, events) for (bucket, action), events in sums.items()]


async def _rows_per_bucket(
    q: Query, actions: Collection[int], person: int | None
) -> list[tuple[int, int, int]]:
    days = q.platform.days()
    where: list[ColumnElement[bool]] = [days.c.action_id.in_(list(actions))]
    if person is not None:
        where.append(days.c.person_id == person)
    found = await q.fetch(
        select(
            bucket_key(q, days).label("bucket"),
            days.c.action_id,
            func.sum(days.c.events).label("events"),
        )
        .where(*where)
        .group_by("bucket", days.c.action_id)
    )
    return [(int(row.bucket), row.action_id, int(row.events)) for row in found]


async def people_per_bucket(q: Query) -> dict[int, int]:
    """Return key of the bucket -> different people who used the platform in any way."""
    index = await use_index(q)
    if index is not None:
        return _people_per_bucket(index, await index.acting())
    days = q.platform.days()
    found = await q.fetch(
        select(
            bucket_key(q, days).label("bucket"),
            func.count(distinct(days.c.person_id)).label("users"),
        )
        .where(days.c.acts == 1)
        .group_by("bucket")
    )
    return {int(row.bucket): int(row.users) for row in found}


def _people_per_bucket(index: UseIndex, acting: Mapping[int, BitMap]) -> dict[int, int]:
    spans: dict[int, tuple[int, int]] = {}
    for day in index.days:
        bucket = _bucket(index.q, day.number)
        low, _high = spans.get(bucket, (day.low, 0))
        spans[bucket] = (low, day.high)
    found: dict[int, int] = defaultdict(int)
    for uses in acting.values():
        for bucket, (low, high) in spans.items():
            if uses.range_cardinality(low, high):
                found[bucket] += 1
    return dict(found)


def _bucket(q: Query, day: int) -> int:
    return day if q.request.by == "day" else day_number(bucket_of(number_day(day), q.request.by))


async def per_weekday(q: Query, actions: Collection[int]) -> dict[int, Tally]:
    """Return day of the week (0: Monday) -> tally of those actions."""
    index = await use_index(q)
    if index is None:
        return await _rows_per_weekday(q, actions)
    some = union_of(await index.of("action", actions), actions)
    people = [uses & some for uses in (await index.acting()).values()]
    found = {}
    for weekday, uses in enumerate(index.weekdays()):
        those = uses & some
        users = sum(1 for each in people if each.intersect(those))
        if those:
            found[weekday] = Tally(index.events(those), 0, users)
    return found


async def _rows_per_weekday(q: Query, actions: Collection[int]) -> dict[int, Tally]:
    days = q.platform.days()
    weekday = weekday_of(days.c.day)
    found = await q.fetch(
        select(
            weekday.label("weekday"),
            func.sum(days.c.events).label("events"),
            func.count(distinct(case((days.c.acts == 1, days.c.person_id)))).label("users"),
        )
        .where(days.c.action_id.in_(list(actions)))
        .group_by(weekday)
    )
    return {int(row.weekday): Tally(int(row.events), 0, row.users) for row in found}


async def events_of_objects(q: Query, actions: Collection[int], kind: str) -> dict[int, int]:
    """Return object of that kind -> events of those actions."""
    thing = schema.object_
    index = await use_index(q)
    if index is None:
        days = q.platform.object_days()
        found = await q.fetch(
            select(days.c.object_id, func.sum(days.c.events).label("events"))
            .join(thing, thing.c.id == days.c.object_id)
            .where(days.c.action_id.in_(list(actions)), thing.c.kind == kind)
            .group_by(days.c.object_id)
        )
        return {row.object_id: int(row.events) for row in found}
    some = union_of(await index.of("action", actions), actions)
    ids = {row.id for row in await q.fetch(select(thing.c.id).where(thing.c.kind == kind))}
    numbers = await index.counts("object", ids if len(ids) < MANY else None, some)
    return {each: number for each, number in numbers.items() if each in ids}


async def users_of_objects(
    q: Query, actions: Collection[int], objects: Collection[int]
) -> dict[int, int]:
    """Return object -> different people who did one of those actions on it."""
    index = await use_index(q)
    if index is None:
        days = q.platform.object_days()
        found = await q.fetch(
            select(days.c.object_id, func.count(distinct(days.c.person_id)).label("users"))
            .where(
                days.c.action_id.in_(list(actions)),
                days.c.object_id.in_(list(objects)),
                days.c.acts == 1,
            )
            .group_by(days.c.object_id)
        )
        return {row.object_id: row.users for row in found}
    some = union_of(await index.of("action", actions), actions)
    acting = (await index.acting()).values()
    found_users = {}
    for each, uses in (await index.of("object", objects)).items():
        those = uses & some
        found_users[each] = sum(1 for mine in acting if mine.intersect(those))
    return found_users


@dataclass(frozen=True)
class PeopleUses:
    """Who did how much of some actions."""

    totals: Mapping[int, int]
    """Person -> events."""
    parts: Mapping[int, Mapping[int, int]]
    """Person -> action -> events, at least of those who may be among the top."""
    sums: Mapping[int, int]
    """Action -> events of all these people."""
    unknown: int
    """Events of nobody known and of machines."""


async def uses_of_people(q: Query, actions: Collection[int], top: int) -> PeopleUses:
    """Return who did how much of those actions."""
    index = await use_index(q)
    if index is None:
        return await _rows_of_people(q, actions)
    uses, acting = await index.of("action", actions), await index.acting()
    some, people = union_of(uses, actions), BitMap.union(BitMap(), *acting.values())
    totals = {person: index.events(those, some) for person, those in acting.items()}
    totals = {person: number for person, number in totals.items() if number}
    limit = (sorted(totals.values(), reverse=True)[:top] or [0])[-1]
    parts = {
        person: {action: index.events(those, acting[person]) for action, those in uses.items()}
        for person, number in totals.items()
        if number >= limit
    }
    sums = {action: index.events(those, people) for action, those in uses.items()}
    return PeopleUses(
        totals,
        parts,
        {action: number for action, number in sums.items() if number},
        index.events(some) - index.events(some, people),
    )


async def _rows_of_people(q: Query, actions: Collection[int]) -> PeopleUses:
    days = q.platform.days()
    found = await q.fetch(
        select(
            days.c.person_id,
            days.c.acts,
            days.c.action_id,
            func.sum(days.c.events).label("events"),
        )
        .where(days.c.action_id.in_(list(actions)))
        .group_by(days.c.person_id, days.c.acts, days.c.action_id)
    )
    parts: dict[int, dict[int, int]] = defaultdict(dict)
    sums: dict[int, int] = defaultdict(int)
    for row in found:
        if row.acts:
            parts[row.person_id][row.action_id] = int(row.events)
            sums[row.action_id] += int(row.events)
    totals = {person: sum(numbers.values()) for person, numbers in parts.items()}
    return PeopleUses(totals, parts, sums, sum(int(r.events) for r in found if not r.acts))


async def uses_by(q: Query, actions: Collection[int], people: Collection[int]) -> dict[int, int]:
    """Return person -> events of those actions, of these people, counted or not."""
    index = await use_index(q)
    if index is not None:
        some = union_of(await index.of("action", actions), actions)
        uses = await index.of("person", people)
        return {person: index.events(those, some) for person, those in uses.items()}
    days = q.platform.days()
    found = await q.fetch(
        select(days.c.person_id, func.sum(days.c.events).label("events"))
        .where(days.c.action_id.in_(list(actions)), days.c.person_id.in_(list(people)))
        .group_by(days.c.person_id)
    )
    return {row.person_id: int(row.events) for row in found}


def union_of(uses: Mapping[int, BitMap], values: Collection[int]) -> BitMap:
    """Return the events of any of those values."""
    return BitMap.union(BitMap(), *(uses[value] for value in values if value in uses))
