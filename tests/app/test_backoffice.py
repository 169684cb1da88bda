"""The backoffice level on the sample that ships and on stores made by hand: tabs and what holds."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.base import Level
from termstats.screens.backoffice import BackofficeScreen
from termstats.widgets.cards import Cards
from termstats.widgets.frame import PanelStrip
from tests.app.fakes import World, make_app
from tests.app.fakes import world as world
from tests.app.test_flows import NARROW, WIDE, press, settle
from tests.app.test_sample import dashboard

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


def screen_of(app: TermStatsApp) -> BackofficeScreen:
    assert isinstance(app.screen, BackofficeScreen)
    return app.screen


def tab_name(app: TermStatsApp) -> str:
    strip = app.screen.query_one("#tabs", PanelStrip)
    return strip.names[strip.current]


async def go_to(app: TermStatsApp, pilot: Pilot[None], name: str) -> None:
    """Walk to the tab by its key."""
    for _ in range(10):
        if tab_name(app) == name:
            return
        await press(pilot, "right_curly_bracket")
    raise AssertionError(f"no tab {name}")


async def test_a_tab_without_figures_is_not_shown(world: World) -> None:
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#tabs", PanelStrip).names == ("Overview", "Log")


@SIZES
async def test_each_tab_shows_its_own_figures(size: tuple[int, int]) -> None:
    async with dashboard(Level.BACKOFFICE, size) as (app, pilot):
        names = app.screen.query_one("#tabs", PanelStrip).names
        assert {"Overview", "Objects", "Log"} <= set(names)
        for name in names:
            assert tab_name(app) == name
            screen = screen_of(app)
            own = {panel.figure_id for panel in screen.tab.panels}
            shown = {name for name, panel in screen.panels.items() if panel.display}
            assert shown and shown <= own
            assert screen.query_one(Cards).display == (name == "Overview")
            for figure_id in shown:
                panel = screen.panels[figure_id]
                assert panel.table is not None, f"{figure_id}: {panel.words.render()}"
            await press(pilot, "right_curly_bracket")
        assert tab_name(app) == "Overview"
        await press(pilot, "left_curly_bracket")
        assert tab_name(app) == names[-1]


async def test_a_tab_comes_back_at_the_panel_that_was_left() -> None:
    async with dashboard(Level.BACKOFFICE) as (app, pilot):
        await press(pilot, "tab", "tab", "right_curly_bracket", "left_curly_bracket")
        assert screen_of(app).current == "backoffice.api-calls"
