"""The series of a chart: columns of numbers, and the letter, colour and fill of each."""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from termstats.data.model.table import NUMERIC, Cell, Column, Kind, Table
from termstats.widgets.look.tokens import SERIES

LETTERS = string.ascii_lowercase


@dataclass(frozen=True)
class Series:
    """One numeric column. Letter and colour belong to the column, whatever else is hidden."""

    column: Column
    index: int
    """Position among the series of the chart."""
    values: tuple[float | None, ...] = ()

    @property
    def letter(self) -> str:
        """Return the letter that stands for it."""
        return LETTERS[self.index] if self.index < len(LETTERS) else "?"

    @property
    def style(self) -> str:
        """Return the name of its colour."""
        return series_style(self.index)


def series_style(index: int) -> str:
    """Return the name of the colour of a series by its place in the chart."""
    return SERIES[index % len(SERIES)]


def number(cell: Cell) -> float | None:
    """Return a cell as a number that can be drawn, or None."""
    if isinstance(cell, (int, float)) and cell == cell and abs(cell) != float("inf"):
        return float(cell)
    return None


def numeric_columns(table: Table, leave: Collection[str]) -> tuple[Column, ...]:
    """Return the columns of numbers but those of these names."""
    return tuple(c for c in table.columns if c.kind in NUMERIC and c.name not in leave)


def time_columns(table: Table, names: Sequence[str], leave: Collection[str]) -> tuple[Column, ...]:
    """Return the columns of these names; without names those of numbers in the first one's unit.

    Raises:
        KeyError: the table has no column of such a name.
    """
    if names:
        return tuple(table.columns[table.position(name)] for name in names)
    columns = numeric_columns(table, leave)
    # One axis has one unit: hours are not drawn beside people.
    return tuple(column for column in columns if _unit(column) is _unit(columns[0]))


def _unit(column: Column) -> Kind:
    return Kind.NUMBER if column.kind is Kind.COUNT else column.kind


def all_series(table: Table, columns: Sequence[Column]) -> tuple[Series, ...]:
    """Return the values of these columns."""
    return tuple(
        Series(column, index, tuple(number(cell) for cell in table.column(column.name)))
        for index, column in enumerate(columns)
    )


def shown_series(
    table: Table, columns: Sequence[Column], hidden: Collection[str]
) -> tuple[Series, ...]:
    """Return the values of these columns but the hidden ones."""
    return tuple(one for one in all_series(table, columns) if one.column.name not in hidden)


@dataclass(frozen=True)
class Looks:
    """How a part of a whole is drawn: a colour, and what fills it in ASCII."""

    style: str
    fill: str


MOST_PARTS = 4
"""Parts of a whole with a colour of their own; the others share one."""
PLAIN_FILLS = "#@%*"
_HUES = {"page": 0, "quiz": 1, "media": 2, "forum": 3, "login": 3}
"""Kind of activity -> its colour on every screen, where no larger part has it."""
REST = Looks("other", "+")


def total_of(one: Series) -> float:
    """Return what a part adds up to."""
    return sum(value or 0 for value in one.values)


def looks_of(series: Sequence[Series]) -> dict[str, Looks]:
    """Return column -> looks for all parts of a chart, hidden or not.

    The largest get a colour of their own; a kind of activity the same one everywhere.
    """
    sums = {one.column.name: total_of(one) for one in series}
    largest = sorted(sums, key=lambda name: -sums[name])[:MOST_PARTS]
    free = list(range(MOST_PARTS))
    hues: dict[str, int] = {}
    for name in largest:
        if (hue := _HUES.get(name)) in free:
            hues[name] = hue
            free.remove(hue)
    for name in largest:
        if name not in hues:
            hues[name] = free.pop(0)
    return {
        one.column.name: Looks(SERIES[hues[one.column.name]], PLAIN_FILLS[hues[one.column.name]])
        if one.column.name in hues
        else REST
        for one in series
    }


def parts_in_order(series: Sequence[Series], looks: Mapping[str, Looks]) -> list[Series]:
    """Return the parts of a whole: the largest first, those that share a colour last."""
    return sorted(series, key=lambda one: (looks[one.column.name] == REST, -total_of(one)))
