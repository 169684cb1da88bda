"""Level 5: how the platform itself is used and run."""

from __future__ import annotations

from termstats.data.figures.base import Level
from termstats.screens.level_screen import LevelScreen
from termstats.screens.pages import Panel


class BackofficeScreen(LevelScreen):
    """Administrative actions, calls, errors, and the log of everything."""

    LEVEL = Level.BACKOFFICE
    PANELS = (
        Panel("backoffice.actions"),
        Panel("backoffice.distribution"),
        Panel("backoffice.api-calls"),
        Panel("backoffice.top-users"),
        Panel("backoffice.top-datasets"),
        Panel("backoffice.top-pages"),
        Panel("backoffice.weekdays"),
        Panel("backoffice.unique-users"),
        Panel("backoffice.packages"),
        Panel("backoffice.package-usage"),
        Panel("backoffice.functions"),
        Panel("backoffice.sources"),
        Panel("backoffice.errors"),
        Panel("backoffice.error-causes"),
        Panel("backoffice.operations"),
        Panel("backoffice.groups"),
        Panel("backoffice.patterns"),
        Panel("backoffice.unused"),
        Panel("backoffice.objects"),
        Panel("backoffice.users"),
        Panel("backoffice.log", table=True),
        Panel("collaboration.groups"),
        Panel("collaboration.courses"),
    )
    BEHIND = {
        "users": "top-users",
        "actions": "actions",
        "actions_per_user": "top-users",
        "errors": "errors",
        "sessions": "unique-users",
    }
