"""Gauges: a percentage a name, and what is missing to 100."""

from __future__ import annotations

from termstats.data.model.charts import Gauge
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.named_bars import draw_value_bars
from termstats.widgets.charts.painter import Painter, painter


@painter(Gauge)
class GaugePainter(Painter[Gauge]):
    """Draws bars out of 100 on a track."""

    def draw(self, look: Look) -> Drawing | str:
        """Return the gauges, or the sentence that stands instead."""
        track = "." if look.plain else "┄"
        label, value = self.chart.label, self.chart.value
        return draw_value_bars(self.table, label, value, look, percent=True, track=track)
