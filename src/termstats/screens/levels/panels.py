"""Which figures a level shows, in their order. Linear mode reads it too: no terminal here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.figures.definition.figure import Level
from termstats.screens.backoffice.tabs import TABS
from termstats.screens.frame.pages import Panel


@dataclass(frozen=True)
class LevelPanels:
    """What one level shows."""

    cards: str
    """The figure of the headline cards."""
    panels: tuple[Panel, ...]
    choice: tuple[Panel, ...] = ()
    """What is shown while nothing is chosen, on levels about one thing."""


LEVELS: Mapping[Level, LevelPanels] = {
    Level.GLOBAL: LevelPanels(
        "global.totals",
        (
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
        ),
    ),
    Level.TRAINING: LevelPanels(
        "training.totals",
        (
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
        ),
        (Panel("global.trainings", table=True),),
    ),
    Level.LEARNER: LevelPanels(
        "learner.totals",
        (
            Panel("learner.trainings", table=True),
            Panel("learner.activity"),
            Panel("learner.weekly"),
            Panel("learner.timeline"),
            Panel("learner.sessions"),
            Panel("learner.skills"),
            Panel("learner.badges"),
            Panel("learner.certificates"),
            Panel("learner.profile"),
        ),
        (Panel("global.top-learners", table=True), Panel("global.inactive-people", table=True)),
    ),
    Level.CLASS: LevelPanels(
        "class.totals",
        (
            Panel("class.progress"),
            Panel("class.matrix", table=True),
            Panel("class.members", table=True),
            Panel("class.learners", table=True),
            Panel("class.trainings", table=True),
            Panel("class.activity"),
            Panel("class.active-users"),
            Panel("class.leaderboard"),
            Panel("class.comparison"),
        ),
        (Panel("global.classes", table=True),),
    ),
    Level.BACKOFFICE: LevelPanels(
        "backoffice.totals", tuple(panel for tab in TABS for panel in tab.panels)
    ),
}
