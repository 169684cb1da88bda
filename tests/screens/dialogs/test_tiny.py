"""Dialogs on terminals too small for a single line of their lists."""

from __future__ import annotations

import logging

import pytest

from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import level_of, press, settle


@pytest.mark.parametrize("size", [(20, 5), (30, 3)])
async def test_pages_are_turned_without_room_for_a_line(
    world: World, size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", "pageup", "pagedown", "up", "escape")
        await press(pilot, "p", "tab", "pageup", "pagedown", "escape")
        await press(pilot, "slash", "a", "n", "tab", "pageup", "pagedown", "escape")
        assert level_of(app)
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
