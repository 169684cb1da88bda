"""`?`: the keys of the focused panel first, searched by what they do, done with Enter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.widgets import Static

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.dialogs.help import HelpDialog
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.frame.grid_screen import GridScreen
from tests.screens.fakes import THINGS, L, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, burst, level_of, press, settle


def listed(app: TermStatsApp) -> list[tuple[str, ...]]:
    dialog = app.screen
    assert isinstance(dialog, HelpDialog)
    return [choice.cells for choice in dialog.picks.narrowed.choices]


async def test_the_keys_of_panel_screen_and_app_in_that_order(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        lines = listed(app)
        places = [lines.index((name,)) for name in ("This panel", "This screen", "Everywhere")]
        assert places == sorted(places)
        words = [cells[-1] for cells in lines]
        for said in ("Timeline", "Export this figure as CSV", "Sort"):
            assert said in words
        # What the footer names comes first.
        assert lines[places[2] + 1][1].startswith("Find a person")
        assert words.index("Sort") < places[1] < words.index("Timeline") < places[2]


async def test_both_spellings_of_a_key_are_shown(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark", *"one period back")
        assert listed(app) == [("Everywhere",), ("- or [", "One period back")]
        assert "1 of " in str(app.screen.query_one(".effect", Static).render())


@pytest.mark.parametrize("typing", [press, burst])
async def test_enter_does_it(world: World, typing: Callable[..., Awaitable[None]]) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await typing(pilot, "question_mark", *"choose the per", "enter")
        assert isinstance(app.screen, PeriodDialog)
        await typing(pilot, "escape", "question_mark", *"next panel", "enter")
        assert level_of(app).current == "global.trainings"


async def test_what_is_not_in_the_store_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = (("Certificates", "OULAD has none"),)
    monkeypatch.setattr(GridScreen, "absent", lambda self: absent)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark", *"certif")
        assert listed(app) == [("Not in this store",), ("", "Certificates: OULAD has none")]
        await press(pilot, "enter")
        assert "does not hold it" in str(app.screen.query_one(".said", Static).render())


async def test_without_other_signs_keys_are_named_in_ascii(world: World) -> None:
    app = make_app(ascii=True)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        spelt = " ".join(cells[0] for cells in listed(app) if len(cells) > 1)
        assert spelt.isascii() and "left" in spelt and "enter" in spelt
