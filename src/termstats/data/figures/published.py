"""Which trainings means are taken over."""

from __future__ import annotations

from sqlalchemy import select

from termstats.data.figures.history import History
from termstats.data.query import Query


async def published_only(q: Query, found: History) -> History:
    """Return the history of published trainings; of any when one training is in focus.

    Drafts, archived and deleted trainings would pull every mean down (Opigno counts them).
    """
    if q.training is not None:
        return found
    trainings = q.trainings()
    rows = await q.fetch(select(trainings.c.id).where(trainings.c.published == 0))
    hidden = {row.id for row in rows}
    left_out = sum(1 for training in found if training in hidden)
    if left_out:
        q.note(f"{left_out} trainings that are not published are left out of the means.")
    return {training: changed for training, changed in found.items() if training not in hidden}
