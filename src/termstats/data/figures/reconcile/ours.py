"""Our numbers for the cells of Opigno's pages, read from our own figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from termstats.data.figures.definition.measure import Measure
from termstats.data.figures.definition.measures import (
    ACTIVE_USERS,
    BADGES,
    CERTIFICATES,
    COMPLETED,
    COMPLETION,
    ENROLMENTS,
    MEAN_TIME,
    NEW_USERS,
    PROGRESS,
    SCORE,
    SKILLS,
    TIME_SPENT,
    USERS,
)
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.period import Period, bucket_of, number_day
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Kind
from termstats.data.model.units import DayNumber
from termstats.data.platform_pages.opigno_learner import TREND_DAYS
from termstats.data.query.query import Query

Ours = dict[tuple[str, str], tuple[Cell, Kind]]
"""(figure, key) of a page -> our value and its kind; percentages are 0-100."""
Values = Mapping[str, Cell]
DAYS_RECENT = 7
_DONE = ("passed", "expired")


def about(q: Query, period: Period, *params: Param) -> Query:
    """Return the question about `period` and only these of the things asked about."""
    return q.asking(focus=params, quiet=True, period=period, by="day", top=None)


async def rows_of(q: Query, figure_id: str) -> list[Values]:
    """Return the rows of one of our figures by column name."""
    figure = find_figure(figure_id)
    result = await figure.compute(q)
    names = [column.name for column in result.columns or figure.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


async def totals_of(q: Query, figure_id: str) -> dict[str, Cell]:
    """Return the cards of one of our figures by the name of their measure."""
    return {str(row["metric"]): row["value"] for row in await rows_of(q, figure_id)}


def recent(today: date) -> Period:
    """Return the last seven days, today included."""
    return Period(today - timedelta(days=DAYS_RECENT - 1), today)


async def ours_of_dashboard(q: Query, month: Period, today: date) -> Ours:
    """Return our numbers for the global dashboard."""
    in_month, lately = about(q, month), about(q, recent(today))
    ours = await _donuts(in_month, "global.progress")
    for row in await rows_of(in_month, "global.active-users"):
        at = row["day"]
        if isinstance(at, date):
            ours["active_users", str(at.day)] = row["users"], Kind.COUNT
    ours |= _people(await totals_of(lately, "global.totals"))
    for row in await rows_of(lately, "global.skills"):
        for name in ("score", "progress"):
            ours[f"skill_{name}", str(row["skill"])] = row[name], Kind.PERCENT
    until_now = about(q, Period(q.info.coverage[0], today))
    for row in await rows_of(until_now, "global.trainings"):
        name = str(row["training"])
        ours["training_users", name] = _shown(ENROLMENTS, row, "learners")
        ours["training_completed", name] = _shown(COMPLETED, row)
        ours["training_time", name] = _shown(MEAN_TIME, row)
    return ours


async def ours_of_training(q: Query, month: Period, today: date) -> Ours:
    """Return our numbers for the page of the training asked about."""
    in_month = about(q, month, Param.TRAINING)
    lately = about(q, recent(today), Param.TRAINING)
    ours = await _donuts(in_month, "training.progress")
    ours |= _people(await totals_of(lately, "training.totals"))
    for row in await rows_of(lately, "training.content"):
        name = str(row["module"])
        ours["content_completed", name] = _shown(COMPLETION, row)
        ours["content_score", name] = _shown(SCORE, row)
        ours["content_time", name] = _shown(MEAN_TIME, row)
    for row in await rows_of(lately, "training.learners"):
        ours |= _result("user", str(row["learner"]), row)
    return ours


async def ours_of_class(q: Query, month: Period, today: date, accounts: Mapping[str, str]) -> Ours:
    """Return our numbers for the page of the class; `accounts`: platform id -> account name."""
    in_month = about(q, month, Param.CLASS)
    lately = about(q, recent(today), Param.CLASS)
    ours = await _donuts(in_month, "class.progress")
    ours |= _people(await totals_of(lately, "class.totals"))
    for row in await rows_of(lately, "class.learners"):
        name = accounts.get(str(row["learner_id"]).rpartition(":")[2])
        ours |= _result("result", f"{row['training']} / {name}", row)
    return ours


async def ours_of_learner(q: Query, today: date) -> Ours:
    """Return our numbers for the page of the learner, and of the training's details if asked."""
    now = about(q, recent(today), Param.LEARNER)
    totals = await totals_of(now, "learner.totals")
    ours: Ours = {
        (f"total_{each.name}", ""): _shown(each, totals)
        for each in (COMPLETED, CERTIFICATES, BADGES, SKILLS)
    }
    trainings = await rows_of(now, "learner.trainings")
    certificates = await rows_of(now, "learner.certificates")
    for row in trainings:
        name = str(row["training"])
        ours["training_progress", name] = _shown(PROGRESS, row)
        ours["training_status", name] = row["state"], Kind.TEXT
    dates = {
        "completed": _dates(trainings, "completed"),
        "current": _dates([r for r in trainings if r["state"] not in _DONE], "enrolled"),
        "certificates": _dates(certificates, "date"),
    }
    for days in TREND_DAYS:
        span = Period(today - timedelta(days=days - 1), today)
        spans = (span, span.previous())
        for name, days_of in dates.items():
            amounts = [sum(s.first <= at <= s.last for at in days_of) for s in spans]
            ours |= _trend(name, days, amounts, Kind.COUNT)
        spent = []
        for each in spans:
            numbers = await totals_of(about(q, each, Param.LEARNER), "learner.totals")
            spent.append(numbers["time_spent"])
        times = [value for value in spent if isinstance(value, (int, float))]
        if len(times) == len(spent):
            ours |= _trend("time", days, times, Kind.SECONDS)
    monday = bucket_of(today, "week")
    for bar in range(1, 6):
        week = monday - timedelta(weeks=5 - bar)
        for name in ("completed", "current"):
            number = sum(bucket_of(at, "week") == week for at in dates[name])
            ours[f"weekly_{name}", f"Week{bar}"] = number, Kind.COUNT
    if q.question.training is not None:
        both = about(q, recent(today), Param.LEARNER, Param.TRAINING)
        ours |= await _details(both)
    return ours


