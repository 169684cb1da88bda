"""Global figures with one row per training."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial

from sqlalchemy import func, or_, select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import (
    ACTIVE_USERS,
    BADGES,
    COMPLETED,
    COMPLETION,
    ENROLMENTS,
    MEAN_TIME,
    NEVER_STARTED,
    NOT_STARTED,
    PROGRESS,
    REACTION_SCORE,
    SCORE,
    TIME_SPENT,
    UNDER_WAY,
)
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.rewards import badges_door
from termstats.data.figures.learning.earlier_versions import earlier
from termstats.data.figures.learning.groups import timed_sources, views_of
from termstats.data.figures.learning.history import NOBODY, history, sums_at
from termstats.data.figures.learning.published import count_trainings, note_unpublished
from termstats.data.figures.learning.social import REACTIONS
from termstats.data.model.doors import Door
from termstats.data.model.filter_base import Field
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.reaction import GOOD
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, Gauge, count, day, ident, words
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_TO_TRAINING = Destination("training", (("training", "training_id"),))
_of_training = partial(
    doors_to, level=Level.TRAINING, params=((str(Param.TRAINING), "training_id"),)
)
"""Doors of the numbers of one training, by column."""
_MEASURES = (
    ENROLMENTS,
    ACTIVE_USERS,
    NEVER_STARTED,
    COMPLETED,
    COMPLETION,
    PROGRESS,
    SCORE,
    MEAN_TIME,
    TIME_SPENT,
)
"""What stands between the status and the last activity of a training."""
_OF_ACTIVITY = ("started", "active", "seconds")
"""Sums that are unknown where the events of a training were not imported."""


@figure(
    "global.trainings",
    record=Record.ENROLMENTS,
    title="Trainings",
    level=Level.GLOBAL,
    columns=(
        ident("training_id"),
        words("training", "Training"),
        words("status", "Status"),
        ENROLMENTS.column("learners", "Learners"),
        ACTIVE_USERS.column("active"),
        NEVER_STARTED.column(),
        COMPLETED.column(),
        COMPLETION.column(),
        PROGRESS.column(),
        SCORE.column(),
        MEAN_TIME.column(),
        TIME_SPENT.column(),
        day("last_activity", "Last activity"),
        REACTION_SCORE.column(),
    ),
    chart=Gauge("training", "progress"),
    lists=Field.TRAINING,
    row_opens=_TO_TRAINING,
    behind=_of_training(
        {
            "learners": ENROLMENTS,
            **{"active": ACTIVE_USERS, "time_spent": TIME_SPENT},
            **{each.name: each for each in (NEVER_STARTED, COMPLETED, COMPLETION, PROGRESS, SCORE)},
        }
    ),
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
    sums_of = await _sums_by_training(q)
    last_days, scores = await _last_days(q), await _reaction_scores(q)
    table = q.roster.trainings()
    listed = await q.fetch(
        select(
            table.c.id,
            q.key_of(table).label("key"),
            table.c.title,
            table.c.status,
            table.c.has_activity,
            table.c.source_id,
        )
    )
    rows: list[tuple[Cell, ...]] = []
    timed = timed_sources(q)
    for row in listed:
        sums = sums_of(row.id) | ({} if row.has_activity else dict.fromkeys(_OF_ACTIVITY))
        sums |= {} if row.source_id in timed else {"seconds": None}
        measured = [measure.of(sums) for measure in _MEASURES]
        rows.append(
            (row.key, row.title, row.status, *measured, last_days.get(row.id), scores.get(row.id))
        )
    without = sum(1 for row in listed if not row.has_activity)
    if without:
        q.note(f"No activity data loaded for {without} trainings: unknown, not zero.")
    if any(row.source_id not in timed for row in listed):
        q.note("The platform does not record durations: time is unknown, not zero.")
    before_data(q)
    counted = await count_trainings(q)
    note_unpublished(q, counted)
    return Rows(
        ranked(rows, by=3, name=1, key=0),
        empty="" if rows else "There are no trainings here.",
        summary=counted.words if rows else "",
    )


def _ever(q: Query) -> Query:
    """Return the question about everything up to the period's end."""
    return q.asking(period=Period(EPOCH, q.period.last))


async def _last_days(q: Query) -> dict[RowId, DayNumber]:
    """Return training id -> last day with activity up to the period's end."""
    days = _ever(q).days.per_training_day()
    rows = await q.fetch(
        select(days.c.training_id, func.max(days.c.day).label("last_day")).group_by(
            days.c.training_id
        )
    )
    return {row.training_id: row.last_day for row in rows}


