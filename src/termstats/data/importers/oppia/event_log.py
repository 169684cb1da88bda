"""How far the event log has been read, and what one row of it has to know of those before."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from termstats.data.model.units import RowId, Second

Done = tuple[RowId, RowId, RowId]
"""(training, person, activity)."""


class Seen:
    """Which events have been seen, as numbers of 8 bytes: a log of millions has to fit."""

    def __init__(self, packed: bytes = b"") -> None:
        self._before = array("Q")
        self._before.frombytes(packed)
        self._since: set[int] = set()

    def add(self, *parts: object) -> bool:
        """Note an event by what makes it unique; return whether it was there before."""
        text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
        number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
        at = bisect_left(self._before, number)
        if number in self._since or (at < len(self._before) and self._before[at] == number):
            return True
        self._since.add(number)
        return False

    def packed(self) -> bytes:
        """Return everything that was seen, as bytes for another `Seen` on this machine."""
        return array("Q", sorted([*self._before, *self._since])).tobytes()


@dataclass
class OldModule:
    """What left its course, as an event told first: enough to write it again."""

    course: int
    digest: str
    kind: str
    title: str


@dataclass
class AtMark:
    """What was known at a mark: before it nothing changes any more, what follows is read again."""

    mark: int
    """Id of the last row before; 0: none."""
    seen: bytes
    enrolled: dict[tuple[RowId, RowId], Second]
    instances: dict[str, tuple[RowId, str]]
    """instance_id of an attempt -> module, version of the course."""
    old_modules: int
    """How many of them were found."""
    kept_rows: int
    refused: dict[str, int]
    examples: dict[str, str]


@dataclass
class AttemptLog:
    """The state of reading attempts: those up to a mark do not change any more."""

    begins_after: int = 0
    """Id of the last attempt that an earlier import read for good."""
    mark: int | None = None
    """Id of the last attempt that need not be read again; None: all so far."""
    refused: dict[str, int] = field(default_factory=dict)
    """What had been refused at the mark, by reason, and an example of each."""
    examples: dict[str, str] = field(default_factory=dict)
    kept_rows: int = 0
    """How many rows of attempts up to the mark were kept as they are."""
    feedbacks: set[int] = field(default_factory=set)
    """Quizzes that attempts say were answered as feedbacks."""
    waiting: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """instance_id of attempts up to the mark without an event -> id of the attempt, and quiz."""
    unplaced: dict[int, int | None] = field(default_factory=dict)
    """Id of attempts up to the mark of no module -> quiz."""
    stored: Mapping[RowId, Sequence[Any]] = field(default_factory=dict)
    """Attempts that are read again, as the store has them."""


@dataclass
class EventLog:
    """The state of reading the event log."""

    begins_after: int | None = None
    """Id of the last row that an earlier import read for good; None: nothing was read."""
    seen: Seen = field(default_factory=Seen)
    old_modules: list[OldModule] = field(default_factory=list)
    at_mark: AtMark | None = None
    undo: dict[Done, Second | None] = field(default_factory=dict)
    """First completions as they were at the mark, where rows after it told of them."""
    before: dict[Done, Second | None] = field(default_factory=dict)
    """First completions as the store has them, where rows read now tell of them."""
