"""Every part of the state line opens what it is about, by mouse and by key."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.dialogs.pick import PickOne
from termstats.screens.frame.grid_screen import DETAIL
from termstats.widgets.frame import StateLine
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, level_of, press, settle, state
from tests.screens.test_sample import dashboard


async def click(pilot: Pilot[None], words: str) -> None:
    """Click words of the state line."""
    line = pilot.app.screen.query_one(StateLine)
    for y, text in enumerate(line.picture()):
        if words in text.plain:
            await pilot.click(StateLine, offset=(text.plain.index(words), y))
            await settle(pilot)
            return
    raise AssertionError(f"no {words!r} on the state line")


def title(app: TermStatsApp) -> str:
    return str(app.screen.query_one(".dialog").border_title)


async def test_each_part_is_a_door(world: World) -> None:
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        for words in ("22 Oct", "vs"):
            await click(pilot, words)
            assert isinstance(app.screen, PeriodDialog)
            await press(pilot, "escape")
        await click(pilot, "412 of 431")
        assert title(app) == "Who counts"
        await press(pilot, "down", "enter")
        assert app.session.view.everybody
        await click(pilot, "20 Nov 18:00")
        assert title(app) == "Imports of Academy"
        assert isinstance(app.screen, PickOne)
        cells = [choice.cells for choice in app.screen.picks.narrowed.choices]
        assert cells == [("s", "sample", "20 Nov 2026 18:00", "4 Oct 2024–20 Nov 2026")]
        await press(pilot, "enter")
        assert level_of(app)


@pytest.mark.parametrize(("key", "words"), [("W", "Who counts"), ("I", "Imports of Academy")])
async def test_each_door_has_a_key(world: World, key: str, words: str) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, key)
        assert title(app) == words
        await press(pilot, "escape")
        assert not app.session.view.everybody


async def test_all_filters_are_taken_off_by_mouse_and_key(world: World) -> None:
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f", *"aid", "enter")
        assert "rows with 'aid' · 0 all off" in state(app)
        await click(pilot, "0 all off")
        assert "all off" not in state(app)
        await press(pilot, "f", *"aid", "enter", "0")
        assert "rows with" not in state(app)
        await press(pilot, "f", *"aid", "enter")
        await click(pilot, "rows with")
        assert title(app) == "Filter rows"


async def test_what_is_under_the_mouse_is_raised_when_it_can_be_clicked(world: World) -> None:
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        line = app.screen.query_one(StateLine)

        def raised() -> str:
            ground = line.get_component_styles("line--hover").background.rich_color
            segments = line.render_line(0)
            return "".join(s.text for s in segments if s.style and s.style.bgcolor == ground)

        assert raised() == ""
        text = line.picture()[0].plain
        await pilot.hover(StateLine, offset=(text.index("412"), 0))
        assert raised().startswith("412 of 431")
        assert "Oct" not in raised()
        await pilot.hover(StateLine, offset=(text.index(" · ") + 1, 0))
        assert raised() == ""


async def test_a_pane_about_one_learner_does_not_say_who_counts_in_the_training() -> None:
    async with dashboard(Level.TRAINING, (200, 60)) as (app, pilot):
        await press(pilot, "tab", "tab", "down")
        screen = level_of(app)
        pane = screen.table_of("training.learners" + DETAIL)
        assert pane is not None and pane.population == "one learner"
        assert "248 of 248 people" in state(app)
        await press(pilot, "x")
        assert "everybody" in state(app)


async def test_one_learner_is_one_learner_also_when_everybody_counts() -> None:
    async with dashboard(Level.LEARNER) as (app, pilot):
        await press(pilot, "x")
        assert "one learner" in state(app)
