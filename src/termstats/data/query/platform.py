"""The tables of platform use, for the backoffice level: narrowed like everything in `query`.

Platform use is work with the platform itself (`schema.PLATFORM_KINDS`): it belongs to no training,
so only viewers who see the whole platform see any of it. Everybody's use counts, staff's first of
all; `acts` tells whose use counts in figures of people.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from termstats.data.query.filters import day_rows, kept_days, kept_events, kept_sessions
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS


def platform_days(q: Query) -> Subquery:
    """Return platform use in the period: the rows of `action_day`, and `acts`.

    And `step`, where automatic buckets are asked for: see `filters.day_rows`.

    Group by ids and name what is left: joined here, names would cost ten times the sums.
    """
    days, action = day_rows(q, schema.action_day), schema.action
    # The table holds posts, comments and reactions too: learning, not use of the platform.
    platform = select(action.c.id).where(action.c.kind.in_(schema.PLATFORM_KINDS))
    return _narrowed(q, days).where(days.c.action_id.in_(platform)).subquery("platform_days")


def object_days(q: Query) -> Subquery:
    """Return platform use per object in the period: the rows of `object_day`, and `acts`."""
    return _narrowed(q, day_rows(q, schema.object_day)).subquery("object_days")


def _narrowed(q: Query, rows: FromClause) -> Select[Any]:
    first, last = q.period.day_range
    acts = acts_of(q, rows.c.person_id)
    within = rows.c.day.between(first, last)
    return select(rows, acts).where(within, whole_platform(q), *kept_days(q, rows))


def platform_events(q: Query) -> Subquery:
    """Return the log of platform use in the period: `event`, second, kind and name of the action.

    A log is shown as it is: duplicates and what nobody known did are part of it.
    """
    event, action = schema.event, schema.action
    start, end = q.period.seconds(q.zone)
    return (
        select(event, second_of(event.c.id), action.c.kind, action.c.name.label("action"))
        .select_from(event)
        # Not by the index of actions: events are read by their id.
        .join(action, action.c.id == event.c.action_id + literal_column("0"))
        .where(
            # Readers give their own bounds: SQLite would seek by these, not by theirs.
            event.c.id + literal_column("0") >= start << EVENT_SEQUENCE_BITS,
            event.c.id + literal_column("0") < end << EVENT_SEQUENCE_BITS,
            action.c.kind.in_(schema.PLATFORM_KINDS),
            whole_platform(q),
            *kept_events(q, event),
        )
        .subquery("platform_events")
    )


def second_of(event_id: ColumnElement[int]) -> ColumnElement[int]:
    """Return `second`: when an event happened."""
    # Written out: as a parameter PostgreSQL takes it for a bigint, and then it cannot shift.
    bits: ColumnElement[int] = literal_column(str(EVENT_SEQUENCE_BITS), type_=BigInteger())
    return event_id.op(">>", return_type=BigInteger())(bits).label("second")


def platform_sessions(q: Query) -> Subquery:
    """Return people's sessions, as the platform records them, that the period holds a part of.

    A session whose end is not recorded is a moment.
    """
    table = schema.session
    start, end = q.period.seconds(q.zone)
    return (
        select(table)
        .where(
            acts_of(q, func.coalesce(table.c.person_id, 0)) == 1,
            table.c.started_at < end,
            func.coalesce(table.c.ended_at, table.c.started_at) >= start,
            whole_platform(q),
            *kept_sessions(q, table),
        )
        .subquery("platform_sessions")
    )


def whole_platform(q: Query) -> ColumnElement[bool]:
    """Return whether the viewer sees the whole platform: others see none of its use."""
    return true() if q.scope.is_everything else false()


async def acting_population(q: Query) -> str:
    """Return who counts on the backoffice level: `429 of 431 people, staff too (not 2 bots)`."""
    key = ("acting population", q.request.everybody)
    known = q.store.cache.get(key)
    if not isinstance(known, str):
        known = q.store.cache[key] = await _acting_population(q)
    return known


async def _acting_population(q: Query) -> str:
    person = schema.person
    reason = case(
        (person.c.bot == 1, literal("bots")),
        (person.c.anonymous == 1, literal("anonymous")),
        else_="",
    )
    rows = await q.fetch(
        select(reason.label("reason"), func.count().label("people")).group_by(reason)
    )
    numbers = {row.reason: row.people for row in rows}
    total = sum(numbers.values())
    if q.request.everybody:
        return f"everybody: {total:,} people"
    left_out = [f"{numbers[word]:,} {word}" for word in ("bots", "anonymous") if word in numbers]
    counted = f"{numbers.get('', 0):,} of {total:,} people, staff too"
    return f"{counted} (not {', '.join(left_out)})" if left_out else counted


def machines() -> Select[tuple[int]]:
    """Return the ids of the bots and of the accounts of nobody in particular."""
    person = schema.person
    return select(person.c.id).where(or_(person.c.bot == 1, person.c.anonymous == 1))


def acts_of(q: Query, person_id: ColumnElement[int]) -> ColumnElement[int]:
    """Return `acts`: 1 where somebody counts as a person, on the backoffice level; 0 is nobody.

    Staff too; machines and the account of nobody only under "everybody".
    """
    known = person_id != 0
    if not q.request.everybody:
        known = and_(known, person_id.not_in(machines()))
    return case((known, 1), else_=0).label("acts")
