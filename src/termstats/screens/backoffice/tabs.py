"""The tabs of the backoffice level, and how their panels share the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from termstats.screens.frame.pages import TALL, WIDE, Page, Panel, pages

PANE = 38
"""Columns of the context pane."""


@dataclass(frozen=True)
class Tab:
    """A name on the strip and the panels behind it."""

    name: str
    panels: tuple[Panel, ...]


API = "API"
"""The tab that is there only where a source has an API."""
TABS = (
    Tab(
        "Overview",
        (
            Panel("backoffice.actions"),
            Panel("backoffice.api-calls"),
            Panel("backoffice.distribution"),
            Panel("backoffice.top-users"),
            Panel("backoffice.top-datasets"),
            Panel("backoffice.top-pages"),
            Panel("backoffice.weekdays"),
            Panel("backoffice.unique-users"),
        ),
    ),
    Tab(
        API,
        (
            Panel("backoffice.api-totals", table=True),
            Panel("backoffice.api-users"),
            Panel("backoffice.api-errors"),
            Panel("backoffice.api-searches", table=True),
            Panel("backoffice.datasets", table=True),
        ),
    ),
    Tab(
        "Packages",
        (
            Panel("backoffice.packages", table=True),
            Panel("backoffice.package-usage"),
        ),
    ),
    Tab(
        "Functions",
        (
            Panel("backoffice.functions", table=True),
            Panel("backoffice.function-usage"),
            Panel("backoffice.function-runs", table=True),
        ),
    ),
    Tab(
        "Events",
        (
            Panel("backoffice.sources"),
            Panel("backoffice.user-events"),
            Panel("backoffice.events", table=True),
            Panel("backoffice.people", table=True),
            Panel("backoffice.users", table=True),
        ),
    ),
    Tab(
        "Errors",
        (
            Panel("backoffice.errors", table=True),
            Panel("backoffice.error-causes", table=True),
            Panel("backoffice.error-runs", table=True),
        ),
    ),
    Tab(
        "Usage",
        (
            Panel("backoffice.unused", table=True),
            Panel("backoffice.operations", table=True),
            Panel("backoffice.groups", table=True),
            Panel("backoffice.patterns", table=True),
            Panel("backoffice.pattern-people", table=True),
        ),
    ),
    Tab(
        "Objects",
        (
            Panel("backoffice.objects", table=True),
            Panel("backoffice.object-history", table=True),
            Panel("backoffice.projects", table=True),
        ),
    ),
    Tab("Log", (Panel("backoffice.log", table=True),)),
    Tab(
        "Collaboration",
        (
            Panel("collaboration.reactions", table=True),
            Panel("collaboration.courses", table=True),
            Panel("collaboration.groups", table=True),
            Panel("collaboration.users", table=True),
            Panel("collaboration.activities", table=True),
        ),
    ),
)
"""A panel whose figure needs a thing is there while a filter names that thing."""


def panels_of(name: str) -> tuple[Panel, ...]:
    """Return the panels of a tab."""
    return next(tab.panels for tab in TABS if tab.name == name)


def tab_of(tabs: Sequence[Tab], figure_id: str) -> int:
    """Return the place of the tab that holds the figure; the first where none does."""
    for place, tab in enumerate(tabs):
        if any(panel.figure_id == figure_id for panel in tab.panels):
            return place
    return 0


def tab_pages(panels: Sequence[Panel], width: int, height: int, zoom: bool) -> list[Page]:
    """Return the pages of one tab: beside the context pane panels stand on top of each other.

    Two stand side by side where that leaves the pane its place.
    """
    if width < WIDE or zoom or width - PANE >= WIDE:
        return pages(panels, width - PANE if width >= WIDE else width, height, zoom)
    each = 2 if height >= TALL else 1
    rows = [(panel,) for panel in panels]
    return [Page(tuple(rows[i : i + each])) for i in range(0, len(rows), each)]
