"""Why OppiaMobile's number differs from ours: the fault or the rule, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, month_of

_EVENTS = (
    "OppiaMobile counts an event that came twice each time, blocked accounts too, at the device's "
    "date even where that is impossible; events of no course only if they are searches, logins or "
    "registrations; and whoever was flagged or staff when its summary was filled is left out"
)
_EVERYBODY = "OppiaMobile counts everybody, staff, administrators and flagged people too"
_HERE = "here learners who count"
_LAST_DAY = "the last day of the period is lost: its dates are compared with midnight"
_DAY_USERS = (
    "OppiaMobile counts whoever did something in a course or whose events arrived on that day "
    "(device and server dates mixed), blocked accounts too; here activity by the chosen date"
)
_INACTIVE = (
    "OppiaMobile counts activity after the period too, device and server dates mixed, and blocked "
    "accounts; a month is 31 days, a year 365; here calendar months up to the period's end"
)
_QUIZ = (
    "OppiaMobile divides every score by the first attempt's maximum and prints 0 as --; here each "
    "attempt is measured by its own maximum"
)
_QUIZ_DATE = (
    f"{_QUIZ}; it goes by the device's date even where that is impossible, here the server's date "
    "takes its place"
)
_PROGRESS = (
    "OppiaMobile's summary is recomputed when new events come, not when a course changes; "
    f"blocked, staff and flagged people count; {_HERE}, by the current version"
)
_SHARES = (
    "OppiaMobile goes by the server's date, leaves out staff only, and counts every event that has "
    f"a value; {_LAST_DAY}; here {{}} of learners who count, by the date they happened"
)
_PASSED = (
    "OppiaMobile passes a quiz at 75 % whatever its pass mark, and where its database is SQLite "
    "whole numbers divide without a rest, so that less than full points is 0; here the quiz's own "
    "pass mark"
)
_DETAILS = (
    "its list of who completed shows whoever has a row in its summary, staff, flagged and blocked "
    "accounts too"
)
_POINTS = "OppiaMobile shows its summary, which loses gifts and awards of courses without activity"
_BADGES = f"{_POINTS}; here the awards"
_STUDENT = "not among the learners who count here: staff, flagged, blocked, or not enrolled"
_NOT_ENROLLED = (
    "OppiaMobile shows courses that the user only downloaded, or that are opened by address; here "
    "only who counts, where enrolled"
)
_NOT_COMPARED = "not compared: termstats has no number of the same meaning"
_FUTURE = "after the day of the import there is no value here"
_NO_MEDIA = "not compared: termstats counts no completed media files"
_CUMULATIVE = "; added to what it counts before the period"
_BY_SERVER = "here by the server's date, as asked"
_NOBODY = "OppiaMobile shows a number where nobody who counts here has one"
_LONGER = "not compared: termstats looks back 36 months"
_LOST_MONTH = (
    "OppiaMobile steps from the first day a month at a time and stops before this month, because "
    "the period ends on an earlier day of the month than it begins"
)
_WHOLE_MONTH = "OppiaMobile counts the whole month, also its days outside the period"

REASONS: Mapping[tuple[str, str], str] = {
    ("home", "activity_day"): _EVENTS,
    ("home", "activity_month"): _EVENTS,
    ("home", "leader_points"): f"{_POINTS}; people in the order of the database where they tie",
    ("home", "leader_badges"): _BADGES,
    ("reports", "activity_day"): _EVENTS,
    ("reports", "activity_month"): _EVENTS,
    ("reports", "activity_before"): _EVENTS,
    ("reports", "activity_cumulative"): _EVENTS + _CUMULATIVE,
    ("reports", "downloads_cumulative"): _EVENTS + _CUMULATIVE,
    ("reports", "searches_cumulative"): _EVENTS + _CUMULATIVE,
    ("reports", "searches_before"): _EVENTS,
    ("reports", "active_course"): (
        "OppiaMobile takes the 131 days before now, called last month, whatever the period is; "
        "here the days of the period"
    ),
    ("reports", "downloads_day"): _EVENTS,
    ("reports", "downloads_month"): _EVENTS,
    ("reports", "downloads_before"): _EVENTS,
    ("reports", "registrations_month"): f"OppiaMobile counts blocked accounts too; {_LAST_DAY}",
    ("reports", "registrations_before"): (
        "OppiaMobile starts from all accounts, staff, administrators and flagged people too; "
        "here people who count, as in the months"
    ),
    ("reports", "registrations_cumulative"): (
        "OppiaMobile adds the months, without staff, administrators and flagged people, to all "
        f"accounts before; {_LAST_DAY}; here people who count, before and in the months"
    ),
    ("reports", "dau"): _DAY_USERS,
    ("reports", "mau"): _DAY_USERS,
    ("reports", "time_total"): (
        f"{_EVERYBODY}, and events of any length; here learners who count, events over 4 h or "
        "below 0 left out"
    ),
    ("reports", "time_average"): (
        "OppiaMobile's mean is per learner, course and kind of activity, staff too, rows of the "
        "server's date with 0 seconds included; here per learner active that day"
    ),
    ("reports", "searches_month"): _EVENTS,
    ("reports", "search_term"): _SHARES.format("searches"),
    ("reports", "language"): _SHARES.format("events"),
    ("reports", "country"): (
        "OppiaMobile counts hits of addresses at any date, of everybody; here events of the period"
    ),
    ("reports", "inactive_base"): _INACTIVE,
    ("reports", "course_enrolled"): (
        "OppiaMobile counts everybody with an event other than a download, staff too; "
        "here learners who count, students of cohorts with the course too"
    ),
    ("reports", "course_completion"): (
        "OppiaMobile divides badges by people with activity, staff too, and may pass 100 %; here "
        "learners who completed, of all learners"
    ),
    ("reports", "unique_users"): f"{_EVERYBODY}, blocked accounts too; here people who count",
    ("reports", "unique_users_field"): (
        f"{_EVERYBODY}, blocked accounts too, and shows a field of numbers or yes and no as one "
        "line with 0; here people who count, by every value"
    ),
    ("reports", "missing_media"): (
        f"{_EVERYBODY}, and reports of any date; here files by learner who counts, up to now"
    ),
    **{
        ("course", f"{name}_{by}"): _EVENTS
        for name in ("activity", "page", "quiz", "media", "resource")
        for by in ("day", "month", "type")
    },
    ("course", "graph_points"): (
        "OppiaMobile's graph does not order its points: on SQLite its rows come by type, then by "
        "day, and a day comes again for each type; here each day with activity is one point"
    ),
    ("course", "quizzes"): "OppiaMobile counts quizzes that are no pre-test",
    ("course", "media"): "OppiaMobile counts files of different content",
    ("course", "in_progress"): _PROGRESS,
    ("course", "learner_activities"): f"{_PROGRESS}; {_DETAILS}",
    ("course", "learner_completion"): f"{_PROGRESS}; {_DETAILS}; it may pass 100 %",
    ("course", "leader_points"): f"{_POINTS}; staff and whoever is blocked too",
    ("course", "quiz_attempts"): f"{_EVERYBODY}, blocked accounts too, in any course",
    ("course", "feedback_attempts"): f"{_EVERYBODY}, blocked accounts too, in any course",
    ("course", "quiz_average"): (
        f"{_EVERYBODY}; each attempt is rounded, a maximum of 0 counts 0 %, and the mean is cut "
        "off behind the point; here the mean of finished attempts of learners who count"
    ),
    ("course", "activities"): "OppiaMobile counts activities that are no pre-test",
    ("course", "trackers"): (
        f"{_EVERYBODY}, events without a type and those that came twice; {_LAST_DAY}; "
        "here what learners did, both ends included"
    ),
    ("course", "downloads"): (
        "OppiaMobile leaves out flagged people only, and downloads of whoever did nothing else; "
        "here all downloads of learners who count"
    ),
    ("course", "downloaders"): (
        "OppiaMobile counts people with any activity, staff too, downloaded or not; here learners "
        "who downloaded"
    ),
    ("course", "completed"): _PROGRESS,
    ("course", "question_difficulty"): (
        "OppiaMobile counts a response with any points as right, and leaves out staff only; "
        "here points of the maximum, of learners who count, finished attempts at quizzes here"
    ),
    ("course", "question_discrimination"): (
        "OppiaMobile orders responses by the question's own points, so that mostly it says 100 or "
        "0; here the correlation with the rest of the attempt"
    ),
    ("learner", "activity_day"): (
        "OppiaMobile's graph counts events of courses only, those that came twice or have no type "
        "too, at any date of the device; here everything that the learner did"
    ),
    ("learner", "trackers"): (
        f"OppiaMobile lists events that came twice or whose type is unknown too; {_LAST_DAY}; "
        "here everything that the learner did, both ends included"
    ),
    ("learner", "completed_activities"): _PROGRESS,
    ("learner", "total_activity"): (
        "OppiaMobile counts events without a type and those that came twice; here those of known "
        "types, once"
    ),
    ("learner", "downloads"): "OppiaMobile counts downloads that came twice each time",
    ("learner", "quizzes_passed"): _PASSED,
    ("learner", "pretest"): (
        "OppiaMobile takes the only quiz of the section with the number 0, measured by the first "
        "attempt's maximum; here the best score of the course's pre-test"
    ),
    ("learner", "pretest_first"): (
        "OppiaMobile takes the first attempt at the last pre-test of the course, measured by its "
        "first row's maximum, at the device's date; here the first one that is over"
    ),
    ("learner", "activities"): "OppiaMobile counts activities that are no pre-test",
    ("learner", "quizzes"): "OppiaMobile counts quizzes that are no pre-test",
    ("learner", "media"): "OppiaMobile counts files of different content",
    ("learner", "completion"): f"{_PROGRESS}; it may pass 100 %",
    ("learner", "quizzes_attempted"): "OppiaMobile counts attempts at the quiz in any course",
    ("learner", "quizzes_over_75"): (
        "OppiaMobile's page of a user in a course passes a quiz above 75 % of the first attempt's "
        "maximum, whatever its pass mark; here the quiz's own pass mark"
    ),
    ("learner", "time_spent"): (
        "OppiaMobile adds events of any length, at the device's date even where that is "
        "impossible; here events over 4 h or below 0 left out, those that came twice once"
    ),
    ("learner", "points"): _POINTS,
    ("learner", "badges"): _BADGES,
    ("learner", "quiz_attempts"): "OppiaMobile counts attempts at the quiz in any course",
    **{("learner", f"quiz_{name}"): _QUIZ for name in ("max", "min", "avg")},
    **{("learner", f"quiz_{name}"): _QUIZ_DATE for name in ("first", "latest")},
    ("cohort", "activity_day"): (
        "OppiaMobile counts all events of students who are no staff, without a type or come twice "
        "too, at any date of the device; here what members who count did"
    ),
    ("cohort", "learner_pretest"): (
        "OppiaMobile takes the only quiz of the section with the number 0, and prints 0 where "
        "there is no score; here the best score of the course's pre-test"
    ),
    ("cohort", "learner_activities"): _PROGRESS,
    ("cohort", "learner_quizzes"): _PASSED,
    ("cohort", "learner_points"): (
        "OppiaMobile's leaderboard adds points over a join, multiplied by duplicate participants; "
        "the page in one course shows the summary; here points once per learner"
    ),
    ("cohort", "learner_badges"): _BADGES,
}
_BY_FIGURE = {
    "enrolled": REASONS["reports", "course_enrolled"],
    "inactive_1m": _INACTIVE,
    "inactive_3m": _INACTIVE,
    "inactive_6m": _INACTIVE,
    "inactive_year": _INACTIVE,
    **{f"inactive_{span}_percent": _INACTIVE for span in ("1m", "3m", "6m", "year")},
}
_NOT_OF_SUMMARIES = frozenset(
    {
        *("registrations_month", "registrations_before", "search_term", "language", "country"),
        *("unique_users", "activities", "trackers", "question_difficulty"),
        *("question_discrimination", "quiz_attempts", "quiz_max", "quiz_min", "quiz_first"),
        *("quiz_latest", "quiz_avg", "quiz_average", "feedback_attempts", "quizzes_attempted"),
        *("quizzes_over_75", "pretest_first", "registrations_cumulative", "missing_media"),
        *("unique_users_field", "quizzes", "media"),
    }
)
_WHOLE = (("home", "activity_month"), ("reports", "mau"))
"""Pages and figures whose months are whole, and whose last may be lost."""


class Shown(NamedTuple):
    """Under which circumstances pages are shown beside ours."""

    window: Window
    filled: str = ""
    """When the summary tables were filled; empty: not known."""
    by_server: bool = False
    """Whether ours are placed by the server's clock."""


