"""Words that open something, where they can be clicked."""

from __future__ import annotations

from typing import Self


class Part(str):
    """A part of a line, with the action of what it opens."""

    door: str

    def __new__(cls, words: str, door: str) -> Self:
        """Make a part."""
        part = super().__new__(cls, words)
        part.door = door
        return part
