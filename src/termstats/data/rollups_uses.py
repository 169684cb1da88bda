"""Numbers the events of platform use by time, and keeps as bitmaps which ones have what."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

CHUNK = 500_000
"""Events whose numbers are held as lists at once."""


class UseBitmaps:
    """Collects the rows of `use_bitmap`; events come in the order of time."""

    def __init__(self) -> None:
        self._number = 0
        self._lists: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._bitmaps: dict[tuple[str, int], BitMap] = {}

    def add(
        self, day: int, action: int, person: int, place: int, things: Iterable[int], weight: int
    ) -> None:
        """Add the next event."""
        number, lists = self._number, self._lists
        lists["day", day].append(number)
        lists["action", action].append(number)
        lists["person", person].append(number)
        lists["place", place].append(number)
        for thing in things:
            lists["object", thing].append(number)
        if weight != 1:
            lists["weight", weight].append(number)
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
            rows.append((field, value, uses.serialize()))
        connection.executemany("INSERT INTO use_bitmap VALUES (?, ?, ?)", rows)
