"""Loading with the keyboard at hand: late, dropped, broken and left answers."""

from __future__ import annotations

import asyncio
import re
from typing import cast

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import SentenceLine
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.text import reading_words
from tests.screens.fakes import THINGS, World, make_app
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
            seen |= set(re.findall(r"reading, \d+ s", str(current_panel(app).border_title)))
        gate.set()
        await settle(pilot)
        assert current_panel(app).table is not None


def test_the_words_of_waiting() -> None:
    assert [reading_words(seconds) for seconds in (0, 1.9, 2, 63.7)] == [
        *("reading", "reading", "reading, 2 s", "reading, 63 s")
    ]


SLOW = ("global.active-users", "global.totals", "global.trainings")


def slow_down(world: World) -> None:
    for figure in SLOW:
        world.gates[figure] = asyncio.Event()


async def waiting(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait until the current panel says that its figure is on its way."""
    await pilot.press(*keys)
    while not says_reading(current_panel(cast(TermStatsApp, pilot.app))):
        await pilot.pause(0.01)


def says_reading(panel: FigurePanel) -> bool:
    """Return whether a panel says in its border, or instead of anything, that it waits."""
    words = str(panel.words.render() if panel.face == "words" else panel.border_title)
    return "reading" in words


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("termstats.screens.frame.loading.PATIENCE", 0.01)


async def test_what_stood_there_stays_dimmed_until_the_new_is_there(
    world: World, impatient: None
) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        panel, cards = current_panel(app), app.screen.query_one(Cards)
        line = app.screen.query_one(SentenceLine)
        before = [str(row) for row in panel.chart.picture()]
        above = [str(row) for row in (*cards.picture(), *line.picture())]
        slow_down(world)
        await waiting(pilot, "left_square_bracket")
        # Nothing jumps: the same picture in the same place, dimmed, and the border says why.
        assert panel.face == "chart"
        assert [str(row) for row in panel.chart.picture()] == before
        assert panel.chart.styles.text_opacity == cards.styles.text_opacity == 0.5
        assert "reading" in str(panel.border_title)
        assert [str(row) for row in (*cards.picture(), *line.picture())] == above
        # It is the answer to another question, and opens nothing.
        assert panel.table is None
        assert not cards.doors
        assert not line.numbers
        for gate in world.gates.values():
            gate.set()
        await settle(pilot)
        assert panel.table is not None
        assert panel.table.period == app.session.view.period.describe()
        assert panel.chart.styles.text_opacity == cards.styles.text_opacity == 1
        assert "reading" not in str(panel.border_title)


async def test_what_was_never_shown_shows_its_frame_and_the_word(
    world: World, impatient: None
) -> None:
    app = make_app()
    slow_down(world)
    async with app.run_test(size=NARROW) as pilot:
        await waiting(pilot)
        panel = current_panel(app)
        assert str(panel.words.render()) == "reading"
        assert panel.title in str(panel.border_title)
        for gate in world.gates.values():
            gate.set()
        await settle(pilot)
        assert not says_reading(panel)


async def test_a_fault_takes_the_place_of_what_stood_there(world: World, impatient: None) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        world.broken["global.active-users"] = "the store is gone"
        slow_down(world)
        await waiting(pilot, "left_square_bracket")
        for gate in world.gates.values():
            gate.set()
        await settle(pilot)
        panel = current_panel(app)
        assert panel.face == "words"
        assert "the store is gone" in str(panel.words.render())
        assert "reading" not in str(panel.border_title)
        assert not panel.has_class("waiting")


async def test_another_subject_is_not_shown_with_the_numbers_of_the_one_before(
    world: World, impatient: None
) -> None:
    first, second = THINGS[Param.TRAINING][:2]
    app = make_app(Level.TRAINING, {Param.TRAINING: first})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        figure = current_panel(app).figure_id
        gate = world.gates[figure] = world.gates["training.totals"] = asyncio.Event()
        screen = level_of(app)
        await screen.choose({Param.TRAINING: second})
        while screen.panels[figure].face != "words":
            await pilot.pause(0.01)
        assert says_reading(screen.panels[figure])
        assert not str(app.screen.query_one(SentenceLine).picture()[0]).strip()
        assert first.name not in str(app.screen.query_one(Cards).picture())
        gate.set()
        await settle(pilot)


async def test_the_same_again_is_no_other_answer(world: World, impatient: None) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        slow_down(world)
        await waiting(pilot, "r")
        panel = current_panel(app)
        assert panel.table is not None
        assert not panel.has_class("waiting")
        for gate in world.gates.values():
            gate.set()
        await settle(pilot)
        assert "reading" not in str(panel.border_title)


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
