"""What the backoffice level is narrowed to: how it is typed, and what it keeps. Defined once.

`Request.only` holds (field, thing) pairs; all of them must hold. The tables of `query_platform` are
narrowed here, so that every figure made of them keeps the same rows and filtered parts add up.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
)

from termstats.data import schema
from termstats.data.period import Period, day_number, day_start, parse_day
from termstats.data.query_base import Asked
from termstats.data.request import Entity, Only, Param
from termstats.data.schema import EVENT_SEQUENCE_BITS, FLAG_DUPLICATE
from termstats.data.scope import Scope
from termstats.data.search import resolve
from termstats.data.store import Store, run_query
from termstats.data.text import clean
from termstats.errors import UsageError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = 86_400
SHIFT: ColumnElement[int] = literal_column(str(EVENT_SEQUENCE_BITS))
"""Written out: PostgreSQL shifts by an integer, and takes a parameter for a larger number."""


class Field(StrEnum):
    """What a filter is about; the value is what a person types before `=`."""

    ACTION = "action"
    PERSON = "person"
    OBJECT = "object"
    GROUP = "group"
    DOMAIN = "domain"
    SUBDOMAIN = "subdomain"
    DAYS = "days"
    WEEKDAY = "weekday"


ALIASES = {"package": Field.OBJECT, "user": Field.PERSON, "class": Field.GROUP, "day": Field.DAYS}
_OF_EXTRA = {Field.DOMAIN: "domain_id", Field.SUBDOMAIN: "subdomain_id"}
"""Fields that only the log itself carries."""
_NOT_OF_SESSIONS = {Field.ACTION, Field.OBJECT, *_OF_EXTRA}
_PARAMS = {Field.PERSON: Param.USER, Field.OBJECT: Param.OBJECT, Field.GROUP: Param.CLASS}


# ---- as typed ------------------------------------------------------------------------------------


def typed(only: Collection[Only]) -> str:
    """Return the filters as a person types them; `parse` reads it again."""
    return " ".join(f"{field}={shlex.quote(entity.key)}" for field, entity in only)


async def kind_of_object(store: Store, entity: Entity) -> str:
    """Return the kind of the object that a filter names: dataset, page, function..."""
    thing = schema.object_
    async with store.connect() as connection:
        rows = await run_query(connection, select(thing.c.kind).where(thing.c.id == entity.id))
    return rows[0].kind if rows else ""


def words(only: Only) -> str:
    """Return one filter as a person reads it."""
    return f"{only[0]} {only[1].name}"


async def parse(store: Store, scope: Scope, text: str) -> tuple[Only, ...]:
    """Return the filters of `person=ana group="Team North"`; of one field the last one holds.

    Raises:
        UsageError: an unknown field, no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    try:
        parts = shlex.split(text)
    except ValueError:
        raise UsageError("a quote is not closed; write person=ana group='Team North'") from None
    return tuple(dict([await parse_one(store, scope, part) for part in parts]).items())


async def parse_one(store: Store, scope: Scope, text: str) -> Only:
    """Return the filter `FIELD=VALUE`, the value as it stands.

    Raises:
        UsageError: an unknown field, no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    name, equals, value = text.partition("=")
    if not equals or not value or not (name in ALIASES or name in set(Field)):
        raise UsageError(f"{clean(text)!r}: write FIELD=VALUE; fields: {', '.join(Field)}")
    field = ALIASES[name] if name in ALIASES else Field(name)
    return field, await named(store, scope, field, value)


async def named(store: Store, scope: Scope, field: str, value: str) -> Entity:
    """Return what `value` means in a filter of that field.

    Raises:
        UsageError: no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    match field:
        case Field.ACTION:
            return await _action(store, value)
        case Field.DAYS:
            return days_entity(_days(value))
        case Field.WEEKDAY:
            near = [day for day in WEEKDAYS if day.casefold().startswith(value.casefold())]
            if len(near) != 1:
                raise UsageError(f"no weekday {clean(value)!r}; there are {', '.join(WEEKDAYS)}")
            return weekday_entity(near[0])
        case Field.DOMAIN | Field.SUBDOMAIN:
            return Entity(0, value, clean(value))
    return await resolve(store, scope, _PARAMS[Field(field)], value)


