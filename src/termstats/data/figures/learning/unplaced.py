"""Attempts: which have a score that counts, and which no training has."""

from __future__ import annotations

from sqlalchemy import Subquery, func, select

from termstats.data.model.request import Param
from termstats.data.query.query import Query
from termstats.data.store.unplaced import unplaced_words


def scored_attempts(q: Query) -> Subquery:
    """Return the attempts up to the period's end whose scores count."""
    attempts = q.roster.attempts()
    return (
        select(attempts)
        .where(attempts.c.in_score == 1, attempts.c.score.is_not(None))
        .subquery("scored_attempts")
    )


async def note_unplaced_attempts(q: Query) -> None:
    """Say how many attempts of the people in question are at no module that is known.

    They are of no training: who sees only some trainings or classes is told of none.
    """
    attempts = q.asking(focus={Param.LEARNER}, quiet=True).roster.attempts()
    number = await q.fetch_value(
        select(func.count()).select_from(attempts).where(attempts.c.module_id.is_(None))
    )
    if number:
        q.note(unplaced_words(number))
