"""From a table to what is drawn: series over time, and how a point is read out."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rich.text import Text

from termstats.data.model.table import NUMERIC, Cell, Column, Kind, Line, StackedBars, Table, show
from termstats.widgets.charts.axes import day_words

ONE_DAY = timedelta(days=1)
LETTERS = string.ascii_lowercase
COLOURS = (12, 11, 10, 13, 14, 3, 9, 2, 4, 5, 6, 1)
"""Terminal colours of the series, in the order of the columns."""
FILLS = ("█", "▒", "░", "▓")
PLAIN_FILLS = ("#", "=", ":", "%")


@dataclass(frozen=True)
class Stop:
    """A place of the cursor: the table's row there and the cells it marks."""

    row: int | None
    spans: tuple[tuple[int, int, int], ...]
    """(line counted from the head, first cell, end cell)"""
    text: str
    """The exact value in words."""


def _nowhere(index: int) -> Stop:
    raise IndexError(index)


@dataclass(frozen=True)
class Picture:
    """A drawn chart. `lines` may be more than the widget is high; head and foot stay in view."""

    lines: tuple[Text, ...]
    stops: int = 0
    """How many places the cursor has."""
    stop: Callable[[int], Stop] = _nowhere
    """Returns one of them; made when asked for, as there may be thousands."""
    foot: tuple[Text, ...] = ()
    head: tuple[Text, ...] = ()
    stride: int = 0
    """How many stops up and down move; 0: they do not."""


@dataclass(frozen=True)
class Series:
    """One numeric column. Letter and colour belong to the column, whatever else is hidden."""

    column: Column
    index: int
    """Position among the series of the chart."""
    values: tuple[float | None, ...]

    @property
    def letter(self) -> str:
        """Return the letter that stands for it."""
        return LETTERS[self.index] if self.index < len(LETTERS) else "?"

    @property
    def colour(self) -> int:
        """Return the number of its terminal colour."""
        return COLOURS[self.index % len(COLOURS)]


def number(cell: Cell) -> float | None:
    """Return a cell as a number that can be drawn, or None."""
    if isinstance(cell, (int, float)) and cell == cell and abs(cell) != float("inf"):
        return float(cell)
    return None


@lru_cache(maxsize=32)
def _series(figure: str, columns: tuple[Column, ...], names: tuple[str, ...]) -> tuple[int, ...]:
    positions = {column.name: index for index, column in enumerate(columns)}
    missing = [name for name in names if name not in positions]
    if missing:
        raise KeyError(f"the chart of {figure} names columns it does not have: {missing}")
    return tuple(positions[name] for name in names)


