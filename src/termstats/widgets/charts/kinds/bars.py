"""Horizontal bars of one value a name."""

from __future__ import annotations

from termstats.data.model.charts import Bars
from termstats.data.model.table import Kind
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.named_bars import draw_value_bars
from termstats.widgets.charts.painter import Painter, painter


@painter(Bars)
class BarPainter(Painter[Bars]):
    """Draws bars out of the largest value; percentages out of 100."""

    def draw(self, look: Look) -> Drawing | str:
        """Return the bars, or the sentence that stands instead."""
        chart, table = self.chart, self.table
        kind = table.columns[table.position(chart.value)].kind
        percent = chart.percent or kind is Kind.PERCENT
        return draw_value_bars(table, chart.label, chart.value, look, percent=percent)
