"""The tables of platform use, for the backoffice level: narrowed like everything in `query`.

Platform use is work with the platform itself (`schema.PLATFORM_KINDS`): it belongs to no training,
so only viewers who see the whole platform see any of it. Everybody's use counts, staff's first of
all; `acts` tells whose use counts in figures of people.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, and_, case, false, select, true

from termstats.data import schema
from termstats.data.query import Query
from termstats.data.schema import EVENT_SEQUENCE_BITS


def platform_days(q: Query) -> Subquery:
    """Return platform use in the period: `action_day`, kind and name of the action, `acts`."""
    table, action = schema.action_day, schema.action
    first, last = q.period.day_range
    return (
        select(table, action.c.kind, action.c.name, _acts(q))
        .join(action, action.c.id == table.c.action_id)
        .outerjoin(schema.person, schema.person.c.id == table.c.person_id)
        .where(
            table.c.day.between(first, last),
            action.c.kind.in_(schema.PLATFORM_KINDS),
            _whole_platform(q),
        )
        .subquery("platform_days")
    )


def object_days(q: Query) -> Subquery:
    """Return platform use per object in the period: `object_day`, the object, and `acts`.

    `kind`, `key` and `title` are the object's; `action_kind` and `action` what was done to it.
    """
    table, thing, action = schema.object_day, schema.object_, schema.action
    first, last = q.period.day_range
    return (
        select(
            table,
            thing.c.kind,
            q.key_of(thing).label("key"),
            thing.c.title,
            action.c.kind.label("action_kind"),
            action.c.name.label("action"),
            _acts(q),
        )
        .join(thing, thing.c.id == table.c.object_id)
        .join(action, action.c.id == table.c.action_id)
        .outerjoin(schema.person, schema.person.c.id == table.c.person_id)
        .where(table.c.day.between(first, last), _whole_platform(q))
        .subquery("object_days")
    )


def platform_events(q: Query) -> Subquery:
    """Return the log of platform use in the period: `event`, kind and name of the action.

    A log is shown as it is: duplicates and what nobody known did are part of it.
    """
    event, action = schema.event, schema.action
    start, end = q.period.seconds(q.zone)
    return (
        select(event, action.c.kind, action.c.name.label("action"))
        .join(action, action.c.id == event.c.action_id)
        .where(
            event.c.id >= start << EVENT_SEQUENCE_BITS,
            event.c.id < end << EVENT_SEQUENCE_BITS,
            action.c.kind.in_(schema.PLATFORM_KINDS),
            _whole_platform(q),
        )
        .subquery("platform_events")
    )


def platform_sessions(q: Query) -> Subquery:
    """Return the sessions, as the platform records them, that began in the period, and `acts`."""
    table = schema.session
    start, end = q.period.seconds(q.zone)
    return (
        select(table, _acts(q))
        .outerjoin(schema.person, schema.person.c.id == table.c.person_id)
        .where(table.c.started_at >= start, table.c.started_at < end, _whole_platform(q))
        .subquery("platform_sessions")
    )


def _whole_platform(q: Query) -> ColumnElement[bool]:
    return true() if q.scope.is_everything else false()


def _acts(q: Query) -> ColumnElement[int]:
    """Return `acts`: 1 where somebody counts as a person, on the backoffice level.

    Staff too; machines and the account of nobody only under "everybody".
    """
    person = schema.person
    known: ColumnElement[bool] = person.c.id.is_not(None)
    if not q.request.everybody:
        known = and_(known, person.c.bot == 0, person.c.anonymous == 0)
    return case((known, 1), else_=0).label("acts")
