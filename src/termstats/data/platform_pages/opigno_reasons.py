"""Why Opigno's number differs from ours: the fault or the rule, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.opigno_dates import Month, month_text, next_month
from termstats.data.platform_pages.opigno_raw import ACHIEVEMENTS
from termstats.data.platform_pages.opigno_steps import Steps

_CACHED = "taken from results stored at the last opening of a result page"
_STAFF = "Opigno counts staff and blocked accounts too"
_ACCOUNT = (
    "Opigno counts accounts created in the last 7 days, whenever they joined; "
    "here those who joined in the last 7 days"
)
_LOGIN = "Opigno counts logins to the site in the last 7 days; here activity there"
_MEMBERS = "Opigno counts memberships, staff and blocked accounts too; here learners who count"
_STATE = f"Opigno's state is {_CACHED}; here it follows from the attempts"
_SCORE = f"Opigno's score is {_CACHED} and a course's can only rise; here kept scores as they are"
_TIME = (
    "Opigno adds an attempt's time again whenever its result page is reopened, and cuts fractions; "
    "here each attempt counts once"
)
_TREND = "Opigno goes by its stored dates and states, existing trainings only"
_WEEKS = (
    "Opigno looks up weeks that begin on Sunday by the number of weeks that begin on Monday; here "
    "weeks begin on Monday"
)

_OVERWRITTEN = (
    "the next save of a completed training replaces its progress by its score; here it is 100 %"
)
_TODAY = "today's stored progress is shown for any month; here that of the month's end"
_LATE = "completions after the month's end count"
_SAME_NAME = "trainings of one name are merged"
_LEFT = "people who left and deleted trainings still count"
_STAFF_COUNTS = "staff and others who do not count here are counted"
_EXPIRED_ZERO = "people with an expired certificate count 0"
_DATELESS = "the chosen month is ignored"
_ENDED = "the certificate has ended: Opigno shows zeros until the training is taken again"
_ENDED_IGNORED = "Opigno's list of trainings ignores that the certificate has ended"
_ALL_DIVIDE = (
    "where certificates expire Opigno divides by all members, staff and those without attempts "
    "too; here by learners who have a value"
)
_DELETED = "the training was deleted, and its memberships with it"
_FUTURE = "after the day of the import there is no value here"
_NOT_LISTED = "not among the learners who count here: staff, blocked, deleted, or left"
_NEVER = "Opigno shows 0 where nothing was attempted; here there is no value"
_NOT_COMPARED = "not compared: termstats has no number of the same meaning"
DONUTS = ("progress", "completion")
_DATED = (*DONUTS, "active_users")

REASONS: Mapping[tuple[str, str], str] = {
    ("dashboard", "active_users"): (
        "Opigno counts logins and first openings of a training, staff too, and a login at midnight "
        "after the month on its day 1; here people with activity"
    ),
    ("dashboard", "users"): (
        "Opigno counts administrators, blocked accounts and those who never logged in; "
        "here people who count"
    ),
    ("dashboard", "new_users"): _STAFF,
    ("dashboard", "recently_active"): (
        "Opigno counts the last page view of anybody, staff too; here people with activity"
    ),
    ("dashboard", "skill_score"): "Opigno's mean takes staff and deleted people too",
    ("dashboard", "skill_progress"): "Opigno's mean takes staff and deleted people too",
    ("dashboard", "training_users"): (
        "Opigno counts pending and blocked memberships and staff; here learners who count"
    ),
    ("dashboard", "training_completed"): (
        "Opigno counts people who left and staff; here learners who count"
    ),
    ("dashboard", "training_time"): (
        "Opigno's mean includes everybody without any time; here it is per active learner, "
        "of attempts"
    ),
    ("training", "users"): _MEMBERS,
    ("training", "new_users"): _ACCOUNT,
    ("training", "recently_active"): _LOGIN,
    ("training", "content_completed"): (
        "Opigno merges steps of one name, counts what was completed at any time and divides by all "
        "members; staff too; here it is each step's own, of learners who count"
    ),
    ("training", "content_score"): (
        "Opigno's mean is of stored scores, under certificate expiry over all members; here of "
        "learners who have a score"
    ),
    ("training", "content_time"): _TIME,
    ("training", "user_score"): _SCORE,
    ("training", "user_passed"): _STATE,
    ("training", "user_time"): _TIME,
    ("class", "users"): _MEMBERS,
    ("class", "new_users"): _ACCOUNT,
    ("class", "recently_active"): _LOGIN,
    ("class", "result_score"): _SCORE,
    ("class", "result_passed"): f"{_STATE}; class tables ignore expired certificates",
    ("class", "result_time"): _TIME,
    ("learner", "total_completed"): _STATE,
    ("learner", "total_certificates"): (
        "Opigno keeps no certificates: a completed training that has one counts, expired or not"
    ),
    ("learner", "total_badges"): "Opigno counts kinds of badges, not how often they were awarded",
    ("learner", "total_skills"): "Opigno counts skills begun; here skills acquired",
    ("learner", "trend_completed"): _TREND,
    ("learner", "trend_current"): _TREND,
    ("learner", "trend_certificates"): (
        "Opigno's certificates go back from this minute, everything else from midnight; here all "
        "from midnight"
    ),
    ("learner", "trend_time"): "Opigno counts attempts by their start; here time on its day",
    ("learner", "weekly_completed"): _WEEKS,
    ("learner", "weekly_current"): _WEEKS,
    ("learner", "training_progress"): _OVERWRITTEN,
    ("learner", "training_status"): f"{_STATE}, expired certificates included",
    ("learner", "detail_modules"): (
        "Opigno counts all steps of the training by their stored states; here mandatory modules, "
        "by their attempts"
    ),
    ("learner", "detail_completion"): _OVERWRITTEN,
    ("learner", "detail_score"): _SCORE,
    ("learner", "detail_time"): _TIME,
    ("learner", "detail_completed_on"): "Opigno takes the last step, optional ones too",
    ("learner", "step_result"): (
        "Opigno shows the last attempt, open ones too, and 0 where nothing gives points; here the "
        "kept score"
    ),
    ("learner", "step_state"): _STATE,
}


def reason_of(
    steps: Steps, cell: PageCell, *, training: int | None = None, uid: int | None = None
) -> str:
    """Return why a cell may differ from ours, in plain words.

    `training` and `uid` say whose page it is. Donuts have their own: `why_donuts_differ`.
    """
    page, figure, raw = cell.page, cell.figure.removesuffix("_change"), steps.raw
    is_detail = figure.startswith(("detail_", "step_"))
    if is_detail and training is not None and uid is not None and steps.is_expired(training, uid):
        return _ENDED
    if figure.startswith("user_") and training is not None:
        ended = {raw.shown_name(each) for each in steps.expired(training) & set(raw.users)}
        if cell.key in ended:
            return _ENDED
    if figure.startswith("content_") and training is not None and steps.expires(training):
        return _ALL_DIVIDE
    if figure == "training_users" and not cell.platform:
        return _DELETED
    if figure == "training_status" and uid is not None:
        named = [gid for gid, label in raw.labels.items() if label == cell.key]
        if any(steps.is_expired(gid, uid) for gid in named):
            return _ENDED_IGNORED
    return REASONS[page, figure]


def why_no_value(cell: PageCell, *, is_listed: bool) -> str:
    """Return why we have no value for a cell; `is_listed`: it is in our lists, without one."""
    if cell.figure in _DATED:
        return _FUTURE
    if is_listed:
        return "" if cell.platform == "-" else _NEVER
    if cell.figure.startswith(("user_", "result_")):
        return _NOT_LISTED
    return _NOT_COMPARED


def why_donuts_differ(
    steps: Steps, page: str, figure: str, trainings: Collection[int] | None, month: Month
) -> str:
    """Return the faults of a donut that are at work in these data; `trainings`: None for all."""
    rows = [
        row
        for row in steps.raw.rows(ACHIEVEMENTS)
        if row["uid"] and (trainings is None or row["gid"] in trainings)
    ]
    faults = _faults_of_dates(steps, figure, rows, month)
    if page == "class":
        faults.append(_DATELESS)
    if page == "dashboard":
        faults += _faults_of_names(steps, rows)
    if page == "training" and any(steps.expired(gid) for gid in trainings or ()):
        faults.append(_EXPIRED_ZERO)
    if page != "class":
        faults.append(_STAFF_COUNTS)
    return "Opigno: " + "; ".join(faults)


def _faults_of_dates(
    steps: Steps, figure: str, rows: Sequence[Mapping[str, Any]], month: Month
) -> list[str]:
    """Return the faults that come from reading today's state for a month that is over."""
    end = month_text(next_month(month))
    if figure != "progress":
        return [_LATE] if any(row["completed"] and row["completed"] >= end for row in rows) else []
    faults = []
    if any(row["completed"] and row["progress"] != 100 for row in rows):
        faults.append(_OVERWRITTEN)
    if end <= f"{datetime.fromtimestamp(steps.now, steps.raw.zone):%Y-%m-%d %H:%M:%S}":
        faults.append(_TODAY)
    return faults


def _faults_of_names(steps: Steps, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the faults that come from joining by a training's name, and of former members."""
    faults = []
    names = {row["gid"]: str(row["name"]).casefold() for row in rows}
    if len(set(names.values())) < len(names):
        faults.append(_SAME_NAME)
    members = {gid: set(steps.raw.memberships(gid)) for gid in names}
    if any(row["uid"] not in members[row["gid"]] for row in rows):
        faults.append(_LEFT)
    return faults
