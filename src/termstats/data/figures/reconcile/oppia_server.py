"""An OppiaMobile server as its pages see it, read from what its import has kept."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from termstats.data.model.period import (
    DAY,
    day_start,
    local_day,
    local_day_number,
    number_day,
)
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages.oppia_format import Window
from termstats.data.platform_pages.oppia_summaries import (
    Account,
    Course,
    CourseQuiz,
    LoggedEvent,
    Pair,
)
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.schema import EVENT_SEQUENCE_BITS, FLAG_MOVED, OTHER_KIND
from termstats.data.store.settings import SourceInfo

_UNTYPED = ("error", "api")
"""Kinds of events whose type is NULL at the source."""
_event = schema.event


@dataclass(frozen=True)
class Server:
    """One server: its accounts and courses by their ids in the store."""

    source: SourceInfo
    accounts: Mapping[RowId, Account]
    courses: Mapping[RowId, Course]
    quizzes: Mapping[RowId, int]
    """Module -> the quiz behind it at the source."""

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which the server cuts days."""
        return ZoneInfo(self.source.zone or "UTC")

    @property
    def is_sqlite(self) -> bool:
        """Return whether its database is SQLite, as what was imported tells."""
        return bool(self.source.rules.get(schema.WHOLE_DIVISION))

    @property
    def users(self) -> Mapping[int, Account]:
        """Return the accounts by their ids at the source."""
        return {account.id: account for account in self.accounts.values()}

    @property
    def staff(self) -> list[RowId]:
        """Return whom rule C leaves out."""
        return [row_id for row_id, account in self.accounts.items() if account.is_staff]

    def moments(self, window: Window) -> tuple[Second, Second]:
        """Return the moments that lists compare with, both included: the last day is cut off."""
        return day_start(window.first, self.zone), day_start(window.last, self.zone)


async def read_server(q: Query, source: SourceInfo) -> Server:
    """Return the server behind a source of the store."""

    async def read() -> Server:
        return await _read_server(q, source)

    return await q.reader.store.memories.recall(_SERVERS, source.id, read)


async def _read_server(q: Query, source: SourceInfo) -> Server:
    person = schema.person
    zone = ZoneInfo(source.zone or "UTC")
    accounts = {}
    for row in await q.fetch(select(person).where(person.c.source_id == source.id)):
        roles = (row.roles or "").split(", ")
        accounts[row.id] = Account(
            int(row.key),
            row.username or "",
            is_staff="staff" in roles,
            is_admin="admin" in roles,
            is_flagged=bool(row.excluded),
            joined=None if row.joined_at is None else local_day(row.joined_at, zone),
        )
    quizzes = await _quizzes_of_modules(q, source)
    return Server(source, accounts, await _courses(q, source, quizzes), quizzes)


_SERVERS: Memory[RowId, Server] = Memory(most=2)


async def kept_rows(q: Query, source: SourceInfo, table: str) -> list[dict[str, Any]]:
    """Return what the import has kept of the rows of a source table, in their order."""
    row = schema.reported_row
    rows = await q.fetch(
        select(row.c.data)
        .where(row.c.source_id == source.id, row.c.name == table)
        .order_by(row.c.key)
    )
    return [json.loads(each.data) for each in rows]


async def _quizzes_of_modules(q: Query, source: SourceInfo) -> dict[RowId, int]:
    """Return module -> quiz: of an activity the newest with its digest, else the one it is."""
    newest: dict[str, int] = {}
    for kept in await kept_rows(q, source, "quiz_quizprops"):
        newest[kept["value"]] = max(kept["quiz_id"], newest.get(kept["value"], kept["quiz_id"]))
    module = schema.module
    quizzes: dict[RowId, int] = {}
    for row in await q.fetch(
        select(module.c.id, module.c.key, module.c.digest, module.c.current).where(
            module.c.source_id == source.id, module.c.kind.in_(("quiz", "feedback"))
        )
    ):
        if row.key.startswith("quiz:"):
            quizzes[row.id] = int(row.key.split(":")[1])
        elif row.current and row.digest in newest:
            quizzes[row.id] = newest[row.digest]
    return quizzes


