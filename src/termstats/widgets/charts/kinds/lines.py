"""Amounts and states over time: solid columns for amounts, step lines for states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from termstats.data.model.charts import Line
from termstats.data.model.day_words import when_words
from termstats.data.model.table import Column, Kind, show
from termstats.widgets.charts.amounts import draw_amounts
from termstats.widgets.charts.bands import draw_bands, has_bands
from termstats.widgets.charts.days import days_of, step_of
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.levels import draw_levels, has_names
from termstats.widgets.charts.means import mean_of, mean_words
from termstats.widgets.charts.over_time import TimePainter
from termstats.widgets.charts.painter import painter
from termstats.widgets.charts.series import Series, all_series, shown_series, time_columns

FEW_LINES = 8
"""Lines below which one percentage is an area, as steps would be flat."""


@painter(Line)
class LinePainter(TimePainter[Line]):
    """Draws a bucket a column or step; more buckets than room are means of weeks or months."""

    @property
    def series(self) -> tuple[Column, ...]:
        """Return the named columns, or all of the first one's unit."""
        return time_columns(self.table, self.chart.ys, (self.chart.x,))

    def draw_days(self, days: tuple[date, ...], drawn: Sequence[Series], look: Look) -> Drawing:
        """Return columns, bands of columns, or steps in their frame."""
        if _is_amount(drawn, look.height):
            return draw_amounts(self, days, drawn[0], look)
        if has_bands(drawn, look):
            return draw_bands(self, days, drawn, look)
        return draw_levels(self, days, drawn, look)

    def has_legend(self, look: Look) -> bool:
        """Return whether the series are named in a legend; else they are at their ends."""
        drawn = shown_series(self.table, self.series, look.hidden)
        return bool(look.hidden) or not (has_bands(drawn, look) or has_names(drawn, look))

    @property
    def summary(self) -> str:
        """Return `mean 41 · peak 88 on 3 Nov` for one line of amounts, else nothing."""
        columns = self.series
        days = days_of(self.table, self.chart.x)
        if len(columns) != 1 or not days or columns[0].kind is Kind.PERCENT:
            return ""
        values = all_series(self.table, columns)[0].values
        present = [value for value in values if value is not None]
        if len(present) < 2 or not any(present):
            return ""
        kind = columns[0].kind
        peak = max(present)
        day = days[values.index(peak)]
        when = when_words(day, step_of(days), year=False)
        return f"{mean_words(mean_of(present), kind)} · peak {show(peak, kind)} {when}"


def _is_amount(drawn: Sequence[Series], height: int) -> bool:
    """Return whether this is one amount of things, counted from zero."""
    if len(drawn) > 1 or any(value is not None and value < 0 for value in drawn[0].values):
        return False
    return drawn[0].column.kind is not Kind.PERCENT or height < FEW_LINES
