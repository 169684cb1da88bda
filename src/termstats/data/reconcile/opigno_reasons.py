"""Why Opigno's number differs from ours: the fault or the rule, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

_CACHED = "taken from results stored at the last opening of a result page"
_PROGRESS = (
    "Opigno shows today's stored progress for every month, and the next save of a completed "
    "training replaces its progress by its score; here progress is that of the month's end, "
    "100 % once completed"
)
_COMPLETION = "Opigno counts completions after the month's end too; here only those before it"
_NAMES = "; trainings of one name are merged"
_EX = "; people who left and deleted trainings still count"
_EXPIRED = "; people with an expired certificate count 0"
_ACCOUNT = (
    "Opigno counts accounts created in the last 7 days, whenever they joined; "
    "here those who joined in the last 7 days"
)
_LOGIN = "Opigno counts logins to the site in the last 7 days; here activity there"
_MEMBERS = "Opigno counts memberships, staff and blocked accounts too; here learners who count"
_STATE = f"Opigno's state is {_CACHED}; here it follows from the attempts"
_SCORE = f"Opigno's score is {_CACHED} and a course's can only rise; here kept scores as they are"
_TIME = (
    "Opigno adds an attempt's time again whenever its result page is reopened, sessions included; "
    "here each attempt counts once"
)
_NO_DATE = "; the class page ignores the chosen month"
_TREND = "Opigno counts by its stored dates, and what has been completed is no longer begun"
_WEEKS = (
    "Opigno looks up weeks that begin on Sunday by the number of weeks that begin on Monday; here "
    "weeks begin on Monday"
)

REASONS: Mapping[tuple[str, str], str] = {
    ("dashboard", "progress"): _PROGRESS + _NAMES + _EX,
    ("dashboard", "completion"): _COMPLETION + _NAMES + _EX,
    ("dashboard", "active_users"): (
        "Opigno counts logins and first openings of a training, staff too, and a login at midnight "
        "after the month on its day 1; here people with activity"
    ),
    ("dashboard", "users"): (
        "Opigno counts administrators, blocked accounts and those who never logged in; "
        "here people who count"
    ),
    ("dashboard", "new_users"): "Opigno counts staff and blocked accounts too",
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
    ("training", "progress"): _PROGRESS + _EXPIRED,
    ("training", "completion"): _COMPLETION + _EXPIRED,
    ("training", "users"): _MEMBERS,
    ("training", "new_users"): _ACCOUNT,
    ("training", "recently_active"): _LOGIN,
    ("training", "content_completed"): (
        "Opigno merges steps of one name, counts what was completed at any time and divides by all "
        "members; here it is each step's own, as of now"
    ),
    ("training", "content_score"): (
        "Opigno's mean is of stored scores, under certificate expiry over all members; here of "
        "learners who have a score"
    ),
    ("training", "content_time"): _TIME,
    ("training", "user_score"): _SCORE,
    ("training", "user_passed"): _STATE,
    ("training", "user_time"): _TIME,
    ("class", "progress"): _PROGRESS + _NO_DATE,
    ("class", "completion"): _COMPLETION + _NO_DATE,
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
    ("learner", "training_progress"): _PROGRESS,
    ("learner", "training_status"): f"{_STATE}, expired certificates included",
    ("learner", "detail_modules"): _STATE,
    ("learner", "detail_completion"): _PROGRESS,
    ("learner", "detail_score"): _SCORE,
    ("learner", "detail_time"): _TIME,
    ("learner", "detail_completed_on"): "Opigno takes the last step, optional ones too",
    ("learner", "step_result"): (
        "Opigno shows the last attempt, open ones too, and 0 where nothing gives points; here the "
        "kept score"
    ),
    ("learner", "step_state"): _STATE,
}
NOT_COMPARED = "not compared: termstats has no number of the same meaning here"


def reason_of(page: str, figure: str) -> str:
    """Return why a figure of a page may differ from ours, in plain words."""
    return REASONS[page, figure.removesuffix("_change")]
