"""The sentence that stands where a chart would show nothing, or mislead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from termstats.data.model.table import Table
from termstats.widgets.charts.days import step_of
from termstats.widgets.charts.read_out import bucket_words, value_words
from termstats.widgets.charts.series import Series

ALL_HIDDEN = "All series are hidden. Press l and then a letter to show one."
OUT_OF_ORDER = "The rows are not in the order of time: see the table (v)."


def no_rows(table: Table) -> str:
    """Return what stands where the table has no rows."""
    return table.empty or "Nothing in this period."


def no_values(table: Table) -> str:
    """Return what stands where no row has a value."""
    return table.empty or "No values in this period."


def only_zero(table: Table, what: str) -> str:
    """Return what stands where every value is zero."""
    return table.empty or f"{what}: zero throughout."


def instead_of_time_chart(
    table: Table, drawn: Sequence[Series], days: Sequence[date] | None, x: str
) -> str:
    """Return what stands instead of a chart over `days` (of column `x`); empty: draw it."""
    if not table.rows:
        return no_rows(table)
    if not drawn:
        return ALL_HIDDEN
    values = {
        row: values
        for row in range(len(table.rows))
        if (values := [s.values[row] for s in drawn if s.values[row] is not None])
    }
    if not values:
        return no_values(table)
    if len(values) == 1:
        return _only_point(table, drawn, days, x, next(iter(values)))
    if not any(value for of_row in values.values() for value in of_row):
        names = " and ".join(s.column.heading for s in drawn) if len(drawn) < 3 else "All series"
        return only_zero(table, names)
    return "" if days else OUT_OF_ORDER


def _only_point(
    table: Table, drawn: Sequence[Series], days: Sequence[date] | None, x: str, row: int
) -> str:
    """Return the values of the only row that has any."""
    if days:
        name = bucket_words(days[row], step_of(days[:1], table.step), zone=table.zone)
    else:
        name = str(table.rows[row][table.position(x)])
    values = ", ".join(
        value_words(s.values[row], s.column)
        if len(drawn) == 1
        else f"{s.column.heading} {value_words(s.values[row], s.column)}"
        for s in drawn
        if s.values[row] is not None
    )
    return f"Only one point, {name}: {values}. A line needs two."
