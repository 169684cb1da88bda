"""Cards: a few numbers, each beside that of the equally long period before, or of a year before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.measures import MEASURES
from termstats.data.figures.definition.phrases import before_data
from termstats.data.model.comparison import Against
from termstats.data.model.table import Cell, Column, Kind, Table, words
from termstats.data.query.query import Query

COLUMNS = (
    words("metric", "Figure"),
    Column("value", Kind.VALUE, "Value"),
    Column("previous", Kind.VALUE, "Period before"),
    Column("change", Kind.VALUE, "Change", in_points=True),
)
_LONGER = {
    "active_users": "Active people",
    "new_enrolments": "New enrolments",
    "trainings": "Published trainings",
}
"""Metric -> its title where that of a column says too little alone."""
Values: TypeAlias = dict[str, float | None]
"""Name of a measure -> its value in one period; None: not known."""


def totals_rows(
    now: Mapping[str, float | None],
    before: Mapping[str, float | None],
    against: Against = Against.BEFORE,
) -> Rows:
    """Return the rows metric, value, previous, change; a change needs both values.

    What is no measure is a count. `against` names the values before.
    """
    rows: list[tuple[Cell, ...]] = []
    kinds: list[Kind] = []
    for metric, value in now.items():
        previous = before.get(metric)
        change = None if value is None or previous is None else value - previous
        kind = MEASURES[metric].kind if metric in MEASURES else Kind.COUNT
        rows.append((metric, *(_tidy(cell, kind) for cell in (value, previous, change))))
        kinds.append(kind)
    names = {"previous": Against.YEAR.words.capitalize()} if against is Against.YEAR else {}
    columns = tuple(replace(each, title=names.get(each.name, each.title)) for each in COLUMNS)
    read = tuple((metric, title_of(metric)) for metric in now)
    columns = (replace(columns[0], names=read), *columns[1:])
    return Rows(rows, columns=columns, row_kinds=tuple(kinds))


def title_of(metric: str) -> str:
    """Return what a person calls a number that scripts know by a word: `New people`."""
    if metric in MEASURES:
        return _LONGER.get(metric, MEASURES[metric].title)
    words = metric.replace("_", " ")
    return words[:1].upper() + words[1:]


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
    return totals_rows(now, await values_then(q, compute), q.request.against)


async def values_then(q: Query, compute: Callable[[Query], Awaitable[Values]]) -> Values:
    """Return the values of the period that is compared; none where nothing was recorded then."""
    if q.nothing_then:
        q.note(
            f"Nothing was recorded {q.request.against.words}, {q.then.dates}: no change is said."
        )
        return {}
    if q.question.scope.min_group and q.so_far.length < q.period.length:
        q.note("The months are not over; those before are compared whole.")
    # What holds for that period is said once.
    return await compute(q.asking(period=q.then, quiet=True))
