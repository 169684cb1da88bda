"""What a person does at the keyboard, for the tests of all screens."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import cast

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from termstats.app import TermStatsApp
from termstats.screens.frame.level_screen import LevelScreen
from termstats.widgets.frame import KeyLine, StateLine
from termstats.widgets.panels.figure_panel import FigurePanel
from tests.screens.fakes import world as world

NARROW, WIDE = (80, 24), (120, 40)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way any more."""
    quiet = 0
    while quiet < 2:
        with suppress(WorkerCancelled):  # a newer question took its place
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        busy = any(not worker.is_finished for worker in pilot.app.workers)
        busy = busy or not cast(TermStatsApp, pilot.app).gate.is_quiet
        quiet = 0 if busy else quiet + 1


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Type all keys before the first of them is handled."""
    for key in keys:
        pilot.app.post_message(typed(key))
    await settle(pilot)


def typed(key: str) -> events.Key:
    """Return what a terminal sends for a key: a character, or the name of a key."""
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    return events.Key(key, " " if key == "space" else None)


def level_of(app: TermStatsApp) -> LevelScreen:
    assert isinstance(app.screen, LevelScreen)
    return app.screen


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def current_panel(app: TermStatsApp) -> FigurePanel:
    screen = level_of(app)
    return screen.panels[screen.current]


def foot(app: TermStatsApp) -> list[tuple[str, str]]:
    """Return the keys that the last line names, and what they do."""
    return [(key.shown, key.words) for key in app.screen.query_one(KeyLine).keys]


def state(app: TermStatsApp) -> str:
    return " · ".join(app.screen.query_one(StateLine).parts)
