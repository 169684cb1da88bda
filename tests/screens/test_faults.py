"""A fault that nobody expected, wherever it arises: it is shown, logged, and ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.framed_screen import FramedScreen
from termstats.screens.frame.grid_screen import NUMBERS
from termstats.widgets.cards.cards import Cards
from termstats.widgets.charts.view import ChartView
from tests.screens.fakes import THINGS, L, T, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, level_of, press, settle

SHOWN = "a fault in termstats: RuntimeError: boom"


def boom(*_: object, **__: object) -> Any:
    raise RuntimeError("boom")


async def boom_later(*_: object, **__: object) -> Any:
    raise RuntimeError("boom")


def shown(app: TermStatsApp) -> str:
    """Return all that can be read in panels, legends, panes and toasts."""
    words = [toast.message for toast in app._notifications]
    for screen in app.screen_stack:
        if isinstance(screen, FramedScreen):
            words += [str(panel.words.render()) for panel in screen.panels.values()]
        for widget in (*screen.query(ChartView), *screen.query(Cards)):
            words += [line.plain for line in widget._picture_or_fault()]
    return "\n".join(words)


FAULTS: dict[str, tuple[str, Callable[..., Any], Level, tuple[str, ...]]] = {
    "figure": ("frame.loading.run_figure", boom_later, Level.GLOBAL, ("[",)),
    "compare": ("frame.loading.run_figure", boom_later, Level.GLOBAL, ("c",)),
    "export": ("frame.export_screen.write_csv", boom, Level.GLOBAL, ("e", "enter")),
    "export all": ("frame.export_screen.write_csv", boom, Level.GLOBAL, ("E",)),
    "follow": ("frame.row_screen.entities_of", boom_later, Level.GLOBAL, ("tab", "enter")),
    "drill": ("opening.run_figure", boom_later, Level.LEARNER, ("enter", "enter")),
    "pane": ("frame.level_screen.entities_of", boom_later, Level.LEARNER, ("up",)),
    "palette": ("frame.palette.parse_period", boom, Level.GLOBAL, ("ctrl+p",)),
    "filter": ("backoffice.filters.parse", boom_later, Level.BACKOFFICE, ("F", *"a=b", "enter")),
    "clear": ("backoffice.filters.parse", boom_later, Level.BACKOFFICE, ("0",)),
    "copy": ("frame.panel_screen.to_text", boom, Level.GLOBAL, ("y",)),
    "explain": ("dialogs.explain.explain", boom, Level.GLOBAL, ("i",)),
}
"""What is done -> the function below `screens` that fails, the level, the keys."""


async def still_answers(app: TermStatsApp, pilot: Pilot[None]) -> None:
    await press(pilot, "escape", "escape", "4")
    assert level_of(app).LEVEL is Level.CLASS


@pytest.mark.slow
@pytest.mark.parametrize("what", FAULTS)
async def test_it_is_shown_and_logged(
    world: World, what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place, fails, level, keys = FAULTS[what]
    size = WIDE if what == "pane" else NARROW
    app = make_app(level, {L: THINGS[L][1], T: THINGS[T][0]})
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        monkeypatch.setattr(f"termstats.screens.{place}", fails)
        await press(pilot, *keys)
        assert SHOWN in shown(app)
        faults = [each for each in caplog.records if each.name.startswith("termstats")]
        assert faults and faults[0].exc_info and faults[0].exc_info[0] is RuntimeError
        await still_answers(app, pilot)


async def test_a_level_that_cannot_begin_leaves_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.screens.backoffice.screen.BackofficeScreen.begin", boom_later)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert SHOWN in shown(app)
        await still_answers(app, pilot)


@pytest.mark.parametrize("slot", NUMBERS)
async def test_a_screen_that_is_closed_does_not_look_for_its_focus(world: World, slot: str) -> None:
    app = make_app(Level.GLOBAL)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "enter")
        screen = level_of(app)
        await app.pop_screen()
        # As it does once all is painted, when what had the focus has gone.
        screen.current = slot
        screen.keep_focus()
        assert level_of(app) is not screen


async def test_a_picture_that_cannot_be_drawn_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.widgets.cards.cards.card_lines", boom)
    monkeypatch.setattr("termstats.widgets.charts.view.ChartView._draw", boom)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert "".join(shown(app).split()).count("".join(SHOWN.split())) >= 2
        await still_answers(app, pilot)
