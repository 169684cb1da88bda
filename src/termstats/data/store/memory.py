"""What a store remembers of answers already read: of each sort the last used ones, no more."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """One sort of answers, a constant of the module that reads them.

    At most `most` answers are remembered per store. Where `is_small` says no, an answer is given
    and not remembered.
    """

    def __init__(self, most: int, is_small: Callable[[Value], bool] | None = None) -> None:
        if most < 1:
            raise ValueError("a memory holds at least one answer")
        self.most = most
        self.is_small = is_small


class _Remembered(Generic[Key, Value]):
    """The answers of one memory, the last used ones at the end."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.answers: OrderedDict[Key, Value] = OrderedDict()


class Memories:
    """All that one open store remembers."""

    def __init__(self) -> None:
        self._of: dict[Memory[Any, Any], _Remembered[Any, Any]] = {}

    async def recall(
        self, memory: Memory[Key, Value], key: Key, read: Callable[[], Awaitable[Value]]
    ) -> Value:
        """Return the answer to `key`: the remembered one, or what `read` gives.

        One reads at a time, so that what several figures of a screen need is read once. `read` must
        not ask the same memory, nor wait for a connection while others hold theirs.
        """
        remembered: _Remembered[Key, Value] = self._of.setdefault(memory, _Remembered())
        async with remembered.turn:
            if key in remembered.answers:
                remembered.answers.move_to_end(key)
                return remembered.answers[key]
            answer = await read()
            if memory.is_small is None or memory.is_small(answer):
                remembered.answers[key] = answer
                if len(remembered.answers) > memory.most:
                    remembered.answers.popitem(last=False)
            return answer
