"""OppiaMobile's pages about one learner and one cohort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, cell
from termstats.data.platform_pages.oppia_summaries import (
    Account,
    Course,
    Pair,
    QuizAttempt,
    UserCourse,
)

LEARNER, COHORT = "learner", "cohort"
_GOOD = 75
"""Percent that the best attempt has to exceed on the page of a user in a course."""


@dataclass(frozen=True)
class LearnerPage:
    """What the pages about one user are made of."""

    user: int
    courses: Sequence[Course]
    user_courses: Mapping[Pair, UserCourse]
    attempts: Sequence[QuizAttempt]
    """Those of the user, in the order of their ids."""
    days: Mapping[date, int]
    """Day of the device -> events in the courses."""
    details: int
    """Events of the window by the device's date, its last day cut off; none of an empty type."""
    listed: Container[int] = ()
    """Courses that the page lists though the user did nothing but download them, or nothing yet."""
    seconds: Mapping[int, int] = field(default_factory=dict)
    """Course -> time of the days of the window."""


def learner_page(page: LearnerPage, window: Window) -> list[PageCell]:
    """Return everything on the user's page, and on that of the user in each of the courses."""
    cells = [cell(LEARNER, "activity_day", str(d), page.days.get(d, 0)) for d in window.days()]
    cells.append(cell(LEARNER, "trackers", "", page.details))
    rows = {
        course: page.user_courses.get((page.user, course.id), UserCourse())
        for course in page.courses
        if (page.user, course.id) in page.user_courses or course.id in page.listed
    }
    for course, row in rows.items():
        for figure, value in (
            ("completed_activities", row.completed_activities),
            ("activities", course.activities),
            ("total_activity", row.total_activity),
            ("downloads", row.total_downloads),
            ("quizzes_passed", row.quizzes_passed),
            ("quizzes", sum(not quiz.is_pretest for quiz in course.quizzes)),
            ("pretest", row.pretest_score),
            ("points", row.points),
            ("badges", row.badges_achieved),
            ("media_viewed", row.media_viewed),
            ("media", len(course.media)),
            ("time_spent", page.seconds.get(course.id, 0)),
        ):
            cells.append(cell(LEARNER, figure, course.shortname, value))
    for course, row in rows.items():
        if not fails(course):
            done = 100 * row.completed_activities / course.activities
            cells.append(cell(LEARNER, "completion", course.shortname, done))
            cells += _quizzes(course, page.attempts)
    return cells


def fails(course: Course) -> bool:
    """Return whether the page of a user in the course ends in an error of the server."""
    return not course.activities or any(quiz.quiz is None for quiz in course.quizzes)


def _quizzes(course: Course, attempts: Sequence[QuizAttempt]) -> Iterator[PageCell]:
    tried_quizzes = passed = 0
    pretest: float | None = None
    for quiz in course.quizzes:
        key = str(quiz.quiz)
        tried = [attempt for attempt in attempts if attempt.quiz == quiz.quiz]
        yield cell(LEARNER, "quiz_attempts", key, len(tried))
        maximum = tried[0].maximum if tried else 0.0
        scores = [100 * each.score / maximum if maximum else 0.0 for each in tried]
        # Equal dates stay in the order of the ids.
        in_time = [score for _at, score in sorted(zip((a.at for a in tried), scores, strict=True),
                                                  key=lambda pair: pair[0])]  # fmt: skip
        newest = max((attempt.at for attempt in tried), default=None)
        for figure, value in (
            ("quiz_max", max(scores, default=None)),
            ("quiz_min", min(scores, default=None)),
            ("quiz_first", in_time[0] if in_time else None),
            # Of several of that date the one with the lowest id.
            ("quiz_latest", next((s for s, a in zip(scores, tried, strict=True)
                                  if a.at == newest), None)),
            ("quiz_avg", sum(scores) / len(scores) if scores else None),
        ):  # fmt: skip
            yield cell(LEARNER, figure, key, value)
        if quiz.is_pretest:
            pretest = in_time[0] if in_time else pretest
        elif scores:
            tried_quizzes += 1
            passed += max(scores) > _GOOD
    yield cell(LEARNER, "quizzes_attempted", course.shortname, tried_quizzes)
    yield cell(LEARNER, "quizzes_over_75", course.shortname, passed)
    yield cell(LEARNER, "pretest_first", course.shortname, pretest)


@dataclass(frozen=True)
class CohortPage:
    """What the pages about one cohort are made of."""

    courses: Sequence[Course]
    students: Sequence[Account]
    """As often as they are participants."""
    days: Mapping[date, int]
    """Day of the device -> events of students in the courses, staff's left out."""
    user_courses: Mapping[Pair, UserCourse]
    points: Mapping[Pair, int]
    """Points as they were given, by user and course."""
    of_one_course: bool = False
    """Whether it is the page of the cohort in one course."""


def cohort_page(page: CohortPage, window: Window) -> list[PageCell]:
    """Return everything on the cohort's page for `window`."""
    cells = [cell(COHORT, "activity_day", str(d), page.days.get(d, 0)) for d in window.days()]
    times = Counter(student.id for student in page.students)
    for student in sorted(set(page.students)):
        pairs = [(student.id, course.id) for course in page.courses]
        rows = [page.user_courses.get(pair, UserCourse()) for pair in pairs]
        points = sum(row.points for row in rows)
        if not page.of_one_course:
            # The leaderboard adds over a join with the participants.
            points = times[student.id] * sum(page.points.get(pair, 0) for pair in pairs)
        if page.of_one_course:
            for figure, number in (
                ("learner_pretest", rows[0].pretest_score or 0),
                ("learner_media", rows[0].media_viewed),
            ):
                cells.append(cell(COHORT, figure, student.username, number))
        for figure, value in (
            ("learner_activities", sum(row.completed_activities for row in rows)),
            ("learner_quizzes", sum(row.quizzes_passed for row in rows)),
            ("learner_points", points),
            ("learner_badges", sum(row.badges_achieved for row in rows)),
        ):
            cells.append(cell(COHORT, figure, student.username, value))
    return cells
