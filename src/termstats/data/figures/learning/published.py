"""Published trainings: what means are taken over and cards count, where lists have all."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select

from termstats.data.figures.definition.measures import COMPLETION, PROGRESS
from termstats.data.figures.learning.history import History
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory

MEANS = (PROGRESS, COMPLETION)
"""Cards that are plain means over published trainings: a small one weighs as much as a large."""
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


class Trainings(NamedTuple):
    """How many trainings there are in scope and focus."""

    published: int
    """By the period's end: what cards count."""
    listed: int
    """All, drafts and archived ones too: what lists have."""

    @property
    def words(self) -> str:
        """Return the two in words, each called otherwise: `6 trainings, 2 of them published`."""
        if self.published == self.listed:
            return f"{self.listed:,} trainings"
        return f"{self.listed:,} trainings, {self.published:,} of them published"


def is_published(q: Query, trainings: Subquery) -> ColumnElement[bool]:
    """Return whether a training was published by T: what cards count."""
    made = trainings.c.created_at
    return and_(trainings.c.published == 1, or_(made.is_(None), made < q.end))


async def without_activity(q: Query) -> frozenset[RowId]:
    """Return the trainings whose activity was not imported: who never started is unknown there."""
    table = q.roster.trainings()
    rows = await q.fetch(select(table.c.id).where(table.c.has_activity == 0))
    return frozenset(row.id for row in rows)


async def count_trainings(q: Query) -> Trainings:
    """Return how many trainings there are, and how many of them were published by T."""
    trainings = q.roster.trainings()
    row = await q.fetch_one(
        select(
            func.count().label("listed"),
            func.coalesce(func.sum(case((is_published(q, trainings), 1), else_=0)), 0).label(
                "published"
            ),
        )
    )
    return Trainings(int(row.published), int(row.listed))


def note_unpublished(q: Query, trainings: Trainings) -> None:
    """Say why a card counts fewer trainings than the list has."""
    more = trainings.listed - trainings.published
    if more and q.question.training is None:
        q.note(
            f"Cards count the {trainings.published:,} published trainings; lists have "
            f"{more:,} more: drafts, archived ones, or made later."
        )
