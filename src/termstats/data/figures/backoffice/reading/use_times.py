"""How often something ran, by whom, and how long it took: exact, whatever the period and filter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import fsum
from operator import itemgetter

from sqlalchemy import case, distinct, func, or_, select

from termstats.data.figures.backoffice.reading.use_tallies import union_of
from termstats.data.query.query import Query
from termstats.data.query.spread import spread
from termstats.data.query.use_index import durations, people_of, use_index
from termstats.data.store.schema import MARK_FAILED


@dataclass(frozen=True)
class Spread:
    """Durations of something, in seconds."""

    timed: int
    """Runs with a duration."""
    mean: float
    median: float
    """Of an even number the mean of the two in the middle."""
    p95: float
    """The shortest duration that 95 % of all do not exceed."""
    longest: float


@dataclass(frozen=True)
class Runs:
    """Runs of one object."""

    runs: int
    users: int
    """Different people."""
    failed: int


async def spreads(
    q: Query, column: str, kinds: Sequence[str], actions: Collection[int]
) -> dict[int, Spread]:
    """Return value of `column` (action_id or object_id) -> durations of those actions.

    `kinds` are those of the actions.
    """
    index = await use_index(q, timed=True)
    if index is None:
        uses = q.platform.uses(kinds)
        times = spread(uses, uses.c[column])
        return {
            row.grouped: Spread(row.timed, float(row.mean), float(row.median), row.p95, row.longest)
            for row in await q.fetch(select(times))
            if row.grouped is not None
        }
    by_action = await index.of("action", actions)
    if column == "action_id":
        found = by_action
    else:
        some = union_of(by_action, actions)
        found = {value: uses & some for value, uses in (await index.of("object")).items()}
    known = await durations(q) if found else []
    return {
        value: _spread(_durations(known, uses.to_array())) for value, uses in found.items() if uses
    }


def _durations(known: Sequence[float], places: Sequence[int]) -> Sequence[float]:
    if len(places) == 1:
        return (known[places[0]],)
    found: tuple[float, ...] = itemgetter(*places)(known)
    return found


def _spread(seconds: Sequence[float]) -> Spread:
    """Return the numbers of durations in ascending order."""
    timed = len(seconds)
    middle = (seconds[(timed - 1) // 2] + seconds[timed // 2]) / 2
    longest = (95 * timed + 99) // 100
    return Spread(timed, fsum(seconds) / timed, middle, seconds[longest - 1], seconds[-1])


async def runs_of_objects(
    q: Query, kinds: Sequence[str], actions: Collection[int]
) -> dict[int | None, Runs]:
    """Return object -> runs of those actions, which have these kinds; None: of no object."""
    index = await use_index(q)
    if index is None:
        return await _rows_of_objects(q, kinds)
    some = union_of(await index.of("action", actions), actions)
    failed = (await index.of("mark", [MARK_FAILED])).get(MARK_FAILED)
    acting = {person: uses & some for person, uses in (await index.acting()).items()}
    by_object = {thing: uses & some for thing, uses in (await index.of("object")).items()}
    users = people_of(acting, by_object)
    found: dict[int | None, Runs] = {}
    nameless = some - union_of(by_object, by_object)
    for thing, uses in by_object.items():
        if uses:
            errors = index.events(uses, failed) if failed else 0
            found[thing] = Runs(index.events(uses), users[thing], errors)
    if nameless:
        found[None] = Runs(index.events(nameless), 0, 0)
    return found


async def _rows_of_objects(q: Query, kinds: Sequence[str]) -> dict[int | None, Runs]:
    uses = q.platform.uses(kinds)
    failed = or_(uses.c.error.is_not(None), uses.c.missed == 1)
    found = await q.fetch(
        select(
            uses.c.object_id,
            func.sum(uses.c.weight).label("runs"),
            func.count(distinct(case((uses.c.acts == 1, uses.c.person_id)))).label("users"),
            func.sum(case((failed, uses.c.weight), else_=0)).label("failed"),
        ).group_by(uses.c.object_id)
    )
    return {row.object_id: Runs(int(row.runs), row.users, int(row.failed)) for row in found}
