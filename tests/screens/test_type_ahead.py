"""What is typed faster than screens open does the same as what is typed slowly."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from textual import events
from textual.widgets import DataTable, Input

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens import gate
from termstats.screens.backoffice.filter_dialog import FilterDialog
from termstats.screens.dialogs.help import HelpDialog
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.dialogs.rows import RowsDialog
from termstats.screens.dialogs.search import SearchDialog
from termstats.screens.dialogs.text_dialog import TextDialog
from termstats.screens.frame import framed_screen
from termstats.screens.frame.framed_screen import FramedScreen
from termstats.screens.frame.palette import PaletteDialog
from termstats.screens.frame.stats_screen import StatsScreen
from termstats.screens.levels.learner import LearnerScreen
from termstats.screens.levels.training import TrainingScreen
from termstats.screens.pages.answers import AnswersScreen
from termstats.widgets.frame import CrumbLine
from tests.screens.fakes import THINGS, L, T, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, burst, level_of, press, settle, typed
from tests.screens.test_sample import dashboard


def outcome(app: TermStatsApp) -> list[Any]:
    """Return where the keys have led: screens, subjects, panels, cursors, words typed, period."""
    places: list[Any] = [app.session.view, app.clipboard]
    for screen in app.screen_stack:
        places.append(type(screen).__name__)
        places += [line.value for line in screen.query(Input)]
        places += [table.cursor_row for table in screen.query(DataTable) if table.has_focus]
        if isinstance(screen, FramedScreen):
            panel = screen.panels.get(screen.current)
            chart = (panel.chart.hidden, panel.chart.in_legend, panel.chart.cursor) if panel else ()
            words = {name: text for name, text in screen.row_searches.items() if text}
            places += [screen.level, screen.subject, screen.current, words, chart]
            places.append(panel.face if panel else "")
    return places


TASKS = {
    "find a learner's wrong answer": (*"/be", *["enter"] * 3, *"ny"),
    "and come back": (*"/be", *["enter"] * 3, "n", *["escape"] * 3),
    "open the second training": ("tab", "tab", "down", "enter"),
    "open it with vi's keys": ("tab", "tab", *"jj", "k", "j", "enter"),
    "choose on a level": ("2", "down", "enter", "tab", "escape"),
    "choose a period": ("p", "down", "down", "enter", "["),
    "type a period": ("p", *"2026-03", "enter", "tab"),
    "filter rows": ("tab", "tab", "f", *"aid", "enter", "tab"),
    "explain and copy": ("tab", "i", "y", "escape", "tab"),
    "all keys": ("?", "j", "escape", "3"),
    "the palette": ("ctrl+p", *"panel: train", "enter", "down", "enter"),
    "the palette, then a dialog": ("ctrl+p", *"choose the per", "enter", *"2026", "enter"),
    "filters of the backoffice": ("5", "F", *"person=ana", "escape", "1"),
    "from level to level": (*"12345", "escape", *"131"),
    "zoom and back": ("tab", "z", "tab", "escape", "escape"),
    "period, then open": ("tab", "tab", "[", "enter", "enter"),
}


WIDE_TOO = ("find a learner's wrong answer", "choose on a level", "period, then open")
"""Tasks whose panels have a pane beside them where there is room."""
EVERY_TASK = [*((task, NARROW) for task in TASKS), *((task, WIDE) for task in WIDE_TOO)]


@pytest.mark.slow
@pytest.mark.parametrize(("task", "size"), EVERY_TASK, ids=str)
async def test_a_burst_does_what_slow_keys_do(
    world: World, task: str, size: tuple[int, int]
) -> None:
    outcomes = []
    for type_keys in (press, burst):
        app = make_app()
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await type_keys(pilot, *TASKS[task])
            outcomes.append(outcome(app))
    assert outcomes[1] == outcomes[0]


async def test_a_burst_finds_the_learner(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await burst(pilot, *"/be", "enter")
        assert isinstance(app.screen, LearnerScreen)
        assert app.screen.subject == "Ben Bauer"


OPENERS = {
    "slash": SearchDialog,
    "p": PeriodDialog,
    "f": RowsDialog,
    "F": FilterDialog,
    "i": TextDialog,
    "question_mark": HelpDialog,
    "ctrl+p": PaletteDialog,
}
BURSTS = (
    ("enter", "enter"),
    ("enter", "escape"),
    ("escape", "escape"),
    ("escape", "enter", "escape"),
    ("enter", "enter", "enter", "enter"),
    ("escape", "escape", "escape", "escape", "escape", "escape"),
    ("a", "enter", "escape", "enter", "escape", "escape"),
)


@pytest.mark.slow
@pytest.mark.parametrize("opener", OPENERS)
async def test_a_dialog_closes_once_however_often_it_is_told(world: World, opener: str) -> None:
    app = make_app(Level.BACKOFFICE if opener == "F" else Level.GLOBAL)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        level = level_of(app).LEVEL
        for keys in BURSTS:
            await press(pilot, opener)
            assert isinstance(app.screen, OPENERS[opener])
            # As if nothing held them back, then as they come from a terminal.
            for key in keys:
                app.screen.post_message(events.Key(key, None))
            await burst(pilot, *keys)
            await burst(pilot, opener, *keys, *["escape"] * 3)
            assert level_of(app).LEVEL is level
            assert len(app.screen_stack) == 1


@pytest.mark.slow
@pytest.mark.parametrize("opener", OPENERS)
async def test_q_behind_a_dialog_quits_or_is_text(world: World, opener: str) -> None:
    app = make_app(Level.BACKOFFICE if opener == "F" else Level.GLOBAL)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await burst(pilot, opener, "q", "escape", "escape", "q")
        assert app.return_code == 0


async def test_a_dialog_that_is_gone_takes_nothing_off(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "enter", "p")
        dialog = app.screen
        assert isinstance(dialog, PeriodDialog)
        for _ in range(3):
            dialog.dismiss(None)
        await settle(pilot)
        assert isinstance(app.screen, TrainingScreen)


async def test_keys_wait_for_what_is_slow_and_reach_it(world: World) -> None:
    world.gates["learner.trainings"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        for key in (*"/be", "enter", "enter", "z"):
            await pilot.press(key)
        assert isinstance(app.screen, LearnerScreen)
        assert level_of(app).current == "learner.trainings"
        world.gates["learner.trainings"].set()
        await settle(pilot)
        # Enter has opened the training, and `z` zooms there, not on the learner's screen.
        assert len(app.screen_stack) == 3


async def test_keys_of_a_pane_wait_for_the_table_that_it_follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framed_screen, "PATIENCE", 0.0)
    world.gates["learner.trainings"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        for key in (*"/be", "enter", "tab", "down"):
            await pilot.press(key)
        assert level_of(app).current == "learner.trainings+detail"
        world.gates["learner.trainings"].set()
        await settle(pilot)
        # The second of the wrong answers, though there was no row when the key was pressed.
        assert level_of(app).panels["learner.trainings+detail"].rows.row_index == 1


async def test_keys_of_rows_wait_for_the_layout_that_shows_them_however_long(
    world: World,
) -> None:
    app = make_app(Level.TRAINING, {T: THINGS[T][0]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab")
        screen = level_of(app)
        rows, long = screen.panels[screen.current].rows, 60.0
        assert rows.grid.has_focus
        assert not screen.holds("down", long)
        rows._waiting = 0  # as if they had come before there was a size
        assert [key for key in ("down", "s", "v", "question_mark") if screen.holds(key, long)] == [
            "down",
            "s",
            "v",
        ]


async def test_the_wrong_answer_waits_for_the_trainings_however_long(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framed_screen, "PATIENCE", 0.0)
    world.gates["learner.trainings"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        for key in (*"/be", "enter", "n"):
            await pilot.press(key)
        assert isinstance(app.screen, LearnerScreen)
        world.gates["learner.trainings"].set()
        await settle(pilot)
        assert isinstance(app.screen, AnswersScreen)


async def test_a_figure_that_never_comes_holds_nobody_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.0)
    world.gates["training.learners"] = asyncio.Event()
    app = make_app(Level.TRAINING, {T: THINGS[T][0]})
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("enter", "down", "escape")
        await pilot.pause()
        assert level_of(app).is_choosing


def typed_after_pauses(*keys: str, seconds: float) -> list[events.Key]:
    """Return the keys as somebody types them who waits so long before each of them."""
    events_of_keys = [typed(key) for key in keys]
    for number, event in enumerate(events_of_keys):
        event.time += number * seconds
    return events_of_keys


@pytest.mark.parametrize("seconds", [0.0, 5.0])
async def test_no_key_is_lost_on_a_slow_machine(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    clock = itertools.count(100.0, 2.0)
    monkeypatch.setattr(gate, "monotonic", lambda: next(clock))
    begun: list[bool] = []
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "tab", "tab")
        there = level_of(app).current
        await press(pilot, "shift+tab", "shift+tab", "shift+tab")
        assert level_of(app).current != there
        with monkeypatch.context() as slow:
            slow.setattr(StatsScreen, "is_begun", property(lambda _: bool(begun)))
            for event in typed_after_pauses("tab", "tab", "tab", seconds=seconds):
                app.post_message(event)
            await pilot.pause()
            assert level_of(app).current != there
            begun.append(True)
            await settle(pilot)
        assert level_of(app).current == there


async def test_escape_after_a_pause_takes_back_what_waits_for_something_slow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        here = level_of(app).current
        with monkeypatch.context() as slow:
            slow.setattr(StatsScreen, "is_begun", property(lambda _: False))
            for event in typed_after_pauses("tab", "tab", "escape", seconds=5.0):
                app.post_message(event)
            await pilot.pause()
        await settle(pilot)
        assert level_of(app).current == here


async def test_the_level_opens_although_opening_something_else_fails(world: World) -> None:
    world.rows["global.trainings"] = (("nobody", "Gone", 1, 1.0),)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await burst(pilot, "tab", "enter", "3")
        assert level_of(app).LEVEL is Level.LEARNER
        assert [toast.message for toast in app._notifications] == ["no training 'nobody'"]


README = (*"/ben b", "enter", "n", "n", "y")


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    "keys",
    [
        README,
        (*"/ben", "enter", "escape", "1", "p", "down", "enter", "i", "escape", "2"),
        ("tab", "l", "b", "escape", "tab"),
        ("5", "}", "down", "enter", "escape", "{"),
        ("4", "down", "enter", "tab", "enter", "escape", "escape"),
    ],
    ids=" ".join,
)
async def test_the_sample_in_one_burst(keys: tuple[str, ...], size: tuple[int, int]) -> None:
    outcomes = []
    for type_keys in (press, burst):
        async with dashboard(Level.GLOBAL, size, chosen=False) as (app, pilot):
            await type_keys(pilot, *keys)
            outcomes.append(outcome(app))
    assert outcomes[1] == outcomes[0]


async def test_l_typed_ahead_reaches_the_legend_of_the_next_panel() -> None:
    async with dashboard(Level.GLOBAL, NARROW, chosen=False) as (app, pilot):
        bucket = app.session.view.by
        await burst(pilot, *["tab"] * 4, "l", "b")
        panel = level_of(app).panels[level_of(app).current]
        assert panel.chart.hidden == {panel.chart.entries[1].name}
        assert app.session.view.by == bucket


async def test_a_focus_told_late_does_not_lead_back(world: World) -> None:
    app = make_app(Level.GLOBAL, {})
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        screen = level_of(app)
        before = screen.focused
        await press(pilot, "tab")
        now = screen.current
        assert before is not None and screen.slot_of(before) != now
        screen.post_message(events.DescendantFocus(before))
        await settle(pilot)
        assert screen.current == now


async def test_vi_keys_come_before_what_is_typed_after_them(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        # The cursor starts at the training that went worst; `k` goes to the one above.
        await burst(pilot, "k", "enter")
        assert outcome(app)[-4] == "learner.modules"
        assert "First Aid" in app.screen.query_one(CrumbLine).crumbs[-1].words
