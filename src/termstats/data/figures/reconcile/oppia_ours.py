"""Our numbers for the cells of OppiaMobile's pages, read from our own figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from statistics import fmean
from typing import Any

from sqlalchemy import func, select

from termstats.data.figures.definition.ranking import OTHERS
from termstats.data.figures.definition.series import amount
from termstats.data.figures.learning.module_state import tries_of
from termstats.data.figures.reconcile.oppia_server import Server
from termstats.data.figures.reconcile.ours import Ours, Values, about, rows_of, totals_of
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Kind
from termstats.data.model.units import RowId
from termstats.data.platform_pages.oppia_format import OTHER, month_of
from termstats.data.platform_pages.oppia_people import TYPES
from termstats.data.platform_pages.oppia_site import COUNTRIES, LANGUAGES
from termstats.data.query.query import Query
from termstats.data.store import schema

_DONE = ("passed", "expired")
_SILENT = {
    "1 month": ("inactive_1m", ""),
    "3 months": ("inactive_3m", ""),
    "6 months": ("inactive_6m", ""),
    **{f"{12 * years} months": ("inactive_year", str(years)) for years in range(1, 11)},
}
"""Window of ours -> figure and key of the report."""
_ALL = 1_000_000
"""More than any list of search terms has."""


def _key(cell: Cell) -> str:
    """Return the platform's own id in an id of ours, which may name its source too."""
    return str(cell).rpartition(":")[2]


def _until_now(q: Query, *params: Param) -> Query:
    """Return the question about everything up to the as-of moment, as the summaries are."""
    return about(q, Period(EPOCH, q.info.today), *params)


# ---- home and reports ----------------------------------------------------------------------------


async def ours_of_site(q: Query, server: Server) -> Ours:
    """Return our numbers for the home page and the reports about the period."""
    days = about(q, q.period)
    months = days.asking(by="month")
    activity = await rows_of(days, "global.activity")
    ours = _series("activity", activity, "total")
    ours["activity_before", ""] = activity[0]["before"], Kind.COUNT
    for name, column in (("downloads", "downloads"), ("registrations", "users")):
        rows = await rows_of(days, f"global.{name}")
        ours |= _series(name, rows, column)
        ours[f"{name}_before", ""] = _before(rows[0], column), Kind.COUNT
    ours |= _series("searches", await rows_of(days, "global.searches"), "searches")
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


def _series(name: str, rows: Iterable[Values], column: str) -> Ours:
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
    return ours


async def _states(q: Query, server: Server) -> Ours:
    """Return who is silent, and how courses stand now."""
    ours: Ours = {}
    for row in await rows_of(about(q, q.period), "global.inactive"):
        ours["inactive_base", ""] = row["people"], Kind.COUNT
        if silent := _SILENT.get(str(row["window"])):
            ours[silent] = row["inactive"], Kind.COUNT
    now = _until_now(q)
    names = {str(course.id): course.shortname for course in server.courses.values()}
    for row in await rows_of(now, "global.completion-rates"):
        if course := names.get(_key(row["training_id"])):
            ours["course_enrolled", course] = row["learners"], Kind.COUNT
            ours["course_completion", course] = row["completion"], Kind.PERCENT
    ours["unique_users", ""] = (await totals_of(now, "global.totals"))["users"], Kind.COUNT
    usernames = _usernames(server)
    for row in await rows_of(now, "global.leaderboard"):
        name = usernames.get(_key(row["learner_id"]), "")
        ours["leader_points", name] = row["points"], Kind.NUMBER
        ours["leader_badges", name] = row["badges"], Kind.COUNT
    return ours


def _usernames(server: Server) -> Mapping[str, str]:
    return {str(account.id): account.username for account in server.accounts.values()}


# ---- course --------------------------------------------------------------------------------------


async def ours_of_course(q: Query) -> Ours:
    """Return our numbers for the page of the course that is asked about."""
    now = _until_now(q, Param.TRAINING)
    learners = await rows_of(now, "training.learners")
    downloads = await _downloads(now)
    in_period = await rows_of(about(q, q.period, Param.TRAINING), "training.activity")
    ours: Ours = {
        ("activities", ""): (await _activities(now), Kind.COUNT),
        ("trackers", ""): (_sum(in_period, "total"), Kind.COUNT),
        ("downloads", ""): (sum(downloads), Kind.COUNT),
        ("downloaders", ""): (len(downloads), Kind.COUNT),
        ("enrolled", ""): (len(learners), Kind.COUNT),
        ("completed", ""): (sum(row["state"] in _DONE for row in learners), Kind.COUNT),
    }
    for row in in_period:
        ours["activity_day", str(row["day"])] = row["total"], Kind.COUNT
    for kind in TYPES:
        ours["activity_type", kind] = _sum(in_period, kind), Kind.COUNT
    for row in await rows_of(now, "training.questions"):
        for name in ("difficulty", "discrimination"):
            of_question = f"question_{name}", str(row["question_id"])
            ours.setdefault(of_question, (row[name], Kind.NUMBER))
    return ours


def _sum(rows: Iterable[Values], column: str) -> int:
    return int(sum(amount(row[column]) for row in rows))


async def _activities(q: Query) -> int:
    """Return how many activities count for progress."""
    activity, trainings = schema.activity, q.roster.trainings()
    number = await q.fetch_value(
        select(func.count())
        .select_from(activity)
        .join(trainings, trainings.c.id == activity.c.training_id)
        .where(activity.c.in_path == 1, activity.c.current == 1)
    )
    return int(number)


