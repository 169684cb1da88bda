"""Numbers the events of platform use, and keeps as bitmaps which ones have what.

By time, and those with a duration once more by that: a place in such a set is a percentile.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyroaring import BitMap

CHUNK = 500_000
"""Events whose numbers are held as lists at once."""
BLOCK = 65_536
"""Durations in one row of `use_seconds`."""


class UseBitmaps:
    """Collects the rows of `use_bitmap` and `use_seconds`; events come in the order of time."""

    def __init__(self) -> None:
        self._number = 0
        self._timed = array("I")
        self._seconds = array("d")
        self._lists: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._bitmaps: dict[tuple[str, int], BitMap] = {}

    def add(
        self,
        day: int,
        action: int,
        person: int,
        place: int,
        things: Iterable[int],
        weight: int,
        seconds: float | None,
        marks: Iterable[int],
    ) -> None:
        """Add the next event; `seconds` is None where the duration is unknown or an outlier."""
        number, lists = self._number, self._lists
        lists["day", day].append(number)
        lists["action", action].append(number)
        lists["person", person].append(number)
        lists["place", place].append(number)
        for thing in things:
            lists["object", thing].append(number)
        if weight != 1:
            lists["weight", weight].append(number)
        for mark in marks:
            lists["mark", mark].append(number)
        if seconds is not None:
            self._timed.append(number)
            self._seconds.append(seconds)
        self._number += 1
        if self._number % CHUNK == 0:
            self._pack()

    def _pack(self) -> None:
        for key, numbers in self._lists.items():
            found = BitMap(numbers)
            known = self._bitmaps.get(key)
            self._bitmaps[key] = found if known is None else known | found
        self._lists.clear()

    def write(self, connection: sqlite3.Connection) -> None:
        """Write everything that was added."""
        self._pack()
        rows = []
        for (field, value), uses in sorted(self._bitmaps.items()):
            uses.run_optimize()
            rows.append((0, field, value, uses.serialize()))
        if self._timed:
            rows += self._by_duration(connection)
        connection.executemany("INSERT INTO use_bitmap VALUES (?, ?, ?, ?)", rows)

    def _by_duration(self, connection: sqlite3.Connection) -> Iterator[tuple[int, str, int, bytes]]:
        """Write the durations, and yield the bitmaps once more with the places among them."""
        order = sorted(range(len(self._seconds)), key=self._seconds.__getitem__)
        seconds = array("d", (self._seconds[place] for place in order))
        if sys.byteorder == "big":
            seconds.byteswap()
        blocks = range(0, len(seconds), BLOCK)
        connection.executemany(
            "INSERT INTO use_seconds VALUES (?, ?)",
            ((at // BLOCK, seconds[at : at + BLOCK].tobytes()) for at in blocks),
        )
        places = array("I", bytes(4 * self._number))
        for place, at in enumerate(order):
            places[self._timed[at]] = place
        timed = BitMap(self._timed)
        for (field, value), uses in sorted(self._bitmaps.items()):
            found = BitMap([places[number] for number in uses & timed])
            if found:
                found.run_optimize()
                yield 1, field, value, found.serialize()
