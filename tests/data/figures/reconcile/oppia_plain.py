"""What OppiaMobile's pages show, asked in plain SQL of a server's database and its own summaries.

Written apart from the figure and from the importer, as the second opinion of its tests.
"""
# Nothing but constants of this module and numbers is put into its SQL.
# ruff: noqa: S608

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Shown = dict[tuple[str, str, str], float | None]
"""(page, figure, key) -> the number before it is written; None: the page shows none."""
REPORTED = (
    "(SELECT u.id FROM auth_user u LEFT JOIN profile_userprofile p ON p.user_id = u.id "
    "WHERE NOT u.is_staff AND NOT u.is_superuser AND NOT coalesce(p.exclude_from_reporting, 0))"
)
NO_STAFF = "(SELECT id FROM auth_user WHERE NOT is_staff)"
UNFLAGGED = (
    "(SELECT u.id FROM auth_user u LEFT JOIN profile_userprofile p ON p.user_id = u.id "
    "WHERE NOT coalesce(p.exclude_from_reporting, 0))"
)


class Database:
    """A server's database, read only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        return self.rows(sql, *values)[0][0]


def days_of(first: date, last: date) -> list[str]:
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def stepped_months(first: date, last: date) -> list[str]:
    """Months from the first day while that day of the month is not past the end."""
    found, year, month = [], first.year, first.month
    while date(year, month, min(first.day, 28)) <= last:
        found.append(f"{year}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def site(db: Database, first: date, last: date) -> Shown:
    """Home and reports; the first day is at most the 28th."""
    shown: Shown = {}
    per_day = dict(db.rows("SELECT day, sum(total) FROM summary_coursedailystats GROUP BY 1"))
    users = (
        "SELECT count(DISTINCT user_id) FROM summary_usercoursedailysummary "
        f"WHERE user_id IN {REPORTED} AND "
    )
    times = "FROM summary_usercoursedailysummary WHERE day = ?"
    for day in days_of(first, last):
        for page in ("home", "reports"):
            shown[page, "activity_day", day] = per_day.get(day, 0)
        shown["reports", "dau", day] = db.one(f"{users} day = ?", day)
        total, mean = db.rows(
            f"SELECT sum(time_spent_tracked), avg(time_spent_tracked) {times}", day
        )[0]
        shown["reports", "time_total", day] = total or 0
        shown["reports", "time_average", day] = mean or 0
    for month in stepped_months(first, last):
        whole = f"{month}%"
        shown["home", "activity_month", month] = db.one(
            "SELECT coalesce(sum(total), 0) FROM summary_coursedailystats WHERE day LIKE ?", whole
        )
        shown["reports", "mau", month] = db.one(f"{users} day LIKE ?", whole)
    _sums(db, shown, first, last)
    _accounts(db, shown, first, last)
    _events(db, shown, first, last)
    _courses(db, shown)
    return shown


def _sums(db: Database, shown: Shown, first: date, last: date) -> None:
    table = "FROM summary_coursedailystats"
    for name, where in (
        ("activity", "1"),
        ("downloads", "type = 'download'"),
        ("searches", "type = 'search'"),
    ):
        inside = f"{table} WHERE {where} AND day BETWEEN ? AND ? GROUP BY 1"
        if name == "downloads":
            for day, total in db.rows(f"SELECT day, sum(total) {inside}", str(first), str(last)):
                shown["reports", "downloads_day", day] = total
        for month, total in db.rows(
            f"SELECT substr(day, 1, 7), sum(total) {inside}", str(first), str(last)
        ):
            shown["reports", f"{name}_month", month] = total
        if name != "searches":
            shown["reports", f"{name}_before", ""] = db.one(
                f"SELECT coalesce(sum(total), 0) {table} WHERE {where} AND day < ?", str(first)
            )


def _accounts(db: Database, shown: Shown, first: date, last: date) -> None:
    for month, users in db.rows(
        f"SELECT substr(date_joined, 1, 7), count(*) FROM auth_user WHERE id IN {REPORTED} "
        "AND date_joined >= ? AND date_joined <= ? GROUP BY 1",
        f"{first} 00:00:00",
        f"{last} 00:00:00",
    ):
        shown["reports", "registrations_month", month] = users
    shown["reports", "registrations_before", ""] = db.one(
        "SELECT count(*) FROM auth_user WHERE date_joined < ?", f"{first} 00:00:00"
    )
    shown["reports", "unique_users", ""] = db.one("SELECT count(*) FROM auth_user")
    seen = (
        f"SELECT DISTINCT user_id FROM summary_usercoursedailysummary WHERE user_id IN {REPORTED}"
    )
    base = {user for (user,) in db.rows(seen)}
    shown["reports", "inactive_base", ""] = len(base)
    spans = {("inactive_1m", ""): 31, ("inactive_3m", ""): 91, ("inactive_6m", ""): 183}
    spans |= {("inactive_year", str(n)): 365 * n for n in range(1, 8)}
    for (figure, key), days in spans.items():
        since = str(last - timedelta(days=days))
        active = {user for (user,) in db.rows(f"{seen} AND day >= ?", since)}
        shown["reports", figure, key] = len(base - active)


def _events(db: Database, shown: Shown, first: date, last: date) -> None:
    window = (
        f"FROM oppia_tracker WHERE user_id IN {NO_STAFF} "
        "AND submitted_date >= ? AND submitted_date <= ?"
    )
    moments = (f"{first} 00:00:00", f"{last} 00:00:00")
    terms: Counter[str] = Counter()
    for (data,) in db.rows(f"SELECT data {window} AND type = 'search'", *moments):
        try:
            terms[json.loads(data)["query"]] += 1
        except (ValueError, KeyError):
            continue
    for term, searches in terms.items():
        shown["reports", "search_term", term] = searches
    languages = f"SELECT lang, count(*) {window} AND lang IS NOT NULL GROUP BY 1 ORDER BY 2 DESC"
    _pie(shown, "language", db.rows(languages, *moments), 10)
    countries = (
        "SELECT country_code, sum(hits) FROM viz_userlocationvisualization "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    _pie(shown, "country", db.rows(countries), 20)


def _pie(shown: Shown, figure: str, rows: list[tuple[Any, ...]], most: int) -> None:
    total = sum(number for _name, number in rows)
    for name, number in rows[:most]:
        shown["reports", figure, name] = 100 * number / total
    if rows[most:]:
        rest = sum(number for _name, number in rows[most:])
        shown["reports", figure, "Other"] = 100 * rest / total


def _courses(db: Database, shown: Shown) -> None:
    for course, name in db.rows(
        "SELECT id, shortname FROM oppia_course WHERE status NOT IN ('draft', 'archived')"
    ):
        rows, badges = db.rows(
            "SELECT count(*), sum(badges_achieved) FROM summary_usercoursesummary "
            "WHERE course_id = ?",
            course,
        )[0]
        shown["reports", "course_enrolled", name] = rows
        shown["reports", "course_completion", name] = 100 * badges / rows if rows else None


def course(db: Database, key: int, first: date, last: date) -> Shown:
    """The pages of one course, without the indices of its questions."""
    shown: Shown = {}
    activities = (
        "FROM oppia_activity a JOIN oppia_section s ON s.id = a.section_id "
        "WHERE s.course_id = ? AND NOT a.baseline"
    )
    total = db.one(f"SELECT count(*) {activities}", key)
    summary = "FROM summary_usercoursesummary WHERE course_id = ?"
    downloads, people = db.rows(
        f"SELECT coalesce(sum(total_downloads), 0), count(*) {summary} AND user_id IN {UNFLAGGED}",
        key,
    )[0]
    shown["course", "activities", ""] = total
    shown["course", "trackers", ""] = db.one(
        "SELECT count(*) FROM oppia_tracker WHERE course_id = ? "
        "AND tracker_date >= ? AND tracker_date <= ?",
        key,
        f"{first} 00:00:00",
        f"{last} 00:00:00",
    )
    shown["course", "downloads", ""], shown["course", "downloaders", ""] = downloads, people
    shown["course", "enrolled", ""] = db.one(f"SELECT count(*) {summary}", key)
    shown["course", "completed", ""] = db.one(
        f"SELECT count(*) {summary} AND completed_activities >= ?", key, total
    )
    graph = "SELECT coalesce(sum(total), 0) FROM summary_coursedailystats WHERE course_id = ? AND"
    for day in days_of(first, last):
        shown["course", "activity_day", day] = db.one(f"{graph} day = ?", key, day)
    for kind in ("page", "quiz", "media", "resource"):
        shown["course", "activity_type", kind] = db.one(
            f"{graph} type = ? AND day BETWEEN ? AND ?", key, kind, str(first), str(last)
        )
    return shown


def questions(db: Database) -> Shown:
    """Difficulty and discrimination of every question."""
    shown: Shown = {}
    for (question,) in db.rows("SELECT id FROM quiz_question"):
        right = [
            score > 0
            for (score,) in db.rows(
                "SELECT r.score FROM quiz_quizattemptresponse r JOIN quiz_quizattempt a "
                f"ON a.id = r.quizattempt_id WHERE r.question_id = ? AND a.user_id IN {NO_STAFF} "
                "ORDER BY r.score DESC",
                question,
            )
        ]
        size = 3 * len(right) // 10
        upper, lower = right[:size], right[len(right) - size :]
        index = 100 * (sum(upper) - sum(lower)) / size if size else 0
        difficulty = sum(right) / len(right) if right else 0
        shown["course", "question_difficulty", str(question)] = difficulty
        shown["course", "question_discrimination", str(question)] = index
    return shown


def learner(db: Database, user: int, first: date, last: date) -> Shown:
    """The page of one user, and the quizzes of the courses whose page does not fail."""
    shown: Shown = {}
    mine = "SELECT count(*) FROM oppia_tracker WHERE user_id = ? AND"
    for day in days_of(first, last):
        shown["learner", "activity_day", day] = db.one(
            f"{mine} course_id IS NOT NULL AND substr(tracker_date, 1, 10) = ?", user, day
        )
    shown["learner", "trackers", ""] = db.one(
        f"{mine} (type IS NULL OR type <> '') AND tracker_date >= ? AND tracker_date <= ?",
        *(user, f"{first} 00:00:00", f"{last} 00:00:00"),
    )
    names = {
        "completed_activities": "completed_activities",
        "total_activity": "total_activity",
        "downloads": "total_downloads",
        "quizzes_passed": "quizzes_passed",
        "pretest": "pretest_score",
        "points": "points",
        "badges": "badges_achieved",
    }
    for course_id, shortname, *values in db.rows(
        f"SELECT c.id, c.shortname, {', '.join(names.values())} FROM summary_usercoursesummary s "
        "JOIN oppia_course c ON c.id = s.course_id WHERE s.user_id = ?",
        user,
    ):
        for figure, value in zip(names, values, strict=True):
            shown["learner", figure, shortname] = value
        quizzes = db.rows(
            "SELECT (SELECT max(p.quiz_id) FROM quiz_quizprops p WHERE p.name = 'digest' "
            "AND p.value = a.digest) FROM oppia_activity a JOIN oppia_section s "
            "ON s.id = a.section_id WHERE s.course_id = ? AND a.type = 'quiz'",
            course_id,
        )
        if (None,) not in quizzes:
            for (quiz,) in quizzes:
                _quiz(db, shown, user, quiz)
    return shown


def _quiz(db: Database, shown: Shown, user: int, quiz: int) -> None:
    tried = db.rows(
        "SELECT id, attempt_date, score, maxscore FROM quiz_quizattempt "
        "WHERE user_id = ? AND quiz_id = ? ORDER BY id",
        user,
        quiz,
    )
    scores = [100 * score / tried[0][3] for _id, _at, score, _max in tried]
    by_date = [scores[n] for n in sorted(range(len(tried)), key=lambda n: tried[n][1])]
    numbers = {
        "attempts": len(tried),
        "max": max(scores, default=None),
        "min": min(scores, default=None),
        "first": by_date[0] if by_date else None,
        "latest": by_date[-1] if by_date else None,
        "avg": sum(scores) / len(scores) if scores else None,
    }
    for name, number in numbers.items():
        shown["learner", f"quiz_{name}", str(quiz)] = number


def cohort(db: Database, key: int, first: date, last: date) -> Shown:
    """The page of one cohort; points are those of the leaderboard."""
    shown: Shown = {}
    courses = "(SELECT course_id FROM oppia_coursecohort WHERE cohort_id = ?)"
    students = "(SELECT user_id FROM oppia_participant WHERE cohort_id = ? AND role = 'student')"
    counted = dict(
        db.rows(
            "SELECT substr(tracker_date, 1, 10), count(*) FROM oppia_tracker WHERE "
            f"course_id IN {courses} AND user_id IN {students} AND user_id IN {NO_STAFF} "
            "GROUP BY 1",
            key,
            key,
        )
    )
    for day in days_of(first, last):
        shown["cohort", "activity_day", day] = counted.get(day, 0)
    for user, username in db.rows(
        f"SELECT id, username FROM auth_user WHERE id IN {students}", key
    ):
        activities, quizzes, badges = db.rows(
            "SELECT coalesce(sum(completed_activities), 0), coalesce(sum(quizzes_passed), 0), "
            "coalesce(sum(badges_achieved), 0) FROM summary_usercoursesummary "
            f"WHERE user_id = ? AND course_id IN {courses}",
            user,
            key,
        )[0]
        points = db.one(
            "SELECT coalesce(sum(o.points), 0) FROM oppia_points o JOIN oppia_participant p "
            "ON p.user_id = o.user_id AND p.cohort_id = ? AND p.role = 'student' "
            f"WHERE o.user_id = ? AND o.course_id IN {courses}",
            key,
            user,
            key,
        )
        shown["cohort", "learner_activities", username] = activities
        shown["cohort", "learner_quizzes", username] = quizzes
        shown["cohort", "learner_points", username] = points
        shown["cohort", "learner_badges", username] = badges
    return shown
