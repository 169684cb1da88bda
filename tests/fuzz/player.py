"""Plays seeded random keys, clicks and sizes against a level, and says what went wrong."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.message_pump import MessagePump

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.keys import ALL
from termstats.screens.frame.first_frame import LEVEL_KEYS
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from tests.screens.keyboard import typed

BOUND = tuple(key for each in ALL for key in each.keys.split(",") if each.id != "app.suspend")
MOVING = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab"),
    *("ctrl+left", "ctrl+right", "ctrl+home", "ctrl+end", "enter", "enter", "enter", "escape"),
    *("space", "backspace", "delete", "s", "v", "l", "less_than_sign", "greater_than_sign"),
)
TEXT = tuple("abenrstx0123 .-='\"\\[]é漢")
SMALLEST, USUAL, LARGEST = (20, 5), (140, 45), (250, 80)
"""Sizes of terminals; of four, three are up to the usual one, which is painted in half the time."""
IN_A_ROUND = 50
"""Keys from one look at whether all is well to the next."""
LONGEST_BURST = 8
STUCK = 20.0
"""Seconds of our processor time after which what has not come to rest never will.

Not of the wall's: others may have the machine. Looking whether all is at rest takes time too.
"""


@dataclass(frozen=True)
class Place:
    """Where keys are typed."""

    store: Path
    level: Level
    group: int = 0
    """Of the level, from the left."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys that lead there from any screen; dialogs are left first."""
        groups = ("full_stop",) * self.group
        return (*("escape",) * 4, LEVEL_KEYS[self.level], *groups)


@dataclass
class Result:
    """What was played."""

    keys: int = 0
    sizes: int = 0
    clicks: int = 0
    wrong: list[str] = field(default_factory=list)
    """What went wrong, with the keys of its round."""


async def _stay() -> None:
    """Do not end when told to quit."""


class Stuck(Exception):
    """What was under way never came to rest."""


class Faults(logging.Handler):
    """Keeps what the dashboard survived and logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record with where it arose."""
        self.lines.append(logging.Formatter().format(record))


@contextmanager
def logged_faults() -> Iterator[list[str]]:
    """Give the list of the faults that are logged meanwhile."""
    faults = Faults()
    logger = logging.getLogger("termstats")
    logger.addHandler(faults)
    try:
        yield faults.lines
    finally:
        logger.removeHandler(faults)


async def play(place: Place, seed: int, keys: int) -> Result:
    """Type `keys` random keys and stop at the first thing that goes wrong."""
    chance = random.Random(f"{seed} {place.level} {place.group}")  # noqa: S311 - not for secrets
    result = Result()
    store = await open_store(place.store)
    # What keys write, they write there: a name of a folder that is typed means one below it.
    with tempfile.TemporaryDirectory() as here, chdir(here), logged_faults() as faults:
        folder = Path(here, "exports")
        session = await begin(store, EVERYTHING, StartAt(), Options(export_folder=folder))
        app = TermStatsApp(session, place.level)
        vars(app)["action_quit"] = _stay
        done: list[str] = []
        try:
            async with app.run_test(size=(80, 24)):
                while result.keys < keys and not result.wrong:
                    done.clear()
                    await _round(app, chance, result, done)
                    result.wrong += await _looked_over(app, place)
                    result.wrong += faults
                    shutil.rmtree(folder, ignore_errors=True)
        except Stuck as stuck:
            result.wrong += [str(stuck), *faults]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            result.wrong += ["".join(traceback.format_exception(error)[-12:]), *faults]
        finally:
            await store.close()
    if result.wrong:
        result.wrong.append(f"after {result.keys} keys, at last: {' '.join(done)}")
    return result


