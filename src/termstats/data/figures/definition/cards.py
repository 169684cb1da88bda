"""Cards: a few numbers, each beside that of the equally long period before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.measures import MEASURES
from termstats.data.figures.definition.phrases import before_data
from termstats.data.model.table import Cell, Column, Kind, Table, words
from termstats.data.query.query import Query

COLUMNS = (
    words("metric", "Figure"),
    Column("value", Kind.VALUE, "Value"),
    Column("previous", Kind.VALUE, "Period before"),
    Column("change", Kind.VALUE, "Change"),
)
Values: TypeAlias = dict[str, float | None]
"""Name of a measure -> its value in one period; None: not known."""


def totals_rows(now: Mapping[str, float | None], before: Mapping[str, float | None]) -> Rows:
    """Return the rows metric, value, previous, change; a change needs both values.

    What is no measure is a count.
    """
    rows: list[tuple[Cell, ...]] = []
    kinds: list[Kind] = []
    for metric, value in now.items():
        previous = before.get(metric)
        change = None if value is None or previous is None else value - previous
        kind = MEASURES[metric].kind if metric in MEASURES else Kind.COUNT
        rows.append((metric, *(_tidy(cell, kind) for cell in (value, previous, change))))
        kinds.append(kind)
    return Rows(rows, row_kinds=tuple(kinds))


def by_importance(totals: Table, first: Sequence[str]) -> Table:
    """Return the cards as people want them: those of `first` in that order, then the others."""
    at_end = len(first)
    rank = {metric: at for at, metric in enumerate(first)}
    metrics = totals.column("metric")
    order = sorted(range(len(metrics)), key=lambda row: rank.get(str(metrics[row]), at_end))
    kinds = tuple(totals.row_kinds[row] for row in order) if totals.row_kinds else ()
    return totals.with_rows(tuple(totals.rows[row] for row in order), kinds)


def _tidy(value: float | None, kind: Kind) -> Cell:
    return int(value) if value is not None and kind is Kind.COUNT else value


async def both_periods(q: Query, compute: Callable[[Query], Awaitable[Values]]) -> Rows:
    """Return the rows of `compute` for the period and the one before it."""
    before_data(q)
    now = await compute(q)
    # What holds for the previous period is said once.
    before = await compute(q.asking(period=q.so_far.previous(), quiet=True))
    return totals_rows(now, before)
