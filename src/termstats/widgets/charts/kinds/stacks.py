"""Stacked bars over time: parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rich.text import Text

from termstats.data.model.charts import StackedBars
from termstats.data.model.table import Column
from termstats.widgets.charts.days import groups_of, several_years, step_of
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.frame import Frame, frame_of
from termstats.widgets.charts.over_time import AXIS_ROOM, TimePainter, column_spans
from termstats.widgets.charts.painter import painter
from termstats.widgets.charts.plot import Layer, draw_stacks
from termstats.widgets.charts.read_out import read_series, stretch_words
from termstats.widgets.charts.series import Series, fill_of, time_columns


@painter(StackedBars)
class StackPainter(TimePainter[StackedBars]):
    """Draws a bar a row; over more days than there is room, a bar a week, month or year."""

    selects_rows = False

    @property
    def series(self) -> tuple[Column, ...]:
        """Return the named columns, or all of the first one's unit that are parts."""
        return time_columns(self.table, self.chart.ys, (*self.chart.leave, self.chart.x))

    def sample(self, series: Series, shown: Sequence[Series], plain: bool) -> str:
        """Return the fill of a part."""
        return fill_of(series, shown, plain)

    def draw_days(self, days: tuple[date, ...], drawn: Sequence[Series], look: Look) -> Drawing:
        """Return the bars in their frame."""
        groups, unit = groups_of(days, look.width - AXIS_ROOM)
        if unit:
            look = replace(look, height=look.height - 1)
        sums = [
            [sum(max(0.0, one.values[row] or 0.0) for row in rows) for one in drawn]
            for rows in groups
        ]
        frame = frame_of(drawn, look, percent=False, low=0.0, high=max(map(sum, sums)))
        starts, thick = places(len(groups), frame.width)
        layers = _layers(drawn, sums, frame, starts, thick, look.plain)
        canvas = draw_stacks(layers, frame.width, frame.height)
        firsts = [days[rows[0]] for rows in groups]
        step, year, zone = step_of(days, self.table.step), several_years(days), self.table.zone

        def stop(n: int) -> Stop:
            rows = groups[n]
            name = stretch_words(days[rows[0]], days[rows[-1]], step, year=year, zone=zone)
            text = read_series(name, drawn, sums[n], total=True, series=look.series)
            return Stop(rows[0], column_spans(frame, starts[n], thick), text)

        foot = (Text(f"one bar is one {unit}", "muted"),) if unit else ()
        return Drawing(self.lines(canvas, frame, firsts, starts, look), len(groups), stop, foot)


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
    plain: bool,
) -> list[Layer]:
    """Return the layers from the whole down to the first part."""
    columns = [start + k for start in starts for k in range(thick)]
    layers = []
    for upto in range(len(drawn), 0, -1):
        heights = [round(sum(parts[:upto]) / frame.high * frame.height) for parts in sums]
        one = drawn[upto - 1]
        tops = [height for height in heights for _ in range(thick)]
        layers.append(Layer(columns, tops, fill_of(one, drawn, plain), one.style))
    return layers
