"""`reconcile.oppia`: each fault of the platform's pages, on a small server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from tests.data.figures.hand_store import make_store, report
from tests.data.figures.reconcile.oppia_lines import Lines
from tests.data.figures.reconcile.test_oppia_servers import check_reasons
from tests.data.importers.oppia.factory import AS_OF, attempt, event, load, make


async def small(folder: Path, period: str, about: dict[Param, str] | None = None,
                **rows: list[dict[str, Any]]) -> Lines:  # fmt: skip
    store, _ = await load(folder, None, **rows)
    table = await report(store, "reconcile.oppia", period, keys=about)
    check_reasons(table)
    return Lines(table)


def users(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": 10 + n, "username": f"u{n}", **each} for n, each in enumerate(more)]


async def test_the_last_day_is_lost(tmp_path: Path) -> None:
    search = {"type": "search", "digest": "", "course_id": None, "lang": "en"}
    at = "2024-03-10 09:00:00"
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-10",
        auth_user=users({"date_joined": at}, {"date_joined": "2024-03-09 09:00:00"}),
        oppia_tracker=[
            event(1, **search, data='{"query": "late"}', tracker_date=at, submitted_date=at),
            event(2, **search, data='{"query": "early"}'),
        ],
    )
    assert lines.both("reports", "search_term", "early") == ("1", 1)
    assert lines.both("reports", "search_term", "late") == ("", 1)
    assert "the last day of the period is lost" in lines.reason("reports", "search_term", "late")
    assert lines.both("reports", "registrations_month", "2024-03") == ("1", 2)
    assert "the last day" in lines.reason("reports", "registrations_month", "2024-03")
    # Of summaries both days count.
    assert lines.both("reports", "searches_month", "2024-03") == ("2", 2)


async def test_what_pages_leave_out_comes_in_one_order(tmp_path: Path) -> None:
    at = "2024-03-10 09:00:00"
    day = {"tracker_date": at, "submitted_date": at, "digest": ""}
    search = {"type": "search", "course_id": None, "data": '{"query": "late"}', "lang": "en"}
    store, _ = await load(
        tmp_path,
        None,
        auth_user=users({"date_joined": at}),
        oppia_tracker=[event(1, **day, **search)],
    )
    table = await report(store, "reconcile.oppia", "2024-03-10..2024-03-10")
    left_out = ("registrations_month", "mau", "search_term", "language", "unique_users_field")
    named = dict.fromkeys(str(row[1]) for row in table.rows if not row[3])
    assert [name for name in named if name in left_out] == [
        name for name in left_out if name in named
    ]
    assert {"registrations_month", "search_term", "language"} <= named.keys()


async def test_the_last_month_is_lost_and_months_are_whole(tmp_path: Path) -> None:
    days = ("2024-03-02", "2024-03-25", "2024-04-05")
    lines = await small(
        tmp_path,
        "2024-03-20..2024-04-10",
        oppia_tracker=[
            event(n, tracker_date=f"{day} 10:00:00", submitted_date=f"{day} 12:00:00")
            for n, day in enumerate(days, 1)
        ],
    )
    assert lines.both("home", "activity_month", "2024-03") == ("2", 1)
    assert "whole month" in lines.reason("home", "activity_month", "2024-03")
    assert lines.both("home", "activity_month", "2024-04") == ("", 1)
    assert "stops before this month" in lines.reason("home", "activity_month", "2024-04")
    assert lines.both("reports", "mau", "2024-04") == ("", 1)
    assert lines.both("reports", "activity_month", "2024-03") == ("1", 1)
    assert lines.both("reports", "activity_month", "2024-04") == ("1", 1)


async def test_a_month_without_anything_is_left_out(tmp_path: Path) -> None:
    lines = await small(tmp_path, "2024-02-01..2024-03-31", oppia_tracker=[event(1)])
    months = [key for _page, figure, key in lines.rows if figure == "activity_month"]
    assert months == ["2024-02", "2024-03", "2024-03"]
    assert lines.both("home", "activity_month", "2024-02") == ("0", 0)


async def test_active_users_mix_the_dates(tmp_path: Path) -> None:
    dates = {"tracker_date": "2024-03-05 10:00:00", "submitted_date": "2024-03-07 10:00:00"}
    lines = await small(
        tmp_path, "2024-03-04..2024-03-08", oppia_tracker=[event(1, **dates, time_taken=60)]
    )
    assert lines.series("reports", "dau", "platform") == {
        **{"2024-03-04": "0", "2024-03-05": "1", "2024-03-06": "0"},
        **{"2024-03-07": "1", "2024-03-08": "0"},
    }
    assert lines.series("reports", "dau", "termstats") == {"2024-03-05": 1}
    assert "device and server dates mixed" in lines.reason("reports", "dau", "2024-03-07")
    assert lines.both("reports", "time_average", "2024-03-05") == ("60", 60)


async def test_flagged_people_count_for_some_rules_only(tmp_path: Path) -> None:
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        {Param.TRAINING: "1"},
        profile_userprofile=[{"id": 9, "user_id": 3, "exclude_from_reporting": 1}],
        oppia_tracker=[
            event(1), event(2, type="download", digest=""),
            event(3, user_id=3), event(4, user_id=3, type="download", digest=""),
        ],
    )  # fmt: skip
    # Rule D leaves the flagged one out of downloads, rule N nobody out of the enrolled.
    assert lines.both("course", "downloads") == ("1", 1)
    assert lines.both("course", "downloaders") == ("1", 1)
    assert lines.both("course", "enrolled") == ("2", 1)
    assert lines.both("course", "trackers") == ("4", 2)


async def test_events_twice_and_without_a_type_or_course(tmp_path: Path) -> None:
    later = {"tracker_date": "2024-03-06 10:00:00", "submitted_date": "2024-03-06 12:00:00"}
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        oppia_tracker=[
            *(event(n, uuid="u") for n in (1, 2, 3)),
            event(4, type=None, event="media_missing", **later),
            event(5, type="", event="course_downloaded", course_id=None, digest="", **later),
        ],
    )
    assert lines.both("home", "activity_day", "2024-03-05") == ("3", 1)
    assert "came twice" in lines.reason("home", "activity_day", "2024-03-05")
    # A type that is NULL makes a row of 0; the device's own message of no course makes none.
    assert lines.both("home", "activity_day", "2024-03-06") == ("0", 1)
    assert "events of no course" in lines.reason("home", "activity_day", "2024-03-06")


async def test_summaries_are_shown_as_the_server_stored_them(tmp_path: Path) -> None:
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[event(1), event(2)],
        settings_settingproperties=[
            {"key": "oppia_summary_cron_last_run", "str_value": "2024-03-05 11:00:00.5+00:00"}
        ],
    )
    with closing(sqlite3.connect(source)) as connection:
        connection.executescript(STALE)
        connection.commit()
    store = tmp_path / "store.db"
    await run_import(OppiaImporter(), str(source), store, ImportOptions(as_of=AS_OF))
    table = await report(store, "reconcile.oppia", "2024-03-01..2024-03-31")
    check_reasons(table)
    lines = Lines(table)
    assert lines.both("home", "activity_day", "2024-03-05") == ("1", 2)
    reason = lines.reason("home", "activity_day", "2024-03-05")
    assert reason.endswith("its summary tables are of 2024-03-05 11:00")
    assert lines.both("reports", "course_enrolled", "alpha") == ("1", 1)
    assert lines.both("reports", "course_completion", "alpha") == ("200.0%", 0)


STALE = """
CREATE TABLE summary_coursedailystats (id INTEGER PRIMARY KEY, course_id, day, type, total);
INSERT INTO summary_coursedailystats VALUES (1, 1, '2024-03-05', 'page', 1);
CREATE TABLE summary_usercoursedailysummary (id INTEGER PRIMARY KEY, course_id, user_id, day, type,
  total_tracked, time_spent_tracked, total_submitted, time_spent_submitted);
