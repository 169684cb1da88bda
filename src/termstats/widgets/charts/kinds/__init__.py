"""The kinds of charts, a module each; a new kind is a module and its name in `KINDS`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from termstats.data.model.table import Table
from termstats.widgets.charts.painter import PAINTERS, Painter

KINDS = ("bars", "gauge", "heat", "lines", "stacked_names", "stacks")
"""Modules of this folder; importing one registers its painter."""
for kind in KINDS:
    import_module(f"{__name__}.{kind}")


def painter_of(table: Table) -> Painter[Any] | None:
    """Return the painter of the table's chart; None: the table has no chart."""
    return PAINTERS[type(table.chart)](table, table.chart) if table.chart else None
