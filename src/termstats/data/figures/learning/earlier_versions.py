"""Awards of a version that was replaced since, for the list of them and for their counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from termstats.data.query.query import Query
from termstats.data.store import schema


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
