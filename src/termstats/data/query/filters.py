"""What the filters of the backoffice level keep. Defined once; `filter_text` reads what is typed.

`Request.only` holds (field, things): any of the things, and all of the filters. The tables of
`platform` are narrowed here, so that every figure made of them keeps the same rows and
filtered parts add up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from termstats.data.model.period import Period, day_number
from termstats.data.model.period_text import parse_range
from termstats.data.model.request import OBJECTS, Entity, Field
from termstats.data.query.day_parts import (
    SHIFT,
    between,
    cut_days,
    day_of_event,
    second_of_event,
    step_of_day,
    stretches,
)
from termstats.data.query.narrowing import Ids, picked_people
from termstats.data.query.question import Question
from termstats.data.store import schema
from termstats.data.store.schema import FLAG_DUPLICATE

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday_of(day: Any) -> Any:
    """Return the place in WEEKDAYS of a day number, or of a column of them."""
    # 1970-01-01, day 0, was a Thursday.
    return (day + 3) % 7


_OF_PLACES = {Field.DOMAIN: schema.place.c.domain, Field.SUBDOMAIN: schema.place.c.subdomain}
_NOT_OF_SESSIONS = {Field.ACTION, *OBJECTS, *_OF_PLACES, Field.ERROR}

# ---- days ----------------------------------------------------------------------------------------


def days_entity(period: Period) -> Entity:
    """Return days, or a part of them, as a filter holds them."""
    if period.exact:
        return Entity(0, period.typed, period.exact.short)
    if period.days == 1:
        return Entity(0, f"{period.first}", f"{period.first:%a} {period.first}")
    return Entity(0, f"{period.first}..{period.last}", f"{period.first}..{period.last:%m-%d}")


def weekday_entity(name: str) -> Entity:
    """Return a day of the week as a filter holds it."""
    return Entity(WEEKDAYS.index(name), name, name)


# ---- what they keep ------------------------------------------------------------------------------


def day_rows(question: Question, table: Table) -> FromClause:
    """Return the day table, or the same rows from the log where a day table knows too little.

    Then they have no other columns than day, action_id, person_id, place_id, events, object_id, and
    step where automatic buckets are asked: the moment at which that of an event begins. Of a long
    period only the days that are cut are read from the log.
    """
    of_objects = "object_id" in table.c
    if needs_events(question):
        parts: list[Select[Any]] = _rows_of_events(question, of_objects)
        return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("rows_of_events")
    table = schema.object_day if {field for field, _ in question.request.only} & OBJECTS else table
    if (cut := cut_days(question)) or question.request.step is not None:
        parts = _rows_of_events(question, of_objects, cut)
        whole = _rows_of_days(question, table, parts[0], cut)
        return (union_all(whole, *parts) if cut else whole).subquery("rows_of_both")
    return table


def needs_events(question: Question) -> bool:
    """Return whether day tables cannot answer for any day.

    They know no errors, and hold an event once for each of its objects: under several objects it
    would count twice.
    """
    fields = {field for field, _ in question.request.only}
    if Field.ERROR in fields or question.resolved.objects_share_events:
        return True
    cut = cut_days(question)
    return len(cut) == question.period.days or bool(cut and fields & OBJECTS)


def kept_days(question: Question, rows: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on rows per day: what events alone carry has been dealt with."""
    names = ["person_id", "action_id", "place_id"]
    if "object_id" in rows.c and not needs_events(question):
        names.append("object_id")
    return _kept(question, **{name: rows.c[name] for name in names}) + in_days(question, rows.c.day)


