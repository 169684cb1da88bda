"""Figures of the whole platform that no other level shares."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select

from termstats.data import schema
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.history import (
    COMPLETED,
    ENROLLED,
    PROGRESS,
    SCORE,
    SCORED,
    STARTED,
    history,
    states_at,
)
from termstats.data.figures.ranking import DEFAULT_TOP, cut_off, ranked, top_rows
from termstats.data.figures.series import buckets, running, sum_per_bucket, with_bucket
from termstats.data.figures.shared import before_data, is_future, nothing_happened
from termstats.data.figures.social import REACTIONS
from termstats.data.period import EPOCH, Period, day_number, local_day
from termstats.data.query import Query
from termstats.data.reaction import GOOD, reaction_score
from termstats.data.table import (
    Bars,
    Cell,
    Drill,
    Gauge,
    Line,
    count,
    day,
    ident,
    number,
    percent,
    seconds,
    words,
)

_TO_TRAINING = Drill("training", (("training", "training_id"),))
_TO_LEARNER = Drill("learner", (("learner", "learner_id"),))
_TO_CLASS = Drill("class", (("class", "class_id"),))


@figure(
    "global.registrations",
    title="New accounts",
    level=Level.GLOBAL,
    columns=(day("day", "Day"), count("users", "New accounts"), count("cumulative", "Accounts")),
    chart=Line("day", ("users",)),
    unit="people",
)
async def registrations(q: Query) -> Rows:
    """New accounts per day, and all accounts by then.

    The same population in both columns: `cumulative` starts with the counted people whose account
    was there before the period, those without a known date included.
    """
    people = q.people()
    start, _end = q.period.seconds(q.zone)
    found = await q.fetch(select(people.c.joined_at))
    before = sum(1 for row in found if row.joined_at is None or row.joined_at < start)
    days: dict[int, int] = {}
    for row in found:
        if row.joined_at is not None and start <= row.joined_at < q.end:
            number_ = day_number(local_day(row.joined_at, q.zone))
            days[number_] = days.get(number_, 0) + 1
    per_bucket = [
        (label, first, sum(days.get(n, 0) for n in range(first, last + 1)))
        for label, first, last in buckets(q)
    ]
    sums = running(before, (users for _label, _first, users in per_bucket))
    rows: list[tuple[Cell, ...]] = [
        (label, None, None) if is_future(q, first) else (label, users, int(total))
        for (label, first, users), total in zip(per_bucket, sums, strict=True)
    ]
    total = sum(days.values())
    return Rows(
        rows,
        columns=with_bucket(q, (day("day", "Day"), count("users"), count("cumulative"))),
        empty="" if total else nothing_happened(q, "new accounts"),
        summary=f"{total:,} new · {before:,} before" if total else "",
    )


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
    drill=_TO_TRAINING,
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
    days = q.training_days()
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
    active = await q.active_by_training()
    reactions = await _reaction_scores(q)
    table = q.trainings()
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
    return q.at(Period(EPOCH, q.period.last))


async def _last_days(q: Query) -> dict[int, int]:
    """Return training id -> last day with activity up to the period's end."""
    days = _ever(q).training_days()
    rows = await q.fetch(
        select(days.c.training_id, func.max(days.c.day).label("last_day")).group_by(
            days.c.training_id
        )
    )
    return {row.training_id: row.last_day for row in rows}


async def _reaction_scores(q: Query) -> dict[int, int | None]:
    """Return training id -> reaction score of trainings with views; nothing if nobody reacts."""
    days = q.social_days(ever=True)
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
    seen = _ever(q).training_days()
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
    drill=_TO_TRAINING,
)
async def completion_rates(q: Query) -> Rows:
    """Completed, in progress and not started, per published training, at the period's end.

    Completed learners of all enrolled; the three parts add up to the learners. Completion is the
    share of learners who completed, never over 100 %. Badges are the awards linked to the training.
    """
    found = await history(q)
    states = states_at(found, [q.last_day])[0]
    awards = q.of_people(schema.award)
    badges = {
        row.training_id: row.badges
        for row in await q.fetch(
            select(awards.c.training_id, func.sum(awards.c.number).label("badges"))
            .where(awards.c.kind == "badge", awards.c.at < q.end)
            .group_by(awards.c.training_id)
        )
    }
    table = q.trainings()
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


