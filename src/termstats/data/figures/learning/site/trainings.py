"""Global figures with one row per training."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.history import (
    COMPLETED,
    ENROLLED,
    PROGRESS,
    SCORE,
    SCORED,
    STARTED,
    history,
    states_at,
)
from termstats.data.figures.learning.social import REACTIONS
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.reaction import GOOD, reaction_score
from termstats.data.model.table import (
    Cell,
    Destination,
    Gauge,
    count,
    day,
    ident,
    number,
    percent,
    seconds,
    words,
)
from termstats.data.query.query import Query
from termstats.data.store import schema

_TO_TRAINING = Destination("training", (("training", "training_id"),))


@figure(
    "global.trainings",
    title="Trainings",
    level=Level.GLOBAL,
    columns=(
        ident("training_id"),
        words("training", "Training"),
        words("status", "Status"),
        count("learners", "Learners"),
        count("active", "Active"),
        count("never_started", "Never started"),
        count("completed", "Completed"),
        percent("completion", "Completion"),
        percent("progress", "Progress"),
        percent("score", "Score"),
        seconds("avg_time", "Mean time"),
        seconds("time_spent", "Time"),
        day("last_activity", "Last activity"),
        number("reaction_score", "Reactions"),
    ),
    chart=Gauge("training", "progress"),
    row_opens=_TO_TRAINING,
    lead=("training", "learners", "progress", "completion", "score", "active"),
)
async def trainings(q: Query) -> Rows:
    """One row per training, those without learners and unpublished ones included.

    Learners, never started, completed, completion, progress and score are states at the period's
    end, of everybody enrolled by then; active people and time are of the period. Mean time is per
    active learner. Score is the mean of the learners' training scores, no value where nobody has
    one. Reaction score is 100 x (likes, learned, useful - outdated, question, irrelevant) / views,
    rounded and within -100..100, from all events up to the period's end; no value without views, or
    where nobody reacts to anything. A training whose events were not imported has no activity
    values.
    """
    found = await history(q)
    states = states_at(found, [q.last_day])[0]
    days = q.days.per_training_day()
    activity = {
        row.training_id: row
        for row in await q.fetch(
            select(
                days.c.training_id,
                func.sum(days.c.seconds).label("seconds"),
            ).group_by(days.c.training_id)
        )
    }
    last_days = await _last_days(q)
    active = await q.people.active_by_training()
    reactions = await _reaction_scores(q)
    table = q.roster.trainings()
    listed = await q.fetch(
        select(
            table.c.id,
            q.key_of(table).label("key"),
            table.c.title,
            table.c.status,
            table.c.has_activity,
        )
    )
    has_time = any(source.has_time for source in q.info.sources)
    rows: list[tuple[Cell, ...]] = []
    for row in listed:
        state = states.get(row.id) or [0.0] * 7
        learners = int(state[ENROLLED])
        people = len(active.get(row.id, ()))
        spent = float(activity[row.id].seconds) if row.id in activity else 0.0
        known = bool(row.has_activity)
        rows.append(
            (
                row.key,
                row.title,
                row.status,
                learners,
                people if known else None,
                learners - int(state[STARTED]) if known else None,
                int(state[COMPLETED]),
                100 * state[COMPLETED] / learners if learners else None,
                state[PROGRESS] / learners if learners else None,
                state[SCORE] / state[SCORED] if state[SCORED] else None,
                spent / people if has_time and people else None,
                spent if has_time and known else None,
                last_days.get(row.id),
                reactions.get(row.id),
            )
        )
    without = sum(1 for row in listed if not row.has_activity)
    if without:
        q.note(f"No activity data loaded for {without} trainings: unknown, not zero.")
    if not has_time:
        q.note("This source records no durations, so time is not known.")
    before_data(q)
    return Rows(
        ranked(rows, by=3, name=1, key=0),
        empty="" if rows else "There are no trainings here.",
        summary=f"{len(rows):,} trainings" if rows else "",
    )


def _ever(q: Query) -> Query:
    """Return the question about everything up to the period's end."""
    return q.asking(period=Period(EPOCH, q.period.last))


async def _last_days(q: Query) -> dict[int, int]:
    """Return training id -> last day with activity up to the period's end."""
    days = _ever(q).days.per_training_day()
    rows = await q.fetch(
        select(days.c.training_id, func.max(days.c.day).label("last_day")).group_by(
            days.c.training_id
        )
    )
    return {row.training_id: row.last_day for row in rows}


async def _reaction_scores(q: Query) -> dict[int, int | None]:
    """Return training id -> reaction score of trainings with views; nothing if nobody reacts."""
    days = q.days.social(ever=True)
    rows = await q.fetch(
        select(days.c.training_id, days.c.action, func.sum(days.c.events).label("number"))
        .where(days.c.action.in_(REACTIONS))
        .group_by(days.c.training_id, days.c.action)
    )
    good: Counter[int] = Counter()
    bad: Counter[int] = Counter()
    for row in rows:
        (good if row.action in GOOD else bad)[row.training_id] += int(row.number)
    if not rows:
        return {}
    seen = _ever(q).days.per_training_day()
    views = await q.fetch(
        select(
            seen.c.training_id,
            func.sum(seen.c.page + seen.c.quiz + seen.c.media + seen.c.resource).label("views"),
        ).group_by(seen.c.training_id)
    )
    return {
        row.training_id: reaction_score(
            int(row.views or 0), good[row.training_id], bad[row.training_id]
        )
        for row in views
    }


@figure(
    "global.completion-rates",
    title="Completion rates",
    level=Level.GLOBAL,
    columns=(
        ident("training_id"),
        words("training", "Training"),
        count("learners", "Learners"),
        count("completed", "Completed"),
        count("in_progress", "In progress"),
        count("not_started", "Not started"),
        percent("completion", "Completion"),
        count("badges", "Badges"),
    ),
    chart=Gauge("training", "completion"),
    row_opens=_TO_TRAINING,
)
async def completion_rates(q: Query) -> Rows:
    """Completed, in progress and not started, per published training, at the period's end.

    Completed learners of all enrolled; the three parts add up to the learners. Completion is the
    share of learners who completed, never over 100 %. Badges are the awards linked to the training.
    """
    found = await history(q)
    states = states_at(found, [q.last_day])[0]
    awards = q.roster.of_people(schema.award)
    badges = {
        row.training_id: row.badges
        for row in await q.fetch(
            select(awards.c.training_id, func.sum(awards.c.number).label("badges"))
            .where(awards.c.kind == "badge", awards.c.at < q.end)
            .group_by(awards.c.training_id)
        )
    }
    table = q.roster.trainings()
    listed = await q.fetch(
        select(table.c.id, q.key_of(table).label("key"), table.c.title).where(
            table.c.published == 1
        )
    )
    rows: list[tuple[Cell, ...]] = []
    for row in listed:
        state = states.get(row.id) or [0.0] * 7
        learners, completed = int(state[ENROLLED]), int(state[COMPLETED])
        not_started = learners - int(max(state[STARTED], state[COMPLETED]))
        rows.append(
            (
                row.key,
                row.title,
                learners,
                completed,
                learners - completed - not_started,
                not_started,
                100 * completed / learners if learners else None,
                int(badges.get(row.id, 0)),
            )
        )
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no published trainings here.",
    )
