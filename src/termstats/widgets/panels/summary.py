"""The phrase in a panel's title where the figure gives none."""

from __future__ import annotations

from termstats.data.model.table import Kind, Line, Table, show
from termstats.widgets.charts.axes import day_words
from termstats.widgets.charts.data import all_series, days_of, series_columns, step_of


def summary_of(table: Table) -> str:
    """Return `mean 41 · peak 88 on 3 Nov` for one line over time, rows for a list, else nothing."""
    if table.chart is None:
        more = "+" if table.after is not None else ""
        return f"{len(table.rows):,}{more} rows" if len(table.rows) > 1 or more else ""
    if not isinstance(table.chart, Line):
        return ""
    columns = series_columns(table)
    days = days_of(table, table.chart.x)
    if len(columns) != 1 or not days or columns[0].kind is Kind.PERCENT:
        return ""
    values = all_series(table, columns)[0].values
    known = [value for value in values if value is not None]
    if len(known) < 2 or not any(known):
        return ""
    kind = columns[0].kind
    peak = max(known)
    day = days[values.index(peak)]
    words = f"{day:%b} {day.year}" if step_of(days) >= 28 else day_words(day)
    mean = sum(known) / len(known)
    mean_kind = Kind.NUMBER if kind is Kind.COUNT and mean < 10 else kind
    return f"mean {show(mean, mean_kind)} · peak {show(peak, kind)} on {words}"
