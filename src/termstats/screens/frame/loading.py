"""Loads figures in workers: paint first, load after, drop what nobody waits for any more."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from textual.message import Message
from textual.screen import Screen

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.screens.frame.session import Session
from termstats.screens.workers import start_worker

PATIENCE = 0.3
"""Seconds before the word "reading" appears: a quick answer shows no flicker."""
STEP = 1.0
"""Seconds after which it is said how long it has been."""
GROUP = "figure:"
"""Groups of workers that load figures begin so; leaving a screen cancels them."""


class Loaded(Message):
    """A figure has arrived for `slot`."""

    def __init__(self, slot: str, number: int, request: Request, table: Table) -> None:
        super().__init__()
        self.slot = slot
        self.number = number
        self.request = request
        self.table = table


class Failed(Message):
    """The figure for `slot` could not be computed; `text` is one line, safe to show."""

    def __init__(self, slot: str, number: int, text: str) -> None:
        super().__init__()
        self.slot = slot
        self.number = number
        self.text = text


class Loader:
    """Asks for figures on behalf of one screen; a slot is a place that shows one figure."""

    def __init__(
        self, screen: Screen[Any], session: Session, waiting: Callable[[str, float], None]
    ) -> None:
        self._screen = screen
        self._session = session
        self._waiting = waiting
        self._numbers = itertools.count(1)
        self._wanted: dict[str, int] = {}

    def load(self, slot: str, figure_id: str, request: Request) -> None:
        """Compute a figure for `slot`; an earlier request for the slot is dropped."""
        number = next(self._numbers)
        self._wanted[slot] = number
        start_worker(
            self._screen,
            partial(self._run, slot, number, figure_id, request),
            lambda text: self._screen.post_message(Failed(slot, number, text)),
            group=f"{GROUP}{slot}",
        )
        since = monotonic()
        self._screen.set_timer(PATIENCE, partial(self._still_waiting, slot, number, since))

    def take(self, message: Loaded | Failed) -> bool:
        """Return whether somebody still waits for this answer, and end the waiting."""
        if self._wanted.get(message.slot) != message.number:
            return False
        del self._wanted[message.slot]
        return True

    def is_waiting(self, slot: str) -> bool:
        """Return whether an answer for `slot` is on its way."""
        return slot in self._wanted

    def cancel(self) -> None:
        """Stop everything under way: nobody looks at this screen."""
        self._wanted.clear()
        for worker in list(self._screen.workers):
            if worker.node is self._screen and worker.group.startswith(GROUP):
                worker.cancel()

    def _still_waiting(self, slot: str, number: int, since: float) -> None:
        """Say that somebody waits, and again each second."""
        if self._wanted.get(slot) == number:
            self._waiting(slot, monotonic() - since)
            self._screen.set_timer(STEP, partial(self._still_waiting, slot, number, since))

    async def _run(self, slot: str, number: int, figure_id: str, request: Request) -> None:
        table = await run_figure(self._session.store, figure_id, request, self._session.scope)
        self._screen.post_message(Loaded(slot, number, request, table))
