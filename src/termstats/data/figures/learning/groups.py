"""What groups of enrolments add up to: of each training, class, learner or state.

Measures (`definition.measures`) are computed from these sums. `history` gives the same sums per
training over time, from stored changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, func, select

from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

NO_ACTIVITY: Mapping[str, float] = {"active": 0, "seconds": 0.0}
"""The sums of a group without any activity."""


class Dimension(StrEnum):
    """What enrolments and activity are grouped by: the column of its id."""

    TRAINING = "training_id"
    LEARNER = "person_id"
    CLASS = "class_id"
    STATE = "state"


async def enrolments_by(q: Query, dimension: Dimension) -> dict[Any, dict[str, float]]:
    """Return id of the group -> sums of its enrolments at the period's end.

    Groups without enrolments are not there.
    """
    roster = q.roster.states()
    rows, group = _grouped(q, roster, dimension)
    sums = (
        func.count().label("enrolled"),
        func.sum(roster.c.completed).label("completed"),
        func.sum(roster.c.started).label("started"),
        func.sum(roster.c.progress).label("progress"),
        func.count(roster.c.score).label("scored"),
        func.sum(roster.c.score).label("score"),
    )
    return {
        row.group_id: {each.name: float(getattr(row, each.name) or 0) for each in sums}
        for row in await q.fetch(
            select(group.label("group_id"), *sums).select_from(rows).group_by(group)
        )
    }


async def activity_by(q: Query, dimension: Dimension) -> dict[Any, dict[str, float]]:
    """Return id of the group -> different active people and seconds, in trainings, in the period.

    Groups without activity are not there.
    """
    people = q.days.person_sums(each_training=True, measures=("seconds",))
    rows, group = _grouped(q, people, dimension)
    active = func.count(case((people.c.active > 0, people.c.person_id)).distinct())
    return {
        row.group_id: {"active": row.active, "seconds": float(row.seconds)}
        for row in await q.fetch(
            select(
                group.label("group_id"),
                active.label("active"),
                func.sum(people.c.seconds).label("seconds"),
            )
            .select_from(rows)
            .group_by(group)
        )
    }


def _grouped(
    q: Query, rows: Subquery, dimension: Dimension
) -> tuple[FromClause, ColumnElement[Any]]:
    """Return rows of (training, person), and the column to group them by.

    By class a row stands once in each class that the person takes the training through, or through
    a sub-class of it.
    """
    if dimension is not Dimension.CLASS:
        return rows, rows.c[dimension]
    members, parts, offered = q.people.members(), q.people.parts(), schema.class_training
    pairs = (
        select(parts.c.class_id, members.c.person_id, offered.c.training_id)
        .join(members, members.c.class_id == parts.c.part_id)
        .join(offered, offered.c.class_id == parts.c.part_id)
        .distinct()
        .subquery("pairs")
    )
    same_pair = and_(
        pairs.c.training_id == rows.c.training_id, pairs.c.person_id == rows.c.person_id
    )
    return pairs.join(rows, same_pair), pairs.c.class_id


def timed_sources(q: Query) -> frozenset[RowId]:
    """Return the ids of the sources that record durations: elsewhere time is unknown, not zero."""
    return frozenset(source.id for source in q.info.sources if source.has_time)


async def records_time(q: Query) -> bool:
    """Return whether any source of what is in focus and scope records durations."""
    timed, asked = timed_sources(q), q.question
    if len(timed) in (0, len(q.info.sources)):
        return bool(timed)
    subject: FromClause
    if asked.people_sets():
        subject = q.people.everybody().subquery("people_in_focus")
    elif asked.training_sets() or asked.class_sets():
        subject = q.roster.trainings()
    else:
        return True
    sources = await q.fetch(select(subject.c.source_id).distinct())
    return any(row.source_id in timed for row in sources)


VIEWED = ("page", "quiz", "media", "resource")
"""Kinds of activity in which something was opened."""


def views_of(days: FromClause) -> ColumnElement[int]:
    """Return what of a row of activity days is a view: something was opened."""
    first, *others = (days.c[kind] for kind in VIEWED)
    views: ColumnElement[int] = sum(others, first)
    return views