def days_entity(period: Period) -> Entity:
    """Return days as a filter holds them."""
    if period.days == 1:
        return Entity(0, f"{period.first}", f"{period.first:%a} {period.first}")
    return Entity(0, f"{period.first}..{period.last}", f"{period.first}..{period.last:%m-%d}")


def weekday_entity(name: str) -> Entity:
    """Return a day of the week as a filter holds it."""
    return Entity(WEEKDAYS.index(name), name, name)


def _days(text: str) -> Period:
    first, _, last = text.partition("..")
    return Period(parse_day(first), parse_day(last or first))


async def _action(store: Store, text: str) -> Entity:
    action = schema.action
    statement = select(action.c.name).where(action.c.kind.in_(schema.PLATFORM_KINDS))
    async with store.connect() as connection:
        names = {row.name for row in await run_query(connection, statement)}
    exact = [name for name in names if text in (name, clean(name))]
    near = exact or [name for name in names if text.casefold() in clean(name).casefold()]
    if len(near) == 1:
        return Entity(0, near[0], clean(near[0]))
    if not near:
        raise UsageError(
            f"no action {clean(text)!r}; see: termstats report backoffice.distribution"
        )
    shown = ", ".join(sorted(map(clean, near))[:5])
    raise UsageError(f"{clean(text)!r} may be any of {len(near)} actions: {shown}")


# ---- what they keep ------------------------------------------------------------------------------


def day_rows(q: Asked, table: Table) -> FromClause:
    """Return the day table, or the same rows from where the filtered fields are.

    Those have no other columns than day, action_id, person_id, events, and object_id.
    """
    fields = {field for field, _ in q.request.only}
    if fields & set(_OF_EXTRA):
        return _rows_of_events(q, of_objects="object_id" in table.c).subquery("rows_of_events")
    return schema.object_day if Field.OBJECT in fields else table


