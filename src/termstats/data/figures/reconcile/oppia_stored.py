"""OppiaMobile's summary tables: as the server stored them, else rebuilt from its event log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, literal_column, select

from termstats.data.figures.reconcile.oppia_results import attempts, badges_given, points_given
from termstats.data.figures.reconcile.oppia_server import Server, all_events, pair_of
from termstats.data.model.period import add_months, day_number, number_day
from termstats.data.model.units import RowId
from termstats.data.platform_pages.oppia_format import Window, month_of
from termstats.data.platform_pages.oppia_summaries import (
    DayUse,
    Facts,
    Pair,
    Summaries,
    Totals,
    UserCourse,
    UserPoints,
    rebuilt,
    users_per_month,
    uses_per_day,
)
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.schema.sources import REPORTED_USER_DAYS

_COURSE_DAYS = "cds"
_USER_COURSES, _USER_POINTS = "ucs_", "ups_"
_TABLES = (
    "summary_coursedailystats",
    "summary_usercoursedailysummary",
    "summary_usercoursesummary",
    "summary_userpointssummary",
)
_reported = schema.reported
_LAST_DAYS: Memory[RowId, Mapping[int, date]] = Memory(most=2)
"""Source -> user -> last day with a row."""


@dataclass(frozen=True)
class Summarised:
    """A server with its summaries; `own`: those rebuilt here, None where it has stored its own."""

    server: Server
    own: Summaries | None


async def summarised(q: Query, server: Server) -> Summarised:
    """Return the server with its summaries: its own, or rebuilt where the source lacks them."""
    gaps = server.source.report.get("gaps", ())
    is_without = any(f"table {name}" in gaps for name in _TABLES)
    return Summarised(server, await _rebuilt(q, server) if is_without else None)


async def _rebuilt(q: Query, server: Server) -> Summaries:
    return rebuilt(await facts(q, server), divides_whole=server.is_sqlite)


async def facts(q: Query, server: Server) -> Facts:
    """Return everything that the server fills its summaries from."""
    courses = {course.id: course for course in server.courses.values()}
    events = await all_events(q, server)
    given = await points_given(q, server), await badges_given(q, server)
    return Facts(server.users, courses, events, await attempts(q, server), *given)


def _of(server: Server, *names: str) -> Select[Any]:
    return select(_reported).where(*_rows_of(server, *names))


def _rows_of(server: Server, *names: str) -> list[ColumnElement[bool]]:
    """Return what holds for the rows that a server has stored under names."""
    return [_reported.c.source_id == server.source.id, _reported.c.name.in_(names)]


def _user_days(server: Server) -> list[ColumnElement[bool]]:
    """Return what holds for the rows of `summary_usercoursedailysummary`."""
    # Written out: SQLite takes the index of one name only where it reads that name.
    name = literal_column(f"'{REPORTED_USER_DAYS}'", String)
    return [_reported.c.source_id == server.source.id, _reported.c.name == name]


def _between(first: date, last: date) -> ColumnElement[bool]:
    return _reported.c.day.between(day_number(first), day_number(last))


async def totals(
    q: Query, of: Summarised, reach: tuple[date, date], training: RowId | None = None
) -> Totals:
    """Return events per day and type between two days: of one course, or of all and of none."""
    first, last = reach
    if of.own is not None:
        course = None if training is None else of.server.courses[training].id
        return {key: n for key, n in of.own.totals(course).items() if first <= key[0] <= last}
    where = [_between(first, last)]
    if training is not None:
        where.append(_reported.c.training_id == training)
    rows = await q.fetch(
        select(_reported.c.day, _reported.c.part, func.sum(_reported.c.value).label("total"))
        .where(*_rows_of(of.server, _COURSE_DAYS), *where)
        .group_by(_reported.c.day, _reported.c.part)
    )
    return {(number_day(row.day), row.part): int(row.total or 0) for row in rows}


async def totals_before(q: Query, of: Summarised, day: date) -> Mapping[str | None, int]:
    """Return type -> events of all courses and none before a day."""
    if of.own is not None:
        sums: Counter[str | None] = Counter()
        for (at, kind), total in of.own.totals().items():
            if at < day:
                sums[kind] += total
        return sums
    rows = await q.fetch(
        select(_reported.c.part, func.sum(_reported.c.value).label("total"))
        .where(*_rows_of(of.server, _COURSE_DAYS), _reported.c.day < day_number(day))
        .group_by(_reported.c.part)
    )
    return {row.part: int(row.total or 0) for row in rows}


async def totals_per_course(q: Query, of: Summarised, since: date) -> Mapping[int, int]:
    """Return course -> events since a day."""
    if of.own is not None:
        sums: Counter[int] = Counter()
        for (course, day, _kind), total in of.own.course_days.items():
            if course is not None and day >= since:
                sums[course] += total
        return sums
    rows = await q.fetch(
        select(_reported.c.training_id, func.sum(_reported.c.value).label("total"))
        .where(*_rows_of(of.server, _COURSE_DAYS), _reported.c.day >= day_number(since))
        .group_by(_reported.c.training_id)
    )
    courses = of.server.courses
    return {
        courses[row.training_id].id: int(row.total or 0)
        for row in rows
        if row.training_id in courses
    }


async def seconds_per_course(
    q: Query, of: Summarised, person: RowId, window: Window
) -> Mapping[int, int]:
    """Return course -> time of a user on the days of a window."""
    sums: Counter[int] = Counter()
    if of.own is not None:
        user = of.server.accounts[person].id
        for row in of.own.user_days:
            is_inside = window.first <= row.day <= window.last
            if row.user == user and row.course is not None and is_inside:
                sums[row.course] += row.time_tracked
        return sums
    rows = await q.fetch(
        select(_reported.c.training_id, func.sum(_reported.c.value).label("seconds"))
        .where(
            *_user_days(of.server),
            _reported.c.person_id == person,
            _between(window.first, window.last),
        )
        .group_by(_reported.c.training_id)
    )
    for stored in rows:
        if stored.training_id in of.server.courses:
            sums[of.server.courses[stored.training_id].id] = int(stored.seconds or 0)
    return sums


async def uses(
    q: Query, of: Summarised, window: Window
) -> tuple[Mapping[date, DayUse], Mapping[str, int]]:
    """Return day -> its use, and month -> distinct users, of the months that the window touches."""
    first, last = window.reach
    accounts = of.server.accounts
    if of.own is not None:
        rows = [row for row in of.own.user_days if first <= row.day <= last]
        reported = {account.id for account in accounts.values() if account.is_reported}
        return uses_per_day(rows, reported), users_per_month(rows, reported)
    left_out = [row_id for row_id, account in accounts.items() if not account.is_reported]
    table = _reported
    user = case((table.c.person_id.not_in(left_out), table.c.person_id))
    users = func.count(user.distinct()).label("users")
    where = _user_days(of.server)
    days = await q.fetch(
        select(table.c.day, users, func.count().label("rows"), func.sum(table.c.value).label("s"))
        .where(*where, _between(window.first, window.last))
        .group_by(table.c.day)
    )
    months: dict[str, int] = {}
    while first <= last:
        ends = add_months(first, 1) - timedelta(days=1)
        months[month_of(first)] = int(
            await q.fetch_value(select(users).where(*where, _between(first, ends)))
        )
        first = ends + timedelta(days=1)
    return {
        number_day(row.day): DayUse(row.users, row.rows, int(row.s or 0)) for row in days
    }, months


async def last_days(q: Query, of: Summarised) -> Mapping[int, date]:
    """Return user -> last day with a row of `summary_usercoursedailysummary`."""
    if of.own is not None:
        days: dict[int, date] = {}
        for row in of.own.user_days:
            days[row.user] = max(row.day, days.get(row.user, row.day))
        return days

    async def read() -> Mapping[int, date]:
        rows = await q.fetch(
            select(_reported.c.person_id, func.max(_reported.c.day).label("last"))
            .where(*_user_days(of.server))
            .group_by(_reported.c.person_id)
        )
        return {of.server.accounts[row.person_id].id: number_day(row.last) for row in rows}

    return await q.reader.store.memories.recall(_LAST_DAYS, of.server.source.id, read)


async def user_courses(
    q: Query,
    of: Summarised,
    *,
    people: Sequence[RowId] | None = None,
    trainings: Sequence[RowId] | None = None,
    names: Sequence[str] = UserCourse._fields,
) -> Mapping[Pair, UserCourse]:
    """Return the rows of `summary_usercoursesummary`, of these people and trainings or of all.

    `names`: the fields that are needed; the others may be left at nothing.
    """
    users = None if people is None else {of.server.accounts[each].id for each in people}
    courses = None if trainings is None else {of.server.courses[each].id for each in trainings}
    if of.own is not None:
        return {
            (user, course): row
            for (user, course), row in of.own.user_courses.items()
            if (users is None or user in users) and (courses is None or course in courses)
        }
    statement = _of(of.server, *(f"{_USER_COURSES}{name}" for name in names))
    if people is not None:
        statement = statement.where(_reported.c.person_id.in_(people))
    if trainings is not None:
        statement = statement.where(_reported.c.training_id.in_(trainings))
    values: dict[Pair, dict[str, Any]] = defaultdict(dict)
    for row in await q.fetch(statement):
        name = row.name.removeprefix(_USER_COURSES)
        is_share = name == "pretest_score"
        pair = pair_of(of.server, row.person_id, row.training_id)
        values[pair][name] = row.value if is_share else int(row.value or 0)
    return {pair: UserCourse(**fields) for pair, fields in values.items()}


async def badges_per_course(q: Query, of: Summarised) -> Mapping[int, tuple[int, int]]:
    """Return course -> rows of `summary_usercoursesummary`, and the badges they add up to."""
    if of.own is not None:
        of_courses: dict[int, list[int]] = defaultdict(list)
        for (_user, course), row in of.own.user_courses.items():
            of_courses[course].append(row.badges_achieved)
        return {course: (len(each), sum(each)) for course, each in of_courses.items()}
    stored = await q.fetch(
        select(
            _reported.c.training_id,
            func.count().label("rows"),
            func.sum(_reported.c.value).label("badges"),
        )
        .where(*_rows_of(of.server, f"{_USER_COURSES}badges_achieved"))
        .group_by(_reported.c.training_id)
    )
    courses = of.server.courses
    return {courses[row.training_id].id: (row.rows, int(row.badges or 0)) for row in stored}


async def user_points(q: Query, of: Summarised) -> Mapping[int, UserPoints]:
    """Return the rows of `summary_userpointssummary`."""
    if of.own is not None:
        return of.own.user_points
    values: dict[int, dict[str, int]] = defaultdict(dict)
    statement = _of(of.server, f"{_USER_POINTS}points", f"{_USER_POINTS}badges")
    for row in await q.fetch(statement.order_by(_reported.c.id)):
        user = of.server.accounts[row.person_id].id
        values[user][row.name.removeprefix(_USER_POINTS)] = int(row.value or 0)
    return {user: UserPoints(**fields) for user, fields in values.items()}
