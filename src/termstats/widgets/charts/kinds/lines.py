"""Lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.text import Text

from termstats.data.model.charts import Line
from termstats.data.model.table import Column, Kind, Table, show
from termstats.data.model.text import show_mean
from termstats.widgets.charts.days import (
    days_of,
    groups_of,
    is_gap,
    several_years,
    step_of,
    week_before,
)
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.frame import Frame, frame_of
from termstats.widgets.charts.over_time import AXIS_ROOM, TimePainter, column_spans
from termstats.widgets.charts.painter import painter
from termstats.widgets.charts.plot import Stroke, draw_lines
from termstats.widgets.charts.read_out import bucket_words, change_words, read_series
from termstats.widgets.charts.series import Series, all_series, time_columns
from termstats.widgets.charts.time_axis import day_words

Values = Sequence[float | None]

DOTS = 2
"""Dots across a cell, in braille."""
_DAYS_OF_UNIT = {"week": 7, "month": 31, "year": 366}


@dataclass(frozen=True)
class Points:
    """Where the points of all lines are on the axis of time: one a group of rows."""

    groups: list[range]
    days: tuple[date, ...]
    """The first day of each group."""
    dots: tuple[int, ...]
    """Dots of each group from the left."""
    step: float
    """Days between two neighbours."""


@painter(Line)
class LinePainter(TimePainter[Line]):
    """Draws a line a series; over more days than there is room, the means of weeks or months."""

    @property
    def series(self) -> tuple[Column, ...]:
        """Return the named columns, or all of the first one's unit."""
        return time_columns(self.table, self.chart.ys, (self.chart.x,))

    def draw_days(self, days: tuple[date, ...], drawn: Sequence[Series], look: Look) -> Drawing:
        """Return the lines in their frame."""
        groups, unit = groups_of(days, look.width - AXIS_ROOM, DOTS * (look.width - AXIS_ROOM))
        if unit:
            look = replace(look, height=look.height - 1)
        before = _means(_before(look.previous, drawn[0], len(days)), groups)
        means = [_means(one.values, groups) for one in drawn]
        values = [value for line in (*means, before) for value in line if value is not None]
        frame = frame_of(drawn, look, percent=self.chart.percent, low=min(values), high=max(values))
        step = step_of(days, self.table.step)
        dots = _dots(days, frame)
        points = Points(
            groups,
            tuple(days[rows[0]] for rows in groups),
            tuple((dots[rows[0]] + dots[rows[-1]]) // 2 for rows in groups),
            max(step, _DAYS_OF_UNIT.get(unit, 0)),
        )
        canvas = _canvas(drawn, means, before, points, frame, look.plain)
        cells = [dot // DOTS for dot in dots]
        read = [one for one in drawn if one.column.name == look.series] or drawn

        def stop(row: int) -> Stop:
            text = _read(read, days, row, step, self.table.zone)
            return Stop(row, column_spans(frame, cells[row]), text)

        foot = (Text(f"mean of each {unit}; the cursor reads every row", "muted"),) if unit else ()
        return Drawing(self.lines(canvas, frame, days, cells, look), len(days), stop, foot)

    @property
    def summary(self) -> str:
        """Return `mean 41 · peak 88 on 3 Nov` for one line of amounts, else nothing."""
        columns = self.series
        days = days_of(self.table, self.chart.x)
        if len(columns) != 1 or not days or columns[0].kind is Kind.PERCENT:
            return ""
        values = all_series(self.table, columns)[0].values
        present = [value for value in values if value is not None]
        if len(present) < 2 or not any(present):
            return ""
        kind = columns[0].kind
        peak = max(present)
        day = days[values.index(peak)]
        words = f"{day:%b} {day.year}" if step_of(days) >= 28 else day_words(day)
        mean = sum(present) / len(present)
        mean_words = show_mean(mean) if kind is Kind.COUNT else show(mean, kind)
        return f"mean {mean_words} · peak {show(peak, kind)} on {words}"


def _dots(days: Sequence[date], frame: Frame) -> list[int]:
    """Return the dots of the days from the left, by date."""
    span = days[-1] - days[0]
    return [round((day - days[0]) / span * (DOTS * frame.width - 1)) for day in days]


def _means(values: Values, groups: Sequence[range]) -> list[float | None]:
    """Return the mean of each group's values; None where it has none."""
    means: list[float | None] = []
    for rows in groups:
        present = [value for value in values[rows.start : rows.stop] if value is not None]
        means.append(sum(present) / len(present) if present else None)
    return means


def _before(previous: Table | None, first: Series, length: int) -> Values:
    """Return the first series in the period before, bucket by bucket."""
    columns = [c for c in previous.columns if c.name == first.column.name] if previous else []
    if previous is None or not columns:
        return ()
    return all_series(previous, columns[:1])[0].values[:length]


def _canvas(
    drawn: Sequence[Series],
    means: Sequence[Values],
    before: Values,
    points: Points,
    frame: Frame,
    plain: bool,
) -> list[Text]:
    """Return the lines, and below them the period before as single dots."""
    strokes = [_dotted(run, plain) for run in _runs(before, points)]
    for one, values in zip(drawn, means, strict=True):
        marker = ("*" if len(drawn) == 1 else one.letter) if plain else "braille"
        strokes += [Stroke(run, marker, one.style) for run in _runs(values, points)]
    right = DOTS * frame.width - 1
    canvas = draw_lines(strokes, frame.width, frame.height, right, frame.low, frame.high)
    if len(drawn) > 1 and not plain:
        canvas = _with_letters(canvas, drawn, means, points, frame)
    return canvas


def _runs(values: Values, points: Points) -> list[tuple[tuple[float, float], ...]]:
    """Return the unbroken runs of points: no line crosses days without data."""
    runs: list[list[tuple[float, float]]] = []
    last: date | None = None
    for value, day, dot in zip(values, points.days, points.dots, strict=True):
        if value is None:
            last = None
            continue
        if last is None or is_gap(last, day, points.step):
            runs.append([])
        runs[-1].append((dot, value))
        last = day
    return [tuple(run) for run in runs]


def _dotted(run: Sequence[tuple[float, float]], plain: bool) -> Stroke:
    """Return single dots along a run: the period before differs without colour too."""
    points = list(run[:1])
    for (x0, y0), (x1, y1) in zip(run, run[1:], strict=False):
        for x in range(int(x0), int(x1) + 1):
            if x - points[-1][0] >= 3:
                points.append((x, y0 + (y1 - y0) * (x - x0) / (x1 - x0)))
    return Stroke(tuple(points), "." if plain else "braille", "other", joined=False)


def _with_letters(
    canvas: list[Text],
    drawn: Sequence[Series],
    means: Sequence[Values],
    points: Points,
    frame: Frame,
) -> list[Text]:
    """Put each series' letter on its line every few cells, so that lines differ without colour."""
    taken: set[tuple[int, int]] = set()
    every = max(8, frame.width // 4)
    for turn, (one, values) in enumerate(zip(drawn, means, strict=True)):
        next_cell = turn * every // len(drawn)
        for dot, value in zip(points.dots, values, strict=True):
            cell = dot // DOTS
            if value is None or cell < next_cell:
                continue
            # The row that plotext gives the dot: a cell is four dots high.
            share = (value - frame.low) / (frame.high - frame.low)
            line = frame.height - 1 - int(0.5 + share * (4 * frame.height - 1)) // 4
            if (line, cell) in taken:
                continue
            taken.add((line, cell))
            text = canvas[line]
            letter = Text(one.letter, style=f"{one.style}")
            canvas[line] = Text.assemble(text[:cell], letter, text[cell + 1 :])
            next_cell = cell + every
    return canvas


def _read(read: Sequence[Series], days: tuple[date, ...], row: int, step: float, zone: str) -> str:
    """Return the exact values at one row, with the week before where that is one number."""
    name = bucket_words(days[row], step, year=several_years(days), zone=zone)
    words = read_series(name, read, [one.values[row] for one in read], total=False)
    earlier = week_before(days, row, step)
    if len(read) > 1 or earlier is None:
        return words
    values, kind = read[0].values, read[0].column.kind
    change = change_words(values[row], values[earlier], days[row], kind)
    return f"{words} ({change})" if change else words
