"""Lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.text import Text

from termstats.data.table import Line, Table, show
from termstats.widgets.chart_data import (
    Picture,
    Series,
    Stop,
    all_series,
    bucket_words,
    change_words,
    days_of,
    is_gap,
    series_columns,
    step_of,
    value_words,
    week_before,
)
from termstats.widgets.chart_frame import Frame, Look, frame_of, placed_ticks, sentence, with_axes
from termstats.widgets.chart_plot import Stroke, draw_lines

GREY = 8


def line_chart(table: Table, hidden: frozenset[str], look: Look) -> Picture | str:
    """Draw lines, or return the sentence that says more than a chart would."""
    chart = table.chart
    assert isinstance(chart, Line)  # noqa: S101 - the caller has looked
    days = days_of(table, chart.x)
    drawn = [s for s in all_series(table, series_columns(table)) if s.column.name not in hidden]
    said = sentence(drawn, days, table, chart.x)
    if said or days is None:
        return said or "The rows are not in the order of time: see the table (v)."
    step = step_of(days)
    before = _before(look.previous, drawn[0], len(days))
    values = [v for one in drawn for v in one.values if v is not None]
    high = max([*values, *(v for v in before if v is not None)])
    frame = frame_of(drawn, look, percent=chart.percent, high=high)
    span = (days[-1] - days[0]).days
    dots = [round((day - days[0]).days / span * (2 * frame.width - 1)) for day in days]
    strokes = [
        Stroke(points, "." if look.plain else "braille", GREY, dim=True)
        for points in _runs(before, days, dots, step, frame.width)
    ]
    for one in drawn:
        marker = ("*" if len(drawn) == 1 else one.letter) if look.plain else "braille"
        strokes += [
            Stroke(points, marker, one.colour)
            for points in _runs(one.values, days, dots, step, frame.width)
        ]
    canvas = draw_lines(
        strokes, frame.width, frame.height, 2 * frame.width - 1, frame.low, frame.high
    )
    if len(drawn) > 1 and not look.plain:
        canvas = _with_letters(canvas, drawn, dots, frame)
    cells = [dot // 2 for dot in dots]
    lines = with_axes(canvas, frame, placed_ticks(days, cells, frame), plain=look.plain)
    stops = tuple(
        Stop(
            row,
            tuple(
                (line, frame.labels + cells[row], frame.labels + cells[row] + 1)
                for line in range(frame.height)
            ),
            _read(drawn, days, row, step),
        )
        for row in range(len(days))
    )
    return Picture(tuple(lines), stops)


def _before(previous: Table | None, first: Series, length: int) -> tuple[float | None, ...]:
    """Return the first series in the period before, bucket by bucket."""
    names = [column.name for column in previous.columns] if previous else []
    if previous is None or first.column.name not in names:
        return ()
    return all_series(previous, (previous.columns[names.index(first.column.name)],))[0].values[
        :length
    ]


def _runs(
    values: Sequence[float | None], days: Sequence[date], dots: Sequence[int], step: int, width: int
) -> list[tuple[tuple[float, float], ...]]:
    """Return the unbroken runs of points. More points than dots: lowest and highest per cell."""
    runs: list[list[tuple[int, float]]] = []
    last: date | None = None
    for value, day, dot in zip(values, days, dots, strict=False):
        if value is None:
            last = None
            continue
        if last is None or is_gap(last, day, step):
            runs.append([])
        runs[-1].append((dot, value))
        last = day
    if len(days) <= 2 * width:
        return [tuple(run) for run in runs]
    return [tuple(_envelope(run)) for run in runs]


def _envelope(run: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return at most two points per dot, so that peaks and lows survive."""
    ends: dict[int, tuple[float, float]] = {}
    for dot, value in run:
        low, high = ends.get(dot, (value, value))
        ends[dot] = (min(low, value), max(high, value))
    return [(dot, value) for dot, pair in ends.items() for value in dict.fromkeys(pair)]


def _with_letters(
    canvas: list[Text], drawn: Sequence[Series], dots: Sequence[int], frame: Frame
) -> list[Text]:
    """Put each series' letter on its line every few cells, so that lines differ without colour."""
    taken: set[tuple[int, int]] = set()
    spots: list[tuple[int, int, Series]] = []
    every = max(8, frame.width // 4)
    for turn, one in enumerate(drawn):
        next_cell = (turn * every) // len(drawn)
        for dot, value in zip(dots, one.values, strict=True):
            cell = dot // 2
            if value is None or cell < next_cell:
                continue
            share = (value - frame.low) / (frame.high - frame.low)
            line = frame.height - 1 - min(frame.height - 1, int(share * frame.height))
            if (line, cell) not in taken:
                taken.add((line, cell))
                spots.append((line, cell, one))
                next_cell = cell + every
    for line, cell, one in spots:
        text = canvas[line]
        letter = Text(one.letter, style=f"bold color({one.colour})")
        canvas[line] = Text.assemble(text[:cell], letter, text[cell + 1 :])
    return canvas


def _read(drawn: Sequence[Series], days: tuple[date, ...], row: int, step: int) -> str:
    """Return the exact values at one row, with the week before where that is one number."""
    words = bucket_words(days[row], step)
    if len(drawn) > 1:
        parts = (f"{one.column.heading} {show(one.values[row], one.column.kind)}" for one in drawn)
        return f"{words}: {', '.join(parts)}"
    one = drawn[0]
    earlier = week_before(days, row, step)
    change = (
        change_words(one.values[row], one.values[earlier], days[row], one.column.kind)
        if earlier is not None
        else ""
    )
    return f"{words}: {value_words(one.values[row], one.column)}{f' ({change})' if change else ''}"
