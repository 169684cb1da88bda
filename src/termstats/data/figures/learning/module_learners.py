"""How far each learner got in each module of their trainings: selectables, one row a learner."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union,
)

from termstats.data.figures.learning.module_list import ModuleItem
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import FLAG_OUTLIER


class Completed(Enum):
    """What completes a module."""

    PASSES = auto()
    """An attempt that passes, by the module's own rule."""
    ACTIVITIES = auto()
    """All its activities: there is nothing to pass."""
    ATTEMPTS = auto()
    """A finished attempt: there is nothing to pass, and nothing else to do."""


def completed_by(module: ModuleItem) -> Completed:
    """Return what completes a module."""
    if module.pass_mark is not None:
        return Completed.PASSES
    return Completed.ACTIVITIES if parts_of(module) else Completed.ATTEMPTS


def parts_of(module: ModuleItem) -> int:
    """Return how many of its activities have to be done; of an old version any one of them."""
    return len(module.path) or int(not module.current)


def finished_by_learner(q: Query, modules: Sequence[RowId], *, newest: bool) -> Subquery:
    """Return module_id, person_id, score, passed and seconds of who finished an attempt.

    Score and passed are those of the newest attempt that counts, or of the best; NULL without any.
    """
    attempts, roster = q.roster.attempts(), q.roster.enrolments()
    counts = and_(attempts.c.in_score == 1, attempts.c.score.is_not(None))
    rank = func.row_number().over(
        partition_by=(attempts.c.module_id, attempts.c.person_id),
        order_by=(
            case((counts, 0), else_=1),
            attempts.c.finished_at.desc(),
            attempts.c.number.desc(),
            attempts.c.id.desc(),
        ),
    )
    tries = (
        select(
            attempts.c.module_id,
            attempts.c.person_id,
            case((counts, attempts.c.score)).label("score"),
            case((counts, attempts.c.passed)).label("passed"),
            case((attempts.c.flags.op("&")(FLAG_OUTLIER) == 0, attempts.c.seconds)).label(
                "seconds"
            ),
            (rank if newest else literal(1)).label("place"),
        )
        .select_from(attempts)
        .join(roster, _enrolled(roster, attempts))
        .where(attempts.c.finished_at < q.end, attempts.c.module_id.in_(modules))
        .subquery("tries")
    )
    first = tries.c.place == 1
    return (
        select(
            tries.c.module_id,
            tries.c.person_id,
            func.max(case((first, tries.c.score))).label("score"),
            func.max(case((first, tries.c.passed))).label("passed"),
            func.sum(tries.c.seconds).label("seconds"),
        )
        .group_by(tries.c.module_id, tries.c.person_id)
        .subquery("learners")
    )


def started_by_learner(q: Query) -> Subquery:
    """Return module_id and person_id of who made an attempt, or completed an activity."""
    attempts, roster = q.roster.attempts(), q.roster.enrolments()
    completed = _completed_activities(q)
    pairs = union(
        select(attempts.c.module_id, attempts.c.person_id, attempts.c.training_id).where(
            attempts.c.module_id.is_not(None)
        ),
        select(completed.c.module_id, completed.c.person_id, completed.c.training_id),
    ).subquery("pairs")
    return (
        select(pairs.c.module_id, pairs.c.person_id)
        .join(roster, _enrolled(roster, pairs))
        .subquery("started")
    )


def parts_by_learner(q: Query) -> Subquery:
    """Return module_id, person_id and parts: how many activities of its path somebody did."""
    completed, roster = _completed_activities(q), q.roster.enrolments()
    return (
        select(completed.c.module_id, completed.c.person_id, func.count().label("parts"))
        .select_from(completed)
        .join(roster, _enrolled(roster, completed))
        .where(or_(completed.c.in_path == 1, completed.c.current == 0))
        .group_by(completed.c.module_id, completed.c.person_id)
        .subquery("parts")
    )


def _completed_activities(q: Query) -> Subquery:
    done, activity = q.roster.completions(), schema.activity
    return (
        select(
            *(activity.c.module_id, done.c.person_id, done.c.training_id),
            *(activity.c.in_path, activity.c.current),
        )
        .select_from(done)
        .join(activity, activity.c.id == done.c.activity_id)
        .where(activity.c.module_id.is_not(None))
        .subquery("completed")
    )


def _enrolled(roster: FromClause, rows: FromClause) -> ColumnElement[Any]:
    """Return whether somebody is enrolled in the training of a row."""
    return and_(roster.c.training_id == rows.c.training_id, roster.c.person_id == rows.c.person_id)
