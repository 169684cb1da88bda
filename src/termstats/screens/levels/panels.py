"""The groups of each level, and their figures. Linear mode reads it too: no terminal here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import ANY_FILTER, OF_LEARNING, OF_TRAININGS
from termstats.data.model.filter_base import Field
from termstats.screens.backoffice import groups as backoffice
from termstats.screens.frame.groups import Group
from termstats.screens.frame.pages import Panel


@dataclass(frozen=True)
class LevelPanels:
    """What one level shows."""

    cards: str
    """The figure of the headline cards."""
    groups: tuple[Group, ...]
    """At most seven; a panel may stand in several."""
    choice: tuple[Panel, ...] = ()
    """What is shown while nothing is chosen, on levels about one thing."""
    fields: frozenset[Field] = OF_LEARNING
    """What filters may be about there."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Return every panel of the groups once, in their order."""
        panels = {panel.figure_id: panel for group in self.groups for panel in group.panels}
        return tuple(panels.values())


WITH_PANE = 100
"""Columns of a list of choices beside which there is room for more about the one under the cursor:
all of its own have room first."""

LEVELS: Mapping[Level, LevelPanels] = {
    Level.GLOBAL: LevelPanels(
        "global.totals",
        (
            Group(
                "Overview",
                (
                    Panel("global.active-users"),
                    Panel("global.attention-reasons", table=True, least=42),
                    Panel("global.progress"),
                    Panel("global.trainings", table=True),
                    Panel("global.activity"),
                    Panel("global.top-learners"),
                    Panel("global.enrolments"),
                ),
            ),
            Group(
                "People",
                (
                    Panel("global.top-learners", table=True),
                    Panel("global.attention", table=True, least=60),
                    Panel("global.registrations"),
                    Panel("global.inactive"),
                    Panel("global.inactive-people", table=True),
                ),
            ),
            Group(
                "Trainings",
                (
                    Panel("global.trainings", table=True),
                    Panel("global.progress"),
                    Panel("global.completion-rates", table=True),
                    Panel("global.top-trainings", table=True),
                    Panel("global.enrolments"),
                    Panel("global.training-kinds", table=True),
                ),
            ),
            Group("Classes", (Panel("global.classes", table=True),)),
            Group(
                "Activity",
                (
                    Panel("global.activity"),
                    Panel("global.active-users"),
                    Panel("global.time-spent"),
                    Panel("global.downloads"),
                    Panel("global.training-downloads", table=True),
                    Panel("global.searches"),
                    Panel("global.search-terms"),
                    Panel("global.time-by-learner", table=True),
                ),
            ),
            Group("Rewards", (Panel("global.leaderboard"), Panel("global.skills"))),
            Group(
                "Records",
                (
                    Panel("global.languages"),
                    Panel("global.countries"),
                    Panel("global.profile-field"),
                    Panel("global.missing-media", table=True),
                    Panel("global.clocks", table=True),
                    Panel("global.devices", table=True),
                ),
            ),
        ),
    ),
    Level.TRAINING: LevelPanels(
        "training.totals",
        (
            Group(
                "Progress",
                (
                    Panel("training.progress"),
                    Panel("training.content", table=True),
                    Panel("training.learners", table=True),
                ),
            ),
            Group(
                "Learners",
                (
                    Panel("training.learners", table=True),
                    Panel("training.enrolments"),
                    Panel("training.endings"),
                    Panel("training.active-users"),
                    Panel("training.leaderboard"),
                ),
            ),
            Group(
                "Activity",
                (
                    Panel("training.activity"),
                    Panel("training.time-spent"),
                    Panel("training.downloads"),
                    Panel("training.time-by-learner", table=True),
                    Panel("training.missing-media", table=True),
                    Panel("training.clocks", table=True),
                    Panel("training.activities", table=True),
                    Panel("training.tracker-log"),
                ),
            ),
            Group(
                "Results",
                (
                    Panel("training.questions", table=True),
                    Panel("training.content", table=True),
                    Panel("training.quizzes", table=True),
                    Panel("training.versions", table=True),
                ),
            ),
        ),
        (Panel("global.trainings", table=True, least=WITH_PANE, pane="training.content"),),
    ),
    Level.LEARNER: LevelPanels(
        "learner.totals",
        (
            Group(
                "Trainings",
                (
                    Panel("learner.trainings", table=True),
                    Panel("learner.activity"),
                    Panel("learner.profile"),
                    Panel("learner.timeline"),
                    Panel("learner.sessions"),
                ),
            ),
            Group(
                "Timeline",
                (Panel("learner.timeline"), Panel("learner.activity"), Panel("learner.weekly")),
            ),
            Group("Sessions", (Panel("learner.sessions"),)),
            Group(
                "Rewards",
                (
                    Panel("learner.certificates"),
                    Panel("learner.badges"),
                    Panel("learner.skills"),
                ),
            ),
            Group("Profile", (Panel("learner.profile"),)),
        ),
        (
            Panel("global.top-learners", table=True, pane="learner.trainings"),
            Panel("global.inactive-people", table=True, pane="learner.trainings"),
        ),
        # Others would make a learner who was found look empty.
        fields=OF_TRAININGS,
    ),
    Level.CLASS: LevelPanels(
        "class.totals",
        (
            Group(
                "Members",
                (
                    Panel("class.matrix", table=True, least=76),
                    Panel("class.comparison"),
                    Panel("class.progress"),
                    Panel("class.members", table=True),
                    Panel("class.leaderboard"),
                ),
            ),
            Group(
                "Trainings",
                (Panel("class.trainings", table=True), Panel("class.learners", table=True)),
            ),
            Group(
                "Activity",
                (
                    Panel("class.activity"),
                    Panel("class.active-users"),
                    Panel("class.time-by-learner", table=True),
                ),
            ),
            Group("Other classes", (Panel("class.comparison"),)),
        ),
        (Panel("global.classes", table=True, least=WITH_PANE, pane="class.members"),),
    ),
    Level.BACKOFFICE: LevelPanels("backoffice.totals", backoffice.GROUPS, fields=ANY_FILTER),
}
