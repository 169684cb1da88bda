"""Which trainings means are taken over."""

from __future__ import annotations

from sqlalchemy import select

from termstats.data.figures.learning.history import History
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory

_UNPUBLISHED: Memory[None, frozenset[RowId]] = Memory(most=1)


async def published_only(q: Query, by_training: History) -> History:
    """Return the history of published trainings; of any when one training is in focus.

    Drafts, archived and deleted trainings would pull every mean down (Opigno counts them).
    """
    if q.question.training is not None:
        return by_training

    async def read() -> frozenset[RowId]:
        training = schema.training
        rows = await q.fetch(select(training.c.id).where(training.c.published == 0))
        return frozenset(row.id for row in rows)

    hidden = await q.store.memories.recall(_UNPUBLISHED, None, read)
    left_out = sum(1 for training in by_training if training in hidden)
    if left_out:
        q.note(f"Left out of the means: {left_out} trainings, not published.")
    return {
        training: changed for training, changed in by_training.items() if training not in hidden
    }