def in_days(question: Question, day: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Return the conditions on a column of day numbers: days asked for in part count whole."""
    found: list[ColumnElement[bool]] = []
    for field, entities in question.request.only:
        if field == Field.DAYS:
            ranges = (parse_range(entity.key, question.zone).day_range for entity in entities)
            found.append(or_(*(day.between(*days) for days in ranges)))
        elif field == Field.WEEKDAY:
            # 1970-01-01 was a Thursday: day 0 is weekday 3.
            found.append(weekday_of(day).in_(_ids(entities)))
    return found


def in_seconds(question: Question, second: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Return the conditions of `in_days` on a column of seconds since 1970."""
    found: list[ColumnElement[bool]] = []
    for field, entities in question.request.only:
        if field == Field.DAYS:
            days = (parse_range(entity.key, question.zone).whole_days() for entity in entities)
            ranges = [period.seconds(question.zone) for period in days]
            found.append(or_(*(and_(second >= start, second < end) for start, end in ranges)))
        elif field == Field.WEEKDAY:
            weekday = weekday_of(day_of_event(question, second.op("<<")(SHIFT)))
            found.append(weekday.in_(_ids(entities)))
    return found


def keeps_day(question: Question, day: date) -> bool:
    """Return whether the filters leave that day."""
    number = day_number(day)
    for field, entities in question.request.only:
        if field == Field.DAYS:
            ranges = (parse_range(entity.key, question.zone).day_range for entity in entities)
            if not any(first <= number <= last for first, last in ranges):
                return False
        elif field == Field.WEEKDAY and day.weekday() not in _ids(entities):
            return False
    return True


def picks_days(question: Question) -> bool:
    """Return whether a filter asks for some days."""
    return any(field in (Field.DAYS, Field.WEEKDAY) for field, _ in question.request.only)


def kept_events(question: Question, event: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on the table of events."""
    names = ("person_id", "action_id", "place_id")
    found = _kept(question, **{name: event.c[name] for name in names})
    found += _kept_times(question, event.c.id)
    found += [is_about(event, ids) for name, ids in kept_ids(question) if name == "object_id"]
    for field, entities in question.request.only:
        if field == Field.ERROR:
            found.append(_ended_with(event, [entity.key for entity in entities]))
    return found


def kept_sessions(question: Question, session: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on sessions, which have a person and a time and nothing else.

    Under a filter of days a session counts where it began, at the earliest with the period.
    """
    if leaves_sessions_out(question):
        return [false()]
    start, began = (
        literal(question.period.seconds(question.zone)[0], BigInteger()),
        session.c.started_at,
    )
    return kept_moments(question, case((began < start, start), else_=began), session.c.person_id)


def kept_moments(
    question: Question,
    at: ColumnElement[Any],
    person: ColumnElement[Any],
    thing: ColumnElement[Any] | None = None,
) -> list[ColumnElement[bool]]:
    """Return the conditions on rows with a moment and a person, and perhaps an object."""
    columns = {"person_id": person} | ({} if thing is None else {"object_id": thing})
    return _kept(question, **columns) + _kept_times(question, at.op("<<")(SHIFT))


def _ended_with(event: FromClause, errors: Sequence[str]) -> ColumnElement[bool]:
    """Return whether an event is, or ended with, an error of these groups.

    An error without a group is called by its action.
    """
    action = schema.action
    called = select(action.c.id).where(action.c.kind == "error", action.c.name.in_(errors))
    nameless = and_(event.c.error.is_(None), event.c.action_id.in_(called))
    return or_(event.c.error.in_(errors), nameless)


def actions_named(keys: Sequence[str]) -> ColumnElement[bool]:
    """Return whether an action is called as one of `keys`, where `*` stands for any text."""
    name = schema.action.c.name
    found: list[ColumnElement[bool]] = [name.in_([key for key in keys if "*" not in key])]
    for key in keys:
        if "*" in key:
            escaped = re.sub("([/%_])", r"/\1", key).replace("*", "%")
            found.append(name.like(escaped, escape="/"))
    return or_(*found)


def is_named(name: str, key: str) -> bool:
    """Return whether an action of that name is one that the key of a filter asks for."""
    return re.fullmatch(".*".join(map(re.escape, key.split("*"))), name, re.DOTALL) is not None


def leaves_sessions_out(question: Question) -> bool:
    """Return whether a filter asks for what sessions do not have."""
    return any(field in _NOT_OF_SESSIONS for field, _ in question.request.only)


def leaves_objects_out(question: Question) -> bool:
    """Return whether a filter asks for what making an object does not have."""
    return any(field in _NOT_OF_SESSIONS - OBJECTS for field, _ in question.request.only)


def _kept_times(question: Question, event_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions on when it happened; ranges of ids, which every log is read by."""
    found: list[ColumnElement[bool]] = []
    for field, entities in question.request.only:
        if field == Field.DAYS:
            ranges = [
                parse_range(entity.key, question.zone).seconds(question.zone) for entity in entities
            ]
            found.append(or_(*(between(event_id, start, end) for start, end in ranges)))
        elif field == Field.WEEKDAY:
            found.append(weekday_of(day_of_event(question, event_id)).in_(_ids(entities)))
    return found


def kept_ids(question: Question) -> list[tuple[str, Ids]]:
    """Return (column of `event`, the ids that it must hold one of) for each filter on things."""
    found = [("person_id", ids) for ids in picked_people(question)]
    for field, entities in question.request.only:
        if field == Field.ACTION:
            called = actions_named([entity.key for entity in entities])
            found.append(("action_id", select(schema.action.c.id).where(called)))
        elif field in _OF_PLACES:
            placed = _OF_PLACES[field].in_([entity.key for entity in entities])
            found.append(("place_id", select(schema.place.c.id).where(placed)))
        elif field in OBJECTS:
            found.append(("object_id", _with_parts(_ids(entities))))
    return found


def kept_objects(question: Question, thing: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions on a column of object ids: a package holds its functions too."""
    return _kept(question, object_id=thing)


def _kept(question: Question, **columns: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters on those columns, by their names in `event`."""
    return [columns[name].in_(ids) for name, ids in kept_ids(question) if name in columns]


def is_about(event: FromClause, objects: Ids) -> ColumnElement[bool]:
    """Return whether an event is about one of the objects, as the first or a further one."""
    link = schema.event_object
    further = select(link.c.event_id).where(link.c.object_id.in_(objects))
    return or_(event.c.object_id.in_(objects), event.c.id.in_(further))


def _ids(entities: Sequence[Entity]) -> list[int]:
    return [entity.id for entity in entities]


def _with_parts(objects: Sequence[int]) -> Select[tuple[int]]:
    """Return the objects and what they hold: a package and its functions."""
    thing = schema.object_
    return select(thing.c.id).where(or_(thing.c.id.in_(objects), thing.c.parent_id.in_(objects)))


def _rows_of_days(
    question: Question, table: Table, like: Select[Any], cut: Collection[int]
) -> Select[Any]:
    """Return the rows of a day table, but of days that are cut, in the columns of `like`."""
    day, columns = table.c.day, []
    for column in like.selected_columns:
        columns.append(
            step_of_day(question, day) if column.name == "step" else table.c[column.name]
        )
    within = day.between(*question.period.day_range)
    return select(*columns).where(within, day.not_in(sorted(cut)), *kept_days(question, table))


def _rows_of_events(
    question: Question, of_objects: bool, days: Collection[int] | None = None
) -> list[Select[Any]]:
    """Return what the day tables would hold of some days, or of all, read from the log."""
    event, action = schema.event, schema.action
    where = [
        or_(false(), *(between(event.c.id, *part) for part in stretches(question, days))),
        event.c.action_id.in_(select(action.c.id).where(action.c.kind.in_(schema.PLATFORM_KINDS))),
        event.c.flags.op("&")(FLAG_DUPLICATE) == 0,
        event.c.is_aggregate == 0,
        *kept_events(question, event),
    ]
    step = question.request.step
    second = second_of_event(event.c.id)
    steps: list[Any] = [] if step is None else [(second - second % step).label("step")]
    columns = [
        *steps,
        day_of_event(question, event.c.id).label("day"),
        event.c.action_id,
        func.coalesce(event.c.person_id, 0).label("person_id"),
        func.coalesce(event.c.place_id, 0).label("place_id"),
        event.c.weight.label("events"),
    ]
    if not of_objects:
        return [select(*columns).where(*where)]
    link = schema.event_object
    first = select(event.c.object_id, *columns).where(event.c.object_id.is_not(None), *where)
    further = select(link.c.object_id, *columns).join(link, link.c.event_id == event.c.id)
    return [first, further.where(*where)]
