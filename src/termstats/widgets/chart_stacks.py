"""Stacked bars over time: parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from termstats.data.table import StackedBars, Table, show
from termstats.widgets.chart_data import (
    FILLS,
    PLAIN_FILLS,
    Picture,
    Series,
    Stop,
    all_series,
    bucket_words,
    days_of,
    series_columns,
    step_of,
)
from termstats.widgets.chart_frame import Frame, Look, frame_of, placed_ticks, sentence, with_axes
from termstats.widgets.chart_plot import draw_stacks


def stacked_chart(table: Table, hidden: frozenset[str], look: Look) -> Picture | str:
    """Draw bars over time, or return the sentence that says more."""
    chart = table.chart
    assert isinstance(chart, StackedBars)  # noqa: S101 - the caller has looked
    days = days_of(table, chart.x)
    drawn = [s for s in all_series(table, series_columns(table)) if s.column.name not in hidden]
    said = sentence(drawn, days, table, chart.x)
    if said or days is None:
        return said or "The rows are not in the order of time: see the table (v)."
    groups = _groups(days, max(4, look.width - 6))
    sums = [[sum(one.values[row] or 0 for row in rows) for one in drawn] for rows in groups]
    frame = frame_of(drawn, look, percent=False, high=max(sum(parts) for parts in sums))
    every = max(1, frame.width // len(groups))
    thick = min(6, every - 1) if every > 1 else 1
    every = min(every, thick + 1) if every > 1 else 1
    layers = _layers(drawn, sums, frame, every, thick, look)
    canvas = draw_stacks(layers, frame.width, frame.height)
    firsts = [days[rows[0]] for rows in groups]
    cells = [n * every for n in range(len(groups))]
    lines = with_axes(canvas, frame, placed_ticks(firsts, cells, frame), plain=look.plain)
    step = step_of(days)
    stops = tuple(
        Stop(
            rows[0],
            tuple(
                (line, frame.labels + cell, frame.labels + cell + thick)
                for line in range(frame.height)
            ),
            _read_stack(drawn, parts, days, rows, step),
        )
        for rows, cell, parts in zip(groups, cells, sums, strict=True)
    )
    return Picture(tuple(lines), stops)


def _groups(days: Sequence[date], width: int) -> list[range]:
    """Return rows that share a bar: each its own, else whole weeks, months or equal parts."""
    if len(days) <= width:
        return [range(n, n + 1) for n in range(len(days))]
    for key in (_week, _month):
        starts = [n for n in range(len(days)) if n == 0 or key(days[n]) != key(days[n - 1])]
        if len(starts) <= width:
            return [range(a, b) for a, b in zip(starts, [*starts[1:], len(days)], strict=True)]
    size = -(-len(days) // width)
    return [range(n, min(n + size, len(days))) for n in range(0, len(days), size)]


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _layers(
    drawn: Sequence[Series],
    sums: Sequence[Sequence[float]],
    frame: Frame,
    every: int,
    thick: int,
    look: Look,
) -> list[tuple[list[int], list[int], str, int]]:
    """Return the layers from the whole down to the first part."""
    columns = [n * every + k for n in range(len(sums)) for k in range(thick)]
    layers = []
    for upto in range(len(drawn), 0, -1):
        heights = [round(sum(parts[:upto]) / frame.high * frame.height) for parts in sums]
        one = drawn[upto - 1]
        layers.append(
            (
                columns,
                [h for h in heights for _ in range(thick)],
                fill_of(one, drawn, look.plain),
                one.colour,
            )
        )
    return layers


def fill_of(one: Series, drawn: Sequence[Series], plain: bool) -> str:
    """Return the character that fills a part: shades while they differ, else the letter."""
    fills = PLAIN_FILLS if plain else FILLS
    if max(other.index for other in drawn) < len(fills):
        return fills[one.index]
    return one.letter


def _read_stack(
    drawn: Sequence[Series], parts: Sequence[float], days: Sequence[date], rows: range, step: int
) -> str:
    words = bucket_words(days[rows[0]], step)
    if len(rows) > 1:
        words = f"{words} to {bucket_words(days[rows[-1]], step)}"
    said = [
        f"{one.column.heading} {show(part, one.column.kind)}"
        for one, part in zip(drawn, parts, strict=True)
        if part
    ]
    if len(drawn) > 1:
        said.insert(0, f"{show(sum(parts), drawn[0].column.kind)} in all")
    return f"{words}: {', '.join(said) or '0'}"