def reason_of(cell: PageCell, shown: Shown) -> str:
    """Return why a cell may differ from ours."""
    window, filled = shown.window, shown.filled
    reason = REASONS.get((cell.page, cell.figure)) or _BY_FIGURE[cell.figure]
    if shown.by_server and cell.figure in _OF_TIME:
        reason = f"{reason}; {_BY_SERVER}"
    if (cell.page, cell.figure) in _WHOLE and _is_cut(cell.key, window):
        reason = f"{_WHOLE_MONTH}; {reason}"
    reads_summary = cell.page not in ("cohort", "learner") or cell.figure != "activity_day"
    if filled and reads_summary and cell.figure not in _NOT_OF_SUMMARIES:
        reason = f"{reason}; its summary tables are of {filled}"
    return reason


def _is_cut(month: str, window: Window) -> bool:
    """Return whether some days of a month are outside the window."""
    first, last = window.reach
    starts = month_of(window.first) == month and window.first != first
    return starts or (month_of(window.last) == month and window.last != last)


def why_not_shown(page: str, figure: str) -> str:
    """Return why a page leaves out what we count."""
    if (page, figure) in _WHOLE:
        return _LOST_MONTH
    if figure == "registrations_month":
        return f"OppiaMobile leaves the month out: {_LAST_DAY}"
    if figure in _PIES:
        return REASONS[page, figure]
    return f"OppiaMobile leaves out what has no row in its summary; {REASONS[page, figure]}"


