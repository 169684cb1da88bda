"""What the parts of the Moodle importer share: the state of one import."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, namedtuple
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from termstats.data.importers.moodle.tables import TABLES
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.markup import plain_text
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import Columns, TableRun
from termstats.data.model.units import RowId, Second

FRONT_PAGE = 1
"""The course that is the site itself: no training."""
ATTEMPT_LIMIT = 28_800
"""Seconds; a longer attempt is an outlier."""
OPEN_END = 2_147_483_647
"""What some versions write for an enrolment without an end."""
_SPANS = re.compile(
    r'<span[^>]*\blang="(?P<lang>[\w-]+)"[^>]*>(?P<text>.*?)</span>', re.DOTALL | re.IGNORECASE
)
_MLANG = re.compile(r"\{mlang\s+(?P<lang>[\w,-]+)\}(?P<text>.*?)\{mlang\}", re.DOTALL)

_SHAPES: dict[str, Any] = {
    table: namedtuple(table, columns.names)  # noqa: PYI024
    for table, columns in TABLES.items()
}

Pair = tuple[int, int]
"""(course, user)."""


@dataclass
class MoodleModule:
    """An activity of a course, as Moodle calls it; here a module with one activity."""

    id: RowId
    activity_id: RowId
    training_id: RowId
    course: int
    kind: str
    """Name of its kind: quiz, assign, forum..."""
    instance: int
    pass_mark: float | None
    """Percent."""
    is_hidden: bool
    """Whether its grades are hidden from learners."""
    detail: Any
    """Its row in the table of its kind; None: there is none."""


class MoodleRun(TableRun):
    """One import: Moodle's ids -> what is written so far."""

    def __init__(self, source: TableSource, context: ImportContext, as_of: Second) -> None:
        super().__init__(source, context, TABLES)
        self.shapes = dict(_SHAPES)
        self._by_id: dict[str, dict[int, Any]] = {}
        self.as_of = as_of
        self.prefix = ""
        """What the names of the site's tables begin with."""
        self.names: dict[str, str] = {}
        """Table -> its name at the source, prefix and all; absent tables are not here."""
        self.config: dict[str, str] = {}
        """Setting of the site -> its value."""
        self.people: dict[int, RowId] = {}
        self.trainings: dict[int, RowId] = {}
        self.titles: dict[int, str] = {}
        """Course -> its title."""
        self.modules: dict[int, MoodleModule] = {}
        """Course module -> what it is here."""
        self.instances: dict[tuple[str, int], MoodleModule] = {}
        """(kind, row of the table of that kind) -> the same."""
        self.fields: set[tuple[int, str]] = set()
        """(user, field of the profile) that is written."""
        self.groups: dict[int, RowId] = {}
        self.group_courses: dict[int, int] = {}
        """Group -> its course."""
        self.group_members: dict[int, list[int]] = defaultdict(list)
        self.cohorts: dict[int, RowId] = {}
        self.learners: set[Pair] = set()
        """Who has a learner's role in which course."""
        self.staff: set[Pair] = set()
        """Who teaches in or manages which course."""
        self.only_staff: set[int] = set()
        """Staff who learn in no course."""
        self.site_staff: set[int] = set()
        """Administrators, and who has a role of staff in the whole site."""
        self.worked: dict[Pair, list[Second]] = defaultdict(list)
        """When learners did something of which there is a result."""
        self.joined: dict[Pair, Second] = {}
        """When people were first enrolled, as the log tells."""
        self.left: dict[Pair, Second] = {}
        """When people were last unenrolled, as the log tells."""
        self.newest: Second | None = None
        """The newest moment at which anybody did anything."""
        self.remarks: Counter[str] = Counter()
        """What the report notes -> how often it was met."""

    def name_of(self, table: str) -> str | None:
        """Return what the source calls `table`, prefix and all."""
        return self.names.get(table)

    def add_table(self, table: str, columns: Columns) -> None:
        """Let a table be read that not every site has: one of a kind of activities."""
        self.tables = {**self.tables, table: columns}
        self.shapes[table] = namedtuple(table, columns.names)  # noqa: PYI024
        self.names[table] = self.prefix + table

    async def rows(
        self, table: str, order_by: Sequence[str] = ("id",), *, above: int | None = None
    ) -> AsyncIterator[Any]:
        """Yield the rows of `table` as named tuples; see `TableRun.rows`."""
        shape = self.shapes[table]
        async for row in super().rows(table, order_by, above=above):
            yield shape(*row)

    async def table(self, table: str) -> list[Any]:
        """Return the rows of a small table."""
        return [row async for row in self.rows(table)]

    async def by_id(self, table: str) -> dict[int, Any]:
        """Return id -> row of a small table, which is read once however often it is asked for."""
        if table not in self._by_id:
            self._by_id[table] = {row.id: row async for row in self.rows(table)}
        return self._by_id[table]

    async def known(
        self, table: str, column: str, things: Mapping[int, object]
    ) -> AsyncIterator[Any]:
        """Yield the rows of known people with a known thing, by its id; the others are refused.

        `column`: the one with that id.
        """
        async for row in self.rows(table):
            if row.userid not in self.people:
                self.refuse(table, "unknown person", row)
            elif getattr(row, column) not in things:
                self.refuse(table, f"unknown {column}", row)
            else:
                yield row

    def of_kind(self, kind: str) -> dict[int, MoodleModule]:
        """Return the activities of a kind by their rows in the table of that kind."""
        return {instance: module for (of, instance), module in self.instances.items() if of == kind}

    def is_staff(self, course: int, user: int) -> bool:
        """Return whether somebody teaches in a course, or manages it."""
        return user in self.site_staff or (course, user) in self.staff

    def teaches_here(self, course: int, user: int) -> bool:
        """Return whether somebody teaches in a course and learns elsewhere: no learner here."""
        return self.is_staff(course, user) and user not in self.only_staff

    def passed_over(self, table: str, row: Sequence[Any]) -> str:
        """Return why an attempt is passed over: it is a teacher's preview, or has not begun."""
        if table != "quiz_attempts":
            return ""
        attempt = self.shapes[table](*row)
        if cells.flag(attempt.preview):
            return "preview of a teacher"
        return "not begun" if cells.text(attempt.state) == "notstarted" else ""

    def refuse(self, table: str, reason: str, row: object) -> None:
        """Count a row that `rows` gave as refused, and keep it; of a setting only its name."""
        if table == "config" and isinstance(row, tuple):
            row = {"id": row[0], "name": row[1]}
        super().refuse(table, reason, row)

    def work(self, course: int, user: int, *moments: Second | None) -> None:
        """Note that a learner did something of which there is a result."""
        known = [at for at in moments if at is not None]
        for at in known:
            self.note(at)
        if known and not self.is_staff(course, user):
            self.worked[course, user] += known

    def note(self, at: Second | None) -> None:
        """Note that something happened then, if it is known when."""
        if at is not None:
            self.newest = at if self.newest is None else max(self.newest, at)

    def title(self, text: object) -> str:
        """Return a title in the display language, as plain text."""
        return title(cells.text(text), self.context.options.language)

    def moment(self, value: object) -> Second | None:
        """Return a moment, which is seconds UTC; 0 means never: None."""
        return stamp(value)


