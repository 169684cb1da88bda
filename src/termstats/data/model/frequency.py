"""How often each value of a column occurs: a table made from the rows of any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from termstats.data.model.plural import counted
from termstats.data.model.table import Cell, Column, Row, Table, count, percent, show_cell

VALUE, ROWS, SHARE = "value", "rows", "share"
"""Names of the columns of a frequency table; that of a state keeps its name, and so its signs."""
MOST = 50_000
"""Different values that are counted; where there are more, nothing is said often."""


def counted_values(table: Table, at: int, rows: Iterable[int] | None = None) -> Counter[Cell]:
    """Return how many rows have each value of the column at a place, of all rows or of these."""
    places = range(len(table.rows)) if rows is None else rows
    return Counter(table.rows[row][at] for row in places)


def value_words(value: Cell, column: Column) -> str | None:
    """Return a value as a person reads it; values that read alike are one. None: no value."""
    return None if value in (None, "") else show_cell(column, value, column.kind)


def frequency_table(
    figure_id: str, column: Column, counts: Mapping[Cell, int], noun: str = "row"
) -> Table:
    """Return value, rows and share of all rows, the most frequent first, no value last.

    Values that read alike, whatever their case, are one row: that is how a row search sees them.
    `noun` is what a row is.
    """
    totals: Counter[str | None] = Counter()
    first: dict[str | None, Cell] = {}
    for value, number in sorted(counts.items(), key=lambda pair: -pair[1]):
        words = value_words(value, column)
        alike = words if words is None else words.casefold()
        totals[alike] += number
        first.setdefault(alike, value)
    everything = totals.total()
    shown = replace(column, name=column.name if column.is_state else VALUE)
    rows: list[Row] = [
        (None if words is None else first[words], number, 100 * number / everything)
        for words, number in sorted(totals.items(), key=_most_first)
    ]
    return Table(
        f"{figure_id}#{column.name}",
        column.heading,
        (shown, count(ROWS), percent(SHARE)),
        tuple(rows),
        summary=f"{counted(len(rows), 'value')} of {counted(everything, noun)}",
        noun="value",
    )


def _most_first(pair: tuple[str | None, int]) -> tuple[bool, int, str]:
    words, number = pair
    return words is None, -number, words or ""
