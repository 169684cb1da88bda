"""Reads the tables of a database in columns: counts, refuses, notes gaps, and misses no row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pyroaring import BitMap64

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.tables import Needed, TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.units import Second

_AS_IS = cells.PLAIN | {datetime, date, timedelta, UUID}
_UNSIGNED = (1 << 64) - 1


@dataclass(frozen=True)
class Columns:
    """The columns of one source table, in the order in which they are read."""

    names: tuple[str, ...]
    must: tuple[str, ...]
    """Those that every version of the platform has."""
    ids: tuple[int, ...] = ()
    """Places of ids, which are whole numbers."""
    set_ids: tuple[int, ...] = ()
    """Places of ids that every row has."""
    own_id: int | None = None
    """Place of the id that tells the rows apart."""


def columns_of(tables: Mapping[str, str]) -> dict[str, Columns]:
    """Return table -> columns from `id! user_id* course_id# title note?`.

    `!`: the row's own id, a whole number that no other row has; `*`: the id of another row; `#`:
    one that may be NULL; `?` at the end: a column that some versions lack.
    """
    return {table: _columns(text.split()) for table, text in tables.items()}


def _columns(words: Sequence[str]) -> Columns:
    bare = [word.removesuffix("?") for word in words]
    own = next((place for place, word in enumerate(bare) if word[-1] == "!"), None)
    return Columns(
        tuple(word.rstrip("!*#") for word in bare),
        tuple(word.rstrip("!*#") for word in words if word[-1] != "?"),
        tuple(place for place, word in enumerate(bare) if word[-1] in "!*#"),
        tuple(place for place, word in enumerate(bare) if word[-1] in "!*"),
        own,
    )


def needed(tables: Mapping[str, Columns]) -> Needed:
    """Return table -> columns, as `open_source` and `require` take them: all that are read."""
    return {table: columns.names for table, columns in tables.items()}


class TableRun:
    """One import of a database: its tables are read through here, and refused rows come back."""

    def __init__(
        self, source: TableSource, context: ImportContext, tables: Mapping[str, Columns]
    ) -> None:
        self.source = source
        self.context = context
        context.report.notes += source.notes
        self.writer = context.writer
        self.tables = tables
        self.zone = ZoneInfo(context.options.source_zone or "UTC")
        """Zone of moments that carry none."""

    async def rows(
        self, table: str, order_by: Sequence[str] = ("id",), *, above: int | None = None
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Yield the rows of `table` in the order of those of `order_by` that it has.

        `above`: those with a larger id; the others have been counted before.
        No rows where the table is absent; NULL where a column is. Every row counts as kept until
        `refuse` is called for it. Rows with an id that is none, or is there twice, are refused.

        Raises:
            SourceError: fewer or more rows came than the source has.
        """
        name = self.name_of(table)
        have = set(await self.source.columns(name)) if name else set()
        if name is None or not have:
            return
        columns = self.tables[table]
        names = [column for column in columns.names if column in have]
        places = [names.index(n) if n in have else -1 for n in columns.names]
        is_whole = -1 not in places
        order = [column for column in order_by if column in names]
        intake = self.context.intake(table)
        count = self.source.count(name) if above is None else self._count_above(name, above)
        total, seen = await count, BitMap64()
        before = intake.counts.read  # of other files with this table, or of an earlier import
        async for batch in self.source.batches(name, names, order, above=above):
            first = intake.counts.read
            intake.read(len(batch), before + total)
            for number, raw in enumerate(batch, first - before):
                row = raw if is_whole else tuple(None if at < 0 else raw[at] for at in places)
                self.as_read(table, number, row)
                reason, row = _checked(columns, row)
                if reason:
                    self.refuse(table, reason, row)
                elif reason := self.passed_over(table, row):
                    intake.pass_over(reason)
                elif columns.own_id is not None and _is_repeated(row[columns.own_id], seen):
                    self.refuse(table, f"{columns.names[columns.own_id]} is there twice", row)
                else:
                    yield row
        if (given := intake.counts.read - before) != total:
            raise SourceError(
                f"{self.source.name}: {name} has {total} rows but gave {given}; "
                "import again, from a copy if the server is busy"
            )

    async def _count_above(self, name: str, own_id: int) -> int:
        return (await self.source.totals(name, above=own_id)).rows

    def name_of(self, table: str) -> str | None:
        """Return what the source calls `table`; None: the source has none that can be read."""
        return table

    def as_read(self, table: str, number: int, row: Sequence[Any]) -> None:
        """Take note of row `number` (from 0) as the source has it, before anything is refused."""

    def passed_over(self, table: str, row: Sequence[Any]) -> str:
        """Return why a row is not wanted and only counted as refused; nothing where it is."""
        return ""

    def refuse(self, table: str, reason: str, row: object) -> None:
        """Count a row that `rows` gave as refused, and keep it in the bad-rows file."""
        columns = self.tables[table]
        own = None if columns.own_id is None else columns.names[columns.own_id]
        named = dict(zip(columns.names, row, strict=False)) if isinstance(row, tuple) else row
        own_id = named.get(own) if isinstance(named, dict) else None
        found = "" if own_id is None else f"{own} {cells.text(own_id)}"
        self.context.intake(table).refuse(reason, row, found=found, columns=columns.names)

    def moment(self, value: object) -> Second | None:
        """Return a date-time of the source as seconds UTC."""
        return cells.moment(value, self.zone)

    async def note_gaps(self) -> None:
        """Note in the report what this version lacks, and which of its tables are not read."""
        report, there = self.context.report, await self.source.tables()
        for table, columns in self.tables.items():
            if table not in there:
                report.gaps.append(f"table {table}")
            else:
                have = set(await self.source.columns(table))
                report.gaps += [f"column {table}.{c}" for c in columns.names if c not in have]
        if unread := sorted(there - self.tables.keys()):
            report.notes.append(f"tables not read: {', '.join(unread)}")


def _checked(columns: Columns, row: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return (why the row cannot be used, the row in plain values); no reason where it can."""
    if not _AS_IS.issuperset(map(type, row)):
        row = tuple(map(cells.plain, row))
    odd = [place for place in columns.ids if type(row[place]) is not int or _is_beyond(row[place])]
    if odd:
        values = list(row)
        for place in odd:
            values[place] = cells.whole(row[place])
            if values[place] is None and row[place] is not None:
                return f"{columns.names[place]} is not a whole number", row
        row = tuple(values)
        for place in columns.set_ids:
            if row[place] is None:
                return f"no {columns.names[place]}", row
    return "", row


def _is_beyond(value: int) -> bool:
    return not -cells.LARGEST <= value <= cells.LARGEST


def _is_repeated(own_id: int, seen: BitMap64) -> bool:
    """Return whether an id was there before, and remember it."""
    unsigned = own_id & _UNSIGNED
    if unsigned in seen:
        return True
    seen.add(unsigned)
    return False
