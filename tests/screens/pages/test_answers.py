"""The answers of an attempt, where there is little to show."""

from __future__ import annotations

import pytest
from textual.widgets import DataTable, Static

from termstats.data.figures.definition.figure import Level
from termstats.screens.pages.answers import AnswersScreen
from tests.screens.fakes import THINGS, L, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, press, settle


async def test_tab_stays_and_no_answers_are_no_fault(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter", "tab", "shift+tab")
        screen = app.screen
        assert isinstance(screen, AnswersScreen)
        assert isinstance(app.focused, DataTable)
        assert not list(app._notifications)
        table = screen.tables[screen.FIGURE]
        screen.tables[screen.FIGURE] = table.with_rows(())
        screen._fill()
        screen.query_one(DataTable).cursor_coordinate = (-1, 0)  # type: ignore[assignment]
        screen._show_answer()
        assert not screen.query_one("#answer", Static).display


@pytest.mark.parametrize(
    ("width", "title"),
    [
        (80, "Answers · 4 questions · 1 right, 1 wrong, 1 partly, 1 waiting"),
        (60, "Answers · 4 questions"),
    ],
)
async def test_the_counts_of_the_answers_are_whole(world: World, width: int, title: str) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        assert str(app.screen.query_one("#answers").border_title) == title