async def _sums_by_training(q: Query) -> Callable[[RowId], dict[str, float | None]]:
    """Return a function from a training id to the sums of its enrolments and activity."""
    enrolments = sums_at(await history(q), [q.last_day])[0]
    days = q.days.per_training_day()
    seconds = {
        row.training_id: float(row.seconds)
        for row in await q.fetch(
            select(days.c.training_id, func.sum(days.c.seconds).label("seconds")).group_by(
                days.c.training_id
            )
        )
    }
    active = await q.people.active_by_training()

    def sums_of(training: RowId) -> dict[str, float | None]:
        return {
            **enrolments.get(training, NOBODY),
            "active": len(active.get(training, ())),
            "seconds": seconds.get(training, 0.0),
        }

    return sums_of


async def _reaction_scores(q: Query) -> dict[RowId, float | None]:
    """Return training id -> reaction score of trainings with views; nothing if nobody reacts."""
    days = q.days.social(ever=True)
    rows = await q.fetch(
        select(days.c.training_id, days.c.action, func.sum(days.c.events).label("number"))
        .where(days.c.action.in_(REACTIONS))
        .group_by(days.c.training_id, days.c.action)
    )
    if not rows:
        return {}
    reactions: dict[RowId, Counter[str]] = defaultdict(Counter)
    for row in rows:
        reactions[row.training_id]["good" if row.action in GOOD else "bad"] += int(row.number)
    seen = _ever(q).days.per_training_day()
    views = await q.fetch(
        select(seen.c.training_id, func.sum(views_of(seen)).label("views")).group_by(
            seen.c.training_id
        )
    )
    scores: dict[RowId, float | None] = {}
    for row in views:
        mine = reactions[row.training_id]
        sums = {"views": int(row.views or 0), "good": mine["good"], "bad": mine["bad"]}
        scores[row.training_id] = REACTION_SCORE.of(sums)
    return scores


@figure(
    "global.completion-rates",
    record=Record.ENROLMENTS,
    title="Completion rates",
    level=Level.GLOBAL,
    columns=(
        ident("training_id"),
        words("training", "Training"),
        ENROLMENTS.column("learners", "Learners"),
        COMPLETED.column(),
        count("in_progress", "In progress"),
        count("not_started", "Not started"),
        COMPLETION.column(),
        BADGES.column(),
        count("completed_earlier", "Earlier version", "completed one that was replaced, not this"),
    ),
    chart=Gauge("training", "completion"),
    lead=("training", "completion", "learners", "completed", "in_progress", "not_started"),
    row_opens=_TO_TRAINING,
    behind=(
        *_of_training(
            {
                **{"learners": ENROLMENTS, "completed": COMPLETED, "completion": COMPLETION},
                **{"in_progress": UNDER_WAY, "not_started": NOT_STARTED},
            }
        ),
        (
            "completed_earlier",
            Door(
                f"{Level.TRAINING}.earlier-completions",
                params=((str(Param.TRAINING), "training_id"),),
            ),
        ),
        ("badges", badges_door((("training", "training_id"),), Level.TRAINING)),
    ),
)
async def completion_rates(q: Query) -> Rows:
    """Completed, in progress and not started, per published training, at the period's end.

    Completed learners of all enrolled; the three parts add up to the learners. Completion is the
    share of learners who completed, never over 100 %. Badges are the awards linked to the training.
    Earlier version are those who earned its badge in a version that was replaced since, and have
    not completed the current one: replacing content takes no completion away.
    """
    by_training = sums_at(await history(q), [q.last_day])[0]
    awards = q.roster.of_people(schema.award)
    badges = {
        row.training_id: row.badges
        for row in await q.fetch(
            select(awards.c.training_id, func.sum(awards.c.number).label("badges"))
            .where(awards.c.kind == "badge", or_(awards.c.at.is_(None), awards.c.at < q.end))
            .group_by(awards.c.training_id)
        )
    }
    table = q.roster.trainings()
    before = Counter(row.training_id for row in await earlier(q))
    listed = await q.fetch(
        select(table.c.id, q.key_of(table).label("key"), table.c.title).where(
            table.c.published == 1
        )
    )
    rows: list[tuple[Cell, ...]] = []
    for row in listed:
        sums = by_training.get(row.id, NOBODY)
        learners, completed = int(sums["enrolled"]), int(sums["completed"])
        not_started = learners - int(max(sums["started"], completed))
        rows.append(
            (
                row.key,
                row.title,
                learners,
                completed,
                learners - completed - not_started,
                not_started,
                COMPLETION.of(sums),
                int(badges.get(row.id, 0)),
                before[row.id],
            )
        )
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no published trainings here.",
    )
