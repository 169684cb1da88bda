"""One learner's wrong answer in three keys, in a store of Moodle: `/` NAME, `Enter`, `n`."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.start import StartAt
from termstats.screens.pages.answers import AnswersScreen
from tests.data.importers.moodle.factory import load, make
from tests.data.importers.moodle.learning import LEARNING
from tests.screens.keyboard import burst, press
from tests.screens.opened import dashboard_on


@pytest.mark.parametrize(
    ("name", "given"),
    [("cai", "Ice"), ("ed", "Butter")],
    ids=["of an attempt that goes on", "of an attempt that is over"],
)
async def test_a_wrong_answer_in_three_keys(tmp_path: Path, name: str, given: str) -> None:
    await load(make(tmp_path / "moodle.sqlite3", LEARNING), tmp_path / "store.db")
    start = StartAt(period="2024-03")
    async with dashboard_on(tmp_path / "store.db", Level.GLOBAL, start=start) as (app, pilot):
        await burst(pilot, "slash", *name, "enter")
        await press(pilot, "n")
        assert isinstance(app.screen, AnswersScreen)
        shown = str(app.screen.query_one("#answer", Static).render())
        assert shown.startswith("Question 1?")
        assert given in shown and "Water" in shown
