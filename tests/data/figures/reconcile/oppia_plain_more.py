"""What else OppiaMobile's pages show, in plain SQL: running sums, profiles, who completed, quizzes.

Continues `oppia_plain`, the second opinion of the figure's tests.
"""
# Nothing but constants of this module and numbers is put into its SQL.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from itertools import groupby

from tests.data.figures.reconcile.oppia_plain import Database, Shown, days_of

TYPES = ("page", "quiz", "media", "resource")
QUIZZES = (
    "SELECT a.type, a.baseline, (SELECT max(p.quiz_id) FROM quiz_quizprops p "
    "WHERE p.name = 'digest' AND p.value = a.digest) FROM oppia_activity a "
    "JOIN oppia_section s ON s.id = a.section_id WHERE s.course_id = ? "
    "AND a.type IN ('quiz', 'feedback') ORDER BY a.id"
)
ACTIVITIES = (
    "SELECT count(*) FROM oppia_activity a JOIN oppia_section s ON s.id = a.section_id "
    "WHERE s.course_id = ? AND NOT a.baseline"
)


def site(db: Database, shown: Shown, first: date) -> Shown:
    """Running sums by month, profile fields, missing media, percentages of the silent."""
    more: Shown = {}
    searches = db.one(
        "SELECT coalesce(sum(total), 0) FROM summary_coursedailystats "
        "WHERE type = 'search' AND day < ?",
        str(first),
    )
    more["reports", "searches_before", ""] = searches
    for name in ("activity", "downloads", "registrations", "searches"):
        total = (shown | more)["reports", f"{name}_before", ""] or 0
        months = sorted(key for _page, figure, key in shown if figure == f"{name}_month"
                        and _page == "reports")  # fmt: skip
        for month in months:
            total += shown["reports", f"{name}_month", month] or 0
            more["reports", f"{name}_cumulative", month] = total
    base = shown["reports", "inactive_base", ""]
    for (page, figure, key), silent in shown.items():
        if base and figure.startswith("inactive_") and figure != "inactive_base":
            more[page, f"{figure}_percent", key] = 100 * (silent or 0) / base
    for label, value, users in db.rows(
        "SELECT f.label, coalesce(v.value_str, 'None'), count(v.value_str) "
        "FROM profile_userprofilecustomfield v JOIN profile_customfield f ON f.id = v.key_name_id "
        "GROUP BY f.label, v.value_str"
    ):
        more["reports", "unique_users_field", f"{label}: {value}"] = users
    files: dict[str, set[str]] = defaultdict(set)
    for name, data in db.rows(
        "SELECT u.username, t.data FROM oppia_tracker t JOIN auth_user u ON u.id = t.user_id "
        "WHERE t.event = 'media_missing'"
    ):
        files[name].add(json.loads(data)["filename"])
    for name, missing in files.items():
        more["reports", "missing_media", name] = len(missing)
    return more