def stamp(value: object) -> Second | None:
    """Return a moment kept as seconds UTC; 0 means never: None."""
    whole = cells.whole(value)
    return cells.seconds(whole) if whole and whole > 0 else None


def ids_in(text: object, mark: str = ",") -> list[int]:
    """Return the ids in a list that is written as text."""
    parts = map(cells.whole, cells.text(text).split(mark))
    return [own for own in parts if own is not None]


@lru_cache(maxsize=65_536)
def title(text: str, language: str) -> str:
    """Return one language of a title in several, without markup; logs repeat few titles."""
    for pattern in (_SPANS, _MLANG):
        if pattern.search(text):
            text = _of_language(text, pattern, language)
    return plain_text(text)


def _of_language(text: str, pattern: re.Pattern[str], language: str) -> str:
    """Return a title with its parts in one language; without any in that, in the first one."""
    said = [part["lang"].lower().split(",") for part in pattern.finditer(text)]
    names = {name.strip() for names in said for name in names}
    wanted = next((name for name in (language, "other") if name in names), said[0][0])
    return pattern.sub(
        lambda part: part["text"] if wanted in part["lang"].lower().split(",") else "", text
    )


def percent(points: object, least: object, most: object) -> float | None:
    """Return points as a percentage of the way from the least to the most."""
    got, low, high = cells.number(points), cells.number(least) or 0.0, cells.number(most)
    if got is None or high is None or high <= low:
        return None
    return min(max(100.0 * (got - low) / (high - low), 0.0), 100.0)


def pass_mark(points: object, least: object, most: object) -> float | None:
    """Return the percentage that passes; None where nothing has to be reached."""
    return percent(points, least, most) if (cells.number(points) or 0) > 0 else None
