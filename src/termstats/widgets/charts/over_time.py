"""What charts over time share: their series, their days, and when a sentence stands instead."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from rich.text import Text

from termstats.data.model.charts import OverTime
from termstats.widgets.charts.days import days_of
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.frame import Frame, placed_ticks, with_axes
from termstats.widgets.charts.painter import Painter
from termstats.widgets.charts.sentences import instead_of_time_chart
from termstats.widgets.charts.series import Series, shown_series

AXIS_ROOM = 6
"""Cells taken for the axis of values when points are grouped, before its labels are known."""

T = TypeVar("T", bound=OverTime)


class TimePainter(Painter[T]):
    """Draws series by day, moment or bucket."""

    def draw(self, look: Look) -> Drawing | str:
        """Return the chart of the days, or the sentence that stands instead."""
        days = days_of(self.table, self.chart.x)
        drawn = shown_series(self.table, self.series, look.hidden)
        sentence = instead_of_time_chart(self.table, drawn, days, self.chart.x)
        return sentence or self.draw_days(days or (), drawn, look)

    @abstractmethod
    def draw_days(self, days: tuple[date, ...], drawn: Sequence[Series], look: Look) -> Drawing:
        """Return the chart; there are two days or more, in order, and a value above zero."""

    def lines(
        self,
        canvas: Sequence[Text],
        frame: Frame,
        days: Sequence[date],
        cells: Sequence[int],
        look: Look,
        names: Mapping[int, Text] | None = None,
    ) -> tuple[Text, ...]:
        """Return the canvas between its axes; `cells` are the places of the days."""
        ticks = placed_ticks(days, cells, frame, self.table.zone)
        return tuple(with_axes(canvas, frame, ticks, plain=look.plain, names=names))


def column_spans(frame: Frame, cell: int, thick: int = 1) -> tuple[tuple[int, int, int], ...]:
    """Return the marks of a cursor on cells `cell` to `cell + thick`, canvas and axis of time."""
    start = frame.labels + cell
    return tuple((line, start, start + thick) for line in range(frame.height + 1))
