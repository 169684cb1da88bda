"""Sizes that change faster than a screen is laid out."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.geometry import Size
from textual.screen import Screen

from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, press, settle

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
