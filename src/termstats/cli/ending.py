"""Ends a command that writes when a signal comes: what it has begun is cleaned up before."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a command."""
_BY_SIGNAL = 128
"""What a shell adds to the number of a signal."""


class EndedBySignal(KeyboardInterrupt):
    """A signal asked the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.exit_code = _BY_SIGNAL + number


@contextmanager
def ended_by_signals(names: Sequence[str] = ENDING) -> Iterator[None]:
    """End what happens within at signals of these names, all that it cleans up included.

    A signal that is ignored (`nohup`) stays so. A second one does not disturb the cleaning up.

    Raises:
        EndedBySignal: a signal came.
    """
    numbers: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        numbers.append(number)
        if len(numbers) != 2:
            raise EndedBySignal(number)

    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    heard = [each for each in signals if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, end) for each in heard}
    try:
        yield
    except Exception as error:
        # SQLite stops a statement in which a signal is heard with a fault of its own.
        if numbers:
            raise EndedBySignal(numbers[0]) from error
        raise
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if numbers:
        raise EndedBySignal(numbers[0])
