"""The groups of the backoffice level: how the platform itself is used and run."""

from __future__ import annotations

from termstats.screens.frame.groups import Group
from termstats.screens.frame.pages import Need, Panel

CONTEXT = Need("context", 38, 8, 38, 8)
"""The room of the context pane, which stands at the end of the last row."""
GROUPS = (
    Group(
        "Overview",
        (
            Panel("backoffice.actions"),
            Panel("backoffice.top-users"),
            Panel("backoffice.top-datasets"),
            Panel("backoffice.api-calls"),
            Panel("backoffice.distribution"),
            Panel("backoffice.unique-users"),
            Panel("backoffice.top-pages"),
            Panel("backoffice.weekdays"),
        ),
    ),
    Group(
        "API",
        (
            Panel("backoffice.api-calls"),
            Panel("backoffice.api-totals", table=True),
            Panel("backoffice.api-users"),
            Panel("backoffice.api-errors"),
            Panel("backoffice.api-searches", table=True),
            Panel("backoffice.datasets", table=True),
        ),
    ),
    Group(
        "Software",
        (
            Panel("backoffice.packages", table=True),
            Panel("backoffice.functions", table=True),
            Panel("backoffice.package-usage"),
            Panel("backoffice.function-usage"),
            Panel("backoffice.function-runs", table=True),
            Panel("backoffice.operations", table=True),
        ),
    ),
    Group(
        "Objects",
        (
            Panel("backoffice.objects", table=True),
            Panel("backoffice.object-history", table=True),
            Panel("backoffice.unused", table=True),
            Panel("backoffice.projects", table=True),
        ),
    ),
    Group(
        "Events",
        (
            Panel("backoffice.log", table=True),
            Panel("backoffice.sources"),
            Panel("backoffice.user-events"),
            Panel("backoffice.events", table=True),
            Panel("backoffice.users", table=True),
            Panel("backoffice.people", table=True),
            Panel("backoffice.groups", table=True),
            Panel("backoffice.patterns", table=True),
            Panel("backoffice.pattern-people", table=True),
        ),
    ),
    Group(
        "Errors",
        (
            Panel("backoffice.errors", table=True),
            Panel("backoffice.error-causes", table=True),
            Panel("backoffice.error-runs", table=True),
        ),
    ),
    Group(
        "Together",
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
