"""The cards of each level: a few numbers, each beside the previous period's."""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import and_, case, func, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.history import (
    COMPLETED,
    ENROLLED,
    SCORE,
    SCORED,
    STARTED,
    History,
    history,
    standing,
    states_at,
)
from termstats.data.figures.learning.published import published_only
from termstats.data.figures.learning.social import social_counts
from termstats.data.model.period import day_number
from termstats.data.model.table import Cell, Column, Kind, words
from termstats.data.query.query import Query
from termstats.data.store import schema

COLUMNS = (
    words("metric", "Figure"),
    Column("value", Kind.VALUE, "Value"),
    Column("previous", Kind.VALUE, "Period before"),
    Column("change", Kind.VALUE, "Change"),
)
Values = dict[str, float | None]
_KINDS = {
    "progress": Kind.PERCENT,
    "completion": Kind.PERCENT,
    "score": Kind.PERCENT,
    "error_rate": Kind.PERCENT,
    "anonymous_share": Kind.PERCENT,
    "bot_share": Kind.PERCENT,
    "mobile_share": Kind.PERCENT,
    "attempt_score": Kind.PERCENT,
    "time_spent": Kind.SECONDS,
    "points": Kind.NUMBER,
    "actions_per_user": Kind.NUMBER,
    "calls_per_login": Kind.NUMBER,
}


def totals_rows(now: Values, before: Values) -> Rows:
    """Return the rows metric, value, previous, change; a change needs both values."""
    rows: list[tuple[Cell, ...]] = []
    kinds: list[Kind] = []
    for metric, value in now.items():
        previous = before.get(metric)
        change = None if value is None or previous is None else value - previous
        kind = _KINDS.get(metric, Kind.COUNT)
        rows.append((metric, *(_tidy(cell, kind) for cell in (value, previous, change))))
        kinds.append(kind)
    return Rows(rows, row_kinds=tuple(kinds))


def _tidy(value: float | None, kind: Kind) -> Cell:
    return int(value) if value is not None and kind is Kind.COUNT else value


async def both_periods(q: Query, compute: ComputeValues) -> Rows:
    """Return the rows of `compute` for the period and the one before it."""
    before_data(q)
    now = await compute.values(q)
    # What holds for the previous period too is said once.
    before = await compute.values(q.asking(period=q.period.previous(), quiet=True))
    first, _last = q.info.coverage
    if q.info.has_events and q.period.previous().first < first <= q.period.first:
        q.note(f"The period before starts before the data, which begin on {first}.")
    return totals_rows(now, before)


@dataclass(frozen=True)
class ComputeValues:
    """Which parts a level's cards have."""

    accounts: bool = False
    """Users are accounts of the platform, not learners of a roster."""
    scores: bool = False

    async def values(self, q: Query) -> Values:
        """Return metric -> value for the period of `q`."""
        found = await history(q)
        means = await published_only(q, found)
        states, started = _states(q, found), _states(q, means)
        standing_now = standing(started)
        days = q.days.totals(("events", "seconds"))
        activity = await q.fetch_one(
            select(func.sum(days.c.events).label("events"), func.sum(days.c.seconds).label("time"))
        )
        active = await q.people.active()
        people = [who for per_day in active.values() for who in per_day.values()]
        users, new_users = await self._users(q)
        values: Values = {
            "users": users,
            "new_users": new_users,
            "active_users": len(BitMap.union(*people)) if people else 0,
            "trainings": await _trainings(q),
            "classes": await _classes(q),
            "enrolments": sum(state[ENROLLED] for state in states),
            "new_enrolments": _in_period(q, found, ENROLLED),
            "completions": _in_period(q, found, COMPLETED),
            "progress": standing_now.progress,
            "completion": standing_now.completion,
            "time_spent": (activity.time or 0.0) if _has_time(q) else None,
            "actions": activity.events or 0,
            "never_started": sum(state[ENROLLED] - state[STARTED] for state in states),
        }
        if self.scores:
            values.update(await _training_values(q, states))
        return values

    async def _users(self, q: Query) -> tuple[int, int]:
        start, _end = q.period.seconds(q.zone)
        if self.accounts:
            people = q.people.population()
            joined = people.c.joined_at
            row = await q.fetch_one(
                select(
                    func.count().label("users"),
                    func.sum(case((joined >= start, 1), else_=0)).label("new_users"),
                ).where(or_(joined.is_(None), joined < q.end))
            )
            return row.users, int(row.new_users or 0)
        roster = q.roster.enrolments()
        first = (
            select(roster.c.person_id, func.min(roster.c.enrolled_at).label("first"))
            .group_by(roster.c.person_id)
            .subquery("first_enrolments")
        )
        row = await q.fetch_one(
            select(
                func.count().label("users"),
                func.sum(case((first.c.first >= start, 1), else_=0)).label("new_users"),
            )
        )
        return row.users, int(row.new_users or 0)


