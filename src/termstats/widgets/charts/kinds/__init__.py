"""The kinds of charts, a module each; a new kind is a module and its name in the import here."""

from __future__ import annotations

from typing import Any

from termstats.data.model.table import Table
from termstats.widgets.charts.kinds import bars, gauge, heat, lines, stacked_names, stacks
from termstats.widgets.charts.painter import PAINTERS, Painter

KINDS = (bars, gauge, heat, lines, stacked_names, stacks)
"""Importing a module registers its painter."""


def painter_of(table: Table) -> Painter[Any] | None:
    """Return the painter of the table's chart; None: the table has no chart."""
    return PAINTERS[type(table.chart)](table, table.chart) if table.chart else None
