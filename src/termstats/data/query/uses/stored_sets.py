"""Reads the stored sets and lists of `use_bitmap` and `use_list`."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection
from typing import Any, TypeAlias

from pyroaring import BitMap
from sqlalchemy import Select, select

from termstats.data.model.units import DayNumber, EventId
from termstats.data.query.filters.times import in_days
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.store import schema
from termstats.data.store.days.bitmaps import BLOCK

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
        row.value: BitMap.deserialize(row.uses)
        for statement in statements
        for row in await reader.fetch(statement)
    }


async def read_days(question: Question, reader: Reader, *, timed: bool) -> dict[DayNumber, BitMap]:
    """Return day number -> events, of the days of the period that the filters leave, in order."""
    if not question.scope.is_everything:
        return {}
    day = schema.use_bitmap.c.value
    where = [day.between(*question.period.day_range), *in_days(question, day)]
    rows = await reader.fetch(_rows("day", timed).where(*where).order_by(day))
    return {row.value: BitMap.deserialize(row.uses) for row in rows}


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
        durations.extend(_unpacked("d", row.numbers))
    return durations.tolist()


async def read_event_ids(reader: Reader, numbers: Collection[int]) -> dict[int, EventId]:
    """Return number -> id of the event, of events numbered by time."""
    table = schema.use_list
    wanted = sorted({number // BLOCK for number in numbers})
    blocks = select(table).where(table.c.name == "event", table.c.block.in_(wanted))
    ids = {row.block: _unpacked("q", row.numbers) for row in await reader.fetch(blocks)}
    return {number: ids[number // BLOCK][number % BLOCK] for number in numbers}


def _unpacked(kind: str, numbers: bytes) -> array[Any]:
    unpacked: array[Any] = array(kind, numbers)
    if sys.byteorder == "big":
        unpacked.byteswap()
    return unpacked
