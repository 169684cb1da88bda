"""Stacked bars over time: parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text

from termstats.data.model.table import StackedBars, Table
from termstats.widgets.charts.data import (
    FILLS,
    PLAIN_FILLS,
    Picture,
    Series,
    Stop,
    all_series,
    bucket_words,
    days_of,
    groups_of,
    read_series,
    series_columns,
    several_years,
    step_of,
)
from termstats.widgets.charts.frame import Frame, Look, frame_of, placed_ticks, sentence, with_axes
from termstats.widgets.charts.plot import draw_stacks


def stacked_chart(table: Table, hidden: frozenset[str], look: Look) -> Picture | str:
    """Draw bars over time, or return the sentence that says more."""
    chart = table.chart
    assert isinstance(chart, StackedBars)  # noqa: S101 - the caller has looked
    days = days_of(table, chart.x)
    drawn = [s for s in all_series(table, series_columns(table)) if s.column.name not in hidden]
    said = sentence(drawn, days, table, chart.x)
    if said or days is None:
        return said or "The rows are not in the order of time: see the table (v)."
    groups, unit = groups_of(days, look.width - 6)
    if unit:
        look = replace(look, height=look.height - 1)
    sums = [
        [sum(max(0.0, one.values[row] or 0.0) for row in rows) for one in drawn] for rows in groups
    ]
    frame = frame_of(drawn, look, percent=False, low=0.0, high=max(map(sum, sums)))
    starts, thick = places(len(groups), frame.width)
    layers = _layers(drawn, sums, frame, starts, thick, look)
    canvas = draw_stacks(layers, frame.width, frame.height)
    firsts = [days[rows[0]] for rows in groups]
    lines = with_axes(
        canvas, frame, placed_ticks(firsts, starts, frame, table.zone), plain=look.plain
    )
    step, year, zone = step_of(days, table.step), several_years(days), table.zone

    def stop(n: int) -> Stop:
        rows, start = groups[n], frame.labels + starts[n]
        spans = tuple((line, start, start + thick) for line in range(frame.height + 1))
        words = bucket_words(days[rows[0]], step, year=year, zone=zone)
        if len(rows) > 1:
            words += f" to {bucket_words(days[rows[-1]], step, year=year, zone=zone)}"
        return Stop(
            rows[0], spans, read_series(words, drawn, sums[n], total=True, series=look.series)
        )

    foot = (Text(f"one bar is one {unit}", "dim"),) if unit else ()
    return Picture(tuple(lines), len(groups), stop, foot)


def places(count: int, width: int) -> tuple[list[int], int]:
    """Return the first cell of each of `count` bars and how many cells a bar is thick.

    Bars are equally thick, fill the width up to 6 cells each, and have a gap between them unless
    there are more than half as many as cells.
    """
    pitch = min(7.0, width / count)
    if pitch >= 4:
        pitch = float(int(pitch))
    return [int(n * pitch) for n in range(count)], max(1, int(pitch) - 1)


def _layers(
    drawn: Sequence[Series],
    sums: Sequence[Sequence[float]],
    frame: Frame,
    starts: Sequence[int],
    thick: int,
    look: Look,
) -> list[tuple[list[int], list[int], str, int]]:
    """Return the layers from the whole down to the first part."""
    columns = [start + k for start in starts for k in range(thick)]
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
