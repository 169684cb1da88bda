"""OppiaMobile's four summary tables, as a full rebuild on the server fills them from its log.

Most pages of the server read them. Days are those of the device's date, impossible ones too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

DOWNLOAD, SEARCH = "download", "search"
_WITHOUT_COURSE = (SEARCH, "login", "register")
"""Types that are summed where an event has no course."""
PASS_SHARE = 0.75
"""Share of the points that passes a quiz, whatever its own pass mark is."""

Pair = tuple[int, int]
"""User and course."""
Totals = Mapping[tuple[date, str | None], int]
"""(day, type) -> events of all courses and none: the rows of `summary_coursedailystats` added."""


class Account(NamedTuple):
    """One account of the server."""

    id: int
    username: str
    is_staff: bool = False
    is_admin: bool = False
    is_flagged: bool = False
    """Exclude from reporting."""
    joined: date | None = None

    @property
    def is_reported(self) -> bool:
        """Return whether rules A and B let the account count."""
        return not (self.is_staff or self.is_admin or self.is_flagged)


class LoggedEvent(NamedTuple):
    """One row of the event log; the days are those of its device and of its server date."""

    user: int
    course: int | None
    content: str
    """What it was about: equal for equal content of a course; empty for none."""
    type: str | None
    device_day: date
    server_day: date
    is_completed: bool = False
    seconds: int = 0


class QuizAttempt(NamedTuple):
    """One attempt at a quiz; `at`: the device's date, seconds since 1970."""

    id: int
    user: int
    quiz: int | None
    at: int
    score: float
    maximum: float


class CourseQuiz(NamedTuple):
    """One quiz activity of a course's current version; `quiz`: None where it has no quiz row."""

    quiz: int | None
    is_pretest: bool = False
    section_order: int = 1


@dataclass(frozen=True)
class Course:
    """What the current version of a course holds."""

    id: int
    shortname: str
    status: str = "live"
    activities: int = 0
    """Those that count for completion."""
    path: frozenset[str] = frozenset()
    """Their content."""
    pretests: frozenset[str] = frozenset()
    """Content that does not."""
    media: frozenset[str] = frozenset()
    quizzes: tuple[CourseQuiz, ...] = ()
    feedback: tuple[int, ...] = ()
    """The quizzes behind its feedback."""


class UserDay(NamedTuple):
    """One row of `summary_usercoursedailysummary`: what was done, and what arrived, on a day."""

    day: date
    user: int
    course: int | None
    type: str
    tracked: int = 0
    time_tracked: int = 0
    submitted: int = 0
    time_submitted: int = 0


class DayUse(NamedTuple):
    """What the rows of one day in `summary_usercoursedailysummary` add up to."""

    users: int = 0
    """Distinct, of those who are reported."""
    rows: int = 0
    """Of everybody."""
    seconds: int = 0
    """By the device's date, of everybody."""


class UserCourse(NamedTuple):
    """One row of `summary_usercoursesummary`, without its user and course."""

    points: int = 0
    total_downloads: int = 0
    total_activity: int = 0
    quizzes_passed: int = 0
    badges_achieved: int = 0
    pretest_score: float | None = None
    media_viewed: int = 0
    completed_activities: int = 0
    total_activity_current: int = 0
    total_activity_previous: int = 0


class UserPoints(NamedTuple):
    """One row of `summary_userpointssummary`, without its user."""

    points: int = 0
    badges: int = 0


@dataclass(frozen=True)
class Facts:
    """What the server's summaries are filled from."""

    accounts: Mapping[int, Account]
    courses: Mapping[int, Course]
    events: Sequence[LoggedEvent]
    attempts: Sequence[QuizAttempt] = ()
    """In the order of their ids."""
    points: Sequence[tuple[int, int | None, int]] = ()
    """(user, course, points)."""
    awards: Sequence[tuple[int, int | None]] = ()
    """(user, course)."""


@dataclass(frozen=True)
class Summaries:
    """The four tables."""

    course_days: Mapping[tuple[int | None, date, str | None], int] = field(default_factory=dict)
    user_days: Sequence[UserDay] = ()
    user_courses: Mapping[Pair, UserCourse] = field(default_factory=dict)
    user_points: Mapping[int, UserPoints] = field(default_factory=dict)

    def totals(self, course: int | None = None) -> Totals:
        """Return events per day and type: of one course, or of all courses and none."""
        totals: Counter[tuple[date, str | None]] = Counter()
        for (of, day, kind), total in self.course_days.items():
            if course in (None, of):
                totals[day, kind] += total
        return totals


def uses_per_day(rows: Iterable[UserDay], reported: Container[int]) -> dict[date, DayUse]:
    """Return day -> what its rows add up to; `reported`: users whom rule B lets count."""
    users: dict[date, set[int]] = defaultdict(set)
    times: dict[date, list[int]] = defaultdict(list)
    for row in rows:
        times[row.day].append(row.time_tracked)
        if row.user in reported:
            users[row.day].add(row.user)
    return {
        day: DayUse(len(users[day]), len(seconds), sum(seconds)) for day, seconds in times.items()
    }


