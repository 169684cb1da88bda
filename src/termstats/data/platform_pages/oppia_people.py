"""OppiaMobile's pages about one course, one learner and one cohort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, cell
from termstats.data.platform_pages.oppia_summaries import (
    Account,
    Course,
    Pair,
    QuizAttempt,
    Totals,
    UserCourse,
)

COURSE, LEARNER, COHORT = "course", "learner", "cohort"
ENDS_SHARE = 0.3
"""Share of the responses in the upper, and in the lower group of a question."""


@dataclass(frozen=True)
class CoursePage:
    """What the pages about one course are made of."""

    course: Course
    accounts: Mapping[int, Account]
    user_courses: Mapping[Pair, UserCourse]
    totals: Totals
    """Of the course, of all days."""
    details: int
    """Events of the window by the device's date, its last day cut off; of everybody."""
    responses: Mapping[str, Sequence[float]]
    """Question -> points of every response, staff's left out."""


TYPES = ("page", "quiz", "media", "resource")
"""Types of events that the course's graph shows beside all of them."""


def course_page(page: CoursePage, window: Window) -> list[PageCell]:
    """Return everything on the course's page and its lists, and the indices of its questions."""
    course = page.course
    rows = {user: row for (user, of), row in page.user_courses.items() if of == course.id}
    unflagged = [row for user, row in rows.items() if not page.accounts[user].is_flagged]
    completed = sum(row.completed_activities >= course.activities for row in rows.values())
    cells = [
        cell(COURSE, "activities", "", course.activities),
        cell(COURSE, "trackers", "", page.details),
        cell(COURSE, "downloads", "", sum(row.total_downloads for row in unflagged)),
        cell(COURSE, "downloaders", "", len(unflagged)),
        cell(COURSE, "enrolled", "", len(rows)),
        cell(COURSE, "completed", "", completed),
    ]
    days: Counter[date] = Counter()
    types = Counter(dict.fromkeys(TYPES, 0))
    for (day, kind), total in page.totals.items():
        days[day] += total
        if kind in types and window.first <= day <= window.last:
            types[str(kind)] += total
    cells += [cell(COURSE, "activity_day", str(day), days[day]) for day in window.days()]
    cells += [cell(COURSE, "activity_type", kind, total) for kind, total in types.items()]
    for question, points in page.responses.items():
        for figure, value in (
            ("question_difficulty", difficulty(points)),
            ("question_discrimination", discrimination(points)),
        ):
            cells.append(cell(COURSE, figure, question, value))
    return cells


def difficulty(points: Sequence[float]) -> float:
    """Return the share of responses with any points, 0 to 1; 0 without responses."""
    return sum(each > 0 for each in points) / len(points) if points else 0.0


def discrimination(points: Sequence[float]) -> float:
    """Return how much more of the upper than of the lower responses are right, in percent.

    The responses are ordered by the question's own points, so that mostly it says 100 or 0.
    """
    size = int(ENDS_SHARE * len(points))
    if not size:
        return 0.0
    right = [each > 0 for each in sorted(points, reverse=True)]
    return 100 * (sum(right[:size]) - sum(right[-size:])) / size


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


def learner_page(page: LearnerPage, window: Window) -> list[PageCell]:
    """Return everything on the user's page, and on that of the user in each of the courses."""
    user, courses, user_courses = page.user, page.courses, page.user_courses
    cells = [cell(LEARNER, "activity_day", str(d), page.days.get(d, 0)) for d in window.days()]
    cells.append(cell(LEARNER, "trackers", "", page.details))
    for course in courses:
        row = user_courses.get((user, course.id))
        if row is None:
            continue
        for figure, value in (
            ("completed_activities", row.completed_activities),
            ("total_activity", row.total_activity),
            ("downloads", row.total_downloads),
            ("quizzes_passed", row.quizzes_passed),
        ):
            cells.append(cell(LEARNER, figure, course.shortname, value))
        cells += [
            cell(LEARNER, "pretest", course.shortname, row.pretest_score),
            cell(LEARNER, "points", course.shortname, row.points),
            cell(LEARNER, "badges", course.shortname, row.badges_achieved),
        ]
    for course in courses:
        if (user, course.id) in user_courses and not fails(course):
            cells += _quizzes(course, page.attempts)
    return cells


def fails(course: Course) -> bool:
    """Return whether the page of a user in the course ends in an error of the server."""
    return not course.activities or any(quiz.quiz is None for quiz in course.quizzes)


def _quizzes(course: Course, attempts: Sequence[QuizAttempt]) -> Iterator[PageCell]:
    for quiz in course.quizzes:
        key = str(quiz.quiz)
        tried = [attempt for attempt in attempts if attempt.quiz == quiz.quiz]
        yield cell(LEARNER, "quiz_attempts", key, len(tried))
        maximum = tried[0].maximum if tried else 0.0
        scores = [100 * each.score / maximum if maximum else 0.0 for each in tried]
        # Equal dates stay in the order of the ids.
        in_time = [score for _at, score in sorted(zip((a.at for a in tried), scores, strict=True),
                                                  key=lambda pair: pair[0])]  # fmt: skip
        for figure, value in (
            ("quiz_max", max(scores, default=None)),
            ("quiz_min", min(scores, default=None)),
            ("quiz_first", in_time[0] if in_time else None),
            ("quiz_latest", in_time[-1] if in_time else None),
            ("quiz_avg", sum(scores) / len(scores) if scores else None),
        ):
            yield cell(LEARNER, figure, key, value)


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
        for figure, value in (
            ("learner_activities", sum(row.completed_activities for row in rows)),
            ("learner_quizzes", sum(row.quizzes_passed for row in rows)),
            ("learner_points", points),
            ("learner_badges", sum(row.badges_achieved for row in rows)),
        ):
            cells.append(cell(COHORT, figure, student.username, value))
    return cells
