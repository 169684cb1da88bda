"""A store remembers the answers used last, and no more of them than it should."""

from __future__ import annotations

import asyncio

import pytest

from termstats.data.store.memory import Memories, Memory


class Reading:
    """Reads squares, and notes which."""

    def __init__(self) -> None:
        self.read: list[int] = []

    async def square(self, memories: Memories, memory: Memory[int, int], number: int) -> int:
        async def read() -> int:
            self.read.append(number)
            await asyncio.sleep(0)
            return number * number

        return await memories.recall(memory, number, read)


async def test_the_least_recently_used_answer_is_forgotten() -> None:
    reading, memories, squares = Reading(), Memories(), Memory[int, int](most=2)
    answers = [await reading.square(memories, squares, number) for number in (2, 3, 2, 4, 2, 3)]
    assert answers == [4, 9, 4, 16, 4, 9]
    assert reading.read == [2, 3, 4, 3]


async def test_what_several_wait_for_is_read_once() -> None:
    reading, memories, squares = Reading(), Memories(), Memory[int, int](most=2)
    answers = await asyncio.gather(*(reading.square(memories, squares, 5) for _ in range(4)))
    assert (answers, reading.read) == ([25] * 4, [5])


async def test_large_answers_are_not_remembered() -> None:
    reading, memories = Reading(), Memories()
    small = Memory[int, int](most=2, is_small=lambda square: square < 10)
    for number in (3, 4, 3, 4):
        await reading.square(memories, small, number)
    assert reading.read == [3, 4, 4]


async def test_stores_and_memories_know_nothing_of_each_other() -> None:
    reading, one, other = Reading(), Memories(), Memories()
    squares, also = Memory[int, int](most=1), Memory[int, int](most=1)
    for memories, memory in ((one, squares), (other, squares), (one, also), (one, squares)):
        await reading.square(memories, memory, 6)
    assert reading.read == [6, 6, 6]


async def test_a_reading_that_fails_or_is_cancelled_is_not_remembered() -> None:
    memories, squares = Memories(), Memory[int, int](most=1)

    async def fail() -> int:
        raise OSError("gone")

    async def wait() -> int:
        await asyncio.Event().wait()
        return 0

    with pytest.raises(OSError, match="gone"):
        await memories.recall(squares, 7, fail)
    waiting = asyncio.create_task(memories.recall(squares, 7, wait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await Reading().square(memories, squares, 7) == 49


def test_a_memory_holds_something() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Memory[int, int](most=0)