CREATE TABLE summary_usercoursesummary (id INTEGER PRIMARY KEY, course_id, user_id, points,
  total_downloads, total_activity, quizzes_passed, badges_achieved, pretest_score, media_viewed,
  completed_activities, total_activity_current, total_activity_previous);
INSERT INTO summary_usercoursesummary VALUES (1, 1, 2, 0, 0, 1, 0, 2, NULL, 0, 0, 1, 0);
CREATE TABLE summary_userpointssummary (id INTEGER PRIMARY KEY, user_id, points, badges);
"""
"""Filled when one of two events had come; two badges of one learner."""


async def test_a_quiz_is_measured_by_the_first_maximum(tmp_path: Path) -> None:
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        {Param.LEARNER: "2"},
        quiz_quizprops=[{"id": 9, "quiz_id": 12, "name": "digest", "value": "d-pre"}],
        quiz_quiz=[{"id": 12, "title": "Before"}],
        oppia_tracker=[event(1)],
        quiz_quizattempt=[
            attempt(1, 5, maxscore=10),
            attempt(2, 15, maxscore=20, attempt_date="2024-03-09 10:00:00"),
            attempt(3, 0, maxscore=20, attempt_date="2024-03-04 10:00:00"),
        ],
    )
    assert lines.both("learner", "quiz_max", "10") == ("150.0", 75)
    assert "the first attempt's maximum" in lines.reason("learner", "quiz_max", "10")
    assert lines.both("learner", "quiz_min", "10") == ("--", 0)
    # By the device's date the attempt of the 9th is the latest; it arrived on the 5th.
    assert lines.both("learner", "quiz_latest", "10")[0] == "150.0"
    assert lines.both("learner", "quiz_first", "10") == ("--", 0)


async def test_of_the_latest_date_the_first_attempt_counts(tmp_path: Path) -> None:
    """The page takes the lowest id of those with the latest date; here the last one is newest."""
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        {Param.LEARNER: "2"},
        quiz_quizprops=[{"id": 9, "quiz_id": 12, "name": "digest", "value": "d-pre"}],
        quiz_quiz=[{"id": 12, "title": "Before"}],
        oppia_tracker=[event(1)],
        quiz_quizattempt=[attempt(1, 2), attempt(2, 9), attempt(3, 6)],
    )
    assert lines.both("learner", "quiz_latest", "10") == ("20.0", 60)
    assert lines.both("learner", "quiz_first", "10") == ("20.0", 20)


async def test_whole_numbers_divide_without_a_rest_on_sqlite(tmp_path: Path) -> None:
    """8 of 10 points: 80 %, but 8 / 10 = 0 there, so that the quiz is not passed."""
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        {Param.LEARNER: "2"},
        oppia_tracker=[event(1)],
        quiz_quizattempt=[attempt(1, 8, maxscore=10)],
    )
    assert lines.both("learner", "quizzes_passed", "alpha") == ("0", 1)
    reason = lines.reason("learner", "quizzes_passed", "alpha")
    assert "where its database is SQLite whole numbers divide without a rest" in reason


async def test_a_course_that_was_only_downloaded_is_listed(tmp_path: Path) -> None:
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        {Param.LEARNER: "2"},
        oppia_tracker=[event(1, type="download", digest="")],
    )
    assert lines.both("learner", "completed_activities", "alpha") == ("0", None)
    assert lines.both("learner", "downloads", "alpha") == ("0", None)
    assert "only downloaded" in lines.reason("learner", "downloads", "alpha")


async def test_active_courses_are_of_the_131_days_before_now(tmp_path: Path) -> None:
    """As of 1 June 2024: 131 days before is 22 January."""
    for day, period, both in (
        ("2024-01-21", "2024-01", ("", 100)),
        ("2024-01-22", "2024-01", ("100", 100)),
        ("2024-01-22", "2024-02", ("100", None)),
    ):
        folder = tmp_path / f"{day} {period}"
        folder.mkdir()
        dates = {"tracker_date": f"{day} 10:00:00", "submitted_date": f"{day} 12:00:00"}
        lines = await small(folder, period, oppia_tracker=[event(1, **dates)])
        assert lines.both("reports", "active_course", "alpha") == both
    assert "131 days before now" in lines.reason("reports", "active_course", "alpha")


async def test_lists_go_by_impossible_dates_of_the_device(tmp_path: Path) -> None:
    far = {"tracker_date": "2024-04-20 10:00:00", "submitted_date": "2024-03-05 12:00:00"}
    for number, (period, listed) in enumerate((("2024-04", ("1", 0)), ("2024-03", ("1", 2)))):
        folder = tmp_path / str(number)
        folder.mkdir()
        lines = await small(
            folder, period, {Param.TRAINING: "1"}, oppia_tracker=[event(1, **far), event(2)]
        )
        assert lines.both("course", "trackers") == listed


async def test_duplicate_participants_multiply_points(tmp_path: Path) -> None:
    student = {"cohort_id": 5, "user_id": 2, "role": "student"}
    lines = await small(
        tmp_path,
        "2024-03-01..2024-03-31",
        {Param.CLASS: "5"},
        oppia_cohort=[{"id": 5, "description": "Five"}],
        oppia_coursecohort=[{"id": 1, "cohort_id": 5, "course_id": 1}],
        oppia_participant=[{"id": 1, **student}, {"id": 2, **student}],
        oppia_points=[{"id": 1, "user_id": 2, "course_id": 1, "points": 7, "date": "2024-03-05"}],
        oppia_tracker=[event(1)],
    )
    assert lines.both("cohort", "learner_points", "ann") == ("14", 7)
    assert "duplicate participants" in lines.reason("cohort", "learner_points", "ann")
    assert lines.both("cohort", "activity_day", "2024-03-05") == ("1", 1)


async def test_other_stores_say_so(tmp_path: Path) -> None:
    store = await make_store(tmp_path, lambda hand: hand.person("ann"))
    table = await report(store, "reconcile.oppia")
    assert not table.rows
    assert "No data of OppiaMobile" in table.empty


async def test_days_of_learners_are_read_from_an_index(tmp_path: Path) -> None:
    """A server has as many of these rows as learners have days: none of them is read itself."""
    store, _ = await load(tmp_path, None, oppia_tracker=[event(1)])
    asked = (
        "SELECT day, count(DISTINCT person_id), sum(value) FROM reported WHERE source_id = ? "
        "AND name = 'ucd_time_tracked' AND day BETWEEN ? AND ? GROUP BY day"
    )
    with closing(sqlite3.connect(store)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {asked}", (1, 0, 1)).fetchall()
    assert "USING COVERING INDEX reported_day" in plan[0][3]
