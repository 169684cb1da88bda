"""Columns of 360Learning's exports, and what we put behind them where `--wide` asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from termstats.data.figures.definition.figure import Rows
from termstats.data.model.table import Cell, Column, count, words
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

Lines = Mapping[tuple[RowId, str], Mapping[str, str]]
"""(source, key) -> a line as the platform wrote it: column -> cell."""


CONTRIBUTED = ("Publications", "Comments", "Reactions")
"""Columns of what people contribute, in their order."""


def cells_of(mine: Mapping[str, int], names: Iterable[str]) -> tuple[int, ...]:
    """Return the cells of the columns `names`; 0 where nothing was contributed."""
    return tuple([mine.get(name.lower(), 0) for name in names])


def texts(*names: str) -> tuple[Column, ...]:
    """Return columns of text that are called as the platform calls them."""
    return tuple(words(name, name) for name in names)


def counts(*names: str) -> tuple[Column, ...]:
    """Return columns of counts that are called as the platform calls them."""
    return tuple(count(name, name) for name in names)


def opens(*names: str) -> tuple[tuple[str, str], ...]:
    """Return (column, word) pairs of numbers that open the people behind them."""
    return tuple((name, name.lower()) for name in names)


class LayoutLine:
    """One row: the cells of the layout, ours behind them, and the file's own that nobody knows."""

    def __init__(
        self, key: str, theirs: Sequence[Cell], ours: Sequence[Cell], line: Mapping[str, str]
    ) -> None:
        self.key = key
        self.theirs = tuple(theirs)
        self.ours = tuple(ours)
        self.line = line


def layout(
    q: Query,
    columns: tuple[Column, ...],
    ours: tuple[Column, ...],
    lines: Sequence[LayoutLine],
    *,
    empty: str,
    summary: str,
) -> Rows:
    """Return the platform's columns, and with `--wide` ours and the file's unknown ones.

    `ours` has a column called Period, which is filled here.
    """
    keys = [line.key for line in lines]
    if not q.request.wide:
        rows: list[tuple[Cell, ...]] = [line.theirs for line in lines]
        return Rows(rows, columns=columns, keys=keys, empty=empty, summary=summary)
    period = f"{q.period.first}..{q.period.last}"
    at = [column.name for column in ours].index("Period")
    shown = {column.name for column in (*columns, *ours)}
    unknown = [n for n in dict.fromkeys(n for line in lines for n in line.line) if n not in shown]
    rows = [
        (
            *line.theirs,
            *(*line.ours[:at], period, *line.ours[at:]),
            *(line.line.get(name) or None for name in unknown),
        )
        for line in lines
    ]
    wide = (*columns, *ours, *texts(*unknown))
    return Rows(rows, columns=wide, keys=keys, empty=empty, summary=summary)


def whole(cell: str | None) -> int | None:
    """Return a count as a file holds it; None for nothing and `-`."""
    return int(float(cell)) if cell and cell.strip() not in ("", "-") else None


def standing(status: str | None, current: int) -> str:
    """Return one of the platform's three words for a course or an activity."""
    if status and status.casefold() in ("active", "archived", "deleted"):
        return status.capitalize()
    return "Active" if current else "Archived"