async def _details(q: Query) -> Ours:
    ours: Ours = {}
    for row in await rows_of(q, "learner.trainings"):
        modules = f"{row['modules_passed']}/{row['modules']}"
        ours["detail_modules", ""] = modules, Kind.TEXT
        ours["detail_completion", ""] = _shown(PROGRESS, row)
        ours["detail_score", ""] = _shown(SCORE, row)
        ours["detail_time", ""] = _shown(TIME_SPENT, row)
        at = row["completed"]
        words = f"{number_day(DayNumber(at)):%B %d %Y}" if isinstance(at, int) else None
        ours["detail_completed_on", ""] = words, Kind.TEXT
    for row in await rows_of(q, "learner.modules"):
        name = str(row["module"])
        ours["step_result", name] = row["score"], Kind.PERCENT
        ours["step_state", name] = row["state"], Kind.TEXT
    return ours


async def _donuts(q: Query, figure_id: str) -> Ours:
    rows = [row for row in await rows_of(q, figure_id) if row[PROGRESS.name] is not None]
    return {(each.name, ""): _shown(each, rows[-1]) for each in (PROGRESS, COMPLETION) if rows}


def _people(totals: Values) -> Ours:
    return {
        ("users", ""): _shown(USERS, totals),
        ("new_users", ""): _shown(NEW_USERS, totals),
        ("recently_active", ""): _shown(ACTIVE_USERS, totals),
    }


def _result(figure: str, key: str, row: Values) -> Ours:
    return {
        (f"{figure}_score", key): _shown(SCORE, row),
        (f"{figure}_passed", key): (row["state"], Kind.TEXT),
        (f"{figure}_time", key): _shown(TIME_SPENT, row),
    }


def _shown(measure: Measure, row: Values, column: str = "") -> tuple[Cell, Kind]:
    """Return what a row says of a measure, and its kind; `column` where it is named otherwise."""
    return row[column or measure.name], measure.kind


def _trend(name: str, days: int, amounts: list[int] | list[float], kind: Kind) -> Ours:
    now, before = amounts
    return {
        (f"trend_{name}", str(days)): (now, kind),
        (f"trend_{name}_change", str(days)): (now - before, kind),
    }


def _dates(rows: list[Values], column: str) -> list[date]:
    return [number_day(DayNumber(at)) for row in rows if isinstance(at := row[column], int)]
