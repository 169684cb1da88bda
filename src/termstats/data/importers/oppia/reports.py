"""What OppiaMobile says about itself: settings, versions, countries and its summary tables."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from termstats.data.importers.oppia.base import OppiaRun
from termstats.data.importers.oppia.since_last import DAYS
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.withheld import is_secret
from termstats.data.model.period import day_number
from termstats.data.model.units import RowId
from termstats.data.store import schema

_RELEASES = {54: "0.15"}
"""Newest migration of the app `oppia` -> release."""
_UCD = (
    ("ucd_tracked", 5),
    ("ucd_time_tracked", 6),
    ("ucd_submitted", 7),
    ("ucd_time_submitted", 8),
)
_UCS = (
    "points",
    "total_downloads",
    "total_activity",
    "quizzes_passed",
    "badges_achieved",
    "pretest_score",
    "media_viewed",
    "completed_activities",
    "total_activity_current",
    "total_activity_previous",
)


async def read_version(run: OppiaRun) -> str | None:
    """Return the release of the server, or the newest migration of its database."""
    newest = 0
    async for _, app, name in run.rows("django_migrations"):
        if app == "oppia" and cells.text(name)[:4].isdigit():
            newest = max(newest, int(cells.text(name)[:4]))
    return _RELEASES.get(newest, f"migration {newest:04}") if newest else None


async def write_settings(run: OppiaRun) -> None:
    """Write the platform's settings, but none that may be a secret."""
    table = "settings_settingproperties"
    async for key, text, whole, truth in run.rows(table, ("key",)):
        name = cells.text(key)
        if is_secret(name):
            run.refuse(table, "secret, not kept", name)
            continue
        value = next((v for v in (text, whole, truth) if v is not None), None)
        run.writer.add(
            schema.source_setting,
            {"name": name, "value": None if value is None else _setting(value)},
        )


def _setting(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else cells.text(value)


async def write_countries(run: OppiaRun) -> dict[str, str]:
    """Write the platform's hits per country; return IP address -> country."""
    countries: dict[str, str] = {}
    hits: dict[str, float] = defaultdict(float)
    async for _, ip, count, code in run.rows("viz_userlocationvisualization"):
        country = cells.text(code)[:60]
        hits[country] += cells.number(count) or 0
        if country:
            countries[cells.text(ip).strip()] = country
    for country in sorted(hits):
        _report(run, "viz_hits", hits[country], part=country)
    return countries


async def write_summaries(run: OppiaRun) -> dict[tuple[RowId, RowId], float]:
    """Write the summary tables; return (training, person) -> completed activities."""
    if run.keeps_summaries:
        _keep_counts(run)
    else:
        await _write_course_days(run)
        await _write_person_days(run)
    completed: dict[tuple[RowId, RowId], float] = {}
    table = "summary_usercoursesummary"
    async for row in run.rows(table):
        course, user = row[1:3]
        if user not in run.people or course not in run.trainings:
            run.refuse(table, "unknown person or course", row)
            continue
        where = {"training_id": run.trainings[course], "person_id": run.people[user]}
        for name, value in zip(_UCS, row[3:], strict=True):
            if cells.number(value) is not None:
                _report(run, f"ucs_{name}", value, **where)
        completed[where["training_id"], where["person_id"]] = cells.number(row[10]) or 0
    table = "summary_userpointssummary"
    async for row in run.rows(table):
        if row[1] not in run.people:
            run.refuse(table, "unknown person", row)
            continue
        for name, value in (("ups_points", row[2]), ("ups_badges", row[3])):
            _report(run, name, value, person_id=run.people[row[1]])
    return completed


def _keep_counts(run: OppiaRun) -> None:
    """Report what an earlier import read of the tables of days, which are as they were."""
    last = run.context.last
    for table in DAYS:
        if last is not None and table in last.tables:
            run.context.report.tables[table] = last.tables[table]


async def _write_course_days(run: OppiaRun) -> None:
    table = DAYS[0]
    async for row in run.rows(table):
        _, course, date, kind, total = row
        when = cells.day(date)
        if when is None or (course is not None and course not in run.trainings):
            run.refuse(table, "unknown course or no day", row)
            continue
        _report(
            run,
            "cds",
            total,
            day=day_number(when),
            training_id=run.trainings.get(course),
            part=None if kind is None else cells.text(kind),
        )


async def _write_person_days(run: OppiaRun) -> None:
    table = DAYS[1]
    async for row in run.rows(table):
        _, course, user, date, kind = row[:5]
        when = cells.day(date)
        if user not in run.people or (course is not None and course not in run.trainings):
            run.refuse(table, "unknown person or course", row)
            continue
        if when is None:
            run.refuse(table, "no day", row)
            continue
        for name, place in _UCD:
            _report(
                run,
                name,
                row[place],
                day=day_number(when),
                training_id=run.trainings.get(course),
                person_id=run.people[user],
                part=None if kind is None else cells.text(kind),
            )


def _report(run: OppiaRun, name: str, value: object, **where: Any) -> None:
    if not run.keeps_summaries:
        run.writer.add(schema.reported, {"name": name, "value": cells.number(value), **where})
