"""OppiaMobile's pages about one course: its graph and numbers, who completed it, its quizzes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, cell, month_of
from termstats.data.platform_pages.oppia_summaries import (
    Account,
    Course,
    Pair,
    QuizAttempt,
    Totals,
    UserCourse,
)

COURSE = "course"
TYPES = ("page", "quiz", "media", "resource")
"""Types of events that the course's graph shows beside all of them."""
SQLITE = "SQLite"
"""Key of what only a server on that database shows."""
LEADERS = 10
"""People of the course's leaderboard."""
ENDS_SHARE = 0.3
"""Share of the responses in the upper, and in the lower group of a question."""


@dataclass(frozen=True)
class CoursePage:
    """What the pages about one course are made of."""

    course: Course
    accounts: Mapping[int, Account]
    user_courses: Mapping[Pair, UserCourse]
    totals: Totals
    """Of the course, of the days of the window."""
    details: int
    """Events of the window by the device's date, its last day cut off; of everybody."""
    responses: Mapping[str, Sequence[float]]
    """Question -> points of every response, staff's left out."""
    attempts: Sequence[QuizAttempt] = ()
    """Those at its quizzes and feedback, of everybody."""


def course_page(page: CoursePage, window: Window) -> list[PageCell]:
    """Return everything on the course's page, its lists and graphs, and of its quizzes."""
    rows = {user: row for (user, of), row in page.user_courses.items() if of == page.course.id}
    return [
        *_numbers(page, rows),
        *_graph(page, window),
        *_people(page, rows),
        *_tests(page),
        *_indices(page),
    ]


def _numbers(page: CoursePage, rows: Mapping[int, UserCourse]) -> Iterator[PageCell]:
    course = page.course
    unflagged = [row for user, row in rows.items() if not page.accounts[user].is_flagged]
    completed = sum(row.completed_activities >= course.activities for row in rows.values())
    for figure, value in (
        ("activities", course.activities),
        ("quizzes", sum(not quiz.is_pretest for quiz in course.quizzes)),
        ("media", len(course.media)),
        ("trackers", page.details),
        ("downloads", sum(row.total_downloads for row in unflagged)),
        ("downloaders", len(unflagged)),
        ("enrolled", len(rows)),
        ("completed", completed),
        ("in_progress", len(rows) - completed),
    ):
        yield cell(COURSE, figure, "", value)


def _graph(page: CoursePage, window: Window) -> Iterator[PageCell]:
    """Yield the graph of days and of months, of all events and by type."""
    per_type: dict[str, Counter[str]] = defaultdict(Counter)
    for (day, kind), total in page.totals.items():
        for name in ("activity", *((kind,) if kind in TYPES else ())):
            per_type[name][str(day)] += total
            per_type[name][month_of(day)] += total
    months = sorted({month_of(day) for day, _kind in page.totals})
    for name in ("activity", *TYPES):
        for day in window.days():
            yield cell(COURSE, f"{name}_day", str(day), per_type[name][str(day)])
        for month in months:
            yield cell(COURSE, f"{name}_month", month, per_type[name][month])
    for kind in TYPES:
        yield cell(COURSE, "activity_type", kind, sum(per_type[kind][month] for month in months))
    yield cell(COURSE, "graph_points", SQLITE, _points(page.totals))


def _points(totals: Totals) -> int:
    """Return the points of the daily graph on SQLite, where rows come by type, then by day.

    Neighbours of one day are one point; a day that comes again is another.
    """
    days = [day for _kind, day in sorted((kind or "", day) for day, kind in totals)]
    return sum(index == 0 or days[index - 1] != day for index, day in enumerate(days))


def _people(page: CoursePage, rows: Mapping[int, UserCourse]) -> Iterator[PageCell]:
    """Yield who completed it, is in progress, and leads."""
    total = page.course.activities
    for user in sorted(rows):
        name, done = page.accounts[user].username, rows[user].completed_activities
        yield cell(COURSE, "learner_activities", name, done)
        if total:
            yield cell(COURSE, "learner_completion", name, 100 * done / total)
    ranked = sorted(rows, key=lambda user: -rows[user].points)
    for user in ranked[:LEADERS]:
        yield cell(COURSE, "leader_points", page.accounts[user].username, rows[user].points)


def _tests(page: CoursePage) -> Iterator[PageCell]:
    """Yield mean and attempts of quizzes, and the attempts that feedback lists."""
    by_quiz: dict[int | None, list[float]] = defaultdict(list)
    for each in page.attempts:
        # A maximum of 0 counts as 0 percent; halves go to the even neighbour.
        percent = round(100 * each.score / each.maximum) if each.maximum else 0
        by_quiz[each.quiz].append(percent)
    for quiz in dict.fromkeys(each.quiz for each in page.course.quizzes if each.quiz is not None):
        scores = by_quiz[quiz]
        yield cell(COURSE, "quiz_attempts", str(quiz), len(scores))
        yield cell(COURSE, "quiz_average", str(quiz), fmean(scores) if scores else 0)
    for quiz in dict.fromkeys(page.course.feedback):
        yield cell(COURSE, "feedback_attempts", str(quiz), len(by_quiz[quiz]))


def _indices(page: CoursePage) -> Iterator[PageCell]:
    for question, points in page.responses.items():
        yield cell(COURSE, "question_difficulty", question, difficulty(points))
        yield cell(COURSE, "question_discrimination", question, discrimination(points))


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
