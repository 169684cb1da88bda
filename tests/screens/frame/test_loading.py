"""Loading with the keyboard at hand: late, dropped, broken and left answers."""

from __future__ import annotations

import asyncio
import re

import pytest

from termstats.widgets.text import reading_words
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import (
    NARROW,
    WIDE,
    current_panel,
    level_of,
    press,
    settle,
    state,
)


async def test_the_first_screen_loads_only_what_is_in_sight(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert {figure for figure, _ in world.asked} == {
            "global.totals",
            "global.active-users",
            "global.trainings",
        }
        assert "412 of 431 people" in state(app)
        assert current_panel(app).table is not None


async def test_switches_ask_again_and_the_state_line_says_so(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "x", "b")
        assert "by week" in state(app)
        request = world.asked[-1][1]
        assert request.everybody and request.by == "week"
        await press(pilot, "o")
        assert not app.session.view.server_clock


async def test_a_stale_result_is_dropped(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        gate = world.gates["global.active-users"] = asyncio.Event()
        await pilot.press("left_square_bracket")
        await pilot.pause()
        await pilot.press("left_square_bracket")
        await pilot.pause()
        gate.set()
        await settle(pilot)
        assert world.stopped == ["global.active-users"]
        table = current_panel(app).table
        assert table is not None
        assert table.period == app.session.view.period.describe()


async def test_it_says_how_long_it_has_been_from_two_seconds_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(100, 10_000, 3))
    monkeypatch.setattr("termstats.screens.frame.loading.PATIENCE", 0.01)
    monkeypatch.setattr("termstats.screens.frame.loading.STEP", 0.01)
    monkeypatch.setattr("termstats.screens.frame.loading.monotonic", lambda: float(next(clock)))
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        gate = world.gates["global.active-users"] = asyncio.Event()
        await pilot.press("left_square_bracket")
        seen: set[str] = set()
        while len(seen) < 2:
            await pilot.pause(0.01)
            seen |= set(re.findall(r"reading, \d+ s", str(current_panel(app).words.render())))
        gate.set()
        await settle(pilot)
        assert current_panel(app).table is not None


def test_the_words_of_waiting() -> None:
    assert [reading_words(seconds) for seconds in (0, 1.9, 2, 63.7)] == [
        *("reading", "reading", "reading, 2 s", "reading, 63 s")
    ]


async def test_loading_says_so_only_after_a_while_and_never_shows_the_old_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.screens.frame.loading.PATIENCE", 0.01)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        gate = world.gates["global.active-users"] = asyncio.Event()
        await pilot.press("left_square_bracket")
        await pilot.pause(0.05)
        panel = current_panel(app)
        assert panel.table is None
        assert "reading" in str(panel.words.render())
        gate.set()
        await settle(pilot)
        assert panel.table is not None


async def test_an_error_stays_in_its_panel_until_r(world: World) -> None:
    world.broken["global.activity"] = "the store could not be read: [/] \x1b]52;c;aGk=\x07"
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        broken = level_of(app).panels["global.activity"]
        assert broken.table is None
        assert level_of(app).panels["global.active-users"].face == "chart"
        assert level_of(app).panels["global.trainings"].face == "table"
        del world.broken["global.activity"]
        await press(pilot, "r")
        assert broken.table is not None


async def test_leaving_a_screen_stops_its_queries_and_coming_back_asks_again(world: World) -> None:
    world.gates["global.active-users"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("5")
        await pilot.pause()
        await pilot.pause()
        assert world.stopped == ["global.active-users"]
        world.gates["global.active-users"].set()
        await press(pilot, "1")
        assert current_panel(app).table is not None


async def test_a_dialog_does_not_stop_the_queries_under_it(world: World) -> None:
    gate = world.gates["global.active-users"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("p")
        await pilot.pause()
        assert world.stopped == []
        gate.set()
        await settle(pilot)
        await press(pilot, "escape")
        assert current_panel(app).table is not None
