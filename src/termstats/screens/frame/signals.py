"""SIGTERM and SIGHUP end the dashboard as `q` does, so that the terminal is whole again.

A thread of its own asks the event loop to end and, when the process is still there a second later,
ends it: the loop may wait for a terminal that nobody reads, or for a query. A lost terminal ends
the process at once: but for files being written nothing is to put in order, stores are only read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from termstats.data.model.unfinished import remove_unfinished
from termstats.screens.frame.terminal import (
    LOST,
    UsualState,
    is_in_background,
    is_lost,
    terminals,
)

log = logging.getLogger(__name__)
ENDING = (signal.SIGTERM, signal.SIGHUP)
GRACE = 1.0
"""Seconds to end in order."""
_DONE = b"\0"


@contextmanager
def ending(leave: Callable[[int], None]) -> Iterator[None]:
    """Call `leave(128 + signal)` in the event loop when the process has to end.

    Signals that are ignored from the start (`nohup`) stay ignored.
    """
    watch = _Watch(asyncio.get_running_loop(), leave)
    heeded = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    # Not the loop's own handlers: those wait for the loop.
    before = {number: signal.signal(number, watch.told) for number in heeded}
    watch.start()
    try:
        yield
    finally:
        watch.leave_alone()
        for number, handler in before.items():
            signal.signal(number, handler)


class _Watch(threading.Thread):
    """Waits for a signal, or for the terminal to be lost."""

    def __init__(self, loop: asyncio.AbstractEventLoop, leave: Callable[[int], None]) -> None:
        super().__init__(daemon=True, name="termstats-watch")
        self._loop, self._leave = loop, leave
        self._terminals = terminals()
        self._usual = UsualState()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._last_word = threading.RLock()
        """Held from when the end is forced, for ever: nothing else may touch the terminal then."""

    def told(self, number: int, _frame: FrameType | None) -> None:
        """Note a signal."""
        if is_in_background():
            # Without the terminal there is nothing to put in order, and touching it would stop us.
            self._end_now(128 + number)
        with contextlib.suppress(OSError):
            os.write(self._writer, bytes([number]))

    def leave_alone(self) -> None:
        """End the watch, unless it has to see that the process ends, or is about to end it."""
        with self._last_word:
            pass
        with contextlib.suppress(OSError):
            os.write(self._writer, _DONE)

    def run(self) -> None:
        """Wait; then ask, and insist."""
        number = self._wait()
        if number is None:
            os.close(self._reader)
            os.close(self._writer)
            return
        log.warning("told to end by %s", number.name)
        if not is_lost(self._terminals):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._leave, 128 + number)
            time.sleep(GRACE)
        log.warning("ended by force")
        self._end_now(128 + number)

    def _wait(self) -> signal.Signals | None:
        """Return the signal; None: all is over."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        for handle in self._terminals:
            poll.register(handle, 0)
        while True:
            for handle, event in poll.poll():
                if handle == self._reader:
                    told = os.read(self._reader, 1)
                    return None if told == _DONE else signal.Signals(told[0])
                if event & LOST:
                    return signal.SIGHUP

    def _end_now(self, code: int) -> None:
        """End the process, whatever its other threads wait for."""
        self._last_word.acquire()
        try:
            remove_unfinished()
            self._usual.put_back()
        finally:
            os._exit(code)
