"""SIGTERM and SIGHUP end the dashboard as `q` does, so that the terminal is whole again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def ending(leave: Callable[[int], None]) -> Iterator[None]:
    """Call `leave(128 + signal)` in the event loop when the process is told to end."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, leave, 128 + number)
    try:
        yield
    finally:
        for number in ENDING:
            loop.remove_signal_handler(number)
