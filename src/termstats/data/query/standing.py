"""What states are worked out from: how enrolments stand at as-of, or where they do not, history.

`standing` holds the newest day on which anything changed, so it answers for every end of a period
from that day on, and for the first activity whatever the end; only what changed later is looked up
in history. A store without that table's day, or one that is of an earlier day than the question's,
is answered from history alone. Which of the two is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
)

from termstats.data.model.units import DayNumber
from termstats.data.query.days import Days
from termstats.data.query.filters.times import picks_days
from termstats.data.query.narrowing import population_of, restricted
from termstats.data.query.question import Question
from termstats.data.store import schema

EVERY_ROW = 2**31 - 1
"""A limit that leaves no row out.

SQLite puts a subquery without a limit into the statement around it, and works a column out anew at
each place where that names it.
"""


@dataclass(frozen=True)
class Facts:
    """What is known of the enrolments of a roster on the last day, as columns of `rows`."""

    roster: Subquery
    """The roster, each of its rows once in `rows`."""
    rows: FromClause
    first_day: ColumnElement[int]
    """First day of activity; NULL: none so far."""
    progress: ColumnElement[float]
    score: ColumnElement[float]
    modules_passed: ColumnElement[int]
    attempts: ColumnElement[int]
    """Of the newest step; NULL: nothing has changed so far."""
    waits: ColumnElement[bool]
    """Whether an attempt waits for a teacher."""


def _stands(question: Question) -> bool:
    """Return whether `standing` is of the last day of a question, or of a later one."""
    day = question.info.standing_day
    return day is not None and question.last_day <= day


def _is_newest(question: Question) -> bool:
    """Return whether `standing` is of the very last day of a question."""
    return question.info.standing_day == question.last_day


def facts_of(question: Question, roster: Subquery, *, once: bool = False) -> Facts:
    """Return what is known of the enrolments of a roster.

    `once`: for statements that name most of it, or some of it again.
    """
    if _stands(question):
        return _standing(question, roster)
    first_day: ColumnElement[int] = first_active_day(question, roster)
    if once:
        # The day alone too: it decides what has started, which the state names several times.
        begun = select(roster, first_day.label("first_active_day")).limit(EVERY_ROW)
        roster = begun.subquery("begun")
        first_day = roster.c.first_active_day
    last, attempt = schema.enrolment_day.alias("last"), schema.attempt
    newest = _newest_day(roster, question.last_day)
    waits = exists(
        select(literal(1)).where(
            _same_pair(attempt, roster), attempt.c.in_score == 1, attempt.c.evaluated == 0
        )
    )
    rows = roster.outerjoin(last, and_(_same_pair(last, roster), last.c.day == newest))
    step = (last.c.progress, last.c.score, last.c.modules_passed, last.c.attempts)
    return Facts(roster, rows, first_day, *step, waits)


def _standing(question: Question, roster: Subquery) -> Facts:
    now, last = schema.standing.alias("standing"), schema.enrolment_day.alias("last")
    rows: FromClause = roster.outerjoin(now, _same_pair(now, roster))
    day = question.last_day
    first_day: ColumnElement[Any] = now.c.first_day
    names = ("progress", "score", "modules_passed", "attempts")
    step: list[ColumnElement[Any]] = [now.c[name] for name in names]
    if not _is_newest(question):
        first_day = case((first_day <= day, first_day))
        later = now.c.changed_day > day
        newest = case((later, _newest_day(roster, day)))
        rows = rows.outerjoin(last, and_(_same_pair(last, roster), last.c.day == newest))
        step = [case((later, last.c[name]), else_=now.c[name]) for name in names]
    progress, score, passed, attempts = step
    return Facts(roster, rows, first_day, progress, score, passed, attempts, now.c.waits == 1)


def first_active_day(question: Question, rows: FromClause) -> ScalarSelect[int]:
    """Return the first day of activity of the enrolments in `rows`, up to the period's end.

    One seek per row of the statement that it stands in; NULL where there is none.
    """
    now, day = schema.standing.alias("begun_by"), schema.person_day.alias("active")
    if _stands(question):
        begun = select(now.c.first_day).where(_same_pair(now, rows))
        return begun.where(now.c.first_day <= question.last_day).scalar_subquery()
    return (
        select(func.min(day.c.day))
        .where(
            day.c.clock == schema.CLOCK_DEVICE,
            _same_pair(day, rows),
            day.c.active == 1,
            day.c.day <= question.last_day,
        )
        .scalar_subquery()
    )


def last_day(question: Question, rows: FromClause) -> ColumnElement[int]:
    """Return the last day with an event of the enrolments in `rows`, up to the period's end.

    One seek per row of the statement that it stands in, for rows already narrowed.
    """
    now = schema.standing.alias("seen_by")
    seen = Days(question).last_day_of(rows.c.person_id, rows.c.training_id)
    if not _stands(question):
        return seen
    column = now.c[_by_clock(question, "last_day")]
    stored = select(column).where(_same_pair(now, rows), column <= question.last_day)
    if _is_newest(question):
        return stored.scalar_subquery()
    return func.coalesce(stored.scalar_subquery(), seen)


def activity_of(question: Question) -> Subquery:
    """Return what the enrolled did in their trainings, up to the period's end.

    Columns: training_id, person_id, seconds, last_day. Who did nothing may have no row, and who is
    not enrolled may have one.
    """
    if not _is_newest(question) or picks_days(question):
        return Days(question).person_sums(ever=True, each_training=True, measures=("seconds",))
    now = schema.standing
    return (
        select(
            now.c.training_id,
            now.c.person_id,
            now.c[_by_clock(question, "seconds")].label("seconds"),
            now.c[_by_clock(question, "last_day")].label("last_day"),
        )
        .where(
            population_of(question, now.c.person_id),
            *restricted(question, now.c.person_id, now.c.training_id),
        )
        .subquery("activity")
    )


def _by_clock(question: Question, name: str) -> str:
    return f"server_{name}" if question.clock == schema.CLOCK_SERVER else name


def _newest_day(roster: FromClause, last_day: DayNumber) -> ScalarSelect[int]:
    """Return the last day, up to one, on which an enrolment of the roster changed."""
    step = schema.enrolment_day.alias("step")
    return (
        select(func.max(step.c.day))
        .where(_same_pair(step, roster), step.c.day <= last_day)
        .scalar_subquery()
    )


def _same_pair(table: FromClause, rows: FromClause) -> ColumnElement[bool]:
    return and_(table.c.training_id == rows.c.training_id, table.c.person_id == rows.c.person_id)