async def _round(app: TermStatsApp, chance: random.Random, result: Result, done: list[str]) -> None:
    for _ in range(IN_A_ROUND // LONGEST_BURST * 2):
        burst = [_key(chance) for _ in range(chance.randint(1, LONGEST_BURST))]
        for key in burst:
            done.append(key)
            result.keys += 1
            app.post_message(typed(key))
        match chance.randrange(8):
            case 0:
                largest = LARGEST if chance.randrange(4) == 0 else USUAL
                size = tuple(map(chance.randint, SMALLEST, largest))
                done.append(f"{size[0]}x{size[1]}")
                result.sizes += 1
                _resize(app, *size)
            case 1:
                at = chance.randrange(app.size.width), chance.randrange(app.size.height)
                done.append(f"click {at[0]},{at[1]}")
                result.clicks += 1
                _click(app, *at)
            case 2:
                await _rest(app)
            case _:
                await asyncio.sleep(chance.choice((0, 0, 0.001, 0.01)))


def _key(chance: random.Random) -> str:
    return chance.choice(chance.choice((BOUND, MOVING, MOVING, TEXT)))


def _click(app: TermStatsApp, x: int, y: int) -> None:
    for kind in (events.MouseDown, events.MouseUp):
        app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))


def _resize(app: TermStatsApp, width: int, height: int) -> None:
    size = Size(width, height)
    if isinstance(app._driver, HeadlessDriver):
        app._driver._size = size
    app.post_message(events.Resize(size, size))


async def _rest(app: TermStatsApp) -> None:
    """Wait until nothing is under way; quicker than a pilot, which waits for an idle machine.

    Raises:
        Stuck: it never comes to rest.
    """
    latest = time.process_time() + STUCK
    quiet = 0
    while quiet < 2 and app._exception is None:
        app.gate.settle()
        while not app.gate.is_quiet and app._exception is None:
            if time.process_time() > latest:
                raise Stuck(await _under_way(app))
            await asyncio.sleep(0.002)
        quiet = 0 if any(not worker.is_finished for worker in app.workers) else quiet + 1


async def _under_way(app: TermStatsApp) -> str:
    """Return what has not come to rest: workers, keys that wait, and who answers no message."""
    lines = [f"stuck on {app.screen_stack}, which has the focus on {app.focused}"]
    lines += [f"worker {each.group} of {each.node}" for each in app.workers if each.is_running]
    waiting = [each for each in (app.gate._next, *app.gate._held) if isinstance(each, events.Key)]
    lines += [f"keys that wait: {' '.join(each.key for each in waiting)}"]
    asked: dict[MessagePump, asyncio.Event] = {}
    nodes: list[MessagePump] = [app, *app.screen.walk_children(with_self=True)]
    for node in nodes:
        asked[node] = asyncio.Event()
        node.call_later(asked[node].set)
    await asyncio.sleep(1)
    for node, answered in asked.items():
        if not answered.is_set() and node._task is not None:
            lines += [f"{node} answers nothing, and waits in", *_waits(node._task.get_coro())]
    return "\n    ".join(lines)


def _waits(work: Any) -> Iterator[str]:
    """Yield where work stands, from the outermost call to what it awaits."""
    while work is not None:
        frame = getattr(work, "cr_frame", None) or getattr(work, "gi_frame", None)
        if frame is not None:
            yield f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}"
        work = getattr(work, "cr_await", None) or getattr(work, "gi_yieldfrom", None)


async def _looked_over(app: TermStatsApp, place: Place) -> list[str]:
    """Return what is not as it should be once somebody has gone back to the level's first page."""
    try:
        await _rest(app)
        _resize(app, 80, 24)
        for key in place.keys:
            app.post_message(typed(key))
        await _rest(app)
    except Stuck as stuck:
        return [str(stuck)]
    wrong = []
    if app._exception is not None:
        wrong.append("the app has ended")
    elif not isinstance(app.screen, LevelScreen) or app.screen.LEVEL is not place.level:
        wrong.append(f"the key of the level does nothing: {app.screen_stack}")
    elif len(app.screen_stack) > 1:
        wrong.append(f"screens on top of the level: {app.screen_stack}")
    elif app.focused is None:
        wrong.append(f"nothing has the focus on {app.screen}")
    return wrong
