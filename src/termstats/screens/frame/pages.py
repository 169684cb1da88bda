"""Decides which panels share the screen: one at 80 columns, a grid of two to four from 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE = 100
"""Columns from which panels stand side by side and a detail pane beside its table."""
TALL = 30
"""Rows from which two rows of panels fit."""


@dataclass(frozen=True)
class Panel:
    """One figure of a screen."""

    figure_id: str
    table: bool = False
    """Whether rows come first and the chart on `v`: lists that people look things up in."""
    pane: str = ""
    """The figure about the current row; screens leave it to the figure: see `panel_list`."""


@dataclass(frozen=True)
class Page:
    """Panels shown at once, row by row; a row is one table with its pane, or one or two panels."""

    rows: tuple[tuple[Panel, ...], ...]
    panes: bool = False
    """Whether detail panes stand beside their tables."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Return the panels in reading order."""
        return tuple(panel for row in self.rows for panel in row)

    @property
    def columns(self) -> int:
        """Return how many panels stand side by side."""
        return max(self.width_of(row) for row in self.rows)

    def width_of(self, row: tuple[Panel, ...]) -> int:
        """Return how many columns a row fills, panes included."""
        return len(row) + sum(1 for panel in row if self.panes and panel.pane)


def pages(panels: Sequence[Panel], width: int, height: int, zoom: bool = False) -> list[Page]:
    """Return the pages of a screen, in the order of its panels."""
    if width < WIDE or zoom:
        return [Page(((panel,),)) for panel in panels]
    rows: list[tuple[Panel, ...]] = []
    for panel in panels:
        if rows and len(rows[-1]) == 1 and not panel.pane and not rows[-1][0].pane:
            rows[-1] = (rows[-1][0], panel)
        else:
            rows.append((panel,))
    each = 2 if height >= TALL else 1
    return [Page(tuple(rows[i : i + each]), panes=True) for i in range(0, len(rows), each)]


def page_of(candidates: Sequence[Page], figure_id: str) -> Page:
    """Return the page that holds the figure."""
    return next(page for page in candidates if any(p.figure_id == figure_id for p in page.panels))
