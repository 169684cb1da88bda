"""Global figures with one row per class."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.model.table import (
    Cell,
    Destination,
    Gauge,
    count,
    ident,
    percent,
    seconds,
    words,
)
from termstats.data.query.query import Query
from termstats.data.store import schema

_TO_CLASS = Destination("class", (("class", "class_id"),))


@figure(
    "global.classes",
    title="Classes",
    level=Level.GLOBAL,
    columns=(
        ident("class_id"),
        words("class", "Class"),
        count("learners", "Learners"),
        count("active", "Active"),
        percent("progress", "Progress"),
        percent("completion", "Completion"),
        percent("score", "Score"),
        seconds("time_spent", "Time"),
    ),
    chart=Gauge("class", "progress"),
    row_opens=_TO_CLASS,
)
async def classes(q: Query) -> Rows:
    """One row per class: its own members in the trainings of the class, without sub-classes.

    Learners are current members; progress, completion and score are plain means over their
    enrolments in the trainings of the class at the period's end; active people and time are of the
    period, in those trainings only. A person in two classes counts in both.
    """
    table, members, offered = q.people.classes(), q.people.members(), schema.class_training
    pairs = (
        select(members.c.class_id, members.c.person_id, offered.c.training_id)
        .join(offered, offered.c.class_id == members.c.class_id)
        .subquery("pairs")
    )
    learners = {
        row.class_id: row.people
        for row in await q.fetch(
            select(members.c.class_id, func.count().label("people")).group_by(members.c.class_id)
        )
    }
    roster = q.roster.states()
    results = {
        row.class_id: row
        for row in await q.fetch(
            select(
                pairs.c.class_id,
                func.avg(roster.c.progress).label("progress"),
                (func.sum(100.0 * roster.c.completed) / func.count()).label("completion"),
                func.avg(roster.c.score).label("score"),
            )
            .select_from(pairs)
            .join(roster, _same_pair(pairs, roster))
            .group_by(pairs.c.class_id)
        )
    }
    sums = q.days.person_sums(each_training=True, measures=("seconds",))
    activity = {
        row.class_id: row
        for row in await q.fetch(
            select(
                pairs.c.class_id,
                func.count(case((sums.c.active > 0, sums.c.person_id)).distinct()).label("active"),
                func.sum(sums.c.seconds).label("seconds"),
            )
            .select_from(sums)
            .join(pairs, _same_pair(pairs, sums))
            .group_by(pairs.c.class_id)
        )
    }
    has_time = any(source.has_time for source in q.info.sources)
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(select(table.c.id, q.key_of(table).label("key"), table.c.title)):
        result, did = results.get(row.id), activity.get(row.id)
        spent = float(did.seconds) if did else 0.0
        rows.append(
            (
                row.key,
                row.title,
                learners.get(row.id, 0),
                did.active if did else 0,
                result.progress if result else None,
                result.completion if result else None,
                result.score if result else None,
                spent if has_time else None,
            )
        )
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no classes here.",
        summary=f"{len(rows):,} classes" if rows else "",
    )


def _same_pair(one: Subquery, other: Subquery) -> ColumnElement[bool]:
    return and_(one.c.training_id == other.c.training_id, one.c.person_id == other.c.person_id)
