"""The kinds of trainings, as the platform calls them: lesson, quiz, course, channel..."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.store import schema
from termstats.data.store.engine import StoreConnection
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store, run_query

_BY_KIND: Memory[None, Mapping[str, frozenset[RowId]]] = Memory(most=1)


async def trainings_by_kind(
    store: Store, connection: StoreConnection
) -> Mapping[str, frozenset[RowId]]:
    """Return kind, made safe to show -> all trainings of it, whoever asks.

    Raises:
        StoreError: the store cannot be read.
    """
    tag = schema.training_tag

    async def read() -> Mapping[str, frozenset[RowId]]:
        statement = select(tag).where(tag.c.kind == schema.TRAINING_KIND)
        trainings: dict[str, set[RowId]] = defaultdict(set)
        for row in await run_query(connection, statement):
            trainings[clean(row.value)].add(row.training_id)
        return {kind: frozenset(ids) for kind, ids in trainings.items()}

    return await store.memories.recall(_BY_KIND, None, read)
