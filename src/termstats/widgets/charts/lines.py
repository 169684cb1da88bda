"""Lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.text import Text

from termstats.data.model.table import Line, Table
from termstats.widgets.charts.data import (
    Picture,
    Series,
    Stop,
    all_series,
    bucket_words,
    change_words,
    days_of,
    groups_of,
    is_gap,
    read_series,
    series_columns,
    several_years,
    step_of,
    week_before,
)
from termstats.widgets.charts.frame import Frame, Look, frame_of, placed_ticks, sentence, with_axes
from termstats.widgets.charts.plot import Stroke, draw_lines

GREY = 8
DOTS = 2
"""Dots across a cell, in braille."""


@dataclass(frozen=True)
class Course:
    """What is drawn of the days: one point a group, where it is across, how far groups are."""

    groups: list[range]
    days: tuple[date, ...]
    dots: tuple[int, ...]
    step: float


def line_chart(table: Table, hidden: frozenset[str], look: Look) -> Picture | str:
    """Draw lines, or return the sentence that says more than a chart would."""
    chart = table.chart
    assert isinstance(chart, Line)  # noqa: S101 - the caller has looked
    days = days_of(table, chart.x)
    drawn = [s for s in all_series(table, series_columns(table)) if s.column.name not in hidden]
    said = sentence(drawn, days, table, chart.x)
    if said or days is None:
        return said or "The rows are not in the order of time: see the table (v)."
    groups, unit = groups_of(days, look.width - 6, DOTS * (look.width - 6))
    if unit:
        look = replace(look, height=look.height - 1)
    before = _before(look.previous, drawn[0], len(days))
    courses = [_means(one.values, groups) for one in drawn]
    dim = _means(before, groups) if before else []
    values = [v for course in (*courses, dim) for v in course if v is not None]
    frame = frame_of(drawn, look, percent=chart.percent, low=min(values), high=max(values))
    dots = _dots(days, frame)
    course = Course(
        groups,
        tuple(days[rows[0]] for rows in groups),
        tuple((dots[rows[0]] + dots[rows[-1]]) // 2 for rows in groups),
        max(step_of(days, table.step), {"week": 7, "month": 31, "year": 366}.get(unit, 0)),
    )
    strokes = [_dotted(run, look.plain) for run in _runs(dim, course)]
    for one, means in zip(drawn, courses, strict=True):
        marker = ("*" if len(drawn) == 1 else one.letter) if look.plain else "braille"
        strokes += [Stroke(run, marker, one.colour) for run in _runs(means, course)]
    right = DOTS * frame.width - 1
    canvas = draw_lines(strokes, frame.width, frame.height, right, frame.low, frame.high)
    if len(drawn) > 1 and not look.plain:
        canvas = _with_letters(canvas, drawn, courses, course, frame)
    cells = [dot // DOTS for dot in dots]
    lines = with_axes(canvas, frame, placed_ticks(days, cells, frame, table.zone), plain=look.plain)
    step = step_of(days, table.step)
    read = [one for one in drawn if one.column.name == look.series] or drawn

    def stop(row: int) -> Stop:
        start = frame.labels + cells[row]
        spans = tuple((line, start, start + 1) for line in range(frame.height + 1))
        return Stop(row, spans, _read(read, days, row, step, table.zone))

    foot = (Text(f"mean of each {unit}; the cursor reads every row", "dim"),)
    return Picture(tuple(lines), len(days), stop, foot if unit else ())


def _dots(days: Sequence[date], frame: Frame) -> list[int]:
    """Return the dots of the days from the left, by date."""
    span = days[-1] - days[0]
    return [round((day - days[0]) / span * (DOTS * frame.width - 1)) for day in days]


def _means(values: Sequence[float | None], groups: Sequence[range]) -> list[float | None]:
    """Return the mean of each group's values; None where it has none."""
    found: list[float | None] = []
    for rows in groups:
        known = [values[n] for n in rows if n < len(values) and values[n] is not None]
        found.append(sum(v for v in known if v is not None) / len(known) if known else None)
    return found


def _before(previous: Table | None, first: Series, length: int) -> tuple[float | None, ...]:
    """Return the first series in the period before, bucket by bucket."""
    names = [column.name for column in previous.columns] if previous else []
    if previous is None or first.column.name not in names:
        return ()
    return all_series(previous, (previous.columns[names.index(first.column.name)],))[0].values[
        :length
    ]


def _runs(values: Sequence[float | None], course: Course) -> list[tuple[tuple[float, float], ...]]:
    """Return the unbroken runs of points: no line crosses days without data."""
    runs: list[list[tuple[float, float]]] = []
    last: date | None = None
    for value, day, dot in zip(values, course.days, course.dots, strict=False):
        if value is None:
            last = None
            continue
        if last is None or is_gap(last, day, course.step):
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
    return Stroke(tuple(points), "." if plain else "braille", GREY, dim=True, joined=False)


def _with_letters(
    canvas: list[Text],
    drawn: Sequence[Series],
    courses: Sequence[Sequence[float | None]],
    course: Course,
    frame: Frame,
) -> list[Text]:
    """Put each series' letter on its line every few cells, so that lines differ without colour."""
    taken: set[tuple[int, int]] = set()
    every = max(8, frame.width // 4)
    for turn, (one, values) in enumerate(zip(drawn, courses, strict=True)):
        next_cell = turn * every // len(drawn)
        for dot, value in zip(course.dots, values, strict=True):
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
            letter = Text(one.letter, style=f"bold color({one.colour})")
            canvas[line] = Text.assemble(text[:cell], letter, text[cell + 1 :])
            next_cell = cell + every
    return canvas


def _read(drawn: Sequence[Series], days: tuple[date, ...], row: int, step: float, zone: str) -> str:
    """Return the exact values at one row, with the week before where that is one number."""
    head = bucket_words(days[row], step, year=several_years(days), zone=zone)
    said = read_series(head, drawn, [one.values[row] for one in drawn], total=False)
    earlier = week_before(days, row, step)
    if len(drawn) > 1 or earlier is None:
        return said
    one = drawn[0]
    change = change_words(one.values[row], one.values[earlier], days[row], one.column.kind)
    return f"{said} ({change})" if change else said
