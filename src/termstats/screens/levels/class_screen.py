"""Level 4: one class."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.levels.panels import LEVELS


class ClassScreen(LevelScreen):
    """One class with its sub-classes; a list of classes until one is chosen."""

    LEVEL = Level.CLASS
    CARDS = LEVELS[Level.CLASS].cards
    CHOICE = LEVELS[Level.CLASS].choice
    GROUPS = LEVELS[Level.CLASS].groups