def users_per_month(rows: Iterable[UserDay], reported: Container[int]) -> dict[str, int]:
    """Return `2016-05` -> distinct users with a row in that month; as above."""
    users: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.user in reported:
            users[f"{row.day:%Y-%m}"].add(row.user)
    return {month: len(ids) for month, ids in users.items()}


def rebuilt(facts: Facts, *, divides_whole: bool = False) -> Summaries:
    """Return the summary tables of a server.

    `divides_whole`: its database is SQLite, where whole numbers divide without a rest, so that a
    quiz with whole points counts as passed with all of them only.
    """
    courses = _user_courses(facts, divides_whole=divides_whole)
    return Summaries(
        _course_days(facts), _user_days(facts.events), courses, _user_points(facts, courses)
    )


def _course_days(facts: Facts) -> dict[tuple[int | None, date, str | None], int]:
    totals: Counter[tuple[int | None, date, str | None]] = Counter()
    for event in facts.events:
        account = facts.accounts.get(event.user)
        if account is None or not account.is_reported:
            continue
        if event.course is not None or event.type in _WITHOUT_COURSE:
            # Counting a type that is NULL gives a row with a total of 0.
            totals[event.course, event.device_day, event.type] += event.type is not None
    return dict(totals)


def _user_days(events: Iterable[LoggedEvent]) -> list[UserDay]:
    sums: dict[tuple[date, int, int, str], list[int]] = defaultdict(lambda: [0] * 4)
    for event in events:
        if event.type is None or event.course is None:
            continue
        for day, at in ((event.device_day, 0), (event.server_day, 2)):
            numbers = sums[day, event.user, event.course, event.type]
            numbers[at] += 1
            numbers[at + 1] += event.seconds
    return [UserDay(*key, *numbers) for key, numbers in sums.items()]


def _user_courses(facts: Facts, *, divides_whole: bool) -> dict[Pair, UserCourse]:
    events: dict[Pair, list[LoggedEvent]] = defaultdict(list)
    for event in facts.events:
        if event.course is not None and event.course in facts.courses:
            events[event.user, event.course].append(event)
    points: Counter[tuple[int, int | None]] = Counter()
    for user, course_id, given in facts.points:
        points[user, course_id] += given
    badges = Counter(facts.awards)
    attempts: dict[tuple[int, int | None], list[QuizAttempt]] = defaultdict(list)
    for attempt in facts.attempts:
        attempts[attempt.user, attempt.quiz].append(attempt)
    rows = {}
    for pair, logged in events.items():
        if all(event.type == DOWNLOAD for event in logged):
            continue
        user, course = pair[0], facts.courses[pair[1]]
        tried = {each: attempts[user, each.quiz] for each in course.quizzes}
        downloads = sum(event.type == DOWNLOAD for event in logged)
        current = sum(event.content in course.path | course.pretests for event in logged)
        done = {event.content for event in logged if event.is_completed}
        rows[pair] = UserCourse(
            points=points[pair],
            total_downloads=downloads,
            total_activity=len(logged) - downloads,
            quizzes_passed=_passed(tried, divides_whole=divides_whole),
            badges_achieved=badges[pair],
            pretest_score=_pretest_score(tried),
            media_viewed=len(done & course.media),
            completed_activities=len(done & course.path),
            total_activity_current=current,
            total_activity_previous=len(logged) - downloads - current,
        )
    return rows


def _passed(tried: Mapping[CourseQuiz, Sequence[QuizAttempt]], *, divides_whole: bool) -> int:
    return sum(
        any(_share(attempt, divides_whole=divides_whole) >= PASS_SHARE for attempt in attempts)
        for quiz, attempts in tried.items()
        if not quiz.is_pretest and quiz.quiz is not None
    )


def _share(attempt: QuizAttempt, *, divides_whole: bool) -> float:
    score, maximum = attempt.score, attempt.maximum
    if not maximum:
        return 0.0
    if divides_whole and float(score).is_integer() and float(maximum).is_integer():
        return score // maximum
    return score / maximum


def _pretest_score(tried: Mapping[CourseQuiz, Sequence[QuizAttempt]]) -> float | None:
    first = [attempts for quiz, attempts in tried.items() if quiz.section_order == 0]
    if len(first) != 1 or not first[0] or not first[0][0].maximum:
        return None
    return 100 * max(attempt.score for attempt in first[0]) / first[0][0].maximum


def _user_points(facts: Facts, courses: Mapping[Pair, UserCourse]) -> dict[int, UserPoints]:
    points: Counter[int] = Counter()
    for user, _course, given in facts.points:
        points[user] += given
    badges: Counter[int] = Counter()
    for (user, _course_id), row in courses.items():
        badges[user] += row.badges_achieved
    return {user: UserPoints(total, badges[user]) for user, total in points.items()}
