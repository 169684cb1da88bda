"""Level 4: one class."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.pages import Panel


class ClassScreen(LevelScreen):
    """One class with its sub-classes; a list of classes until one is chosen."""

    LEVEL = Level.CLASS
    CARDS = "class.totals"
    CHOICE = (Panel("global.classes", table=True),)
    PANELS = (
        Panel("class.progress"),
        Panel("class.members", table=True),
        Panel("class.learners", table=True),
        Panel("class.trainings", table=True),
        Panel("class.activity"),
        Panel("class.active-users"),
        Panel("class.leaderboard"),
        Panel("class.comparison"),
    )
