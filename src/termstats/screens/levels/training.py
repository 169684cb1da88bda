"""Level 2: one training."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.levels.learning import LearningScreen
from termstats.screens.levels.panels import LEVELS


class TrainingScreen(LearningScreen):
    """One training; a list of trainings until one is chosen."""

    LEVEL = Level.TRAINING
    CARDS = LEVELS[Level.TRAINING].cards
    CHOICE = LEVELS[Level.TRAINING].choice
    GROUPS = LEVELS[Level.TRAINING].groups
