"""Panels without anything leave the page to others; choices say more where there is room."""

from __future__ import annotations

import pytest

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.grid_screen import DETAIL
from tests.screens.keyboard import NARROW, level_of, press, settle
from tests.screens.test_sample import dashboard

REWARDS = ("learner.certificates", "learner.badges", "learner.skills")


async def test_rewards_that_nobody_has_share_a_page() -> None:
    async with dashboard(Level.LEARNER, NARROW) as (app, pilot):
        screen = level_of(app)
        await screen.show_panel(REWARDS[0], "Rewards")
        await settle(pilot)
        assert screen.page().names == REWARDS
        lines = [screen.panels[name].size.height for name in REWARDS]
        assert lines[:2] == [1, 1] and lines[2] > 5  # only the skill is there
        assert "No certificates" in str(screen.panels[REWARDS[0]].words.render())
        # The keys stay where they were; each of the three takes them.
        assert screen.current == REWARDS[0]
        await press(pilot, "tab")
        assert screen.current == REWARDS[1] and screen.page().names == REWARDS


@pytest.mark.parametrize(
    ("level", "choices", "pane"),
    [
        (Level.TRAINING, "global.trainings", "training.content"),
        (Level.LEARNER, "global.top-learners", "learner.trainings"),
        (Level.CLASS, "global.classes", "class.members"),
    ],
)
async def test_choices_say_more_of_the_one_under_the_cursor(
    level: Level, choices: str, pane: str
) -> None:
    async with dashboard(level, (200, 60), chosen=False) as (app, pilot):
        await settle(pilot)
        beside = level_of(app).panels[choices + DETAIL]
        assert beside.table is not None and beside.table.figure_id == pane and beside.table.rows
        assert beside.region.right == 200
        first = beside.title
        await press(pilot, "down")
        await settle(pilot)
        assert beside.title != first
    async with dashboard(level, NARROW, chosen=False) as (app, _pilot):
        assert choices + DETAIL not in level_of(app).panels
