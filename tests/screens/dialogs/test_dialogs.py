"""The dialogs, by keyboard: search, period, help, explanation and palette."""

from __future__ import annotations

from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.dialogs.search import SearchDialog
from termstats.screens.levels.learner import LearnerScreen
from tests.screens.fakes import THINGS, L, T, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import (
    NARROW,
    level_of,
    press,
    settle,
)


async def test_a_search_from_the_answers_opens_the_other_learner(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter", "slash", "c", "h", "enter")
        assert isinstance(app.screen, LearnerScreen)
        assert app.screen.subject == "Cho Chen"
        assert len(app.screen_stack) == 1


async def test_enter_before_the_results_takes_the_first_that_comes(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        assert isinstance(app.screen, SearchDialog)
        await pilot.press("a", "n", "enter")
        await settle(pilot)
        assert level_of(app).subject == "Ana Alvarez"


async def test_explaining_gives_the_command_that_prints_the_same(world: World) -> None:
    app = make_app(Level.TRAINING, {T: THINGS[T][0]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        text = str(app.screen.query_one(Static).render()).replace("\n", " ")
        assert "412 of 431 people (not 12 staff, 5 deleted, 2 excluded)" in text
        await press(pilot, "y")
        assert app.clipboard == (
            "termstats report training.learners --training t1 --period 2026-10-22..2026-11-20 "
            "--store academy.sqlite3"
        )


async def test_a_remapped_key_works_and_the_footer_names_it(world: World) -> None:
    app = make_app(keymap={"app.period": "P", "screen.export": "w"})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert level_of(app)
        await press(pilot, "P")
        assert isinstance(app.screen, PeriodDialog)


async def test_the_palette_finds_a_panel_without_markup(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"panel: train")
        await press(pilot, "enter")
        await settle(pilot)
        assert level_of(app).current == "global.trainings"