def series_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns a chart over time draws, in order."""
    chart = table.chart
    assert isinstance(chart, (Line, StackedBars))  # noqa: S101 - callers have looked
    if chart.ys:
        return tuple(table.columns[i] for i in _series(table.figure_id, table.columns, chart.ys))
    leave = chart.leave if isinstance(chart, StackedBars) else ()
    found = [
        column
        for column in table.columns
        if column.kind in NUMERIC and column.name not in (*leave, chart.x)
    ]
    # One axis has one unit: hours are not drawn beside people.
    return tuple(column for column in found if _unit(column) is _unit(found[0]))


def _unit(column: Column) -> Kind:
    return Kind.NUMBER if column.kind is Kind.COUNT else column.kind


def all_series(table: Table, columns: tuple[Column, ...]) -> tuple[Series, ...]:
    """Return the values of these columns."""
    return tuple(
        Series(column, index, tuple(number(cell) for cell in table.column(column.name)))
        for index, column in enumerate(columns)
    )


def days_of(table: Table, x: str) -> tuple[date, ...] | None:
    """Return the dates or moments of column `x`, or None where it does not hold such in order."""
    cells = table.column(x)
    days = tuple(cell for cell in cells if isinstance(cell, date))
    if len(days) != len(cells) or any(a >= b for a, b in zip(days, days[1:], strict=False)):
        return None
    return days


def step_of(days: tuple[date, ...], seconds: int = 0) -> float:
    """Return the days between two neighbours: 1 day, 7 week, 31 month at most.

    `seconds` is the width of buckets, where the table says it.
    """
    if seconds:
        return timedelta(seconds=seconds) / ONE_DAY
    return min((b - a).days for a, b in zip(days, days[1:], strict=False)) if len(days) > 1 else 1


def is_gap(before: date, after: date, step: float) -> bool:
    """Return whether rows are missing between two neighbours of a series with that step."""
    longest = 31 if step >= 28 else step
    return (after - before) / ONE_DAY > longest + 1e-6


def bucket_words(day: date, step: float, *, year: bool = False, zone: str = "UTC") -> str:
    """Return the name of a point: `Tue 3 Nov`, `week of 2 Nov`, `Nov 2026`.

    Of a moment where its bucket is on the clock of `zone`: `Wed 15 May 12:00-16:00`.
    """
    if isinstance(day, datetime):
        return _stretch_words(day, day + timedelta(days=step), ZoneInfo(zone), year)
    if step >= 28:
        return f"{day:%b} {day.year}"
    words = day_words(day, year=year)
    return f"week of {words}" if step >= 7 else f"{day:%a} {words}"


def _stretch_words(start: datetime, end: datetime, zone: ZoneInfo, year: bool) -> str:
    """Return `Wed 15 May 12:00-16:00`, `Wed 15 May`, `12 May - 16 May`, `14 May 12:00 - 17 May`."""
    start, end = start.astimezone(zone), end.astimezone(zone)
    midnights = not (start.hour or start.minute or end.hour or end.minute)
    if midnights and (end - start).days > 1:
        last = end - ONE_DAY
        return f"{day_words(start, year=year)} - {day_words(last, year=year)}"
    words = f"{start:%a} {day_words(start, year=year)}"
    if midnights:
        return words
    if start.date() == end.date():
        return f"{words} {start:%H:%M}-{end:%H:%M}"
    if not (end.hour or end.minute) and end.date() - start.date() == ONE_DAY:
        return f"{words} {start:%H:%M}-24:00"
    return f"{words} {start:%H:%M} - {end:%a} {day_words(end, year=year)} {end:%H:%M}"


def several_years(days: Sequence[date]) -> bool:
    """Return whether a day without its year would be unclear."""
    return days[0].year != days[-1].year


def groups_of(
    days: Sequence[date], most: int, most_shared: int | None = None
) -> tuple[list[range], str]:
    """Return at most `most` ranges of rows, and what each is: nothing, day, week... or `5 rows`.

    Each row its own, else whole days, weeks from Monday, months, years, or equal numbers of rows;
    of these at most `most_shared`, where that is given.
    """
    if len(days) <= most:
        return [range(n, n + 1) for n in range(len(days))], ""
    most = most if most_shared is None else most_shared
    parts: tuple[tuple[str, Callable[[date], object]], ...] = (
        ("day", lambda day: (day.year, day.month, day.day)),
        ("week", lambda day: day.isocalendar()[:2]),
        ("month", lambda day: (day.year, day.month)),
        ("year", lambda day: day.year),
    )
    for name, key in parts:
        starts = [n for n in range(len(days)) if n == 0 or key(days[n]) != key(days[n - 1])]
        if len(starts) <= most:
            ends = [*starts[1:], len(days)]
            return [range(a, b) for a, b in zip(starts, ends, strict=True)], name
    size = -(-len(days) // most)
    ranges = [range(n, min(n + size, len(days))) for n in range(0, len(days), size)]
    return ranges, f"{size} rows"


def read_series(
    head: str,
    drawn: Sequence[Series],
    values: Sequence[float | None],
    *,
    total: bool,
    series: str = "",
) -> str:
    """Return the values of one point in words; letters of the legend stand for many names.

    Only that of `series`, the name of a column, where it is drawn.
    """
    for one, value in zip(drawn, values, strict=True):
        if one.column.name == series:
            return f"{head}: {value_words(value, one.column)}"
    if len(drawn) == 1:
        return f"{head}: {value_words(values[0], drawn[0].column)}"
    kind = drawn[0].column.kind
    short = len(drawn) > 3
    said = [
        f"{one.letter if short else one.column.heading} {show(value, kind)}"
        for one, value in zip(drawn, values, strict=True)
        if value or not total
    ]
    if total:
        said.insert(0, f"{show(sum(value or 0 for value in values), kind)} in all")
        return (
            f"{head}: {said[0]}{': ' if said[1:] else ''}{(' ' if short else ', ').join(said[1:])}"
        )
    return f"{head}: {('  ' if short else ', ').join(said)}"


def value_words(value: float | None, column: Column) -> str:
    """Return one value with its unit: `88 users`, `64 %`."""
    words = show(value, column.kind)
    if column.kind in (Kind.PERCENT, Kind.SECONDS) or value is None:
        return words
    return f"{words} {column.heading[:1].lower()}{column.heading[1:]}"


def change_words(value: float | None, before: float | None, day: date, kind: Kind) -> str:
    """Return `+31 on the Tuesday before`, or nothing where there is nothing to compare."""
    if value is None or before is None:
        return ""
    change = value - before
    if not change:
        return f"as on the {day:%A} before"
    return f"{'+' if change > 0 else '-'}{show(abs(change), kind)} on the {day:%A} before"


def week_before(days: tuple[date, ...], row: int, step: float) -> int | None:
    """Return the row of the same weekday one week before, for data by day."""
    if step != 1:
        return None
    wanted = days[row] - timedelta(days=7)
    low = max(0, row - 7)
    return days.index(wanted, low, row) if wanted in days[low:row] else None
