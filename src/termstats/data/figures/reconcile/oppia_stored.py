"""OppiaMobile's summary tables: as the server stored them, else rebuilt from its event log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from termstats.data.figures.reconcile.oppia_server import (
    Server,
    all_events,
    attempts,
    badges_given,
    pair_of,
    points_given,
)
from termstats.data.model.period import day_number, number_day
from termstats.data.model.units import DayNumber, RowId
from termstats.data.platform_pages.oppia_summaries import (
    Facts,
    Pair,
    Summaries,
    Totals,
    UserCourse,
    UserDay,
    UserPoints,
    rebuilt,
)
from termstats.data.query.query import Query
from termstats.data.store import schema

_COURSE_DAYS, _USER_DAYS = "cds", "ucd_time_tracked"
_USER_COURSES, _USER_POINTS = "ucs_", "ups_"
_TABLES = (
    "summary_coursedailystats",
    "summary_usercoursedailysummary",
    "summary_usercoursesummary",
    "summary_userpointssummary",
)
_reported = schema.reported


@dataclass(frozen=True)
class Summarised:
    """A server with its summaries; `own`: those rebuilt here, None where it has stored its own."""

    server: Server
    own: Summaries | None


async def summarised(q: Query, server: Server) -> Summarised:
    """Return the server with its summaries: its own, or rebuilt where the source lacks them."""
    gaps = server.source.report.get("gaps", ())
    is_without = any(f"table {name}" in gaps for name in _TABLES)
    return Summarised(server, rebuilt(await facts(q, server)) if is_without else None)


async def facts(q: Query, server: Server) -> Facts:
    """Return everything that the server fills its summaries from."""
    courses = {course.id: course for course in server.courses.values()}
    events = await all_events(q, server)
    given = await points_given(q, server), await badges_given(q, server)
    return Facts(server.users, courses, events, await attempts(q, server), *given)


def _of(server: Server, *names: str) -> Select[Any]:
    return select(_reported).where(
        _reported.c.source_id == server.source.id, _reported.c.name.in_(names)
    )


async def totals(q: Query, of: Summarised, training: RowId | None = None) -> Totals:
    """Return events per day and type: of one course, or of all courses and none."""
    if of.own is not None:
        course = None if training is None else of.server.courses[training].id
        return of.own.totals(course)
    statement = _of(of.server, _COURSE_DAYS)
    if training is not None:
        statement = statement.where(_reported.c.training_id == training)
    table = statement.subquery("stored")
    rows = await q.fetch(
        select(table.c.day, table.c.part, func.sum(table.c.value).label("total")).group_by(
            table.c.day, table.c.part
        )
    )
    return {(number_day(row.day), row.part): int(row.total or 0) for row in rows}


async def user_days(q: Query, of: Summarised, reach: tuple[date, date]) -> Sequence[UserDay]:
    """Return the rows of `summary_usercoursedailysummary` between two days, both included."""
    first, last = reach
    if of.own is not None:
        return [row for row in of.own.user_days if first <= row.day <= last]
    rows = await q.fetch(
        _of(of.server, _USER_DAYS).where(
            _reported.c.day.between(day_number(first), day_number(last))
        )
    )
    accounts, courses = of.server.accounts, of.server.courses
    return [
        UserDay(
            number_day(DayNumber(row.day)),
            accounts[row.person_id].id,
            courses[row.training_id].id if row.training_id in courses else None,
            row.part or "",
            time_tracked=int(row.value or 0),
        )
        for row in rows
    ]


async def last_days(q: Query, of: Summarised) -> Mapping[int, date]:
    """Return user -> last day with a row of `summary_usercoursedailysummary`."""
    if of.own is not None:
        days: dict[int, date] = {}
        for row in of.own.user_days:
            days[row.user] = max(row.day, days.get(row.user, row.day))
        return days
    table = _of(of.server, _USER_DAYS).subquery("stored")
    rows = await q.fetch(
        select(table.c.person_id, func.max(table.c.day).label("last")).group_by(table.c.person_id)
    )
    return {of.server.accounts[row.person_id].id: number_day(row.last) for row in rows}


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
