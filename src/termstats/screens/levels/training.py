"""Level 2: one training."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.levels.panels import LEVELS


class TrainingScreen(LevelScreen):
    """One training; a list of trainings until one is chosen."""

    LEVEL = Level.TRAINING
    CARDS = LEVELS[Level.TRAINING].cards
    CHOICE = LEVELS[Level.TRAINING].choice
    GROUPS = LEVELS[Level.TRAINING].groups
