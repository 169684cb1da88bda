"""The rows that the filters keep of a day table, or of the log where days are cut."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, false, func, or_, select, union_all

from termstats.data.model.filters import ErrorFilter, ObjectFilter
from termstats.data.model.units import DayNumber
from termstats.data.query.day_parts import (
    between,
    cut_days,
    day_of_event,
    second_of_event,
    step_of_day,
    stretches,
)
from termstats.data.query.filters.column_ids import column_conditions
from termstats.data.query.filters.events import event_conditions
from termstats.data.query.filters.times import in_days
from termstats.data.query.question import Question
from termstats.data.store import schema
from termstats.data.store.schema import FLAG_DUPLICATE


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
    table = schema.object_day if question.request.has_filter(ObjectFilter) else table
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
    if question.request.has_filter(ErrorFilter) or question.resolved.objects_share_events:
        return True
    cut = cut_days(question)
    return len(cut) == question.period.days or bool(
        cut and question.request.has_filter(ObjectFilter)
    )


def day_row_conditions(question: Question, rows: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on rows per day: what events alone carry has been dealt with."""
    names = ["person_id", "action_id", "place_id"]
    if "object_id" in rows.c and not needs_events(question):
        names.append("object_id")
    return column_conditions(question, **{name: rows.c[name] for name in names}) + in_days(
        question, rows.c.day
    )


def _rows_of_days(
    question: Question, table: Table, like: Select[Any], cut: Collection[DayNumber]
) -> Select[Any]:
    """Return the rows of a day table, but of days that are cut, in the columns of `like`."""
    day, columns = table.c.day, []
    for column in like.selected_columns:
        columns.append(
            step_of_day(question, day) if column.name == "step" else table.c[column.name]
        )
    within = day.between(*question.day_range)
    return select(*columns).where(
        within, day.not_in(sorted(cut)), *day_row_conditions(question, table)
    )


def _rows_of_events(
    question: Question, of_objects: bool, days: Collection[DayNumber] | None = None
) -> list[Select[Any]]:
    """Return what the day tables would hold of some days, or of all, read from the log."""
    event, action = schema.event, schema.action
    where = [
        or_(false(), *(between(event.c.id, *part) for part in stretches(question, days))),
        event.c.action_id.in_(select(action.c.id).where(action.c.kind.in_(schema.PLATFORM_KINDS))),
        event.c.flags.op("&")(FLAG_DUPLICATE) == 0,
        event.c.is_aggregate == 0,
        *event_conditions(question, event),
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
