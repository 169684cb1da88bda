"""Which actions of platform use ever failed, without reading the events."""

from __future__ import annotations

from collections.abc import Collection

from pyroaring import BitMap
from sqlalchemy import select

from termstats.data.model.units import RowId
from termstats.data.query.reader import Reader
from termstats.data.query.uses.stored_sets import read_sets
from termstats.data.store import schema
from termstats.data.store.memory import Memory

_FAILING: Memory[None, Collection[RowId]] = Memory(most=1)


async def failing_actions(reader: Reader) -> Collection[RowId]:
    """Return the actions that are errors, or of which an event ended with one or missed.

    Every one that failed is among them, and some that only missed what they looked for.
    """

    async def read() -> Collection[RowId]:
        errors = select(schema.action.c.id).where(schema.action.c.kind == "error")
        actions = {RowId(row.id) for row in await reader.fetch(errors)}
        marks = await read_sets(reader, "mark", [schema.MARK_FAILED], timed=False)
        if failed := marks.get(schema.MARK_FAILED, BitMap()):
            by_action = await read_sets(reader, "action", None, timed=False)
            actions |= {each for each, events in by_action.items() if events.intersect(failed)}
        return sorted(actions)

    return await reader.store.memories.recall(_FAILING, None, read)
