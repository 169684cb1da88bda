"""The phrase in a panel's title where the figure gives none."""

from __future__ import annotations

from termstats.data.model.table import Table
from termstats.widgets.charts.kinds import painter_of


def summary_of(table: Table) -> str:
    """Return what the chart says of its whole; without a chart how many there are of what."""
    painter = painter_of(table)
    if painter is not None:
        return painter.summary
    return table.counted(len(table.rows)) if len(table.rows) > 1 or table.after else ""
