"""OppiaMobile's rules on hand-made rows: summaries, windows, indices, rates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from termstats.data.platform_pages.oppia_course import difficulty, discrimination
from termstats.data.platform_pages.oppia_format import Window, pieces, short, written
from termstats.data.platform_pages.oppia_site import Site, site_pages
from termstats.data.platform_pages.oppia_summaries import (
    Account,
    Course,
    CourseQuiz,
    Facts,
    LoggedEvent,
    QuizAttempt,
    Summaries,
    UserCourse,
    UserDay,
    rebuilt,
)

DAY = date(2024, 3, 5)
ANN, STAFF, FLAGGED = Account(2, "ann"), Account(3, "sam", True), Account(4, "flo", is_flagged=True)
COURSE = Course(
    1,
    "alpha",
    activities=2,
    path=frozenset({"page", "quiz"}),
    pretests=frozenset({"before"}),
    media=frozenset({"film"}),
    quizzes=(CourseQuiz(10, section_order=1), CourseQuiz(11, is_pretest=True, section_order=0)),
)


def logged(**values: Any) -> LoggedEvent:
    plain = {"user": 2, "course": 1, "content": "page", "type": "page", "device_day": DAY}
    return LoggedEvent(**{**plain, "server_day": DAY, **values})


def summaries(*events: LoggedEvent, divides_whole: bool = False, **more: Any) -> Summaries:
    accounts = {account.id: account for account in (ANN, STAFF, FLAGGED)}
    return rebuilt(Facts(accounts, {1: COURSE}, events, **more), divides_whole=divides_whole)


def test_course_days_leave_out_rule_a_and_count_no_null() -> None:
    found = summaries(
        logged(), logged(), logged(type=""), logged(type=None), logged(type=None),
        logged(user=3), logged(user=4),
        logged(course=None, type="search"), logged(course=None, type=""),
    )  # fmt: skip
    assert found.course_days == {
        (1, DAY, "page"): 2, (1, DAY, ""): 1, (1, DAY, None): 0, (None, DAY, "search"): 1,
    }  # fmt: skip
    assert found.totals() == {(DAY, "page"): 2, (DAY, ""): 1, (DAY, None): 0, (DAY, "search"): 1}


def test_user_days_hold_both_dates_of_everybody() -> None:
    later = DAY + timedelta(days=2)
    found = summaries(logged(user=4, server_day=later, seconds=60), logged(course=None))
    assert sorted(found.user_days) == [
        UserDay(DAY, 4, 1, "page", 1, 60, 0, 0),
        UserDay(later, 4, 1, "page", 0, 0, 1, 60),
    ]


def test_user_courses_need_more_than_a_download() -> None:
    assert summaries(logged(type="download", content="")).user_courses == {}
    found = summaries(
        logged(type="download", content=""), logged(is_completed=True), logged(content="before"),
        logged(content="old", is_completed=True), logged(content="film", is_completed=True),
        points=[(2, 1, 5), (2, 1, 2), (2, None, 100)], awards=[(2, 1), (2, None)],
    )  # fmt: skip
    assert found.user_courses == {
        (2, 1): UserCourse(
            points=7, total_downloads=1, total_activity=4, badges_achieved=1, media_viewed=1,
            completed_activities=1, total_activity_current=2, total_activity_previous=2,
        )
    }  # fmt: skip


def test_badges_of_courses_without_activity_are_lost() -> None:
    found = summaries(points=[(2, 1, 5)], awards=[(2, 1)])
    assert tuple(found.user_points[2]) == (5, 0)


@pytest.mark.parametrize(
    ("score", "maximum", "passes", "on_sqlite"),
    [(75, 100, 1, 0), (74, 100, 0, 0), (100, 100, 1, 1), (7.5, 10, 1, 1), (9, 0, 0, 0)],
)
def test_quizzes_pass_at_75_percent(
    score: float, maximum: float, passes: int, on_sqlite: int
) -> None:
    attempts = [QuizAttempt(1, 2, 10, 0, score, maximum), QuizAttempt(2, 2, 11, 0, 10, 10)]
    for divides_whole, expected in ((False, passes), (True, on_sqlite)):
        row = summaries(logged(), attempts=attempts, divides_whole=divides_whole).user_courses[2, 1]
        assert row.quizzes_passed == expected


def test_the_pretest_is_measured_by_the_first_maximum() -> None:
    attempts = [QuizAttempt(1, 2, 11, 0, 4, 10), QuizAttempt(2, 2, 11, 0, 15, 20)]
    row = summaries(logged(), attempts=attempts).user_courses[2, 1]
    assert row.pretest_score == 150


def test_months_are_stepped_through() -> None:
    def months(first: date, last: date) -> list[str]:
        return list(Window(first, last).months())

    assert months(date(2024, 1, 20), date(2024, 3, 19)) == ["2024-01", "2024-02"]
    assert months(date(2024, 1, 20), date(2024, 3, 20)) == ["2024-01", "2024-02", "2024-03"]
    # The 31st is clipped to the end of a shorter month.
    assert months(date(2024, 1, 31), date(2024, 2, 29)) == ["2024-01", "2024-02"]
    # The steps go on from the clipped day: 31 January, 29 February, 29 March.
    three = ["2024-01", "2024-02", "2024-03"]
    assert months(date(2024, 1, 31), date(2024, 3, 28)) == three[:2]
    assert months(date(2024, 1, 31), date(2024, 3, 29)) == three
    assert Window(date(2024, 1, 20), date(2024, 2, 3)).reach == (
        date(2024, 1, 1),
        date(2024, 2, 29),
    )


def test_indices_of_questions() -> None:
    # 10 responses, 4 with points: the upper three are right, the lower three wrong.
    points = [0, 0, 1, 0, 0.5, 0, 0, 2, 0, 1]
    assert difficulty(points) == 0.4
    assert discrimination(points) == 100
    # 7 of 10 right: all three upper, none of the three lower; 8 of 10: one of the lower.
    assert discrimination([1] * 8 + [0] * 2) == pytest.approx(100 * (3 - 1) / 3)
    assert discrimination([1, 0]) == discrimination([]) == difficulty([]) == 0


def test_how_numbers_are_written() -> None:
    assert [short(value) for value in (90.0, 97.5207, 0.04, 0.05)] == ["90", "97.5", "0", "0.1"]
    assert [written("time_average", value) for value in (834.5, 1449.5, 5.75)] == [
        *("834", "1450", "6"),
    ]
    assert [written("quiz_max", value) for value in (56.6, 0.0, None)] == ["56.6", "--", "--"]
    assert [written("pretest", value) for value in (12.25, 0.0, None)] == ["12.3", "0.0", "-"]
    assert written("course_completion", None) == ""


def test_pies_add_up_what_is_small() -> None:
    assert pieces({"a": 6, "b": 3, "c": 1}, 1) == {"a": 60, "Other": 40}
    assert pieces({}, 1) == {}


def test_inactive_counts_activity_after_the_period() -> None:
    end = date(2024, 3, 31)
    days = {2: end - timedelta(days=32), 3: end - timedelta(days=400), 4: end}
    people = {n: Account(n, str(n)) for n in (2, 5, 6, 7)} | {3: STAFF, 4: FLAGGED}
    days |= {5: end - timedelta(days=31), 6: end + timedelta(days=9), 7: end - timedelta(days=366)}
    site = Site(people, {}, {}, {}, {}, {}, days, {}, {}, years=1)
    shown = {(cell.figure, cell.key): cell.platform for cell in site_pages(site, Window(end, end))}
    assert shown["inactive_base", ""] == "4"
    assert [shown[f"inactive_{n}m", ""] for n in (1, 3, 6)] == ["2", "1", "1"]
    assert shown["inactive_year", "1"] == "1"
    assert ("inactive_year", "2") not in shown
