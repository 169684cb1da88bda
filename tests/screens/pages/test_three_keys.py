"""One learner's wrong answer in three keys, whatever the platform: `/` NAME, `Enter`, `n`."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.start import StartAt
from termstats.screens.pages.answers import AnswersScreen
from tests.data.importers.kolibri import factory as kolibri
from tests.data.importers.moodle import factory as moodle
from tests.data.importers.moodle.learning import LEARNING
from tests.screens.keyboard import burst, press
from tests.screens.opened import dashboard_on


async def answer_of(store: Path, name: str, period: str) -> str:
    """Return what the screen says of the first wrong answer of somebody."""
    start = StartAt(period=period)
    async with dashboard_on(store, Level.GLOBAL, start=start) as (app, pilot):
        await burst(pilot, "slash", *name, "enter")
        await press(pilot, "n")
        assert isinstance(app.screen, AnswersScreen)
        return str(app.screen.query_one("#answer", Static).render())


@pytest.mark.parametrize(
    ("name", "given"),
    [("cai", "Ice"), ("ed", "Butter")],
    ids=["of an attempt that goes on", "of an attempt that is over"],
)
async def test_a_wrong_answer_in_moodle(tmp_path: Path, name: str, given: str) -> None:
    await moodle.load(moodle.make(tmp_path / "moodle.sqlite3", LEARNING), tmp_path / "store.db")
    shown = await answer_of(tmp_path / "store.db", name, "2024-03")
    assert shown.startswith("Question 1?")
    assert given in shown and "Water" in shown


async def test_a_wrong_answer_in_an_exercise_of_kolibri_that_goes_on(tmp_path: Path) -> None:
    await kolibri.load(kolibri.make(tmp_path / "db.sqlite3"), store=tmp_path / "store.db")
    shown = await answer_of(tmp_path / "store.db", "ana", "2025-10")
    assert shown.startswith("Adding (2)")
    assert "✗ 7" in shown
