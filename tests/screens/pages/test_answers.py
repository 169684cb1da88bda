"""The answers of an attempt, where there is little to show."""

from __future__ import annotations

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
