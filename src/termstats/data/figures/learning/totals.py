"""The cards of the site, a training and a class: measures beside those of the period before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from sqlalchemy import Subquery, case, func, select

from termstats.data.figures.definition.cards import COLUMNS, Values, both_periods
from termstats.data.figures.definition.doors import doors_of_cards
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Measure, add_up
from termstats.data.figures.definition.measures import (
    ACTIONS,
    ACTIVE_USERS,
    ATTEMPT_SCORE,
    CLASSES,
    COMMENTS,
    COMPLETION,
    COMPLETIONS,
    DOWNLOADS,
    ENROLMENTS,
    FAILED,
    NEVER_STARTED,
    NEW_ENROLMENTS,
    NEW_USERS,
    PASSED,
    PROGRESS,
    PUBLICATIONS,
    REACTIONS,
    SCORE,
    TIME_SPENT,
    TRAININGS,
    USERS,
    VIEWS,
    WITHDRAWN,
    state_sum,
)
from termstats.data.figures.definition.policy import COMPARING
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.counted_people import (
    accounts,
    active_people,
    is_new,
    learners,
)
from termstats.data.figures.learning.groups import Dimension, enrolments_by, records_time, views_of
from termstats.data.figures.learning.history import (
    WITHIN,
    changes_within,
    history,
    sums_at,
)
from termstats.data.figures.learning.published import (
    MEANS,
    count_trainings,
    note_unpublished,
    published_only,
    without_activity,
)
from termstats.data.figures.learning.social import social_counts
from termstats.data.figures.learning.unplaced import scored_attempts
from termstats.data.model.comparison import Against
from termstats.data.model.enrolment_path import CHANGES
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

CARDS = (
    USERS,
    NEW_USERS,
    ACTIVE_USERS,
    TRAININGS,
    CLASSES,
    ENROLMENTS,
    NEW_ENROLMENTS,
    COMPLETIONS,
    PROGRESS,
    COMPLETION,
    TIME_SPENT,
    ACTIONS,
    NEVER_STARTED,
)
"""The cards of every level, in their order."""
TRAINING_CARDS = (
    *CARDS,
    VIEWS,
    DOWNLOADS,
    SCORE,
    ATTEMPT_SCORE,
    PASSED,
    FAILED,
    WITHDRAWN,
    PUBLICATIONS,
    COMMENTS,
    REACTIONS,
)
"""The cards of a training, in their order."""


@figure(
    "global.totals",
    title="Global",
    level=Level.GLOBAL,
    options=COMPARING,
    row="number",
    columns=COLUMNS,
    cards=(
        ("active_users", "global.active-users"),
        ("progress", "global.progress"),
        ("completions", "global.enrolments"),
        ("never_started", "global.attention"),
        ("new_enrolments", "global.enrolments"),
        ("completion", "global.progress"),
        ("new_users", "global.registrations"),
        ("users", "global.registrations"),
        ("time_spent", "global.time-spent"),
        ("enrolments", "global.enrolments"),
        ("actions", "global.activity"),
        ("trainings", "global.trainings"),
        ("classes", "global.classes"),
    ),
    behind=doors_of_cards(CARDS),
    sentence=(
        (
            "{active_users} of {users} {users:person|people} {active_users:was|were} active"
            "{active_users:change}",
            "; {completions} {completions:enrolment|enrolments} completed",
            ", {never_started} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; {completions} completed",
            ", {never_started} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; {never_started} never started",
        ),
        ("{active_users} of {users} active", "; {never_started} never started"),
        ("{active_users} active", ", {never_started} never started"),
    ),
)
async def global_totals(q: Query) -> Rows:
    """The headline numbers of the platform, each beside the equally long period before.

    People, trainings, classes, enrolments, progress, completion and never started are states at the
    period's end; new people, active people, new enrolments, completions, time and actions happened
    in the period. Progress and completion are plain means over published trainings with learners.
    Never started counts enrolments without activity of any kind in the training, whatever became of
    them, where activity was imported. No value where the platform does not record it.
    """
    return await _both_periods(q, _of_accounts)


@figure(
    "training.totals",
    title="Training",
    level=Level.TRAINING,
    options=COMPARING,
    row="number",
    columns=COLUMNS,
    cards=(
        ("active_users", "training.active-users"),
        ("progress", "training.progress"),
        ("completions", "training.enrolments"),
        ("score", "training.content"),
        ("never_started", "training.learners"),
        ("passed", "training.learners"),
        ("failed", "training.learners"),
        ("completion", "training.progress"),
        ("new_enrolments", "training.enrolments"),
        ("users", "training.learners"),
        ("time_spent", "training.time-spent"),
        ("new_users", "training.enrolments"),
        ("enrolments", "training.enrolments"),
        ("actions", "training.activity"),
        ("views", "training.activities"),
        ("downloads", "training.downloads"),
        ("comments", "training.activities"),
        ("reactions", "training.activities"),
    ),
    behind=doors_of_cards(TRAINING_CARDS),
    sentence=(
        (
            "{active_users} of {users} {users:learner|learners} {active_users:was|were} active"
            "{active_users:change}",
            "; progress {progress}{progress:change}",
            "; {passed} passed",
            ", {failed} failed",
            ", {never_started} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; progress {progress}",
            "; {failed} failed",
            ", {never_started} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; progress {progress}",
            "; {never_started} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; {never_started} never started",
        ),
        (
            "{active_users} of {users} active",
            "; progress {progress}",
            "; {failed} failed",
            ", {never_started} never started",
        ),
        ("{active_users} active", ", {never_started} never started"),
    ),
)
async def training_totals(q: Query) -> Rows:
    """The headline numbers of one training, each beside the equally long period before.

    People are its learners, new people those who enrolled in the period. Views are pages, quizzes,
    media and resources opened. Score is the mean of the learners' training scores (kept scores of
    the mandatory modules, not attempted counts 0), attempt score the plain mean of all scored
    attempts up to the period's end. Passed, failed and withdrawn are states at the period's end.
    Publications, comments and reactions happened in the period.
    """
    return await _both_periods(q, _of_training)


@figure(
    "class.totals",
    title="Class",
    level=Level.CLASS,
    options=COMPARING,
    row="number",
    columns=COLUMNS,
    cards=(
        ("users", "class.members"),
        ("active_users", "class.active-users"),
        ("progress", "class.progress"),
        ("completion", "class.progress"),
        ("never_started", "class.learners"),
        ("completions", "class.learners"),
        ("trainings", "class.trainings"),
        ("enrolments", "class.learners"),
        ("actions", "class.activity"),
    ),
    behind=doors_of_cards(CARDS),
    sentence=(
        (
            "{active_users} of {users} {users:member|members} {active_users:was|were} active"
            "{active_users:change}",
            "; progress {progress}{progress:change}",
            "; {never_started} {never_started:enrolment|enrolments} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; progress {progress}",
            "; {never_started} never started",
        ),
        (
            "{active_users} of {users} active{active_users:change}",
            "; {never_started} never started",
        ),
        (
            "{active_users} of {users} active",
            "; progress {progress}",
            "; {never_started} never started",
        ),
        ("{active_users} active", ", progress {progress}"),
    ),
)
async def class_totals(q: Query) -> Rows:
    """The headline numbers of one class, each beside the equally long period before.

    Of its members (sub-classes included) in the trainings of the class, and nothing else that they
    do. People are members with an enrolment there. Otherwise as the global numbers.
    """
    return await _both_periods(q, _of_learners)


async def _both_periods(q: Query, compute: Callable[[Query], Awaitable[Values]]) -> Rows:
    rows = await both_periods(q, compute)
    first, _last = q.info.coverage
    is_known = q.info.has_events and not q.nothing_then
    if is_known and q.then.first < first <= q.period.first:
        name = "The period before" if q.request.against is Against.BEFORE else "The year before"
        q.note(f"{name} starts before the data, which begin on {first}.")
    return rows


async def _of_accounts(q: Query) -> Values:
    """Return the cards of the site: its users are accounts of the platform."""
    return await _values(q, await _accounts(q))


async def _of_learners(q: Query) -> Values:
    """Return the cards of a class: its users are learners of the roster."""
    return await _values(q, await _learners(q))


async def _of_training(q: Query) -> Values:
    """Return the cards of a training: what every level has, and more."""
    more = {**await _states(q), **await _opened(q), **await social_counts(q)}
    more["attempt_score"] = await _attempt_score(q)
    return await _values(q, {**await _learners(q), **more}, TRAINING_CARDS)


async def _values(q: Query, counted: Values, cards: Sequence[Measure] = CARDS) -> Values:
    """Return the values of `cards`; `counted` are the sums that not every level has."""
    by_training = await history(q)
    published = await published_only(q, by_training)
    at_end = sums_at(by_training, [q.last_day])[0]
    trainings = await count_trainings(q)
    note_unpublished(q, trainings)
    for_means = sums_at(published, [q.last_day])[0].values()
    sums = {
        **add_up(at_end.values(), CHANGES),
        **add_up(changes_within(q, by_training).values(), tuple(WITHIN.values())),
        **await _activity(q),
        **counted,
        "trainings": trainings.published,
        "classes": await q.fetch_value(select(func.count()).select_from(q.people.classes())),
    }
    values = {each.name: each.mean(for_means) if each in MEANS else each.of(sums) for each in cards}
    return values | await _where_known(q, at_end)


async def _where_known(q: Query, at_end: Mapping[RowId, Mapping[str, float]]) -> Values:
    """Return the cards that leave out trainings whose activity was not imported; None if all."""
    silent = await without_activity(q)
    known = [sums for training, sums in at_end.items() if training not in silent]
    if silent:
        q.note(
            f"No activity data loaded for {len(silent):,} trainings: "
            "who never started is unknown there, not zero."
        )
    if not silent or known:
        return {NEVER_STARTED.name: NEVER_STARTED.of(add_up(known, CHANGES))}
    unknown = [NEVER_STARTED, *([ACTIVE_USERS] if q.question.training else [])]
    return dict.fromkeys((each.name for each in unknown), None)


async def _accounts(q: Query) -> Values:
    return await _people_since(q, accounts(q))


async def _learners(q: Query) -> Values:
    return await _people_since(q, learners(q))


async def _people_since(q: Query, people: Subquery) -> Values:
    """Return how many people there are, and how many of them are new."""
    row = await q.fetch_one(
        select(
            func.count().label("users"),
            func.sum(case((is_new(q, people), 1), else_=0)).label("new_users"),
        ).select_from(people)
    )
    return {"users": row.users, "new_users": row.new_users or 0}


async def _activity(q: Query) -> Values:
    """Return events, seconds and different active people of the period."""
    days = q.days.totals(("events", "seconds"))
    sums = await q.fetch_one(
        select(func.sum(days.c.events).label("events"), func.sum(days.c.seconds).label("seconds"))
    )
    return {
        "active": len(await active_people(q)),
        "events": sums.events or 0,
        "seconds": (sums.seconds or 0.0) if await records_time(q) else None,
    }


async def _states(q: Query) -> Values:
    """Return how many enrolments are in each state at the period's end."""
    by_state = await enrolments_by(q, Dimension.STATE)
    names = [each.part for each in (PASSED, FAILED, WITHDRAWN)]
    return dict.fromkeys(names, 0) | {
        state_sum(state): sums["enrolled"] for state, sums in by_state.items()
    }


async def _opened(q: Query) -> Values:
    """Return views and downloads of the period."""
    days = q.days.per_day()
    row = await q.fetch_one(
        select(
            func.sum(views_of(days)).label("views"),
            func.sum(days.c.download).label("downloads"),
        )
    )
    return {"views": row.views or 0, "downloads": row.downloads or 0}


async def _attempt_score(q: Query) -> float | None:
    attempts = scored_attempts(q)
    row = await q.fetch_one(select(func.avg(attempts.c.score).label("score")))
    score: float | None = row.score
    return score
