"""Level 1: the whole platform."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.pages import Panel


class GlobalScreen(LevelScreen):
    """Everything that the viewer may see, together."""

    LEVEL = Level.GLOBAL
    CARDS = "global.totals"
    PANELS = (
        Panel("global.active-users"),
        Panel("global.activity"),
        Panel("global.progress"),
        Panel("global.trainings", table=True),
        Panel("global.classes", table=True),
        Panel("global.attention", table=True),
        Panel("global.enrolments"),
        Panel("global.registrations"),
        Panel("global.time-spent"),
        Panel("global.top-learners"),
        Panel("global.leaderboard"),
        Panel("global.completion-rates", table=True),
        Panel("global.skills"),
        Panel("global.languages"),
        Panel("global.countries"),
        Panel("global.profile-field"),
        Panel("global.searches"),
        Panel("global.search-terms"),
        Panel("global.downloads"),
        Panel("global.inactive"),
        Panel("global.inactive-people", table=True),
    )
