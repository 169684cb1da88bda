"""What filters keep of sessions, arrivals of people and creations of objects: few columns each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, case, false, literal

from termstats.data.model.filters import ActionFilter, ErrorFilter, ObjectFilter, PlaceFilter
from termstats.data.query.day_parts import SHIFT
from termstats.data.query.filters.column_ids import column_conditions
from termstats.data.query.filters.times import in_parts_of_days
from termstats.data.query.question import Question


def session_conditions(question: Question, session: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on sessions, which have a person and a time and nothing else.

    Under a filter of days a session counts where it began, at the earliest with the period.
    """
    if leaves_sessions_out(question):
        return [false()]
    start, began = (
        literal(question.seconds[0], BigInteger()),
        session.c.started_at,
    )
    return moment_conditions(
        question, case((began < start, start), else_=began), session.c.person_id
    )


def moment_conditions(
    question: Question,
    at: ColumnElement[Any],
    person: ColumnElement[Any],
    object_id: ColumnElement[Any] | None = None,
) -> list[ColumnElement[bool]]:
    """Return the conditions on rows with a moment and a person, and perhaps an object."""
    columns = {"person_id": person} | ({} if object_id is None else {"object_id": object_id})
    return column_conditions(question, **columns) + in_parts_of_days(question, at.op("<<")(SHIFT))


def object_conditions(
    question: Question, object_id: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """Return the conditions on a column of object ids: a package holds its functions too."""
    return column_conditions(question, object_id=object_id)


def leaves_sessions_out(question: Question) -> bool:
    """Return whether a filter asks for what sessions do not have."""
    return leaves_objects_out(question) or question.request.has_filter(ObjectFilter)


def leaves_objects_out(question: Question) -> bool:
    """Return whether a filter asks for what making an object does not have."""
    return question.request.has_filter(ActionFilter, PlaceFilter, ErrorFilter)
