"""Every measure, defined once: for cards, lists, series, comparisons and reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from termstats.data.figures.definition.measure import Behind, Measure
from termstats.data.model.reaction import rounded_score
from termstats.data.model.table import Kind


def _count(
    name: str,
    title: str,
    words: str,
    part: str = "",
    less: str = "",
    behind: Behind | None = None,
) -> Measure:
    """Return a measure that is a sum; of the same name unless `part` names another."""
    return Measure(name, Kind.COUNT, title, words, part or name, less, behind=behind)


_people = partial(_count, behind=Behind.PEOPLE)
_enrolments = partial(_count, behind=Behind.ENROLMENTS)
_activity = partial(_count, behind=Behind.ACTIVITY)


def _share(
    name: str, title: str, words: str, *, part: str, per: str, behind: Behind | None = None
) -> Measure:
    """Return a measure that is a percentage of something."""
    return Measure(name, Kind.PERCENT, title, words, part, per=per, scale=100, behind=behind)


def state_sum(state: str) -> str:
    """Return the name of the sum that counts the enrolments in a state."""
    return f"state {state}"


# ---- enrolments as they stand at the end of the period, those withdrawn since too ----------------

ENROLMENTS = _enrolments(
    "enrolments", "Enrolments", "Enrolments made by the period's end.", "enrolled"
)
COMPLETED = _enrolments("completed", "Completed", "Enrolments completed by the period's end.")
CURRENT = _enrolments("current", "Current", "Enrolments neither completed nor withdrawn.")
CURRENT_STATES = ("not started", "in progress", "failed")
"""States of the enrolments that are current."""
NEVER_STARTED = _enrolments(
    "never_started",
    "Never started",
    "Enrolments without activity by the period's end.",
    "enrolled",
    "started",
)
PASSED = _enrolments("passed", "Passed", "Enrolments whose state is passed.", state_sum("passed"))
FAILED = _enrolments("failed", "Failed", "Enrolments whose state is failed.", state_sum("failed"))
WITHDRAWN = _enrolments(
    "withdrawn", "Withdrawn", "Enrolments whose state is withdrawn.", state_sum("withdrawn")
)
NOT_STARTED = _enrolments(
    "not_started", "Not started", "As never started, unknown activity too.", "enrolled", "started"
)
UNDER_WAY = _enrolments(
    "under_way", "In progress", "Enrolments begun and not completed.", "started", "completed"
)
COMPLETION = _share(
    "completion",
    "Completion",
    "Share of the enrolments completed.",
    part="completed",
    per="enrolled",
    behind=Behind.ENROLMENTS,
)
PROGRESS = Measure(
    "progress",
    Kind.PERCENT,
    "Progress",
    "Mean of done activities of all activities in the path, 100 % once completed.",
    part="progress",
    per="enrolled",
    behind=Behind.ENROLMENTS,
)
SCORE = Measure(
    "score",
    Kind.PERCENT,
    "Score",
    "Mean of the training scores of those who have one.",
    part="score",
    per="scored",
    behind=Behind.ENROLMENTS,
)
ATTEMPT_SCORE = Measure(
    "attempt_score",
    Kind.PERCENT,
    "Attempt score",
    "Plain mean of all scored attempts.",
    part="attempt_score",
    behind=Behind.ATTEMPTS,
)

# ---- enrolments within the period ----------------------------------------------------------------

NEW_ENROLMENTS = _enrolments(
    "new_enrolments", "Enrolled", "Enrolments made in the period.", "new_enrolled"
)
COMPLETIONS = _enrolments(
    "completions", "Completed", "Enrolments completed in the period.", "new_completed"
)
WITHDRAWALS = _enrolments(
    "withdrawals", "Withdrawn", "Enrolments withdrawn in the period.", "new_withdrawn"
)

STARTS = _enrolments("starts", "Started", "Enrolments begun in the period.", "new_started")

# ---- people and what they take -------------------------------------------------------------------

USERS = _people("users", "People", "Accounts, or people with an enrolment, at the period's end.")
NEW_USERS = _people("new_users", "New people", "People who joined in the period.")
ACTIVE_USERS = _people(
    "active_users", "Active", "People with any activity in the period.", "active"
)
ACTIVE_SHARE = _share(
    "active_share", "Active", "Share of the people who are active.", part="active", per="people"
)
TRAININGS = _count(
    "trainings",
    "Published",
    "Published trainings at the period's end.",
    behind=Behind.TRAININGS,
)
CLASSES = _count("classes", "Classes", "Classes.", behind=Behind.CLASSES)
CERTIFICATES = _count("certificates", "Certificates", "Certificates awarded by the period's end.")
BADGES = _count("badges", "Badges", "Badges awarded by the period's end.")
SKILLS = _count("skills", "Skills", "Skills acquired by the period's end.")
POINTS = Measure(
    "points", Kind.NUMBER, "Points", "Points given by the period's end.", part="points"
)

# ---- activity within the period ------------------------------------------------------------------

ACTIONS = _activity("actions", "Actions", "Events by weight.", "events")
ACTIVE_DAYS = _count("active_days", "Active days", "Days with any activity.")
VIEWS = _activity("views", "Views", "Pages, quizzes, media and resources opened.")
DOWNLOADS = _activity("downloads", "Downloads", "Downloads.")
PUBLICATIONS = _activity("publications", "Publications", "Posts written.")
COMMENTS = _activity("comments", "Comments", "Comments written.")
REACTIONS = _activity("reactions", "Reactions", "Reactions given.")
TIME_SPENT = Measure(
    "time_spent",
    Kind.SECONDS,
    "Time",
    "Recorded durations added up, those over the limit left out.",
    part="seconds",
    behind=Behind.ACTIVITY,
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
