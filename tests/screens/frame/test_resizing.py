"""Sizes that change faster than a screen is laid out."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.geometry import Size
from textual.screen import Screen

from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.grid_screen import DETAIL
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, burst, level_of, press, settle

MANY = 20


async def test_two_sizes_under_way_do_not_chase_each_other(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        for keys in ((), ("p",), ("escape", "ctrl+p")):
            await press(pilot, *keys)
            screen, handled = app.screen, 0

            def count(message: object, screen: Screen[Any] = screen) -> None:
                nonlocal handled
                handled += isinstance(message, events.Resize)
                while handled >= MANY and not screen._message_queue.empty():
                    screen._message_queue.get_nowait()  # or the chase would never end

            screen.message_signal.subscribe(screen, count, immediate=True)
            # What comes between keeps the first from being taken for the second.
            for width in (100, 80):
                screen.post_message(events.Resize(Size(width, 24), Size(width, 24)))
                screen.call_later(lambda: None)
            await settle(pilot)
            assert handled < MANY
            assert screen.size == Size(80, 24)


async def test_a_pane_that_has_no_room_any_more_gives_the_focus_to_its_list(world: World) -> None:
    app = make_app(Level.LEARNER)
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        screen = level_of(app)
        (pane,) = [name for name in screen.page().names if name.endswith(DETAIL)][:1]
        await press(pilot, *["tab"] * screen.focus_ring().index(pane))
        assert screen.current == pane
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert pane not in screen.page().names
        assert screen.current == pane.removesuffix(DETAIL)
        assert screen.panels[screen.current].has_focus_within
        await burst(pilot, "pagedown", "home", "down")
        assert screen.panels[screen.current].rows.row_index == 1
