"""Stacked columns over time: parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rich.text import Text

from termstats.data.model.charts import StackedBars
from termstats.data.model.table import Column
from termstats.widgets.charts.cells import Cell, draw_cells
from termstats.widgets.charts.columns import Part, Places, column_cells, heights, places
from termstats.widgets.charts.days import groups_of, several_years, step_of
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.frame import Frame, frame_of, grid_cells
from termstats.widgets.charts.over_time import AXIS_ROOM, TimePainter, column_spans
from termstats.widgets.charts.painter import painter
from termstats.widgets.charts.read_out import read_series, stretch_words
from termstats.widgets.charts.series import (
    Looks,
    Series,
    all_series,
    looks_of,
    parts_in_order,
    time_columns,
)


@painter(StackedBars)
class StackPainter(TimePainter[StackedBars]):
    """Draws a column a row; over more days than there is room, a column a week, month or year."""

    selects_rows = False

    @property
    def series(self) -> tuple[Column, ...]:
        """Return the named columns, or all of the first one's unit that are parts."""
        return time_columns(self.table, self.chart.ys, (*self.chart.leave, self.chart.x))

    def looks(self) -> dict[str, Looks]:
        """Return the looks of the parts."""
        return looks_of(all_series(self.table, self.series))

    def draw_days(self, days: tuple[date, ...], drawn: Sequence[Series], look: Look) -> Drawing:
        """Return the columns in their frame."""
        groups, unit = groups_of(days, look.width - AXIS_ROOM)
        if unit:
            look = replace(look, height=look.height - 1)
        sums = [
            [sum(max(0.0, one.values[row] or 0.0) for row in rows) for one in drawn]
            for rows in groups
        ]
        frame = frame_of(drawn, look, percent=False, low=0.0, high=max(map(sum, sums)))
        place = places(len(groups), frame.width)
        cells = _cells(self._ordered(drawn), sums, frame, place, look.plain)
        canvas = draw_cells(cells, frame.width, frame.height)
        firsts = [days[rows[0]] for rows in groups]
        step, year, zone = step_of(days, self.table.step), several_years(days), self.table.zone

        def stop(n: int) -> Stop:
            rows = groups[n]
            name = stretch_words(days[rows[0]], days[rows[-1]], step, year=year, zone=zone)
            text = read_series(name, drawn, sums[n], total=True, series=look.series)
            return Stop(rows[0], column_spans(frame, place.start(n), place.thick), text)

        foot = (Text(f"one bar is one {unit}", "muted"),) if unit else ()
        starts = [place.start(n) for n in range(len(groups))]
        return Drawing(self.lines(canvas, frame, firsts, starts, look), len(groups), stop, foot)

    def _ordered(self, drawn: Sequence[Series]) -> list[tuple[int, Looks]]:
        """Return the parts from the ground up: the largest first, those that share a colour last.

        Each is its place among `drawn`, and its looks.
        """
        looks = self.looks()
        places = {one.column.name: n for n, one in enumerate(drawn)}
        names = [one.column.name for one in parts_in_order(drawn, looks)]
        return [(places[name], looks[name]) for name in names]


def _cells(
    parts: Sequence[tuple[int, Looks]],
    sums: Sequence[Sequence[float]],
    frame: Frame,
    place: Places,
    plain: bool,
) -> dict[tuple[int, int], Cell]:
    """Return grid and columns."""
    cells = grid_cells(frame, place.used, plain=plain)
    for n, values in enumerate(sums):
        ordered = heights([values[at] for at, _ in parts], frame.high, frame.height)
        column = [
            Part(eighths, looks.style, looks.fill)
            for eighths, (_, looks) in zip(ordered, parts, strict=True)
        ]
        cells |= dict(column_cells(column, place.start(n), place.thick, frame.height, whole=plain))
    return cells
