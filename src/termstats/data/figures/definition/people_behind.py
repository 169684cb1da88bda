"""How many people each number of a table is about: what lies behind it is read and counted."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from termstats.data.figures.definition.measures import MEASURES
from termstats.data.model.doors import ROWS, Door
from termstats.data.model.period import Period
from termstats.data.model.request import Param, Request
from termstats.data.model.small_numbers import NOT_ABOUT_PEOPLE
from termstats.data.model.table import METRIC, VALUE, Cell, Kind, Row, Table

Listed = Callable[[Row, str, Request, str], Awaitable[int]]
"""A row, its column, the question to it, a column of what lies behind or nothing -> how many people
lie behind that number, with a value in that column."""
_SAME_PEOPLE: Mapping[str, tuple[str, str]] = {
    "pooled_progress": ("progress", ""),
    "pooled_completion": ("completion", ""),
    "completion": ("completed", ""),
    "avg_time": ("time_spent", ""),
    "time_spent": ("active", ""),
    **dict.fromkeys(
        ("difficulty", "discrimination", "upper_lower", "avg_score"), ("responses", "")
    ),
}
"""Column without a door -> the one of the same row that is about the same people, and what those of
them have whom it is about."""
_OF_STARTED: Mapping[str, tuple[str, str]] = {
    "score": ("started", "score"),
    "avg_time": ("started", "time_spent"),
}
"""The same of modules."""
_SHARE = "share"
_OF_SHARE = ("actions", "inactive", "users", "events")
"""What a share may be of: the first of these columns that there is."""
_THINGS = ("trainings", "classes", "sub_classes", "position", "questions", "current")
"""Counts of things, and places in an order."""


@dataclass(frozen=True)
class PeopleBehind:
    """One table, the question that it answers, and how what lies behind its numbers is read."""

    table: Table
    request: Request
    then: Period
    """What the period is compared with."""
    trainings: int
    """How many trainings the viewer has: so often somebody may be enrolled."""
    least: int
    """The smallest group: of more people it need not be known how many more."""
    listed: Listed
    _enough: set[str] = field(default_factory=set)
    """Columns of states over time that were about enough people: later they are of no fewer."""

    async def rows(self) -> list[list[float | None]]:
        """Return of each cell how many people it is about, or at least `least`; None: unknown."""
        counted: list[list[float | None]] = []
        for at, row in enumerate(self.table.rows):
            counted.append([await self._of(at, place) for place in range(len(row))])
        return counted

    async def _of(self, at: int, place: int) -> float | None:
        table, row = self.table, self.table.rows[at]
        column = table.columns[place]
        if column.kind is Kind.VALUE and table.columns[0].name == METRIC:
            return await self._of_card(row, column.name, table.kind(at, place))
        if place == 0 or column.kind in (Kind.TEXT, Kind.IDENT) or column.name in _THINGS:
            return NOT_ABOUT_PEOPLE
        return await self._behind(row, column.name, self.request, table.kind(at, place))

    async def _of_card(self, row: Row, column: str, kind: Kind) -> float | None:
        """Return it of a card: of the period, and of the one before as if it were this one."""
        if str(row[0]) in _THINGS:
            return NOT_ABOUT_PEOPLE
        if column == VALUE:
            return await self._behind(row, VALUE, self.request, kind)
        before = (row[0], row[2], *row[2:])
        asked = replace(self.request, period=self.then)
        return await self._behind(before, VALUE, asked, kind) if column == "previous" else None

    async def _behind(self, row: Row, column: str, request: Request, kind: Kind) -> float | None:
        """Return how many people lie behind a number."""
        value = self.table.cell_of(row, column)
        if not isinstance(value, (int, float)):
            return None
        if value == 0 and kind in (Kind.COUNT, Kind.SECONDS):
            return 0
        door = self.table.door(row, column)
        declared = dict(self.table.behind).get(column)
        if value == 0 and declared is not None and declared.of_share:
            return 0
        if door is None:
            return await self._without_door(row, column, request)
        if kind is Kind.COUNT and self._says_people(door, value, request):
            return value
        if kind is Kind.COUNT and value < self.least:
            return value
        base = self._base(row, door)
        if base is not None and self._enrolled(base, request) >= self.least:
            return self._enrolled(base, request)
        is_state = door.of_days and door.counts is None
        if is_state and column in self._enough:
            return self.least
        people = await self.listed(row, column, request, "")
        if is_state and people >= self.least:
            self._enough.add(column)
        return people

    async def _without_door(self, row: Row, column: str, request: Request) -> float | None:
        """Return it of a number that opens nothing: as many as of another one."""
        names = [each.name for each in self.table.columns]
        if column == _SHARE:
            other, having = next((name for name in _OF_SHARE if name in names), ""), ""
        else:
            of_modules = _OF_STARTED.get(column) if "started" in names else None
            other, having = of_modules or _SAME_PEOPLE.get(column, ("", ""))
        if other not in names or self.table.door(row, other) is None:
            return None
        if having:
            return await self.listed(row, other, request, having)
        kind = self.table.columns[self.table.position(other)].kind
        return await self._behind(row, other, request, kind)

    def _says_people(self, door: Door, value: float, request: Request) -> bool:
        """Return whether a number is how many people lie behind it, or cannot be of too few."""
        if door.counts != ROWS:
            return False
        if door.unit == "people":
            return True
        of_one = Param.TRAINING in dict(door.params) or request.entity(Param.TRAINING) is not None
        if door.unit != "enrolments":
            return False
        return of_one or self._enrolled(value, request) >= self.least

    def _enrolled(self, enrolments: float, request: Request) -> float:
        """Return how many people so many enrolments are at least."""
        of_one = request.entity(Param.TRAINING) is not None
        return enrolments if of_one else math.ceil(enrolments / max(self.trainings, 1))

    def _base(self, row: Row, door: Door) -> float | None:
        """Return how many enrolments a mean is over, where another number says it."""
        measure = MEASURES.get(door.action)
        if door.counts is not None or measure is None or not measure.per:
            return None
        for name, other in self.table.behind:
            whole = MEASURES.get(other.action)
            if whole and whole.part == measure.per and not whole.less and not whole.per:
                return self._number(row, name)
        return None

    def _number(self, row: Row, name: str) -> float | None:
        """Return the number of that name: of the same row, or of another card."""
        cell: Cell = None
        if self.table.columns[0].name != METRIC:
            cell = self.table.cell_of(row, name)
        elif row in self.table.rows:
            cell = next((each[1] for each in self.table.rows if each[0] == name), None)
        return cell if isinstance(cell, (int, float)) else None


def number_of_people(rows: Table, having: str) -> int:
    """Return how many different people are in a list, with a value in the column `having` if any.

    A list without people says of nobody who it is.
    """
    names = [each.name for each in rows.columns]
    if "learner_id" not in names:
        return 0
    of = names.index(having) if having else 0
    people = names.index("learner_id")
    return len({row[people] for row in rows.rows if not having or row[of] is not None})
