"""`reconcile.oppia`: the platform document's numbers, and each fault on a small server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from tests.data.figures.hand_store import dicts, make_store, report
from tests.data.figures.reconcile.test_oppia_servers import check_reasons, store_of, table_of
from tests.data.importers.oppia.factory import AS_OF, attempt, event, load, make

W1 = "2018-05-01..2018-05-31"
W2 = "2016-05-01..2016-06-30"


class Lines:
    """The lines of a page by (page, figure, key)."""

    def __init__(self, table: Table) -> None:
        self.rows = {(row["page"], row["figure"], row["key"]): row for row in dicts(table)}

    def both(self, page: str, figure: str, key: str = "") -> tuple[Any, Any]:
        """Return what the page shows, and ours."""
        row = self.rows[page, figure, key]
        return row["platform"], row["termstats"]

    def reason(self, page: str, figure: str, key: str = "") -> str:
        return str(self.rows[page, figure, key]["reason"])

    def series(self, page: str, figure: str, column: str) -> dict[str, Any]:
        """Return key -> value of the lines that have one that is not 0."""
        return {
            key: row[column]
            for (of, name, key), row in self.rows.items()
            if (of, name) == (page, figure) and row[column]
        }

    def sums(self, page: str, figure: str) -> tuple[float, float]:
        return (
            sum(self.series(page, figure, "platform_raw").values()),
            sum(self.series(page, figure, "termstats").values()),
        )


# ---- the numbers of the platform document --------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("oppia"), "oppia.sqlite3")


def may(days: dict[int, float]) -> dict[str, float]:
    return {f"2018-05-{day:02}": number for day, number in days.items()}


def test_one_month(real: Path) -> None:
    lines = Lines(table_of(real, W1))
    activity = may({3: 3, 4: 1, 6: 6, 7: 5, 9: 3, 18: 2, 30: 1})
    for page in ("home", "reports"):
        assert lines.series(page, "activity_day", "platform_raw") == activity
        assert lines.series(page, "activity_day", "termstats") == activity
        assert lines.both(page, "activity_month", "2018-05") == ("21", 21)
    assert lines.both("reports", "activity_before") == ("505", 505)
    assert lines.both("reports", "downloads_month", "2018-05") == ("1", 1)
    assert lines.both("reports", "downloads_before") == ("39", 39)
    assert lines.both("reports", "registrations_before") == ("4", 2)
    assert lines.sums("reports", "registrations_month") == (0, 0)
    dau = dict.fromkeys(activity, 1)
    assert lines.series("reports", "dau", "platform_raw") == dau
    assert lines.series("reports", "dau", "termstats") == dau
    assert lines.both("reports", "mau", "2018-05") == ("2", 2)
    assert lines.sums("reports", "time_total") == (559, 277)
    times = may({3: 57, 6: 46, 7: 354, 9: 56, 18: 31, 30: 15})
    assert lines.series("reports", "time_total", "platform_raw") == times
    assert lines.series("reports", "time_total", "termstats") == times | may({7: 72})
    texts = lines.series("reports", "time_average", "platform")
    means = {key: int(text) for key, text in texts.items()}
    shown = may({3: 28, 4: 0, 6: 46, 7: 118, 9: 56, 18: 16, 30: 15})
    assert {key: means[key] for key in shown} == shown
    assert sum(means.values()) == 279
    assert lines.series("reports", "time_average", "termstats") == times | may({7: 72})
    assert lines.sums("reports", "searches_month") == lines.sums("reports", "search_term") == (0, 0)
    assert lines.series("reports", "language", "platform") == {"en": "90", "es": "10"}
    assert lines.series("reports", "language", "termstats") == {"en": 85, "es": 10, "de": 5}
    assert lines.both("reports", "inactive_base") == ("2", 2)
    for name in ("1m", "3m", "6m"):
        assert lines.both("reports", f"inactive_{name}") == ("0", 0)
    assert lines.both("reports", "inactive_year", "1") == ("0", 0)
    assert lines.both("home", "leader_points", "demo") == ("600", 600)
    assert lines.both("home", "leader_badges", "demo") == ("0", 1)
    assert lines.both("reports", "course_enrolled", "anc1-all") == ("4", 2)
    assert lines.both("reports", "course_completion", "anc1-all") == ("0.0%", 0)
    assert lines.both("reports", "unique_users") == ("6", 4)


def test_two_months(real: Path) -> None:
    lines = Lines(table_of(real, W2))
    months = {"2016-05": 120, "2016-06": 7}
    for page in ("home", "reports"):
        assert lines.series(page, "activity_month", "platform_raw") == months
        assert lines.sums(page, "activity_day") == (127, 127)
    assert lines.both("reports", "activity_before") == ("205", 205)
    assert lines.sums("reports", "downloads_month") == (3, 3)
    assert lines.both("reports", "downloads_before") == ("2", 2)
    assert lines.sums("reports", "dau") == (22, 16)
    days = [len(lines.series("reports", "dau", name)) for name in ("platform_raw", "termstats")]
    assert days == [20, 15]
    assert lines.series("reports", "mau", "platform_raw") == {"2016-05": 2, "2016-06": 2}
    assert lines.series("reports", "mau", "termstats") == {"2016-05": 2, "2016-06": 2}
    assert lines.sums("reports", "time_total") == (11_028, 11_010)
    means = lines.series("reports", "time_average", "platform")
    assert sum(map(int, means.values())) == 6_566
    assert [means[f"2016-0{day}"] for day in ("5-04", "5-08", "6-06")] == ["834", "1450", "6"]
    assert lines.both("reports", "time_average", "2016-05-06") == ("422", 422.5)
    shares = lines.series("reports", "language", "platform_raw")
    assert shares == pytest.approx({"en": 97.5207, "es": 2.4793}, abs=1e-4)
    ours = lines.series("reports", "language", "termstats")
    assert ours == pytest.approx({"en": 97.5806, "es": 2.4194}, abs=1e-4)


def test_a_course(real: Path) -> None:
    lines = Lines(table_of(real, W1, training="1"))
    assert lines.both("course", "activities") == ("221", 221)
    assert lines.both("course", "trackers") == ("29", 21)
    assert lines.both("course", "downloads") == ("55", 39)
    assert lines.both("course", "downloaders") == ("4", 2)
    assert lines.both("course", "enrolled") == ("4", 2)
    assert lines.both("course", "completed") == ("0", 0)
    shown = dict(zip(range(132, 142), (0.2, 0.6, 0, 0, 0.2, 0, 0.8, 0, 0.8, 0.2), strict=True))
    ours = shown | {138: 0.33}
    for question in shown:
        row = lines.rows["course", "question_difficulty", str(question)]
        assert row["platform_raw"] == pytest.approx(shown[question])
        assert row["termstats"] == pytest.approx(ours[question])
    assert lines.sums("course", "activity_day") == (21, 21)
    assert lines.series("course", "activity_type", "termstats") == {
        "page": 18,
        "quiz": 1,
        "media": 1,
    }
    lines = Lines(table_of(real, W2, training="1"))
    assert lines.both("course", "trackers") == ("128", 125)
    assert lines.sums("course", "activity_day") == (125, 125)
    assert lines.series("course", "activity_type", "platform") == {
        **{"page": "105", "quiz": "17"},
        **dict.fromkeys(("media", "resource"), "0"),
    }


def test_learners_and_a_quiz(real: Path) -> None:
    expected = {
        "2": (1, 264, 12, 0, "-", 0, 0),
        "4": (0, 201, 27, 0, "-", 10, 0),
    }
    names = ("completed_activities", "total_activity", "downloads", "quizzes_passed", "pretest",
             "points", "badges")  # fmt: skip
    for user, numbers in expected.items():
        lines = Lines(table_of(real, W1, learner=user, training="1"))
        for name, number in zip(names, numbers, strict=True):
            ours = None if number == "-" else number
            assert lines.both("learner", name, "anc1-all") == (str(number), ours)
    for user, period, events, all_events in (
        ("2", W1, 17, 17), ("2", W2, 119, 121), ("4", W1, 4, 4), ("4", W2, 6, 6),
    ):  # fmt: skip
        everywhere = Lines(table_of(real, period, learner=user))
        assert everywhere.both("learner", "trackers") == (str(all_events), all_events)
        assert everywhere.sums("learner", "activity_day") == (all_events, all_events)
        there = Lines(table_of(real, period, learner=user, training="1"))
        assert there.both("learner", "trackers") == (str(events), events)
    lines = Lines(table_of(real, W1, learner="2", training="1"))
    assert lines.both("learner", "quiz_attempts", "2") == ("5", 5)
    for name, shown in (("max", "56.6"), ("min", "10.0"), ("avg", "23.3"), ("first", "23.3")):
        platform, ours = lines.both("learner", f"quiz_{name}", "2")
        assert (platform, f"{ours:.1f}") == (shown, shown)
    # The attempt with a device date a year after its arrival is the latest of the device's dates;
    # here it stands at its server date, of the same day as the others.
    assert lines.both("learner", "quiz_latest", "2")[0] == "13.3"


def test_a_cohort(real: Path) -> None:
    lines = Lines(table_of(real, W1, **{"class": "3"}))
    assert lines.sums("cohort", "activity_day") == (17, 17)
    for name, number in (("activities", 1), ("quizzes", 0), ("points", 0), ("badges", 0)):
        assert lines.both("cohort", f"learner_{name}", "demo") == (str(number), number)


# ---- each fault, on a small server ---------------------------------------------------------------


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
