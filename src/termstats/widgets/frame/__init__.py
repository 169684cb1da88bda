"""The lines around the panels, the same on every screen."""

from termstats.widgets.frame.crumb_line import Crumb, CrumbLine
from termstats.widgets.frame.group_line import GroupLine
from termstats.widgets.frame.key_line import FootKey, KeyLine
from termstats.widgets.frame.level_line import LevelLine, LevelName
from termstats.widgets.frame.sentence_line import SentenceLine
from termstats.widgets.frame.state_line import StateLine
from termstats.widgets.frame.toast_line import ToastLine
from termstats.widgets.frame.too_small import TooSmall

__all__ = [
    "Crumb",
    "CrumbLine",
    "FootKey",
    "GroupLine",
    "KeyLine",
    "LevelLine",
    "LevelName",
    "SentenceLine",
    "StateLine",
    "ToastLine",
    "TooSmall",
]
