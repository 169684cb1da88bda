"""Level 2: one training."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.pages import Panel


class TrainingScreen(LevelScreen):
    """One training; a list of trainings until one is chosen."""

    LEVEL = Level.TRAINING
    CARDS = "training.totals"
    CHOICE = (Panel("global.trainings", table=True),)
    PANELS = (
        Panel("training.progress"),
        Panel("training.content", table=True),
        Panel("training.learners", table=True),
        Panel("training.activity"),
        Panel("training.active-users"),
        Panel("training.enrolments"),
        Panel("training.activities", table=True),
        Panel("training.questions", table=True),
        Panel("training.leaderboard"),
        Panel("training.time-spent"),
        Panel("training.downloads"),
        Panel("training.tracker-log"),
    )