def _states(q: Query, found: History) -> list[list[float]]:
    return list(states_at(found, [q.last_day])[0].values())


def _in_period(q: Query, found: History, what: int) -> float:
    first = day_number(q.period.first)
    return sum(
        change[what] for changed in found.values() for day, change in changed if day >= first
    )


def _has_time(q: Query) -> bool:
    return any(source.has_time for source in q.info.sources)


async def _trainings(q: Query) -> int:
    trainings = q.roster.trainings()
    created = trainings.c.created_at
    row = await q.fetch_one(
        select(func.count().label("number")).where(
            trainings.c.published == 1, or_(created.is_(None), created < q.end)
        )
    )
    return int(row.number)


async def _classes(q: Query) -> int:
    classes = q.people.classes()
    return int(await q.fetch_value(select(func.count()).select_from(classes)))


async def _training_values(q: Query, states: list[list[float]]) -> Values:
    """Return what only the cards of one training have."""
    days = q.days.per_day()
    start, _end = q.period.seconds(q.zone)
    row = await q.fetch_one(
        select(
            func.sum(days.c.page + days.c.quiz + days.c.media + days.c.resource).label("views"),
            func.sum(days.c.download).label("downloads"),
        )
    )
    roster = q.roster.states()
    numbers = await q.fetch(
        select(roster.c.state, func.count().label("number")).group_by(roster.c.state)
    )
    of_state = {r.state: r.number for r in numbers}
    attempts = q.roster.attempts()
    scored = await q.fetch_one(
        select(
            func.avg(attempts.c.score).label("score"),
        ).where(and_(attempts.c.in_score == 1, attempts.c.score.is_not(None)))
    )
    scores = sum(state[SCORED] for state in states)
    social = await social_counts(q)
    return {
        "views": row.views or 0,
        "downloads": row.downloads or 0,
        "score": sum(state[SCORE] for state in states) / scores if scores else None,
        "attempt_score": scored.score,
        "passed": of_state.get("passed", 0),
        "failed": of_state.get("failed", 0),
        "withdrawn": of_state.get("withdrawn", 0),
        **social,
    }


@figure(
    "global.totals",
    title="Global",
    level=Level.GLOBAL,
    columns=COLUMNS,
    cards=(
        ("users", "global.registrations"),
        ("new_users", "global.registrations"),
        ("active_users", "global.active-users"),
        ("trainings", "global.trainings"),
        ("classes", "global.classes"),
        ("enrolments", "global.enrolments"),
        ("new_enrolments", "global.enrolments"),
        ("completions", "global.enrolments"),
        ("progress", "global.progress"),
        ("completion", "global.progress"),
        ("time_spent", "global.time-spent"),
        ("actions", "global.activity"),
        ("never_started", "global.attention"),
    ),
)
async def global_totals(q: Query) -> Rows:
    """The headline numbers of the platform, each beside the equally long period before.

    Users, trainings, classes, enrolments, progress, completion and never started are states at the
    period's end; new users, active users, new enrolments, completions, time and actions happened
    in the period. Progress and completion are plain means over published trainings with learners.
    Never started counts enrolments without any activity in the training. No value where the
    platform does not record it.
    """
    return await both_periods(q, ComputeValues(accounts=True))


