"""Attempts that no training has: said where somebody would look for them."""

from __future__ import annotations

from sqlalchemy import func, select

from termstats.data.model.request import Param
from termstats.data.query.query import Query
from termstats.data.store.unplaced import unplaced_words


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
