"""Starts the dashboard: the frame is painted before what it shows is loaded and opened."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from termstats import log
from termstats.app import TermStatsApp
from termstats.data.figures.definition.level import Level
from termstats.screens.frame import signals
from termstats.screens.frame.first_frame import FirstFrame
from termstats.screens.frame.frame_app import FrameApp
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.workers import OPENING, start_worker

if TYPE_CHECKING:
    from termstats.screens.frame.session import Session

_SQLITE = b"SQLite format 3\0"
"""How a database file begins."""


class StartingApp(TermStatsApp):
    """The dashboard that paints its frame first, and loads and opens the rest after.

    `begin` opens what is looked at; `levels` are those that the viewer has for certain.
    """

    def __init__(
        self,
        options: Options,
        begin: Callable[[], Awaitable[tuple[Session, Level]]],
        levels: Sequence[Level] = tuple(Level),
    ) -> None:
        FrameApp.__init__(self, options)  # there is no session yet
        self._first = FirstFrame(options.keymap, levels)
        self._begin = begin
        self._opening: asyncio.Future[tuple[Session, Level]] | None = None
        self.fault: Exception | None = None
        """Why nothing could be opened."""

    def get_default_screen(self) -> Screen[Any]:
        """Return the frame."""
        return self._first

    async def on_mount(self) -> None:
        """Paint first, load after."""
        self.screen.call_after_refresh(self._start)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action can be done: before there is a level, none but the end."""
        return (self.is_open or action == "quit") and super().check_action(action, parameters)

    def _start(self) -> None:
        work, group = self._open_first, f"{OPENING}session"
        start_worker(self, work, self.complain_of, group=group)

    async def _open_first(self) -> None:
        try:
            # In a thread: signals and the size of the terminal are heeded meanwhile.
            await asyncio.to_thread(importlib.import_module, "termstats.screens.opening")
            self._opening = asyncio.ensure_future(self._begin())
            session, level = await asyncio.shield(self._opening)
        except Exception as error:  # noqa: BLE001 - said when the terminal is whole again
            self.fault = error
            self.exit()
            return
        self.take(session)
        await self.switch_mode(level)
        _all_loaded()
        await self.greet()

    async def close_opening(self) -> None:
        """Wait until what was being opened when the app ended is open, and can be closed in order.

        Raises:
            Exception: why nothing could be opened.
        """
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        if self.fault is not None:
            raise self.fault


def run_app(store_location: str, viewer: str | None, start: StartAt, options: Options) -> int:
    """Open the dashboard and return the exit code: 0, or 128 + the signal that ended it.

    Raises:
        TermstatsError: the store cannot be opened, the viewer or a thing named is unknown.
    """
    return asyncio.run(_run(store_location, viewer, start, options))


async def _run(store_location: str, viewer: str | None, start: StartAt, options: Options) -> int:
    async with contextlib.AsyncExitStack() as stack:
        begin = partial(_begin, stack, store_location, viewer, start, options)
        if not start.keys and _may_be_store(store_location):
            levels = tuple(Level) if viewer is None else ()
            app: TermStatsApp = StartingApp(options, begin, levels)
        else:
            # What may well be wrong is said before anything is painted.
            app = TermStatsApp(*await begin())
            _all_loaded()
        if "devtools" in app.features:
            from textual.logging import TextualHandler

            log.LOGGER.addHandler(TextualHandler(stderr=False))
            log.LOGGER.setLevel(logging.INFO)
        with signals.ending(lambda code: app.exit(return_code=code)):
            await app.run_async(mouse=options.mouse)
        if isinstance(app, StartingApp):
            await app.close_opening()
        return app.return_code or 0


def _all_loaded() -> None:
    """Look for garbage from now on, but not in what has been loaded: that stays."""
    gc.freeze()
    gc.enable()


def _may_be_store(location: str) -> bool:
    """Return whether a database file lies there; what it holds is checked when it is opened."""
    path = Path(location).expanduser()
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):
        return False


async def _begin(
    stack: contextlib.AsyncExitStack,
    location: str,
    viewer: str | None,
    start: StartAt,
    options: Options,
) -> tuple[Session, Level]:
    """Return what is looked at, and the level to open first; the store closes with `stack`."""
    from termstats.data.query.scope import scope_in
    from termstats.data.store.opening import open_store
    from termstats.screens.frame.session import begin
    from termstats.screens.levels.first_level import first_level

    store = await open_store(location, options.audit)
    stack.push_async_callback(store.close)
    if options.demo:
        from termstats.data.snapshots.demo import with_pseudonyms

        store = with_pseudonyms(store)
    scope = await scope_in(store, viewer, options.groups)
    session = await begin(store, scope, start, options)
    return session, first_level(session, start)
