"""What a chart shows, as one sentence: where it begins and ends, its highest and lowest values."""

from __future__ import annotations

from datetime import date

from termstats.data.model.charts import Bars, Gauge, Heat, OverTime, StackedBars, StackedNames
from termstats.data.model.table import Kind, Table, show
from termstats.widgets.charts.days import days_of, several_years, step_of
from termstats.widgets.charts.read_out import bucket_words, read_row
from termstats.widgets.charts.sentences import instead_of_time_chart
from termstats.widgets.charts.series import Series, all_series, number, time_columns
from termstats.widgets.charts.unfinished import is_unfinished


def chart_words(table: Table) -> str:
    """Return what the chart of a table shows; empty: it has none, or there is nothing to say."""
    chart = table.chart
    if chart is None or not table.rows:
        return ""
    if isinstance(chart, OverTime):
        return _over_time(table, chart)
    if isinstance(chart, (Bars, Gauge)):
        return _ends(table, chart.label, chart.value)
    if isinstance(chart, Heat):
        return _most(table, (chart.x, chart.y), chart.value)
    if isinstance(chart, StackedNames) and "total" in (c.name for c in table.columns):
        return _ends(table, chart.label, "total")
    return ""


def _over_time(table: Table, chart: OverTime) -> str:
    leave = chart.leave if isinstance(chart, StackedBars) else ()
    days = days_of(table, chart.x)
    series = all_series(table, time_columns(table, chart.ys, leave))
    instead = instead_of_time_chart(table, series, days, chart.x)
    if instead or days is None:
        return instead
    if isinstance(chart, StackedBars):
        return _stack(table, chart, series, days)
    return " ".join(_course(one, table, days) for one in series if any(one.values))


def _stack(
    table: Table, chart: StackedBars, series: tuple[Series, ...], days: tuple[date, ...]
) -> str:
    """Return the course of the whole, and what each part adds up to, the largest first."""
    wholes = [column for column in table.columns if column.name in chart.leave[:1]]
    words = [_course(one, table, days) for one in all_series(table, wholes[:1])]
    sums = [(sum(value or 0 for value in one.values), one) for one in series]
    sums.sort(key=lambda pair: -pair[0])
    parts = [
        f"{one.column.heading[:1].lower()}{one.column.heading[1:]} {show(total, one.column.kind)}"
        for total, one in sums
        if total
    ]
    return " ".join([*words, f"Parts: {', '.join(parts)}."])


def _course(one: Series, table: Table, days: tuple[date, ...]) -> str:
    """Return first, last, highest and lowest value of one series."""
    step, kind = step_of(days, table.step), one.column.kind
    year = several_years(days)
    points = [(value, row) for row, value in enumerate(one.values) if value is not None]

    def told(point: tuple[float, int]) -> str:
        name = bucket_words(days[point[1]], step, year=year, zone=table.zone)
        so_far = point[1] == len(days) - 1 and is_unfinished(table, days)
        return f"{show(point[0], kind)}{' so far' if so_far else ''} on {name}"

    highest, lowest = max(points, key=lambda p: p[0]), min(points, key=lambda p: p[0])
    head = f"{one.column.heading}: from {told(points[0])} to {told(points[-1])}"
    if highest[0] == lowest[0]:
        return f"{head}, the same throughout."
    return f"{head}; highest {told(highest)}, lowest {told(lowest)}."


def _ends(table: Table, label: str, value: str) -> str:
    """Return the rows with the highest and the lowest value."""
    at, name = table.position(value), table.position(label)
    points = [
        (drawn, row)
        for row in range(len(table.rows))
        if (drawn := number(table.rows[row][at])) is not None
    ]
    if len(points) < 2:
        return ""
    highest, lowest = max(points, key=lambda p: p[0]), min(points, key=lambda p: p[0])
    heading = table.columns[at].heading
    if highest[0] == lowest[0]:
        return f"{heading}: {table.shown(highest[1], at)} for all {len(points)}."
    return (
        f"{heading}: highest {table.shown(highest[1], name)} with {table.shown(highest[1], at)}, "
        f"lowest {table.shown(lowest[1], name)} with {table.shown(lowest[1], at)}."
    )


def _most(table: Table, names: tuple[str, ...], value: str) -> str:
    """Return the cell with the highest value."""
    at = table.position(value)
    points = [
        (drawn, row)
        for row in range(len(table.rows))
        if (drawn := number(table.rows[row][at])) is not None
    ]
    if not points:
        return ""
    highest = max(points, key=lambda p: p[0])[1]
    where = ", ".join(table.shown(highest, table.position(name)) for name in names)
    kind = table.columns[at].kind
    total = sum(drawn for drawn, _ in points)
    whole = f" of {show(total, kind)} in all" if kind is Kind.COUNT else ""
    return f"{table.columns[at].heading}: highest {table.shown(highest, at)}{whole}, {where}."


def compared_words(table: Table, before: Table) -> list[str]:
    """Return a line a bucket: `Mon 16 Nov: 30 active, 10 on Sat 17 Oct, 20 more`.

    Empty: the table has no chart over time.
    """
    chart = table.chart
    if not isinstance(chart, OverTime) or not (days := days_of(table, chart.x)):
        return []
    leave = chart.leave if isinstance(chart, StackedBars) else ()
    columns = time_columns(table, chart.ys, leave)
    totals = [each for each in table.columns if each.name in leave]
    series = all_series(table, (*totals, *columns)[:1])
    return [read_row(series, days, row, table, before) for row in range(len(days))]
