"""Says lines to linear mode on a store, and judges what a voice would get."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from termstats.cli.shell.answering import answer
from termstats.cli.shell.loop import begun
from termstats.cli.shell.state import Answer, State
from termstats.data.model.errors import TermstatsError
from termstats.data.store.opening import open_store
from termstats.screens.frame.start import Options, StartAt

_DRAWN = ((0x2500, 0x25FF), (0x2800, 0x28FF))
"""Boxes, blocks, shapes; braille."""


def unsayable(text: str) -> set[str]:
    """Return the characters that steer a terminal, draw, or are none."""
    return {
        character
        for character in text
        if character != "\n"
        and (
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
            or any(first <= ord(character) <= last for first, last in _DRAWN)
        )
    }


@dataclass
class Voice:
    """Somebody who types: the state after each line, and all that was answered."""

    state: State
    first: tuple[str, ...]

    async def say(self, line: str) -> tuple[str, ...]:
        """Return the lines answered."""
        given: Answer = await answer(self.state, line)
        self.state = given.state
        return given.lines

    async def fails(self, line: str) -> str:
        """Return the mistake that a line is; the state stays."""
        before = self.state
        try:
            await self.say(line)
        except TermstatsError as error:
            assert self.state is before
            return str(error)
        raise AssertionError(f"{line} is no mistake")


@asynccontextmanager
async def listening(
    path: Path,
    *,
    viewer: str | None = None,
    period: str = "2026-03",
    folder: Path = Path("/dev/null/exports"),
    stalled_days: int = 14,
) -> AsyncIterator[Voice]:
    """Give linear mode on a store."""
    store = await open_store(path)
    try:
        options = Options(export_folder=folder, stalled_days=stalled_days)
        first = await begun(store, viewer, StartAt(period=period), options)
        yield Voice(first.state, first.lines)
    finally:
        await store.close()


def numbered(lines: Sequence[str]) -> dict[str, int]:
    """Return the lines of a list without their numbers, and the numbers."""
    pairs = (line.partition(". ") for line in lines)
    return {words: int(number) for number, _dot, words in pairs if number.isdecimal()}
