"""Equal errors, and actions that end with one: how often, who met them, when first and last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import case, distinct, func, select

from termstats.data.model.extra import extra_of
from termstats.data.model.request import Field
from termstats.data.query.query import Query
from termstats.data.query.use_index import UseIndex, event_ids, people_of, use_index
from termstats.data.store import schema
from termstats.data.store.schema import MARK_ERROR, MARK_HANDLED, MARK_UNHANDLED


@dataclass(frozen=True)
class Fault:
    """Equal errors of the period."""

    error: str | None
    action_id: int
    events: int
    users: int
    """Different people who met it."""
    newest: int
    """Id of its last event in the period."""
    first: int
    """Id of its first event ever."""
    handled: frozenset[bool]
    """What the platform says of its events in the period."""


async def faults(q: Query) -> list[Fault]:
    """Return the errors that the platform logged in the period."""
    index = await use_index(q)
    return await _faults_of_rows(q) if index is None else await _faults_of_index(q, index)


async def _faults_of_index(q: Query, index: UseIndex) -> list[Fault]:
    kept = await index.of("fault")
    if not kept:
        return []
    marks = await index.of("mark", [MARK_HANDLED, MARK_UNHANDLED])
    said = {True: marks.get(MARK_HANDLED), False: marks.get(MARK_UNHANDLED)}
    some = BitMap.union(BitMap(), *kept.values())
    acting = {person: uses & some for person, uses in (await index.acting()).items()}
    users = people_of(acting, kept)
    first = {fault: uses.min() for fault, uses in (await index.ever("fault")).items()}
    last = {fault: uses.max() for fault, uses in kept.items()}
    ids = await event_ids(q, {*(first[fault] for fault in kept), *last.values()})
    return [
        Fault(
            row.error,
            row.action_id,
            index.events(uses),
            users[row.id],
            ids[last[row.id]],
            ids[first[row.id]],
            frozenset(word for word, marked in said.items() if marked and uses.intersect(marked)),
        )
        for row in await q.fetch(select(schema.fault))
        if (uses := kept.get(row.id)) is not None
    ]


async def _faults_of_rows(q: Query) -> list[Fault]:
    uses, ever = q.platform.uses(("error",)), q.platform.uses(("error",), ever=True)
    found = await q.fetch(
        select(
            uses.c.error,
            uses.c.action_id,
            func.sum(uses.c.weight).label("events"),
            func.count(distinct(case((uses.c.acts == 1, uses.c.person_id)))).label("users"),
            func.max(uses.c.id).label("newest"),
        ).group_by(uses.c.error, uses.c.action_id)
    )
    firsts = await q.fetch(
        select(ever.c.error, ever.c.action_id, func.min(ever.c.id).label("first")).group_by(
            ever.c.error, ever.c.action_id
        )
    )
    first = {(row.error, row.action_id): row.first for row in firsts}
    # What an error says about itself repeats: few different texts, many events.
    texts = await q.fetch(select(uses.c.error, uses.c.action_id, uses.c.extra).distinct())
    said: dict[tuple[str | None, int], set[bool]] = defaultdict(set)
    for row in texts:
        handled = extra_of(row.extra).get("handled")
        if isinstance(handled, bool):
            said[row.error, row.action_id].add(handled)
    return [
        Fault(
            *(row.error, row.action_id, int(row.events), row.users, row.newest),
            *(first[row.error, row.action_id], frozenset(said[row.error, row.action_id])),
        )
        for row in found
    ]


@dataclass(frozen=True)
class Cause:
    """An action, some of whose runs ended with an error."""

    action_id: int
    runs: int
    errors: int
    users: int


async def causes(q: Query, kinds: Collection[str], actions: Collection[int]) -> list[Cause]:
    """Return those of the actions, which have these kinds, with runs that ended with an error."""
    index = await use_index(q)
    if index is None:
        return await _causes_of_rows(q, kinds)
    failed = (await index.of("mark", [MARK_ERROR])).get(MARK_ERROR, BitMap())
    acting = {person: uses & failed for person, uses in (await index.acting()).items()}
    runs = await index.of("action", actions)
    errors = {action: uses & failed for action, uses in runs.items() if uses.intersect(failed)}
    users = people_of(acting, errors)
    return [
        Cause(action, index.events(runs[action]), index.events(uses), users[action])
        for action, uses in errors.items()
    ]


async def _causes_of_rows(q: Query, kinds: Collection[str]) -> list[Cause]:
    uses = q.platform.uses(kinds)
    failed = await q.fetch(
        select(
            uses.c.action_id,
            func.sum(uses.c.weight).label("errors"),
            func.count(distinct(case((uses.c.acts == 1, uses.c.person_id)))).label("users"),
        )
        .where(uses.c.error.is_not(None))
        .group_by(uses.c.action_id)
    )
    days = q.asking(without=(Field.ERROR,)).platform.days()
    rows = await q.fetch(
        select(days.c.action_id, func.sum(days.c.events).label("runs"))
        .where(days.c.action_id.in_([row.action_id for row in failed]))
        .group_by(days.c.action_id)
    )
    runs = {row.action_id: int(row.runs) for row in rows}
    return [Cause(row.action_id, runs[row.action_id], int(row.errors), row.users) for row in failed]
