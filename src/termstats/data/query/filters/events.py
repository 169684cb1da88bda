"""What filters keep of single events: here, and only here, every filter has a meaning."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from termstats.data.model.filters import ErrorFilter
from termstats.data.query.filters.column_ids import column_conditions, ids_by_column
from termstats.data.query.filters.times import in_parts_of_days
from termstats.data.query.narrowing import Ids
from termstats.data.query.question import Question
from termstats.data.store import schema


def event_conditions(question: Question, event: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on the table of events."""
    names = ("person_id", "action_id", "place_id")
    return [
        *column_conditions(question, **{name: event.c[name] for name in names}),
        *in_parts_of_days(question, event.c.id),
        *(is_about(event, ids) for name, ids in ids_by_column(question) if name == "object_id"),
        *(_ended_with(event, each.values) for each in question.request.filters_of(ErrorFilter)),
    ]


def is_about(event: FromClause, objects: Ids) -> ColumnElement[bool]:
    """Return whether an event is about one of the objects, as the first or a further one."""
    link = schema.event_object
    further = select(link.c.event_id).where(link.c.object_id.in_(objects))
    return or_(event.c.object_id.in_(objects), event.c.id.in_(further))


def _ended_with(event: FromClause, errors: Sequence[str]) -> ColumnElement[bool]:
    """Return whether an event is, or ended with, an error of these groups.

    An error without a group is called by its action.
    """
    action = schema.action
    called = select(action.c.id).where(action.c.kind == "error", action.c.name.in_(errors))
    nameless = and_(event.c.error.is_(None), event.c.action_id.in_(called))
    return or_(event.c.error.in_(errors), nameless)
