"""Gauges, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from termstats.data.model.charts import Gauge
from termstats.data.model.table import Kind
from termstats.widgets.charts.drawing import Look
from tests.widgets.charts.tables import named, plain


def test_a_gauge_shows_what_is_missing_to_100() -> None:
    chart = Gauge("name", "value")
    lines = plain(named(("a", 25), kind=Kind.PERCENT, chart=chart), Look(27, 5))
    # 1 + 4 + 2 gaps leave 20 cells: 5 full, 15 of the track.
    assert lines == ["a " + "━" * 5 + "┄" * 15 + " 25 %"]
