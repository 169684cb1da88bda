"""The buckets of a series of platform use: which one a day, or a row per day, falls into."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, case

from termstats.data.model.period import bucket_of, day_number, number_day
from termstats.data.model.units import DayNumber
from termstats.data.query.question import Question


def bucket_of_day(question: Question, day: DayNumber) -> DayNumber:
    """Return the key of the bucket of a day number: the number of the bucket's first day."""
    by = question.request.by
    return day if by == "day" else day_number(bucket_of(number_day(day), by))


def bucket_of_row(question: Question, rows: FromClause) -> ColumnElement[int]:
    """Return the key of the bucket that rows of platform use per day fall into.

    The number of its first day; of automatic buckets the second at which it begins.
    """
    if question.request.step is not None:
        return rows.c.step
    by = question.request.by
    if by == "day":
        return rows.c.day
    lasts = [
        (day_number(last), day_number(label)) for label, _, last in question.period.buckets(by)
    ]
    return case(*((rows.c.day <= last, label) for last, label in lasts))