@figure(
    "global.classes",
    title="Classes",
    level=Level.GLOBAL,
    columns=(
        ident("class_id"),
        words("class", "Class"),
        count("learners", "Learners"),
        count("active", "Active"),
        percent("progress", "Progress"),
        percent("completion", "Completion"),
        percent("score", "Score"),
        seconds("time_spent", "Time"),
    ),
    chart=Gauge("class", "progress"),
    drill=_TO_CLASS,
)
async def classes(q: Query) -> Rows:
    """One row per class: its own members in the trainings of the class, without sub-classes.

    Learners are current members; progress, completion and score are plain means over their
    enrolments in the trainings of the class at the period's end; active people and time are of the
    period, in those trainings only. A person in two classes counts in both.
    """
    table, members, offered = q.classes(), q.members(), schema.class_training
    pairs = (
        select(members.c.class_id, members.c.person_id, offered.c.training_id)
        .join(offered, offered.c.class_id == members.c.class_id)
        .subquery("pairs")
    )
    learners = {
        row.class_id: row.people
        for row in await q.fetch(
            select(members.c.class_id, func.count().label("people")).group_by(members.c.class_id)
        )
    }
    roster = q.states()
    results = {
        row.class_id: row
        for row in await q.fetch(
            select(
                pairs.c.class_id,
                func.avg(roster.c.progress).label("progress"),
                (func.sum(100.0 * roster.c.completed) / func.count()).label("completion"),
                func.avg(roster.c.score).label("score"),
            )
            .select_from(pairs)
            .join(roster, _same_pair(pairs, roster))
            .group_by(pairs.c.class_id)
        )
    }
    sums = q.person_sums(each_training=True, measures=("seconds",))
    activity = {
        row.class_id: row
        for row in await q.fetch(
            select(
                pairs.c.class_id,
                func.count(case((sums.c.active > 0, sums.c.person_id)).distinct()).label("active"),
                func.sum(sums.c.seconds).label("seconds"),
            )
            .select_from(sums)
            .join(pairs, _same_pair(pairs, sums))
            .group_by(pairs.c.class_id)
        )
    }
    has_time = any(source.has_time for source in q.info.sources)
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(select(table.c.id, q.key_of(table).label("key"), table.c.title)):
        result, did = results.get(row.id), activity.get(row.id)
        spent = float(did.seconds) if did else 0.0
        rows.append(
            (
                row.key,
                row.title,
                learners.get(row.id, 0),
                did.active if did else 0,
                result.progress if result else None,
                result.completion if result else None,
                result.score if result else None,
                spent if has_time else None,
            )
        )
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no classes here.",
        summary=f"{len(rows):,} classes" if rows else "",
    )


def _same_pair(one: Subquery, other: Subquery) -> ColumnElement[bool]:
    return and_(one.c.training_id == other.c.training_id, one.c.person_id == other.c.person_id)


@figure(
    "global.top-learners",
    title="Top learners",
    level=Level.GLOBAL,
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        count("actions", "Actions"),
        count("active_days", "Active days"),
        seconds("time_spent", "Time"),
        day("last_activity", "Last activity"),
    ),
    chart=Bars("learner", "actions"),
    drill=_TO_LEARNER,
)
async def top_learners(q: Query) -> Rows:
    """The most active learners of the period, by number of actions.

    Actions are events by weight (clicks on OULAD). Ties are ranked by name, then id. The last row
    holds everybody else; --top N shows more. Time is empty where the source records none.
    """
    sums = q.person_sums(measures=("events", "seconds"))
    people = schema.person
    found = await q.fetch(
        select(
            q.key_of(people).label("key"),
            people.c.name,
            sums.c.events,
            sums.c.active,
            sums.c.seconds,
            sums.c.last_day,
        ).join(people, people.c.id == sums.c.person_id)
    )
    has_time = any(source.has_time for source in q.info.sources)
    rows: list[tuple[Cell, ...]] = [
        (r.key, r.name, int(r.events), r.active, r.seconds if has_time else None, r.last_day)
        for r in found
    ]
    top = q.top or DEFAULT_TOP
    shown = top_rows(rows, top, by=2, name=1, key=0, adds=(2, 4))
    if words_ := cut_off(rows, top, by=2):
        q.note(words_)
    return Rows(
        shown,
        empty="" if rows else nothing_happened(q, "activity"),
        summary=f"{len(rows):,} people" if rows else "",
    )