async def _downloads(q: Query) -> list[int]:
    """Return how often each learner who downloaded the course did so."""
    sums = q.days.person_sums(ever=True, each_training=True, measures=("download",))
    rows = await q.fetch(
        select(func.sum(sums.c.download).label("times"))
        .where(sums.c.download > 0)
        .group_by(sums.c.person_id)
    )
    return [int(row.times) for row in rows]


# ---- learner and cohort --------------------------------------------------------------------------


async def ours_of_learner(q: Query, server: Server) -> Ours:
    """Return our numbers for the page of the learner that is asked about."""
    now = _until_now(q, Param.LEARNER, Param.TRAINING)
    done = await _completed(now, "training_id")
    events = await _events(now)
    ours, pretests = await _quizzes(now, server)
    in_period = await rows_of(about(q, q.period, Param.LEARNER, Param.TRAINING), "learner.activity")
    ours["trackers", ""] = _sum(in_period, "total"), Kind.COUNT
    for row in in_period:
        ours["activity_day", str(row["day"])] = row["total"], Kind.COUNT
    trainings = {str(course.id): row_id for row_id, course in server.courses.items()}
    for row in await rows_of(now, "learner.trainings"):
        training = trainings[_key(row["training_id"])]
        done_there, downloads = events.get(training, (0, 0))
        values: dict[str, tuple[Cell, Kind]] = {
            "completed_activities": (done.get(training, 0), Kind.COUNT),
            "total_activity": (done_there, Kind.COUNT),
            "downloads": (downloads, Kind.COUNT),
            "quizzes_passed": (row["modules_passed"], Kind.COUNT),
            "pretest": (pretests.get(training), Kind.PERCENT),
            "points": (row["points"], Kind.NUMBER),
            "badges": (row["badges"], Kind.COUNT),
        }
        course = server.courses[training].shortname
        ours |= {(name, course): value for name, value in values.items()}
    return ours


async def _completed(q: Query, column: str) -> dict[RowId, int]:
    """Return training, or person -> activities of the current path completed."""
    done, activity = q.roster.completions(), schema.activity
    rows = await q.fetch(
        select(done.c[column].label("of"), func.count().label("activities"))
        .join(activity, activity.c.id == done.c.activity_id)
        .where(activity.c.in_path == 1, activity.c.current == 1)
        .group_by(done.c[column])
    )
    return {row.of: row.activities for row in rows}


async def _events(q: Query) -> dict[RowId, tuple[int, int]]:
    """Return training -> events other than downloads, and downloads."""
    sums = q.days.person_sums(ever=True, each_training=True, measures=("events", "download"))
    return {
        row.training_id: (int(row.events - row.download), int(row.download))
        for row in await q.fetch(select(sums))
    }


async def _quizzes(q: Query, server: Server) -> tuple[Ours, dict[RowId, float]]:
    """Return the learner's numbers per quiz, and training -> best score of its pre-test."""
    module, trainings, attempts = schema.module, q.roster.trainings(), q.roster.attempts()
    tries: dict[RowId, list[Any]] = defaultdict(list)
    for row in await q.fetch(
        select(attempts)
        .where(attempts.c.module_id.is_not(None))
        .order_by(attempts.c.finished_at, attempts.c.number, attempts.c.id)
    ):
        tries[row.module_id].append(row)
    ours: Ours = {}
    pretests: dict[RowId, float] = {}
    for row in await q.fetch(
        select(module.c.id, module.c.training_id, module.c.mandatory)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(module.c.kind == "quiz", module.c.current == 1)
    ):
        scores = [each.score for each in tries_of(tries[row.id], q.end).counting]
        if scores and not row.mandatory:
            pretests[row.training_id] = max(scores)
        key = str(server.quizzes.get(row.id, ""))
        ours["quiz_attempts", key] = len(tries[row.id]), Kind.COUNT
        for name, value in (
            ("max", max(scores, default=None)),
            ("min", min(scores, default=None)),
            ("first", scores[0] if scores else None),
            ("latest", scores[-1] if scores else None),
            ("avg", fmean(scores) if scores else None),
        ):
            ours[f"quiz_{name}", key] = value, Kind.PERCENT
    return ours, pretests


async def ours_of_cohort(q: Query, server: Server) -> Ours:
    """Return our numbers for the page of the cohort that is asked about."""
    params = (Param.CLASS, Param.TRAINING)
    in_period = about(q, q.period, *params)
    ours = _series("activity", await rows_of(in_period, "class.activity"), "total")
    now = _until_now(q, *params)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    names = _usernames(server)
    for row in await rows_of(now, "class.learners"):
        of_learner = sums[names[_key(row["learner_id"])]]
        for name, column in (
            ("quizzes", "modules_passed"),
            ("points", "points"),
            ("badges", "badges"),
        ):
            of_learner[name] += int(amount(row[column]))
    done = await _completed(now, "person_id")
    for person, account in server.accounts.items():
        if account.username in sums:
            sums[account.username]["activities"] = done.get(person, 0)
    return ours | {
        (f"learner_{name}", username): (of_learner[name], Kind.COUNT)
        for username, of_learner in sums.items()
        for name in ("activities", "quizzes", "points", "badges")
    }