def kept_days(q: Asked, rows: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on rows per day: what the log alone carries has been dealt with."""
    thing = rows.c.object_id if "object_id" in rows.c else None
    found = _kept(q, rows.c.person_id, rows.c.action_id, thing)
    for field, entity in q.request.only:
        if field == Field.DAYS:
            found.append(rows.c.day.between(*_days(entity.key).day_range))
        elif field == Field.WEEKDAY:
            # 1970-01-01 was a Thursday: day 0 is weekday 3.
            found.append((rows.c.day + 3) % 7 == entity.id)
    return found


def kept_events(q: Asked, event: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on the table of events."""
    found = _kept(q, event.c.person_id, event.c.action_id, event.c.object_id)
    found += _kept_times(q, event.c.id)
    for field, entity in q.request.only:
        if field in _OF_EXTRA:
            found.append(_holds(event.c.extra, _OF_EXTRA[Field(field)], entity.key))
    return found


def kept_sessions(q: Asked, session: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on sessions, which have a person and a time and nothing else."""
    if leaves_sessions_out(q):
        return [false()]
    started = session.c.started_at.op("<<")(SHIFT)
    return _kept(q, session.c.person_id, None, None) + _kept_times(q, started)


def leaves_sessions_out(q: Asked) -> bool:
    """Return whether a filter asks for what sessions do not have."""
    return any(field in _NOT_OF_SESSIONS for field, _ in q.request.only)


def _kept_times(q: Asked, event_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions on when it happened; ranges of ids, which every log is read by."""
    found: list[ColumnElement[bool]] = []
    for field, entity in q.request.only:
        if field == Field.DAYS:
            start, end = _days(entity.key).seconds(q.zone)
            found.append(event_id >= start << EVENT_SEQUENCE_BITS)
            found.append(event_id < end << EVENT_SEQUENCE_BITS)
        elif field == Field.WEEKDAY:
            found.append((_day_of(q, event_id) + 3) % 7 == entity.id)
    return found


def _kept(
    q: Asked,
    person: ColumnElement[Any],
    action: ColumnElement[Any] | None,
    thing: ColumnElement[Any] | None,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for field, entity in q.request.only:
        if field == Field.PERSON:
            found.append(person == entity.id)
        elif field == Field.GROUP:
            found.append(person.in_(_members(q, entity.id)))
        elif field == Field.ACTION and action is not None:
            named_so = schema.action.c.name == entity.key
            found.append(action.in_(select(schema.action.c.id).where(named_so)))
        elif field == Field.OBJECT and thing is not None:
            found.append(thing.in_(_with_parts(entity.id)))
    return found


def _with_parts(object_id: int) -> Select[tuple[int]]:
    """Return the object and what it holds: a package and its functions."""
    thing = schema.object_
    return select(thing.c.id).where(or_(thing.c.id == object_id, thing.c.parent_id == object_id))


def _members(q: Asked, class_id: int) -> Select[tuple[int]]:
    """Return the people of a class and its sub-classes, however deep; cycles end."""
    link, member, group = schema.class_parent, schema.class_member, schema.class_
    below = select(group.c.id).where(group.c.id == class_id).cte(recursive=True)
    below = below.union(select(link.c.class_id).join(below, link.c.parent_id == below.c.id))
    return select(member.c.person_id).where(
        member.c.class_id.in_(select(below.c.id)), q.is_member(member)
    )


def _holds(extra: ColumnElement[Any], name: str, value: str) -> ColumnElement[bool]:
    """Return whether a JSON object, as importers write it, has that text under that name."""
    writings = {json.dumps(value), json.dumps(value, ensure_ascii=False)}
    return or_(*(extra.contains(f'"{name}": {text}', autoescape=True) for text in sorted(writings)))


def _rows_of_events(q: Asked, *, of_objects: bool) -> Select[Any]:
    """Return what the day tables would hold, read from the log: for fields they do not have."""
    event, action = schema.event, schema.action
    start, end = q.period.seconds(q.zone)
    where = [
        event.c.id >= start << EVENT_SEQUENCE_BITS,
        event.c.id < end << EVENT_SEQUENCE_BITS,
        event.c.action_id.in_(select(action.c.id).where(action.c.kind.in_(schema.PLATFORM_KINDS))),
        event.c.flags.op("&")(FLAG_DUPLICATE) == 0,
        event.c.is_aggregate == 0,
        *kept_events(q, event),
    ]
    if of_objects:
        where.append(event.c.object_id.is_not(None))
    return select(
        _day_of(q, event.c.id).label("day"),
        event.c.object_id,
        event.c.action_id,
        func.coalesce(event.c.person_id, 0).label("person_id"),
        event.c.weight.label("events"),
    ).where(*where)


def _day_of(q: Asked, event_id: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the local day number of an event of the period; days may have 23 or 25 hours."""
    second = event_id.op(">>")(SHIFT)
    first, days = q.period.first, q.period.days
    starts = [day_start(first + timedelta(days=n), q.zone) for n in range(days + 1)]
    number = day_number(first)

    pieces: list[tuple[ColumnElement[bool], Any]] = []
    n = 0
    while n < days:
        begin = n
        n += 1
        if starts[n] - starts[begin] != DAY:
            # A longer day than 24 hours must not run over into the next.
            pieces.append((second < starts[n], number + begin))
            continue
        while n < days and starts[n + 1] - starts[n] == DAY:
            n += 1
        pieces.append((second < starts[n], number + begin + (second - starts[begin]) // DAY))
    return case(*pieces, else_=number + days)
