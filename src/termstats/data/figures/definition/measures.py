"""Every measure, defined once: for cards, lists, series, comparisons and reconciliation."""

from __future__ import annotations

from collections.abc import Mapping

from termstats.data.figures.definition.measure import Measure
from termstats.data.model.reaction import rounded_score
from termstats.data.model.table import Kind


def _count(name: str, title: str, words: str, part: str = "", less: str = "") -> Measure:
    """Return a measure that is a sum; of the same name unless `part` names another."""
    return Measure(name, Kind.COUNT, title, words, part or name, less)


def _share(name: str, title: str, words: str, *, part: str, per: str) -> Measure:
    """Return a measure that is a percentage of something."""
    return Measure(name, Kind.PERCENT, title, words, part, per=per, scale=100)


def state_sum(state: str) -> str:
    """Return the name of the sum that counts the enrolments in a state."""
    return f"state {state}"


# ---- enrolments as they stand at the end of the period, those withdrawn since too ----------------

ENROLMENTS = _count("enrolments", "Enrolments", "Enrolments made by the period's end.", "enrolled")
COMPLETED = _count("completed", "Completed", "Enrolments completed by the period's end.")
CURRENT = _count("current", "Current", "Enrolments neither completed nor withdrawn.")
NEVER_STARTED = _count(
    "never_started",
    "Never started",
    "Enrolments without activity by the period's end.",
    "enrolled",
    "started",
)
PASSED = _count("passed", "Passed", "Enrolments whose state is passed.", state_sum("passed"))
FAILED = _count("failed", "Failed", "Enrolments whose state is failed.", state_sum("failed"))
WITHDRAWN = _count(
    "withdrawn", "Withdrawn", "Enrolments whose state is withdrawn.", state_sum("withdrawn")
)
COMPLETION = _share(
    "completion",
    "Completion",
    "Share of the enrolments completed.",
    part="completed",
    per="enrolled",
)
PROGRESS = Measure(
    "progress",
    Kind.PERCENT,
    "Progress",
    "Mean of done activities of all activities in the path, 100 % once completed.",
    part="progress",
    per="enrolled",
)
SCORE = Measure(
    "score",
    Kind.PERCENT,
    "Score",
    "Mean of the training scores of those who have one.",
    part="score",
    per="scored",
)
ATTEMPT_SCORE = Measure(
    "attempt_score",
    Kind.PERCENT,
    "Attempt score",
    "Plain mean of all scored attempts.",
    part="attempt_score",
)

# ---- enrolments within the period ----------------------------------------------------------------

NEW_ENROLMENTS = _count(
    "new_enrolments", "Enrolled", "Enrolments made in the period.", "new_enrolled"
)
COMPLETIONS = _count(
    "completions", "Completed", "Enrolments completed in the period.", "new_completed"
)
WITHDRAWALS = _count(
    "withdrawals", "Withdrawn", "Enrolments withdrawn in the period.", "new_withdrawn"
)

# ---- people and what they take -------------------------------------------------------------------

USERS = _count("users", "People", "Accounts, or people with an enrolment, at the period's end.")
NEW_USERS = _count("new_users", "New people", "People who joined in the period.")
ACTIVE_USERS = _count("active_users", "Active", "People with any activity in the period.", "active")
ACTIVE_SHARE = _share(
    "active_share", "Active", "Share of the people who are active.", part="active", per="people"
)
TRAININGS = _count("trainings", "Published", "Published trainings at the period's end.")
CLASSES = _count("classes", "Classes", "Classes.")
CERTIFICATES = _count("certificates", "Certificates", "Certificates awarded by the period's end.")
BADGES = _count("badges", "Badges", "Badges awarded by the period's end.")
SKILLS = _count("skills", "Skills", "Skills acquired by the period's end.")
POINTS = Measure(
    "points", Kind.NUMBER, "Points", "Points given by the period's end.", part="points"
)

# ---- activity within the period ------------------------------------------------------------------

ACTIONS = _count("actions", "Actions", "Events by weight.", "events")
ACTIVE_DAYS = _count("active_days", "Active days", "Days with any activity.")
VIEWS = _count("views", "Views", "Pages, quizzes, media and resources opened.")
DOWNLOADS = _count("downloads", "Downloads", "Downloads.")
PUBLICATIONS = _count("publications", "Publications", "Posts written.")
COMMENTS = _count("comments", "Comments", "Comments written.")
REACTIONS = _count("reactions", "Reactions", "Reactions given.")
TIME_SPENT = Measure(
    "time_spent",
    Kind.SECONDS,
    "Time",
    "Recorded durations added up, those over the limit left out.",
    part="seconds",
)
MEAN_TIME = Measure(
    "avg_time", Kind.SECONDS, "Mean time", "Time per active person.", part="seconds", per="active"
)
REACTION_SCORE = Measure(
    "reaction_score",
    Kind.NUMBER,
    "Reactions",
    "100 x (good - bad reactions) / views, rounded half away from zero, within -100..100.",
    part="good",
    less="bad",
    per="views",
    scale=100,
    finish=rounded_score,
)

# ---- platform use within the period --------------------------------------------------------------

ACTIONS_PER_USER = Measure(
    "actions_per_user",
    Kind.NUMBER,
    "Actions per user",
    "Actions of known people per person.",
    part="by_people",
    per="users",
)
CALLS_PER_LOGIN = Measure(
    "calls_per_login",
    Kind.NUMBER,
    "Calls per login",
    "Calls of known accounts per account.",
    part="by_people",
    per="users",
)
ERROR_RATE = _share(
    "error_rate", "Error rate", "Share of errors in all uses.", part="errors", per="events"
)
ANONYMOUS_SHARE = _share(
    "anonymous_share", "Anonymous", "Share of calls by nobody.", part="anonymous", per="calls"
)
BOT_SHARE = _share("bot_share", "Bots", "Share of calls by bots.", part="bots", per="calls")
MOBILE_SHARE = _share(
    "mobile_share", "Mobile", "Share of calls from mobile devices.", part="mobile", per="calls"
)

MEASURES: Mapping[str, Measure] = {
    each.name: each for each in tuple(globals().values()) if isinstance(each, Measure)
}
"""All measures by name."""