async def _courses(
    q: Query, source: SourceInfo, quizzes: Mapping[RowId, int]
) -> dict[RowId, Course]:
    activity, module, training = schema.activity, schema.module, schema.training
    section = module.alias("section")
    content: dict[tuple[RowId, bool], list[str]] = defaultdict(list)
    tests: dict[RowId, list[CourseQuiz]] = defaultdict(list)
    feedback: dict[RowId, list[int]] = defaultdict(list)
    for row in await q.fetch(
        select(
            *(activity.c.training_id, activity.c.in_path, module.c.id, module.c.digest),
            *(module.c.kind, section.c.position.label("order")),
        )
        .join(module, module.c.id == activity.c.module_id)
        .outerjoin(section, section.c.id == module.c.parent_id)
        .where(activity.c.source_id == source.id, activity.c.current == 1)
        .order_by(activity.c.id)
    ):
        content[row.training_id, bool(row.in_path)].append(row.digest or "")
        if row.kind == "quiz":
            quiz = CourseQuiz(quizzes.get(row.id), not row.in_path, row.order or 0)
            tests[row.training_id].append(quiz)
        elif row.id in quizzes:
            feedback[row.training_id].append(quizzes[row.id])
    media: dict[RowId, set[str]] = defaultdict(set)
    file = schema.object_
    for row in await q.fetch(
        select(file.c.training_id, file.c.extra).where(
            file.c.source_id == source.id, file.c.kind == "media"
        )
    ):
        media[row.training_id].add(json.loads(row.extra or "{}").get("digest", ""))
    return {
        row.id: Course(
            int(row.key),
            row.code or row.title,
            row.status or "live",
            len(content[row.id, True]),
            frozenset(filter(None, content[row.id, True])),
            frozenset(filter(None, content[row.id, False])),
            frozenset(media[row.id]),
            tuple(tests[row.id]),
            tuple(feedback[row.id]),
        )
        for row in await q.fetch(select(training).where(training.c.source_id == source.id))
    }


# ---- events --------------------------------------------------------------------------------------


async def all_events(q: Query, server: Server) -> list[LoggedEvent]:
    """Return the whole event log, of people who are known."""
    module, action = schema.module, schema.action
    rows = await q.fetch(
        select(
            *(_event.c.id, _event.c.person_id, _event.c.training_id, _event.c.server_at),
            *(_event.c.flags, _event.c.extra, _event.c.completed, _event.c.seconds),
            *(action.c.kind, module.c.digest),
        )
        .join(action, action.c.id == _event.c.action_id)
        .outerjoin(module, module.c.id == _event.c.module_id)
        .where(_event.c.source_id == server.source.id, _event.c.person_id.is_not(None))
        .order_by(_event.c.id)
    )
    zone, events = server.zone, []
    for row in rows:
        extra = json.loads(row.extra) if row.extra else {}
        if "course" in extra:
            continue
        course = server.courses.get(row.training_id)
        at = _device_second(row, extra)
        received = at if row.server_at is None else row.server_at
        events.append(
            LoggedEvent(
                server.accounts[row.person_id].id,
                course.id if course else None,
                extra.get("digest") or row.digest or "",
                _type(row.kind, extra),
                local_day(at, zone),
                local_day(Second(received), zone),
                bool(row.completed),
                int(row.seconds or 0),
            )
        )
    return events


def _type(kind: str, extra: Mapping[str, Any]) -> str | None:
    """Return the type of an event at the source, which its kind here does not always tell."""
    if kind in _UNTYPED:
        return None
    return str(extra.get("type", "")) if kind == OTHER_KIND else kind


def _device_second(row: Any, extra: Mapping[str, Any]) -> Second:
    """Return the device's date of an event, believed or not."""
    moved = extra.get("device_at") if row.flags & FLAG_MOVED else None
    return Second(row.id >> EVENT_SEQUENCE_BITS if moved is None else int(moved))


async def events_per_day(
    q: Query,
    server: Server,
    moments: tuple[Second, Second],
    *,
    people: Collection[RowId],
    trainings: Collection[RowId],
) -> Counter[date]:
    """Return day -> events of people in trainings between two moments of the device.

    Both moments are included, here and below.
    """
    rows = await q.fetch(
        select(_event.c.id).where(*_placed_between(server, moments, people, trainings))
    )
    zone = server.zone
    per_day = Counter(
        local_day_number(Second(row_id >> EVENT_SEQUENCE_BITS), zone) for (row_id,) in rows
    )
    moved = await _moved_between(q, server, moments, people, trainings)
    return Counter({number_day(day): n for day, n in per_day.items()}) + Counter(
        day for day, _type in moved
    )