@figure(
    "training.totals",
    title="Training",
    level=Level.TRAINING,
    columns=COLUMNS,
    cards=(
        ("learners", "training.learners"),
        ("users", "training.learners"),
        ("new_users", "training.enrolments"),
        ("active_users", "training.active-users"),
        ("enrolments", "training.enrolments"),
        ("new_enrolments", "training.enrolments"),
        ("completions", "training.enrolments"),
        ("progress", "training.progress"),
        ("completion", "training.progress"),
        ("score", "training.content"),
        ("passed", "training.learners"),
        ("failed", "training.learners"),
        ("time_spent", "training.time-spent"),
        ("actions", "training.activity"),
        ("views", "training.activities"),
        ("downloads", "training.downloads"),
        ("comments", "training.activities"),
        ("reactions", "training.activities"),
        ("never_started", "training.learners"),
    ),
)
async def training_totals(q: Query) -> Rows:
    """The headline numbers of one training, each beside the equally long period before.

    Users are its learners, new users those who enrolled in the period. Views are pages, quizzes,
    media and resources opened. Score is the mean of the learners' training scores (kept scores of
    the mandatory modules, not attempted counts 0), attempt score the plain mean of all scored
    attempts up to the period's end. Passed, failed and withdrawn are states at the period's end.
    Publications, comments and reactions happened in the period.
    """
    return await both_periods(q, ComputeValues(scores=True))


@figure(
    "class.totals",
    title="Class",
    level=Level.CLASS,
    columns=COLUMNS,
    cards=(
        ("learners", "class.members"),
        ("users", "class.members"),
        ("active_users", "class.active-users"),
        ("trainings", "class.trainings"),
        ("enrolments", "class.learners"),
        ("completions", "class.learners"),
        ("progress", "class.progress"),
        ("completion", "class.progress"),
        ("score", "class.learners"),
        ("actions", "class.activity"),
        ("never_started", "class.learners"),
    ),
)
async def class_totals(q: Query) -> Rows:
    """The headline numbers of one class, each beside the equally long period before.

    Of its members (sub-classes included) in the trainings of the class, and nothing else that they
    do. Users are members with an enrolment there. Otherwise as the global numbers.
    """
    return await both_periods(q, ComputeValues())


@figure(
    "learner.totals",
    title="Learner",
    level=Level.LEARNER,
    columns=COLUMNS,
    cards=(
        ("completed", "learner.trainings"),
        ("current", "learner.trainings"),
        ("certificates", "learner.certificates"),
        ("badges", "learner.badges"),
        ("skills", "learner.skills"),
        ("points", "learner.badges"),
        ("time_spent", "learner.sessions"),
        ("actions", "learner.activity"),
        ("active_days", "learner.activity"),
        ("publications", "learner.timeline"),
        ("comments", "learner.timeline"),
        ("reactions", "learner.timeline"),
    ),
)
async def learner_totals(q: Query) -> Rows:
    """The headline numbers of one learner, each beside the equally long period before.

    Completed and current trainings, certificates, badges, skills and points are states at the
    period's end; time, actions, active days, publications, comments and reactions happened in the
    period. Current is enrolled, not completed and not withdrawn.
    """
    before_data(q)
    now = await _learner_values(q)
    before = await _learner_values(q.asking(period=q.period.previous(), quiet=True))
    return totals_rows(now, before)


async def _learner_values(q: Query) -> Values:
    start, _end = q.period.seconds(q.zone)
    roster = q.roster.states()
    numbers = await q.fetch(
        select(roster.c.state, func.count().label("number")).group_by(roster.c.state)
    )
    of_state = {row.state: row.number for row in numbers}
    completed = of_state.get("passed", 0) + of_state.get("expired", 0)
    current = sum(of_state.get(state, 0) for state in ("not started", "in progress", "failed"))
    awards = q.roster.of_people(schema.award)
    earned = {
        row.kind: row.number
        for row in await q.fetch(
            select(awards.c.kind, func.sum(awards.c.number).label("number"))
            .where(or_(awards.c.at.is_(None), awards.c.at < q.end))
            .group_by(awards.c.kind)
        )
    }
    points = q.roster.of_people(schema.point)
    given = await q.fetch_one(
        select(func.sum(points.c.points).label("points")).where(
            or_(points.c.at.is_(None), points.c.at < q.end)
        )
    )
    days = q.days.person_sums(measures=("events", "seconds"))
    did = await q.fetch_one(
        select(
            func.sum(days.c.events).label("events"),
            func.sum(days.c.seconds).label("seconds"),
            func.sum(days.c.active).label("active"),
        )
    )
    return {
        "completed": completed,
        "current": current,
        "certificates": earned.get("certificate", 0),
        "badges": earned.get("badge", 0),
        "skills": earned.get("skill", 0),
        "points": float(given.points or 0),
        "time_spent": (did.seconds or 0.0) if _has_time(q) else None,
        "actions": did.events or 0,
        "active_days": did.active or 0,
        **await social_counts(q),
    }
