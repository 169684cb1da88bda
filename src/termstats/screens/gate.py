"""Type-ahead: keys are handled one at a time, each when what the one before began is there.

Without this, keys that come faster than a dialog opens are lost, or reach the screen below it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

from termstats.screens.workers import is_opening

PATIENCE = 1.0
"""Seconds without a key after which one that can be done takes the place of those that wait."""
ENDING = frozenset(("escape", "q", "ctrl+q", "ctrl+c"))
"""Keys that need not wait until something has opened."""
TICK = 0.02
"""Seconds between two looks at whether a waiting key can be handled."""
LONGEST_ROUND = 0.5
"""Seconds for one round of messages; one that is stuck is tried again."""

Typed = events.Key | events.Paste


class TypedAhead(MessagePump):
    """What a screen tells of itself, so that keys wait for what they are meant for."""

    async def on_event(self, event: events.Event) -> None:
        """Handle an event, but no size that is not that of the terminal any more.

        Textual answers a screen's size with an event of that size to the screen itself: two sizes
        under way at once would chase each other for ever.
        """
        if not isinstance(event, events.Resize) or event.size == self.app.size:
            await super().on_event(event)

    @property
    def is_begun(self) -> bool:
        """Return whether the screen is put together: before that it takes no keys."""
        return True

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether `key`, typed so long ago, is about something that is still being read."""
        return False


class KeyGate:
    """Keeps what is typed until it can be handled, and gives it back to the app in order."""

    def __init__(self, app: App[Any], failed: Callable[[Exception], None]) -> None:
        self._app = app
        self._failed = failed
        self._held: deque[Typed] = deque()
        self._held_since = 0.0
        self._next: Typed | None = None
        """What was given back to the app and has not come round yet."""
        self._settling: asyncio.Task[None] | None = None

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing waits, and nothing that was typed has still to show its effect."""
        return not self._held and self._next is None and self._settling is None

    def admits(self, event: Typed) -> bool:
        """Return whether the event may be handled now; if not, it is given back when it may."""
        if event is self._next:
            self._next = None
        elif self._held and self._leads_out(event):
            self._held.clear()
        elif not self.is_quiet or self._is_opening() or not self._can_be_done(event):
            self._hold(event)
            return False
        self.settle()
        return True

    def put_first(self, event: Typed) -> None:
        """Let the event be handled before what was typed after that for which it stands."""
        self._hold(event, first=True)

    def settle(self) -> None:
        """Let nothing typed from now on be handled before what is under way has come to rest."""
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle())
            self._settling.add_done_callback(self._settled)

    def close(self) -> None:
        """Forget what waits."""
        self._held.clear()
        if self._settling is not None:
            self._settling.cancel()

    # ---- inside ----------------------------------------------------------------------------------

    def _hold(self, event: Typed, *, first: bool = False) -> None:
        if not self._held:
            self._held_since = monotonic()
        self._held.insert(0 if first else len(self._held), event)
        self.settle()

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._settling = None
        if task.cancelled():
            return
        if isinstance(error := task.exception(), Exception):
            self._held.clear()
            self._failed(error)
        elif self._held and self._next is None:
            self.settle()

    async def _settle(self) -> None:
        """Wait until all is at rest, and give back the first of what is held."""
        while not await self._is_at_rest():  # noqa: ASYNC110 - there is no event for all of this
            await asyncio.sleep(TICK)
        if not self._held:
            return
        self._next = self._held.popleft()
        self._held_since = monotonic()
        self._app.post_message(self._next)

    async def _is_at_rest(self) -> bool:
        """Return whether nothing is under way, and the first of what is held can be handled."""
        # Twice: an effect may be on its way from one widget to the other while all are asked.
        return (
            self._is_free()
            and await self._messages_done()
            and await self._messages_done()
            and self._is_free()
        )

    def _is_free(self) -> bool:
        """Return whether the first of what is held can be handled as far as can be seen."""
        # Textual tells the screen of a new size some milliseconds later, without a public word.
        if self._is_opening() or getattr(self._app, "_resize_timer", None) is not None:
            return False
        waited = monotonic() - self._held_since
        return not self._held or self._can_be_done(self._held[0], waited)

    @property
    def _screen(self) -> Screen[Any] | None:
        stack = self._app.screen_stack if self._app.is_running else []
        return stack[-1] if stack else None

    def _is_opening(self) -> bool:
        """Return whether another screen, or another state of this one, is on its way."""
        screen = self._screen
        if screen is not None and not screen.is_mounted:
            return True
        if isinstance(screen, TypedAhead) and not screen.is_begun:
            return True
        return any(is_opening(worker) for worker in self._app.workers)

    def _leads_out(self, event: Typed) -> bool:
        """Return whether what was typed before waits in vain, and this is somebody's way out.

        The pause counts that the person has made, not that of a machine that is busy. What is
        opening comes, so that keys wait for it however long; only those that end do not.
        """
        if event.time - self._held[-1].time <= PATIENCE or not self._can_be_done(event):
            return False
        ends = isinstance(event, events.Key) and event.key in ENDING
        return ends or not self._is_opening()

    def _can_be_done(self, event: Typed, seconds: float = 0.0) -> bool:
        screen = self._screen
        if isinstance(event, events.Paste) or not isinstance(screen, TypedAhead):
            return True
        return not screen.holds(event.key, seconds)

    async def _messages_done(self) -> bool:
        """Let everything on the screen handle its messages; return whether none has more."""
        screen = self._screen
        nodes: list[MessagePump] = [self._app]
        if screen is not None:
            nodes += [node for node in screen.walk_children(with_self=True)]
        answers = asyncio.Semaphore(0)

        def answered() -> None:  # a method would have its parameters counted for each widget
            answers.release()

        asked = sum(node.call_later(answered) for node in nodes)
        try:
            async with asyncio.timeout(LONGEST_ROUND):
                for _ in range(asked):
                    await answers.acquire()
        except TimeoutError:
            return False
        return not any(node.message_queue_size for node in nodes)