async def number_between(
    q: Query,
    server: Server,
    moments: tuple[Second, Second],
    *,
    people: Collection[RowId] | None = None,
    trainings: Collection[RowId] | None = None,
) -> int:
    """Return how many events there are between two moments of the device: of these, or of all."""
    placed = _placed_between(server, moments, people, trainings)
    number = await q.fetch_value(select(func.count()).select_from(_event).where(*placed))
    return int(number) + len(await _moved_between(q, server, moments, people, trainings))


async def number_without_type(
    q: Query,
    server: Server,
    moments: tuple[Second, Second],
    people: Collection[RowId],
    trainings: Collection[RowId] | None,
) -> int:
    """Return how many of those events have a type that is an empty text at the source."""
    action = schema.action
    others = await q.fetch(
        select(_event.c.extra)
        .join(action, action.c.id == _event.c.action_id)
        .where(*_placed_between(server, moments, people, trainings), action.c.kind == OTHER_KIND)
    )
    types = [_type(OTHER_KIND, json.loads(row.extra) if row.extra else {}) for row in others]
    moved = await _moved_between(q, server, moments, people, trainings)
    return types.count("") + [type_ for _day, type_ in moved].count("")


def _placed_between(
    server: Server,
    moments: tuple[Second, Second],
    people: Collection[RowId] | None,
    trainings: Collection[RowId] | None,
) -> list[ColumnElement[bool]]:
    """Return what holds for the events that are placed at the device's date."""
    first, last = moments
    where = [
        _event.c.source_id == server.source.id,
        _event.c.id >= first << EVENT_SEQUENCE_BITS,
        _event.c.id < (last + 1) << EVENT_SEQUENCE_BITS,
        _event.c.flags.op("&")(FLAG_MOVED) == 0,
    ]
    if people is not None:
        where.append(_event.c.person_id.in_(people))
    if trainings is not None:
        where.append(_event.c.training_id.in_(trainings))
    return where


async def _moved_between(
    q: Query,
    server: Server,
    moments: tuple[Second, Second],
    people: Collection[RowId] | None,
    trainings: Collection[RowId] | None,
) -> list[tuple[date, str | None]]:
    """Return day and type of the events that are not: they are few, and kept apart."""
    first, last = moments
    found = []
    users = None if people is None else {server.accounts[each].id for each in people}
    courses = None if trainings is None else {server.courses[each].id for each in trainings}
    for kept in await kept_rows(q, server.source, "oppia_tracker"):
        at = kept["tracker_date"]
        is_asked = (users is None or kept["user_id"] in users) and (
            courses is None or kept["course_id"] in courses
        )
        if is_asked and at is not None and first <= at <= last:
            found.append((local_day(at, server.zone), kept["type"]))
    return found


async def server_values(
    q: Query, server: Server, window: Window, column: str, kind: str | None = None
) -> dict[str, int]:
    """Return value -> events of the window by the server's date, without staff (rule C).

    `kind`: of this kind of events only. Events without a value are left out.
    """
    first, last = server.moments(window)
    value, action = _event.c[column], schema.action
    kinds = [] if kind is None else [
        _event.c.action_id.in_(select(action.c.id).where(action.c.kind == kind))
    ]  # fmt: skip

    async def read() -> dict[str, int]:
        rows = await q.fetch(
            select(value.label("value"), func.count().label("events"))
            .where(
                _event.c.source_id == server.source.id,
                _event.c.server_at.between(first, last),
                _event.c.person_id.not_in(server.staff),
                value.is_not(None),
                *kinds,
            )
            .group_by(value)
        )
        return {row.value: row.events for row in rows}

    # No index leads to the server's date: the whole log is looked through.
    asked = (server.source.id, first, last, column, kind)
    return await q.reader.store.memories.recall(_VALUES, asked, read)


_MOST_VALUES = 10_000
"""Different values, such as terms of searches, that are remembered of one question."""
_VALUES: Memory[tuple[object, ...], dict[str, int]] = Memory(
    most=16, is_small=lambda values: len(values) <= _MOST_VALUES
)
"""Source, first and last moment, column and kind -> value -> events."""


def whole_days(server: Server, window: Window) -> tuple[Second, Second]:
    """Return the first and the last second of the window's days."""
    first, last = server.moments(window)
    return first, Second(last + DAY - 1)


def pair_of(server: Server, person: RowId, training: RowId) -> Pair:
    """Return user and course at the source."""
    return server.accounts[person].id, server.courses[training].id
