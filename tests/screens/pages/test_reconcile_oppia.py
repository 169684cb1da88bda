"""The key `=` on a store of OppiaMobile: the server's page of the period, about each level."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from tests.data.importers.oppia.factory import event, load
from tests.screens.keyboard import NARROW, WIDE, press
from tests.screens.pages.test_reconcile import marks, opened, page_name, said, state

pytestmark = pytest.mark.slow

MARCH = ("p", *"2024-03", "enter", "equals_sign")
ALPHA, ANN, FIVE = (Param.TRAINING, "Alpha"), (Param.LEARNER, "ann"), (Param.CLASS, "Five")


async def server(folder: Path) -> Path:
    """Return a store in which Ann read a page on 5 March 2024, and root another."""
    store, _ = await load(
        folder,
        None,
        oppia_tracker=[event(1), event(2, user_id=1)],
        oppia_cohort=[{"id": 5, "description": "Five"}],
        oppia_coursecohort=[{"id": 1, "cohort_id": 5, "course_id": 1}],
        oppia_participant=[{"id": 1, "cohort_id": 5, "user_id": 2, "role": "student"}],
    )
    return store


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_home_and_reports_are_those_of_the_period(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(await server(tmp_path), size=size) as (app, pilot):
        await press(pilot, *MARCH)
        assert page_name(app) == "Home page and reports"
        assert "1–31 Mar 2024" in state(app) and "month" not in state(app)
        shown = marks(app)
        assert shown["activity day 2024-03-05"] == "= same"
        # Three accounts, of which root does not count here.
        assert shown["unique users"] == "≠ differs"
        assert said(app, "#reason").startswith("≠ differs: OppiaMobile")
        await press(pilot, "left_square_bracket")
        assert "1–29 Feb 2024" in state(app)
        await press(pilot, "right_square_bracket", "d")
        assert set(marks(app).values()) == {"≠ differs"}


@pytest.mark.parametrize(
    ("level", "subject", "words", "line", "mark"),
    [
        (Level.TRAINING, ALPHA, "training page · Alpha", "trackers", "≠ differs"),
        (Level.LEARNER, ANN, "learner's page · Ann Ash", "total activity alpha", "= same"),
        (Level.CLASS, FIVE, "class page · Five", "activity day 2024-03-05", "= same"),
        (Level.BACKOFFICE, ALPHA, "home page and reports", "unique users", "≠ differs"),
    ],
    ids=str,
)
async def test_each_level_opens_its_page(
    tmp_path: Path, level: Level, subject: tuple[Param, str], words: str, line: str, mark: str
) -> None:
    async with opened(await server(tmp_path), level, subject) as (app, pilot):
        await press(pilot, *MARCH)
        assert page_name(app).casefold() == words.casefold()
        assert marks(app)[line] == mark
