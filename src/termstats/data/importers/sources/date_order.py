"""Decides once for a whole file what the dates in it mean: day first, month first, or serials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from termstats.data.importers.sources.moments import Order
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

_NUMBERS = re.compile(r"\s*(\d{1,2})([-/])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)")
"""Dates whose order is open; with dots between they are day first everywhere."""
_SERIAL = re.compile(r"\s*(?:[2-7]\d{4})(?:[.,]\d+)?\s*")
"""Days since 1900, from 1954 to 2119."""
_WAY_OUT = "say which they are with --dates dmy or --dates mdy"


@dataclass
class DateEvidence:
    """What the cells of one column show; all of them are looked at before one is read."""

    unit: str = "line"
    """What the numbers of rows count."""
    day_first: str = ""
    """A cell that can only be day first, and its place."""
    month_first: str = ""
    open: str = ""
    """The first that may be either."""
    filled: int = 0
    serials: int = 0

    def see(self, cell: str, number: int) -> None:
        """Take note of one cell; `number`: that of its row."""
        if cell[4:5] == "-" or not cell:
            self.filled += bool(cell)
            return
        self.filled += 1
        if match := _NUMBERS.match(cell):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                self.day_first = self.day_first or self._place(cell, number)
            elif second > 12 >= first:
                self.month_first = self.month_first or self._place(cell, number)
            elif first != second:
                self.open = self.open or self._place(cell, number)
        elif _SERIAL.fullmatch(cell):
            self.serials += 1

    def _place(self, cell: str, number: int) -> str:
        return f"{clean(cell.strip()[:40])!r} in {self.unit} {number}"

    @property
    def is_numeric(self) -> bool:
        """Return whether the order matters: some date is written in numbers, or as a serial."""
        return bool(self.day_first or self.month_first or self.open or self.order == "serial")

    @property
    def order(self) -> Order | None:
        """Return what the cells say; None: nothing, or two things."""
        if self.filled and self.serials == self.filled:
            return "serial"
        if bool(self.day_first) == bool(self.month_first):
            return None
        return "dmy" if self.day_first else "mdy"


def decide(
    path: Path,
    columns: Mapping[str, DateEvidence],
    given: Order | None,
    documented: Order | None = None,
) -> dict[str, Order]:
    """Return the order of each column of a file; those that leave it open follow the others.

    Where none tells, they are what the platform's documents say.

    Raises:
        SourceError: a column contradicts itself, or what was `given`; or nothing settles it.
    """
    decided = {evidence.order for evidence in columns.values()} - {None, "serial"}
    orders: dict[str, Order] = {}
    for name, evidence in columns.items():
        told, order = f"{path}: the dates of {clean(name)!r}", evidence.order
        if order != "serial" and given:
            against = evidence.month_first if given == "dmy" else evidence.day_first
            if order and order != given:
                raise SourceError(f"{told} are not {given}: {against}; leave --dates {given} out")
            order = given
        elif evidence.day_first and evidence.month_first:
            raise SourceError(
                f"{told} contradict each other: {evidence.day_first} is day first, "
                f"{evidence.month_first} is month first; {_WAY_OUT}: others are refused"
            )
        elif order is None and evidence.open:
            order = documented
            if len(decided) == 1:
                (order,) = decided
            elif order is None:
                raise SourceError(
                    f"{told} may be day first or month first, such as {evidence.open}; {_WAY_OUT}"
                )
        orders[name] = order or "dmy"
    return orders
