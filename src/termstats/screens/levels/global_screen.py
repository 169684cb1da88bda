"""Level 1: the whole platform."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.levels.learning import LearningScreen
from termstats.screens.levels.panels import LEVELS


class GlobalScreen(LearningScreen):
    """Everything that the viewer may see, together."""

    LEVEL = Level.GLOBAL
    CARDS = LEVELS[Level.GLOBAL].cards
    GROUPS = LEVELS[Level.GLOBAL].groups
