"""What the real servers of the team show on every page, against plain SQL on their databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.reconcile.oppia import is_same
from termstats.data.figures.reconcile.oppia_server import read_server
from termstats.data.figures.reconcile.oppia_stored import facts
from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_summaries import (
    Facts,
    UserCourse,
    UserDay,
    UserPoints,
    rebuilt,
)
from termstats.data.query.query import ask
from termstats.data.query.scope import Scope
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import dicts, report
from tests.data.figures.reconcile import oppia_plain as plain
from tests.data.figures.reconcile import oppia_plain_more as more
from tests.shared import shared_path

AS_OF = Second(int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()))
SERVERS = {
    "oppia": ("2018-05-01..2018-05-31", "2016-05-01..2016-06-30", "2015-01-10..2016-03-09"),
    "excluded": ("2018-05-01..2018-05-31", "2016-05-01..2016-06-30", "2016-05-20..2016-06-10"),
    "versions": ("2022-03-01..2022-03-31", "2022-03-10..2022-03-18", "2022-02-18..2022-04-18"),
    "indices": ("2015-06-01..2015-06-30", "2015-06-11..2015-06-11"),
}
"""Database -> windows: May; one that ends and one that begins within a month; a single day."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oppia")


def store_of(folder: Path, name: str) -> Path:
    """Return the store of a database, imported once."""
    path = folder / f"{name}.store"
    if not path.exists():
        source = shared_path(f"oppia/{name}")
        asyncio.run(run_import(OppiaImporter(), str(source), path, ImportOptions(as_of=AS_OF)))
    return path


def table_of(path: Path, period: str, **keys: str) -> Table:
    asked = {Param(name): key for name, key in keys.items()}
    return asyncio.run(report(path, "reconcile.oppia", period, keys=asked))


def shown_of(table: Table) -> plain.Shown:
    """Return what the pages show, without what they leave out and what is not in plain SQL."""
    return {
        (row["page"], row["figure"], row["key"]): row["platform_raw"]
        for row in dicts(table)
        if (row["platform"] or row["figure"] == "course_completion")
        and not row["figure"].startswith("leader_")
    }


def check_reasons(table: Table) -> None:
    """Every line that differs has a reason, no other has one."""
    for row in dicts(table):
        cell = PageCell(row["page"], row["figure"], row["key"], row["platform"])
        assert bool(row["reason"]) != is_same(cell, row["termstats"]), row


def same(found: plain.Shown, expected: plain.Shown) -> None:
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == (None if value is None else pytest.approx(value)), key


def window(period: str) -> tuple[date, date]:
    first, last = period.split("..")
    return date.fromisoformat(first), date.fromisoformat(last)


@cache
def database(name: str) -> plain.Database:
    return plain.Database(shared_path(f"oppia/{name}.sqlite3"))


@pytest.mark.parametrize("name", SERVERS)
def test_home_and_reports(folder: Path, name: str) -> None:
    for period in SERVERS[name]:
        table = table_of(store_of(folder, f"{name}.sqlite3"), period)
        first, last = window(period)
        shown = plain.site(database(name), first, last)
        same(shown_of(table), shown | more.site(database(name), shown, first))
        check_reasons(table)


@pytest.mark.parametrize("name", SERVERS)
def test_courses(folder: Path, name: str) -> None:
    db = database(name)
    indices, seen = plain.questions(db), set()
    for (course,) in db.rows("SELECT id FROM oppia_course"):
        period = SERVERS[name][1]
        table = table_of(store_of(folder, f"{name}.sqlite3"), period, training=str(course))
        found = shown_of(table)
        expected = plain.course(db, course, *window(period))
        expected |= more.course(db, course, *window(period))
        seen |= found.keys() & indices.keys()
        same(found, expected | {key: indices[key] for key in found.keys() & indices.keys()})
        check_reasons(table)
    # Of every question of a quiz that is no feedback.
    feedback = {"oppia": 10024, "excluded": 10024}
    of_quizzes = db.rows(
        "SELECT DISTINCT question_id FROM quiz_quizquestion JOIN quiz_quiz q ON q.id = quiz_id "
        "WHERE q.id <> ? AND q.title NOT LIKE '%Feedback%'",
        feedback.get(name, 0),
    )
    assert {key for _page, _figure, key in seen} == {str(question) for (question,) in of_quizzes}