_SEARCH_COLUMNS = (
    day("day", "Day"),
    count("searches", "Searches"),
    count("without_result", "Without result"),
)


@figure(
    "global.searches",
    title="Searches",
    level=Level.GLOBAL,
    columns=_SEARCH_COLUMNS,
    chart=Line("day"),
    unit="searches",
)
async def searches(q: Query) -> Rows:
    """Searches per day, and how many of them found nothing."""
    table = q.days()
    found = await q.fetch(
        select(
            table.c.day,
            func.sum(table.c.search).label("search"),
            func.sum(table.c.misses).label("misses"),
        ).group_by(table.c.day)
    )
    firsts = {label: first for label, first, _last in buckets(q)}
    rows: list[tuple[Cell, ...]] = [
        (label, None, None) if is_future(q, firsts[label]) else (label, int(n[0]), int(n[1]))
        for label, n in sum_per_bucket(q, found, ("search", "misses"))
    ]
    total = sum(int(row.search) for row in found)
    missed = sum(int(row.misses) for row in found)
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _SEARCH_COLUMNS),
        empty="" if total else nothing_happened(q, "searches"),
        summary=f"total {total:,} · {missed:,} without result" if total else "",
    )


@figure(
    "global.search-terms",
    title="Search terms",
    level=Level.GLOBAL,
    columns=(
        words("term", "Term"),
        count("searches", "Searches"),
        count("without_result", "Without result"),
    ),
    chart=Bars("term", "searches"),
)
async def search_terms(q: Query) -> Rows:
    """What was searched for in the period, each exact text once.

    The last row holds all other terms; --top N shows more.
    """
    table = q.values("term")
    found = await q.fetch(
        select(
            table.c.value,
            func.sum(table.c.events).label("events"),
            func.sum(table.c.misses).label("misses"),
        ).group_by(table.c.value)
    )
    rows: list[tuple[Cell, ...]] = [
        (row.value or "(empty)", int(row.events), int(row.misses)) for row in found
    ]
    return Rows(
        top_rows(rows, q.top or DEFAULT_TOP, by=1, name=0, key=0, adds=(1, 2)),
        empty="" if rows else nothing_happened(q, "searches"),
        summary=f"{len(rows):,} terms" if rows else "",
    )


@figure(
    "global.languages",
    title="Languages",
    level=Level.GLOBAL,
    columns=(words("language", "Language"), count("events", "Events"), percent("share", "Share")),
    chart=Bars("language", "share", percent=True),
)
async def languages(q: Query) -> Rows:
    """Share of the period's events by interface language.

    Of the events whose language is known; how many are unknown is stated. The ten most used, and
    one row for the others; --top N shows more.
    """
    return await _shares(q, "language")


@figure(
    "global.countries",
    title="Countries",
    level=Level.GLOBAL,
    columns=(words("country", "Country"), count("events", "Events"), percent("share", "Share")),
    chart=Bars("country", "share", percent=True),
)
async def countries(q: Query) -> Rows:
    """Share of the period's events by country.

    Of the events whose country is known; how many are unknown is stated. The ten most frequent,
    and one row for the others; --top N shows more.
    """
    return await _shares(q, "country")


async def _shares(q: Query, field: str) -> Rows:
    table = q.values(field)
    found = await q.fetch(
        select(table.c.value, func.sum(table.c.events).label("events")).group_by(table.c.value)
    )
    known = [row for row in found if row.value]
    unknown = sum(int(row.events) for row in found if not row.value)
    total = sum(int(row.events) for row in known)
    rows: list[tuple[Cell, ...]] = [
        (row.value, int(row.events), 100 * int(row.events) / total) for row in known
    ]
    if unknown:
        q.note(f"Left out: {unknown:,} events without a known {field}.")
    before_data(q)
    return Rows(
        top_rows(rows, q.top or DEFAULT_TOP, by=1, name=0, key=0, adds=(1, 2)),
        empty="" if rows else nothing_happened(q, f"events with a known {field}"),
        summary=f"{total:,} events" if rows else "",
    )