def course(db: Database, key: int, first: date, last: date) -> Shown:
    """Graphs by type, who completed, leaders, quizzes and feedback."""
    more: Shown = {}
    rows = db.rows(
        "SELECT coalesce(type, ''), day, total FROM summary_coursedailystats WHERE course_id = ? "
        "AND day BETWEEN ? AND ? ORDER BY 1, 2",
        *(key, str(first), str(last)),
    )
    more["course", "graph_points", "SQLite"] = len(
        list(groupby(day for _type, day, _total in rows))
    )
    for name in ("activity", *TYPES):
        of_type = [(day, n) for kind, day, n in rows if name in ("activity", kind)]
        for day in days_of(first, last):
            more["course", f"{name}_day", day] = sum(n for at, n in of_type if at == day)
        for month in {day[:7] for _kind, day, _n in rows}:
            more["course", f"{name}_month", month] = sum(
                n for at, n in of_type if at.startswith(month)
            )
    activities = db.one(ACTIVITIES, key)
    learners = db.rows(
        "SELECT u.username, s.completed_activities, s.points FROM summary_usercoursesummary s "
        "JOIN auth_user u ON u.id = s.user_id WHERE s.course_id = ? ORDER BY u.id",
        key,
    )
    for username, done, _points in learners:
        more["course", "learner_activities", username] = done
        if activities:
            more["course", "learner_completion", username] = 100 * done / activities
    more["course", "in_progress", ""] = sum(done < activities for _name, done, _n in learners)
    quizzes = db.rows(QUIZZES, key)
    more["course", "quizzes", ""] = sum(
        kind == "quiz" and not baseline for kind, baseline, _quiz in quizzes
    )
    more["course", "media", ""] = db.one(
        "SELECT count(*) FROM oppia_media WHERE course_id = ?", key
    )
    for kind, _baseline, quiz in quizzes:
        tried = db.rows("SELECT score, maxscore FROM quiz_quizattempt WHERE quiz_id = ?", quiz)
        percents = [round(100 * score / best) if best else 0 for score, best in tried]
        if quiz is not None and kind == "feedback":
            more["course", "feedback_attempts", str(quiz)] = len(tried)
        elif quiz is not None:
            more["course", "quiz_attempts", str(quiz)] = len(tried)
            mean = sum(percents) / len(percents) if percents else 0
            more["course", "quiz_average", str(quiz)] = mean
    return more


def learner(db: Database, user: int, first: date, last: date) -> Shown:
    """The courses of a user's page, with what they hold and what was done there."""
    more: Shown = {}
    listed = db.rows(
        "SELECT id, shortname FROM oppia_course WHERE id IN (SELECT course_id FROM oppia_tracker "
        "WHERE user_id = ?) OR id IN (SELECT c.course_id FROM oppia_coursecohort c "
        "JOIN oppia_participant p ON p.cohort_id = c.cohort_id "
        "WHERE p.user_id = ? AND p.role = 'student')",
        *(user, user),
    )
    for key, shortname in listed:
        summary = db.rows(
            "SELECT completed_activities, media_viewed FROM summary_usercoursesummary "
            "WHERE user_id = ? AND course_id = ?",
            *(user, key),
        )
        done, viewed = summary[0] if summary else (0, 0)
        activities, quizzes = db.one(ACTIVITIES, key), db.rows(QUIZZES, key)
        tests = [(baseline, quiz) for kind, baseline, quiz in quizzes if kind == "quiz"]
        values: dict[str, float | None] = {
            "activities": activities,
            "quizzes": sum(not baseline for baseline, _quiz in tests),
            "media_viewed": viewed,
            "media": db.one("SELECT count(*) FROM oppia_media WHERE course_id = ?", key),
            "time_spent": db.one(
                "SELECT coalesce(sum(time_spent_tracked), 0) FROM summary_usercoursedailysummary "
                "WHERE user_id = ? AND course_id = ? AND day BETWEEN ? AND ?",
                *(user, key, str(first), str(last)),
            ),
        }
        if activities and all(quiz is not None for _baseline, quiz in tests):
            values |= {"completion": 100 * done / activities, **_tests(db, user, tests)}
        more |= {("learner", name, shortname): value for name, value in values.items()}
    return more


def _tests(db: Database, user: int, tests: list[tuple[bool, int]]) -> dict[str, float | None]:
    attempted = passed = 0
    pretest: float | None = None
    for baseline, quiz in tests:
        tried = db.rows(
            "SELECT score, maxscore, attempt_date FROM quiz_quizattempt "
            "WHERE user_id = ? AND quiz_id = ? ORDER BY id",
            *(user, quiz),
        )
        if not tried:
            continue
        percents = [100 * score / tried[0][1] for score, _max, _at in tried]
        if baseline:
            pretest = percents[min(range(len(tried)), key=lambda n: tried[n][2])]
        else:
            attempted, passed = attempted + 1, passed + (max(percents) > 75)
    return {"quizzes_attempted": attempted, "quizzes_over_75": passed, "pretest_first": pretest}
