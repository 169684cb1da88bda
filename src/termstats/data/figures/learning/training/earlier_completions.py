"""Who completed a version of a training that was replaced since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, day, ident, words
from termstats.data.query.query import Query
from termstats.data.store import schema


@figure(
    "training.earlier-completions",
    record=Record.VERSIONS,
    title="Completed an earlier version",
    level=Level.TRAINING,
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        words("version", "Version", "the newest one completed"),
        day("completed", "Completed"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
)
async def earlier_completions(q: Query) -> Rows:
    """Who earned the badge of the training in an earlier version, and has not completed this one.

    By the version that the award names, up to the end of the period; one row per learner.
    """
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = [
        (row.key, row.name, row.version, day_of(row.at)) for row in await earlier(q)
    ]
    return Rows(
        rows,
        empty="" if rows else "Nobody completed an earlier version of this training only.",
        summary=f"{len(rows):,} people" if rows else "",
    )


async def earlier(q: Query) -> Sequence[Any]:
    """Return training_id, key, name, version and at of who completed an earlier version only."""
    awards, roster, person = q.roster.of_people(schema.award), q.roster.enrolments(), schema.person
    trainings = q.roster.trainings()
    key = q.key_of(person).label("key")
    return await q.fetch(
        select(
            *(awards.c.training_id, key, person.c.name),
            func.max(awards.c.version).label("version"),
            func.max(awards.c.at).label("at"),
        )
        .select_from(awards)
        .join(trainings, trainings.c.id == awards.c.training_id)
        .join(person, person.c.id == awards.c.person_id)
        .outerjoin(
            roster,
            and_(
                roster.c.training_id == awards.c.training_id,
                roster.c.person_id == awards.c.person_id,
            ),
        )
        .where(
            *(awards.c.kind == "badge", awards.c.at < q.end),
            awards.c.version != trainings.c.version,
            or_(roster.c.completed_at.is_(None), roster.c.completed_at >= q.end),
        )
        .group_by(awards.c.training_id, person.c.id, key, person.c.name)
        .order_by(person.c.name, person.c.id)
    )
