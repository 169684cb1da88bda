"""Our numbers for OppiaMobile's home page and reports, read from our own figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, select

from termstats.data.figures.definition.measures import USERS
from termstats.data.figures.definition.phrases import before_period
from termstats.data.figures.definition.ranking import OTHERS
from termstats.data.figures.definition.series import amount
from termstats.data.figures.learning.counted_people import accounts
from termstats.data.figures.reconcile.oppia_server import Server
from termstats.data.figures.reconcile.ours import Ours, Values, about, rows_of
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Kind
from termstats.data.platform_pages.oppia_format import OTHER, month_of
from termstats.data.platform_pages.oppia_site import ACTIVE_COURSES, COUNTRIES, LANGUAGES
from termstats.data.query.query import Query

_SILENT = {
    "1 month": ("inactive_1m", ""),
    "3 months": ("inactive_3m", ""),
    "6 months": ("inactive_6m", ""),
    **{f"{12 * years} months": ("inactive_year", str(years)) for years in range(1, 11)},
}
"""Window of ours -> figure and key of the report."""
_ALL = 1_000_000
"""More than any list of search terms has."""


def key_of(cell: Cell) -> str:
    """Return the platform's own id in an id of ours, which may name its source too."""
    return str(cell).rpartition(":")[2]


def until_now(q: Query, *params: Param) -> Query:
    """Return the question about everything up to the as-of moment, as the summaries are."""
    return about(q, Period(EPOCH, q.info.today), *params)


async def ours_of_site(q: Query, server: Server) -> Ours:
    """Return our numbers for the home page and the reports about the period."""
    days = about(q, q.period)
    months = days.asking(by="month")
    activity = await rows_of(days, "global.activity")
    ours = running("activity", series("activity", activity, "total"), activity[0]["before"])
    for name, column in (("downloads", "downloads"), ("registrations", "users")):
        rows = await rows_of(days, f"global.{name}")
        ours |= running(name, series(name, rows, column), _before(rows[0], column))
    searches = series("searches", await rows_of(days, "global.searches"), "searches")
    ours |= running("searches", searches, await _searches_before(days))
    for asked, name in ((days, "dau"), (months, "mau")):
        for row in await rows_of(asked, "global.active-users"):
            ours[name, _label(row, asked.request.by)] = row["users"], Kind.COUNT
    for row in await rows_of(days, "global.time-spent"):
        spent, mean = row["time_spent"], row["avg_time"]
        ours["time_total", str(row["day"])] = spent, Kind.NUMBER
        nobody = mean is None and spent == 0
        ours["time_average", str(row["day"])] = 0 if nobody else mean, Kind.NUMBER
    ours |= await _pieces(days, server)
    return ours | await _states(q, server)


def _label(row: Values, by: str) -> str:
    at = row[by]
    assert isinstance(at, date)  # noqa: S101
    return month_of(at) if by == "month" else str(at)


def running(name: str, ours: Ours, before: Cell) -> Ours:
    """Return a series with what was before it, and its running sum at the end of each month."""
    total = amount(before)
    summed: Ours = {(f"{name}_before", ""): (before, Kind.COUNT)}
    for (figure, month), (value, kind) in ours.items():
        if figure == f"{name}_month" and value is not None:
            total += amount(value)
            summed[f"{name}_cumulative", month] = int(total), kind
    return ours | summed


def series(name: str, rows: Iterable[Values], column: str) -> Ours:
    """Return the values of days, and what they add up to in their months."""
    ours: Ours = {}
    for row in rows:
        at, value = row["day"], row[column]
        assert isinstance(at, date)  # noqa: S101
        ours[f"{name}_day", str(at)] = value, Kind.COUNT
        of_month = f"{name}_month", month_of(at)
        sum_so_far, kind = ours.get(of_month, (None, Kind.COUNT))
        if value is not None:
            ours[of_month] = amount(sum_so_far) + amount(value), kind
        else:
            ours.setdefault(of_month, (None, kind))
    return ours


def _before(first: Values, column: str) -> Cell:
    """Return what a running sum was before its first row; None: that is in the future."""
    if first["cumulative"] is None:
        return None
    return int(amount(first["cumulative"]) - amount(first[column]))


async def _searches_before(q: Query) -> Cell:
    earlier = before_period(q)
    if earlier is None:
        return 0
    past = earlier.days.totals(("search",))
    return int(await q.fetch_value(select(func.sum(past.c.search))) or 0)


async def _pieces(q: Query, server: Server) -> Ours:
    """Return search terms, and the shares of languages and countries."""
    ours: Ours = {}
    for row in await rows_of(q.asking(top=_ALL), "global.search-terms"):
        term = "" if row["term"] == "(empty)" else str(row["term"])
        ours["search_term", term] = row["searches"], Kind.COUNT
    for name, figure_id, most in (
        ("language", "global.languages", LANGUAGES),
        ("country", "global.countries", COUNTRIES),
    ):
        for row in await rows_of(q.asking(top=most), figure_id):
            key = OTHER if row[name] == OTHERS else str(row[name])
            ours[name, key] = row["share"], Kind.PERCENT
    names = {str(course.id): course.shortname for course in server.courses.values()}
    for row in await rows_of(q.asking(top=ACTIVE_COURSES), "global.top-trainings"):
        key = names.get(key_of(row["training_id"]), OTHER)
        ours["active_course", key] = row["share"], Kind.PERCENT
    return ours


async def _states(q: Query, server: Server) -> Ours:
    """Return who is silent, and how courses stand now."""
    ours: Ours = {}
    for row in await rows_of(about(q, q.period), "global.inactive"):
        ours["inactive_base", ""] = row["people"], Kind.COUNT
        if silent := _SILENT.get(str(row["window"])):
            ours[silent] = row["inactive"], Kind.COUNT
            ours[f"{silent[0]}_percent", silent[1]] = row["share"], Kind.PERCENT
    now = until_now(q)
    names = {str(course.id): course.shortname for course in server.courses.values()}
    # How courses stand now does not ask for the days before: of so long a time, they are many.
    today = about(q, Period(q.info.today, q.info.today))
    for row in await rows_of(today, "global.completion-rates"):
        if course := names.get(key_of(row["training_id"])):
            ours["course_enrolled", course] = row["learners"], Kind.COUNT
            ours["course_completion", course] = row["completion"], Kind.PERCENT
    users = await q.fetch_value(select(func.count()).select_from(accounts(today)))
    ours["unique_users", ""] = USERS.of({"users": users}), Kind.COUNT
    for row in await rows_of(now, "global.profile-field"):
        ours["unique_users_field", str(row["value"])] = row["users"], Kind.COUNT
    usernames = usernames_of(server)
    missing: dict[str, set[Cell]] = defaultdict(set)
    for row in await rows_of(now, "global.missing-media-people"):
        missing[usernames.get(key_of(row["learner_id"]), "")].add(row["media"])
    for name, files in missing.items():
        ours["missing_media", name] = len(files), Kind.COUNT
    for row in await rows_of(now, "global.leaderboard"):
        name = usernames.get(key_of(row["learner_id"]), "")
        ours["leader_points", name] = row["points"], Kind.NUMBER
        ours["leader_badges", name] = row["badges"], Kind.COUNT
    return ours


def usernames_of(server: Server) -> Mapping[str, str]:
    """Return the platform's id of an account -> its username."""
    return {str(account.id): account.username for account in server.accounts.values()}