_PIES = frozenset(
    {
        *("language", "country", "search_term", "active_course"),
        *("unique_users_field", "missing_media"),
    }
)
"""Figures that hold what happened, or was hit, in some days or ever."""


def why_no_value(cell: PageCell, *, is_listed: bool) -> str:
    """Return why we have no value for a cell; `is_listed`: it is in our lists, without one."""
    if cell.figure in _PIES:
        return REASONS[cell.page, cell.figure]
    if is_listed and cell.figure in _OF_TIME:
        return _FUTURE
    if is_listed:
        return _NOBODY
    if cell.figure.startswith("inactive_year"):
        return _LONGER
    if cell.figure in ("media_viewed", "learner_media"):
        return _NO_MEDIA
    if cell.page == "learner" and cell.figure in _OF_COURSES:
        return _NOT_ENROLLED
    if cell.figure.startswith(("leader_", "learner_")):
        return _STUDENT
    return _NOBODY if cell.figure.startswith("question_") else _NOT_COMPARED


_OF_COURSES = frozenset(
    {
        *("completed_activities", "activities", "completion", "total_activity", "downloads"),
        *("quizzes_passed", "quizzes_over_75", "quizzes", "quizzes_attempted", "points", "badges"),
        *("pretest", "pretest_first", "time_spent", "media", "quiz_attempts", "quiz_max"),
        *("quiz_min", "quiz_first", "quiz_latest", "quiz_avg"),
    }
)
"""Figures of a learner in a course."""
_OF_TIME = frozenset(
    {
        *(
            f"{name}_{by}"
            for name in ("activity", "page", "quiz", "media", "resource", "downloads")
            for by in ("day", "month")
        ),
        *("activity_before", "downloads_before", "activity_type", "trackers", "language"),
        *("activity_cumulative", "downloads_cumulative", "searches_cumulative", "time_spent"),
        *("search_term", "active_course", "graph_points"),
        *("registrations_month", "searches_month", "dau", "mau", "time_total", "time_average"),
    }
)
"""Figures whose keys are days and months."""
