"""Where figures are shown: the five screens, and what is opened from any of them."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias


class Level(StrEnum):
    """The five screens, in the order of their keys."""

    GLOBAL = "global"
    TRAINING = "training"
    LEARNER = "learner"
    CLASS = "class"
    BACKOFFICE = "backoffice"


class SideScreen(StrEnum):
    """What is on none of the five screens: opened from any of them, by administrators."""

    RECONCILE = "reconcile"


Place: TypeAlias = Level | SideScreen
"""Where a figure is shown."""
