"""Reads the stored sets and lists of `use_bitmap` and `use_list`."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from typing import Any, TypeAlias

from pyroaring import BitMap
from sqlalchemy import Select, func, select

from termstats.data.model.period import FIRST_SECOND, LAST_SECOND
from termstats.data.model.units import DayNumber, EventId
from termstats.data.query.filters.times import in_days
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.store import schema
from termstats.data.store.days.bitmaps import BLOCK
from termstats.data.store.days.sets import damaged, read_bitmap, read_numbers

PART = 500
"""Values asked for in one statement."""
Sets: TypeAlias = dict[Any, BitMap]
"""Value of a field -> its events, by their numbers: an id, a day, a mark, as the field has it."""


async def read_sets(
    reader: Reader, field: str, values: Collection[int] | None, *, timed: bool
) -> Sets:
    """Return value -> its events ever; only of `values` if any are given.

    `timed`: only events with a duration, numbered by it.
    """
    wanted = _rows(field, timed)
    statements = [wanted]
    if values is not None:
        listed = sorted(values)
        parts = (listed[start : start + PART] for start in range(0, len(listed), PART))
        statements = [wanted.where(schema.use_bitmap.c.value.in_(part)) for part in parts]
    return {
        row.value: read_bitmap(row.uses)
        for statement in statements
        for row in await reader.fetch(statement)
    }


async def read_days(question: Question, reader: Reader, *, timed: bool) -> dict[DayNumber, BitMap]:
    """Return day number -> events, of the days of the period that the filters leave, in order."""
    if not question.scope.is_everything:
        return {}
    day = schema.use_bitmap.c.value
    where = [day.between(*question.day_range), *in_days(question, day)]
    below = await _end_of_numbers(reader, timed=timed)
    rows = await reader.fetch(_rows("day", timed).where(*where).order_by(day))
    sets = {row.value: read_bitmap(row.uses, below) for row in rows}
    return {day_number: events for day_number, events in sets.items() if events}


async def _end_of_numbers(reader: Reader, *, timed: bool) -> int:
    """Return a number that no event has, nor any larger one: a set is no larger than that."""
    table = schema.use_list
    last = select(func.max(table.c.block)).where(table.c.name == ("seconds" if timed else "event"))
    block = await reader.fetch_value(last)
    return BLOCK * (block + 1) if isinstance(block, int) else 0


def _rows(field: str, timed: bool) -> Select[Any]:
    table = schema.use_bitmap
    return select(table.c.value, table.c.uses).where(
        table.c.timed == int(timed), table.c.field == field
    )


async def read_durations(reader: Reader) -> list[float]:
    """Return the durations of platform use in seconds by their numbers: the shortest first."""
    table = schema.use_list
    durations = array("d")
    blocks = select(table.c.numbers).where(table.c.name == "seconds").order_by(table.c.block)
    for row in await reader.fetch(blocks):
        if len(durations) % BLOCK:
            raise damaged("durations are missing")
        durations.extend(read_numbers("d", row.numbers))
    return durations.tolist()


async def read_event_ids(reader: Reader, numbers: Collection[int]) -> dict[int, EventId]:
    """Return number -> id of the event, of events numbered by time."""
    table = schema.use_list
    wanted = sorted({number // BLOCK for number in numbers})
    blocks = select(table).where(table.c.name == "event", table.c.block.in_(wanted))
    ids = {row.block: read_numbers("q", row.numbers) for row in await reader.fetch(blocks)}
    try:
        by_number = {n: EventId(ids[n // BLOCK][n % BLOCK]) for n in numbers}
    except (KeyError, IndexError):
        raise damaged("an event has no number") from None
    for event in by_number.values():
        if not FIRST_SECOND <= event >> schema.EVENT_SEQUENCE_BITS <= LAST_SECOND:
            raise damaged("an event is at no time")
    return by_number
