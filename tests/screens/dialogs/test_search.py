"""`/`: names with what they are, where they belong and when they were last seen."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Static

from termstats.app import TermStatsApp
from termstats.screens.dialogs import search as search_dialog
from termstats.screens.dialogs.search import SearchDialog
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, level_of, press, settle


def lines(app: TermStatsApp) -> list[list[str]]:
    dialog = app.screen
    assert isinstance(dialog, SearchDialog)
    drawn = ["".join(s.text for s in dialog.picks.render_line(y)) for y in range(4)]
    return [[part for part in line.split("  ") if part.strip()] for line in drawn]


def said(app: TermStatsApp) -> str:
    return str(app.screen.query_one(".said", Static).render())


async def test_a_hit_says_where_and_when(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, *"/be")
        heading, hit, *_ = [[part.strip() for part in line] for line in lines(app)]
        assert heading == ["1 found", "What", "Where", "Last seen"]
        assert hit == ["Ben Bauer", "person", "North", "2 Nov"]
        assert said(app) == "id ben"
        await press(pilot, "escape", *"/cho")
        assert [part.strip() for part in lines(app)[1]][-1] == "never"


async def test_nothing_found_is_said_and_enter_stays(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "slash", "enter")
        assert said(app) == "two letters are enough"
        await press(pilot, *"zz", "enter")
        assert "'zz'" in said(app)
        assert isinstance(app.screen, SearchDialog)


async def test_a_hit_is_opened_before_its_place_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def slow(*_: object) -> None:
        await never.wait()

    monkeypatch.setattr(search_dialog, "places_of", slow)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press(*"/be")
        await pilot.press("enter")
        await settle(pilot)
        assert level_of(app).subject == "Ben Bauer"
