"""More tables of platform use, for figures that need single events, packages or percentiles."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select

from termstats.data.query.filters import is_about, kept_events, kept_moments
from termstats.data.query.platform import acts_of, object_days, second_of, whole_platform
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS, FLAG_DUPLICATE, FLAG_OUTLIER


def platform_uses(q: Query, kinds: Collection[str], *, ever: bool = False) -> Subquery:
    """Return the events of those kinds of platform use in the period (or ever, up to its end).

    Columns of `event`, and `acts`. Second copies and totals without a date are left out, as in the
    day tables. Names of actions are not joined: see `platform_days`. Filters hold in the period
    only: ever is ever.
    """
    event, action = schema.event, schema.action
    start, end = q.period.seconds(q.zone)
    where = [
        event.c.id < end << EVENT_SEQUENCE_BITS,
        event.c.action_id.in_(select(action.c.id).where(action.c.kind.in_(sorted(kinds)))),
        event.c.flags.op("&")(FLAG_DUPLICATE) == 0,
        event.c.is_aggregate == 0,
        whole_platform(q),
    ]
    if not ever:
        where.append(event.c.id >= start << EVENT_SEQUENCE_BITS)
        where += kept_events(q, event)
    acts = acts_of(q, func.coalesce(event.c.person_id, 0))
    return select(event, acts).where(*where).subquery("platform_uses")


def object_events(q: Query, object_id: int) -> Subquery:
    """Return every event on one object in the period: columns of `event`, second, kind, action.

    What a log of it shows: what nobody known did and second copies too.
    """
    event, action = schema.event, schema.action
    start, end = q.period.seconds(q.zone)
    return (
        select(event, second_of(event.c.id), action.c.kind, action.c.name.label("action"))
        .join(action, action.c.id == event.c.action_id)
        .where(
            event.c.id >= start << EVENT_SEQUENCE_BITS,
            event.c.id < end << EVENT_SEQUENCE_BITS,
            is_about(event, [object_id]),
            # What was never done to it need not be read.
            event.c.action_id.in_(
                select(schema.object_day.c.action_id).where(
                    schema.object_day.c.object_id == object_id,
                    schema.object_day.c.day.between(*q.period.day_range),
                )
            ),
            whole_platform(q),
            *kept_events(q, event),
        )
        .subquery("object_events")
    )


def new_accounts(q: Query) -> Subquery:
    """Return the accounts of people made in the period: the rows of `person`."""
    person = schema.person
    start, end = q.period.seconds(q.zone)
    return (
        select(person)
        .where(
            person.c.joined_at >= start,
            person.c.joined_at < end,
            acts_of(q, person.c.id) == 1,
            whole_platform(q),
            *kept_moments(q, person.c.joined_at, person.c.id),
        )
        .subquery("new_accounts")
    )


def new_objects(q: Query, kind: str) -> Subquery:
    """Return the objects of that kind made in the period and not deleted since."""
    thing = schema.object_
    start, end = q.period.seconds(q.zone)
    return (
        select(thing)
        .where(
            thing.c.kind == kind,
            thing.c.deleted == 0,
            thing.c.created_at >= start,
            thing.c.created_at < end,
            whole_platform(q),
            *kept_moments(q, thing.c.created_at, thing.c.owner_id, thing.c.id),
        )
        .subquery("new_objects")
    )


def package_days(q: Query) -> Subquery:
    """Return use of packages in the period: `object_day`, `acts` and package_id.

    An object belongs to the package that holds it; a package belongs to itself. Use of objects
    without a package is left out.
    """
    days, thing = object_days(q), schema.object_
    parent = thing.alias("parent")
    is_package = thing.c.kind == "package"
    return (
        select(days, case((is_package, thing.c.id), else_=parent.c.id).label("package_id"))
        .join(thing, thing.c.id == days.c.object_id)
        .outerjoin(parent, parent.c.id == thing.c.parent_id)
        .where(or_(is_package, parent.c.kind == "package"))
        .subquery("package_days")
    )


def spread(uses: Subquery, group: ColumnElement[int]) -> Subquery:
    """Return per `group`: timed, mean, median, p95, longest, of the durations of `uses`.

    `group` is a column of `uses`. Outliers are left out. The median of an even number is the mean
    of the two in the middle; p95 is the shortest duration that 95 % of all do not exceed.
    """
    placed = (
        select(
            group.label("grouped"),
            uses.c.seconds,
            func.row_number().over(partition_by=group, order_by=uses.c.seconds).label("place"),
            func.count().over(partition_by=group).label("timed"),
        )
        .where(uses.c.seconds.is_not(None), uses.c.flags.op("&")(FLAG_OUTLIER) == 0)
        .subquery("placed")
    )
    place, timed = placed.c.place, placed.c.timed
    middle = (2 * place).between(timed, timed + 2)
    return (
        select(
            placed.c.grouped,
            func.count().label("timed"),
            func.avg(placed.c.seconds).label("mean"),
            func.avg(case((middle, placed.c.seconds))).label("median"),
            func.min(case((100 * place >= 95 * timed, placed.c.seconds))).label("p95"),
            func.max(placed.c.seconds).label("longest"),
        )
        .group_by(placed.c.grouped)
        .subquery("spread")
    )