@pytest.mark.parametrize("name", SERVERS)
def test_learners(folder: Path, name: str) -> None:
    db = database(name)
    for (user,) in db.rows("SELECT id FROM auth_user"):
        path, period = store_of(folder, f"{name}.sqlite3"), SERVERS[name][0]
        table = table_of(path, period, learner=str(user))
        expected = plain.learner(db, user, *window(period))
        listed = more.learner(db, user, *window(period))
        found = shown_of(table)
        of_summaries = {key: found[key] for key in found.keys() - expected.keys() - listed.keys()}
        # Courses that the user only downloaded, or is to do, are listed without anything done.
        assert not any(of_summaries.values()), of_summaries
        same(found, of_summaries | expected | listed)
        check_reasons(table)


@pytest.mark.parametrize("name", ["oppia", "excluded"])
def test_cohorts(folder: Path, name: str) -> None:
    db = database(name)
    for (cohort,) in db.rows("SELECT id FROM oppia_cohort"):
        for period in SERVERS[name]:
            path = store_of(folder, f"{name}.sqlite3")
            table = table_of(path, period, **{"class": str(cohort)})
            same(shown_of(table), plain.cohort(db, cohort, *window(period)))
            check_reasons(table)


def test_a_dump_of_mariadb_gives_the_same_report(folder: Path) -> None:
    asked: list[dict[str, str]] = [{}, {"training": "1"}, {"learner": "2"}, {"class": "3"}]
    for keys in asked:
        for period in SERVERS["oppia"]:
            tables = [
                table_of(store_of(folder, name), period, **keys)
                for name in ("oppia.sqlite3", "oppia.mariadb.sql.gz")
            ]
            # When the summaries were filled is named in reasons: the two were made apart.
            first, second = (without_stamps(table) for table in tables)
            assert first == second
            assert first


def without_stamps(table: Table) -> list[tuple[Any, ...]]:
    return [(*row[:-1], str(row[-1]).partition("; its summary tables")[0]) for row in table.rows]


# ---- the summary tables, row by row --------------------------------------------------------------


async def facts_of(path: Path) -> Facts:
    store = await open_store(path)
    try:
        async with store.connect() as connection:
            period = parse_period("2018", store.info.now, store.info.coverage)
            q = await ask(connection, store, Scope(), Request(period))
            return await facts(q, await read_server(q, store.info.sources[0]))
    finally:
        await store.close()


LENGTHS = {
    "oppia": (196, 332, 8, 2),
    "excluded": (122, 332, 8, 2),
    "versions": (5, 9, 3, 3),
    "indices": (0, 0, 0, 0),
}
"""Database -> rows of its four summary tables."""


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "source", [*(f"{name}.sqlite3" for name in SERVERS), "oppia.mariadb.sql.gz"]
)
def test_rebuilt_summaries_are_those_of_the_server(folder: Path, source: str) -> None:
    path = store_of(folder, source)
    is_sqlite = source.endswith(".sqlite3")
    # The dump's own tables are in its store; those of the same content on SQLite are the same.
    db = database(source.partition(".")[0])
    summaries = rebuilt(asyncio.run(facts_of(path)), divides_whole=is_sqlite)
    assert summaries.course_days == {
        (course, day(at), kind): total
        for course, at, kind, total in db.rows(
            "SELECT course_id, day, type, total FROM summary_coursedailystats"
        )
    }
    assert sorted(summaries.user_days) == sorted(
        UserDay(day(at), user, course, kind, *numbers)
        for at, user, course, kind, *numbers in db.rows(
            "SELECT day, user_id, course_id, type, total_tracked, time_spent_tracked, "
            "total_submitted, time_spent_submitted FROM summary_usercoursedailysummary"
        )
    )
    names = ", ".join(UserCourse._fields)
    assert summaries.user_courses == {
        (user, course): UserCourse(*numbers)
        for user, course, *numbers in db.rows(
            f"SELECT user_id, course_id, {names} FROM summary_usercoursesummary"  # noqa: S608
        )
    }
    assert summaries.user_points == {
        user: UserPoints(*numbers)
        for user, *numbers in db.rows(
            "SELECT user_id, points, badges FROM summary_userpointssummary"
        )
    }
    found = (summaries.course_days, summaries.user_days, summaries.user_courses)
    lengths = tuple(len(rows) for rows in (*found, summaries.user_points))
    assert lengths == LENGTHS[source.partition(".")[0]]
