"""Numbers the events of platform use, and keeps as bitmaps which ones have what.

By time, and those with a duration once more by that: a place in such a set is a percentile.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from pyroaring import BitMap

from termstats.data.model.units import DayNumber, EventId, RowId

CHUNK = 500_000
"""Events whose numbers are held as lists at once."""
BLOCK = 65_536
"""Numbers in one row of `use_list`."""


class UseBitmaps:
    """Collects the rows of `use_bitmap`, `use_list` and `fault`; events come by time."""

    def __init__(self) -> None:
        self._number = 0
        self._events = array("q")
        self._faults: dict[tuple[RowId, str | None], int] = {}
        self._timed = array("I")
        self._seconds = array("d")
        self._lists: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._bitmaps: dict[tuple[str, int], BitMap] = {}

    def add(
        self,
        event: EventId,
        day: DayNumber,
        action: RowId,
        person: RowId,
        place: RowId,
        objects: Iterable[RowId],
        weight: int,
        seconds: float | None,
        marks: Iterable[int],
    ) -> None:
        """Add the next event; `seconds` is None where the duration is unknown or an outlier."""
        number, lists = self._number, self._lists
        self._events.append(event)
        lists["day", day].append(number)
        lists["action", action].append(number)
        lists["person", person].append(number)
        lists["place", place].append(number)
        for object_id in objects:
            lists["object", object_id].append(number)
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

    def add_fault(self, action: RowId, error: str | None) -> None:
        """Say that the next event is an error of that group."""
        fault = self._faults.setdefault((action, error), len(self._faults) + 1)
        self._lists["fault", fault].append(self._number)

    def _pack(self) -> None:
        for key, numbers in self._lists.items():
            more = BitMap(numbers)
            packed = self._bitmaps.get(key)
            self._bitmaps[key] = more if packed is None else packed | more
        self._lists.clear()

    def write(self, connection: sqlite3.Connection) -> None:
        """Write everything that was added."""
        self._pack()
        rows = []
        for (field, value), uses in sorted(self._bitmaps.items()):
            uses.run_optimize()
            rows.append((0, field, value, uses.serialize()))
        _write_list(connection, "event", self._events)
        faults = [(number, *fault) for fault, number in self._faults.items()]
        connection.executemany("INSERT INTO fault VALUES (?, ?, ?)", faults)
        if self._timed:
            rows += self._by_duration(connection)
        connection.executemany("INSERT INTO use_bitmap VALUES (?, ?, ?, ?)", rows)

    def _by_duration(self, connection: sqlite3.Connection) -> Iterator[tuple[int, str, int, bytes]]:
        """Write the durations, and yield the bitmaps once more with the places among them."""
        order = sorted(range(len(self._seconds)), key=self._seconds.__getitem__)
        seconds = array("d", (self._seconds[place] for place in order))
        _write_list(connection, "seconds", seconds)
        places = array("I", bytes(4 * self._number))
        for place, at in enumerate(order):
            places[self._timed[at]] = place
        timed = BitMap(self._timed)
        for (field, value), uses in sorted(self._bitmaps.items()):
            by_duration = BitMap([places[number] for number in uses & timed])
            if by_duration:
                by_duration.run_optimize()
                yield 1, field, value, by_duration.serialize()


def _write_list(connection: sqlite3.Connection, name: str, numbers: array[Any]) -> None:
    if sys.byteorder == "big":
        numbers.byteswap()
    connection.executemany(
        "INSERT INTO use_list VALUES (?, ?, ?)",
        (
            (name, at // BLOCK, numbers[at : at + BLOCK].tobytes())
            for at in range(0, len(numbers), BLOCK)
        ),
    )
