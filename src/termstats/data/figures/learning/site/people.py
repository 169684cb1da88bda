"""Global figures that are lists of people: who stopped, who needs help, who they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.model.period import add_months, day_number, day_start, number_day
from termstats.data.model.plural import counted
from termstats.data.model.records import Record
from termstats.data.model.table import (
    Bars,
    Cell,
    Destination,
    Gauge,
    count,
    day,
    ident,
    percent,
    words,
)
from termstats.data.model.units import DayNumber
from termstats.data.query.query import Query
from termstats.data.store import schema

WINDOWS = (1, 3, 6, 12, 24, 36)
"""Months of silence."""
STALLED_DAYS = 30
"""Days without activity after which a begun training counts as stalled."""
EXPIRING_DAYS = 30
"""Days before the end of a certificate from which on it counts as expiring."""
EXPIRED, EXPIRING = "certificate expired", "certificate expiring"
FAILING, STALLED, NEVER_STARTED = "failing", "stalled", "never started"
REASONS = (EXPIRED, EXPIRING, FAILING, STALLED, NEVER_STARTED)
"""Why an enrolment needs help, in the order of the list."""
_OVER = ("withdrawn", "failed")
"""States of enrolments in which nobody can begin any more."""
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))


@figure(
    "global.inactive",
    record=Record.ACTIVITY,
    title="Inactive people",
    level=Level.GLOBAL,
    columns=(
        words("window", "Silent for"),
        count("people", "People"),
        count("inactive", "Inactive"),
        percent("share", "Share"),
    ),
    chart=Gauge("window", "share"),
    row_opens=Destination("global.inactive-people", ()),
)
async def inactive(q: Query) -> Rows:
    """People who were active before and not since, by how long.

    Of everybody with any activity up to the period's end: how many had none in the last 1, 3, 6,
    12, 24 and 36 months before it. People who were never active are not among them; how many there
    are is stated.
    """
    last_seen = await _last_seen(q)
    people = q.people.population()
    everybody = (await q.fetch_one(select(func.count().label("n")).select_from(people))).n
    never = everybody - len(last_seen)
    if never:
        q.note(f"Not among these: {never:,} people who were never active.")
    rows: list[tuple[Cell, ...]] = []
    for months in WINDOWS:
        since = day_number(add_months(number_day(q.last_day), -months))
        silent = sum(1 for last in last_seen.values() if last < since)
        rows.append(
            (
                counted(months, "month"),
                len(last_seen),
                silent,
                100 * silent / len(last_seen) if last_seen else None,
            )
        )
    return Rows(rows)


async def _last_seen(q: Query) -> dict[int, DayNumber]:
    """Return person id -> last day with activity up to the period's end."""
    days: dict[DayNumber, BitMap] = defaultdict(BitMap)
    for per_day in (await q.people.active(ever=True)).values():
        for number, people in per_day.items():
            days[number] |= people
    last_seen: dict[int, DayNumber] = {}
    seen = BitMap()
    for number in sorted(days, reverse=True):
        last_seen.update(dict.fromkeys(days[number] - seen, number))
        seen |= days[number]
    return last_seen


@figure(
    "global.inactive-people",
    record=Record.ACTIVITY,
    title="Inactive people by name",
    level=Level.GLOBAL,
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        words("email", "Email"),
        day("last_activity", "Last activity"),
        count("days", "Days silent"),
        count("trainings", "Trainings"),
    ),
    row_opens=_TO_LEARNER,
)
async def inactive_people(q: Query) -> Rows:
    """The people who were active before and silent for a month or more at the period's end.

    Longest silence first. `trainings` is how many they are enrolled in.
    """
    last_seen = await _last_seen(q)
    since = day_number(add_months(number_day(q.last_day), -WINDOWS[0]))
    people, roster = q.people.population(), q.roster.enrolments()
    trainings = {
        row.person_id: row.number
        for row in await q.fetch(
            select(roster.c.person_id, func.count().label("number")).group_by(roster.c.person_id)
        )
    }
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(
        select(people.c.id, q.key_of(people).label("key"), people.c.name, people.c.email)
    ):
        last = last_seen.get(row.id)
        if last is not None and last < since:
            enrolled = trainings.get(row.id, 0)
            rows.append((row.key, row.name, row.email, last, q.last_day - last, enrolled))
    return Rows(
        ranked(rows, by=4, name=1, key=0),
        empty="" if rows else "Nobody who was active before has been silent for a month.",
        summary=f"{len(rows):,} people" if rows else "",
    )


@figure(
    "global.attention",
    record=Record.ENROLMENTS,
    title="Attention",
    level=Level.GLOBAL,
    columns=(
        words("reason", "Reason"),
        ident("learner_id"),
        words("learner", "Learner"),
        ident("training_id"),
        words("training", "Training"),
        day("since", "Since"),
        percent("progress", "Progress"),
        percent("score", "Score"),
        day("last_activity", "Last activity"),
        words("state", "State"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"), ("training", "training_id"))),
    lead=("learner", "reason", "training", "since"),
)
async def attention(q: Query) -> Rows:
    """Who needs help, at the period's end: one row per reason, learner and training.

    never started: enrolled, and without activity of any kind in the training; everybody whom
    the card counts, those last who have left or whose training is over, and how many they are
    is said. stalled: started, not completed, and no activity in it for 30 days. failing: active
    in the last 30 days, all activities done or a module attempted, and not passing (state
    failed). certificate expired, certificate expiring (within 30 days). Who began and left is
    left out, and how many is said; so are trainings whose activity was not imported, and but
    for never started unpublished ones. Sorted by reason, longest first.
    """
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for row in await _in_need(q):
        since = row.last_day
        if row.reason in (EXPIRED, EXPIRING):
            since = day_of(row.valid_until)
        elif since is None or row.reason == NEVER_STARTED:
            since = day_of(row.enrolled_at)
        rows.append(
            (
                row.reason,
                row.learner_id,
                row.learner,
                row.training_key,
                row.training,
                since,
                row.progress,
                row.score if row.attempts else None,
                row.last_day,
                row.state,
            )
        )
    place = {name: index for index, name in enumerate(REASONS)}
    rows.sort(
        key=lambda row: (place[str(row[0])], row[9] in _OVER, row[5] or 0, row[2], row[1], row[3])
    )
    await _note_who_left(q, rows)
    numbers = Counter(row[0] for row in rows)
    summary = " · ".join(f"{numbers[reason]:,} {reason}" for reason in REASONS if numbers[reason])
    return Rows(
        rows,
        empty="" if rows else "Nobody needs help: no reason applies to any enrolment.",
        summary=summary,
    )


async def _note_who_left(q: Query, rows: Sequence[Sequence[Cell]]) -> None:
    """Say how many of the rows are no longer open, and how many have no row since they left."""
    never = Counter(row[9] for row in rows if row[0] == NEVER_STARTED and row[9] in _OVER)
    words = {"withdrawn": "have withdrawn", "failed": "failed when it was over"}
    parts = [f"{never[state]:,} {words[state]}" for state in _OVER if never[state]]
    if parts:
        q.note(f"Of those who never started {' and '.join(parts)}: they come last.")
    roster, trainings = q.roster.states(), q.roster.trainings()
    is_known = trainings.c.has_activity == 1
    has_left = and_(is_known, roster.c.state == "withdrawn", roster.c.started == 1)
    row = await q.fetch_one(
        select(
            func.sum(case((and_(has_left, trainings.c.published == 1), 1), else_=0)).label("left"),
            func.sum(case((is_known, 0), else_=1)).label("unknown"),
        )
        .select_from(roster)
        .join(trainings, trainings.c.id == roster.c.training_id)
    )
    if row.left:
        q.note(f"Left out: {row.left:,} who began and have withdrawn.")
    if row.unknown:
        q.note(f"Left out: {row.unknown:,} enrolments in trainings without activity data.")


async def _in_need(q: Query) -> Sequence[Any]:
    """Return the enrolments that need help, why, and since when they may."""
    roster, trainings, people = q.roster.states(), q.roster.trainings(), schema.person
    enrolled = (
        select(
            roster, q.days.last_day_of(roster.c.person_id, roster.c.training_id).label("last_day")
        )
        .where(or_(roster.c.state != "withdrawn", roster.c.started == 0))
        .subquery("enrolled")
    )
    reason = _reason(q, enrolled)
    return await q.fetch(
        select(
            reason.label("reason"),
            q.key_of(people).label("learner_id"),
            people.c.name.label("learner"),
            q.key_of(trainings).label("training_key"),
            trainings.c.title.label("training"),
            enrolled.c.enrolled_at,
            enrolled.c.valid_until,
            enrolled.c.progress,
            enrolled.c.score,
            enrolled.c.attempts,
            enrolled.c.last_day,
            enrolled.c.state,
        )
        .join(people, people.c.id == enrolled.c.person_id)
        .join(trainings, trainings.c.id == enrolled.c.training_id)
        .where(
            trainings.c.has_activity == 1,
            reason.is_not(None),
            # Of who never started the card counts everybody.
            or_(trainings.c.published == 1, enrolled.c.started == 0),
        )
    )


def _reason(q: Query, enrolled: FromClause) -> ColumnElement[str | None]:
    """Return why an enrolment needs help; NULL: it does not."""
    soon = day_start(number_day(q.last_day) + timedelta(days=EXPIRING_DAYS + 1), q.zone)
    is_recent = enrolled.c.last_day > q.last_day - STALLED_DAYS
    is_silent = or_(enrolled.c.last_day.is_(None), enrolled.c.last_day <= q.last_day - STALLED_DAYS)
    state = enrolled.c.state
    return case(
        (enrolled.c.started == 0, literal(NEVER_STARTED)),
        (state == "expired", literal(EXPIRED)),
        (and_(state == "passed", enrolled.c.valid_until < soon), literal(EXPIRING)),
        (and_(state == "failed", is_recent), literal(FAILING)),
        (and_(state == "in progress", is_silent), literal(STALLED)),
        else_=None,
    )


@figure(
    "global.profile-field",
    record=Record.PROFILE_FIELDS,
    title="Profile fields",
    level=Level.GLOBAL,
    columns=(words("value", "Value"), count("users", "People"), percent("share", "Share")),
    chart=Bars("value", "users"),
)
async def profile_field(q: Query) -> Rows:
    """People by a field of their profile.

    Each value of each field, as `field: value`, of counted people; share of the people who have a
    value in that field. How many have none is stated per field.
    """
    people, field = q.people.population(), schema.person_field
    values = await q.fetch(
        select(field.c.field, field.c.value, func.count().label("users"))
        .join(people, people.c.id == field.c.person_id)
        .where(field.c.value.is_not(None), field.c.value != "")
        .group_by(field.c.field, field.c.value)
    )
    everybody = (await q.fetch_one(select(func.count().label("n")).select_from(people))).n
    totals: dict[str, int] = {}
    for row in values:
        totals[row.field] = totals.get(row.field, 0) + row.users
    rows: list[tuple[Cell, ...]] = [
        (f"{row.field}: {row.value}", row.users, 100 * row.users / totals[row.field])
        for row in sorted(values, key=lambda r: (r.field, -r.users, r.value))
    ]
    for name, total in sorted(totals.items()):
        if total < everybody:
            q.note(f"{everybody - total:,} people have no {name}.")
    return Rows(rows, empty="" if rows else "The profiles have no fields.")


@figure(
    "global.skills",
    record=Record.SKILLS,
    title="Skills",
    level=Level.GLOBAL,
    columns=(
        words("skill", "Skill"),
        count("learners", "Learners"),
        percent("score", "Score"),
        percent("progress", "Progress"),
    ),
    chart=Gauge("skill", "score"),
)
async def skills(q: Query) -> Rows:
    """Mean score and progress per skill, over the learners who have it at the period's end.

    A learner counts once per skill. No value where the platform gives none.
    """
    awards = q.roster.of_people(schema.award)
    skill_rows = await q.fetch(
        select(
            awards.c.name,
            func.count(func.distinct(awards.c.person_id)).label("learners"),
            func.avg(awards.c.score).label("score"),
            func.avg(awards.c.progress).label("progress"),
        )
        .where(awards.c.kind == "skill", or_(awards.c.at.is_(None), awards.c.at < q.end))
        .group_by(awards.c.name)
    )
    rows: list[tuple[Cell, ...]] = [
        (row.name, row.learners, row.score, row.progress) for row in skill_rows
    ]
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        empty="" if rows else "Nobody has a skill here.",
        summary=f"{len(rows):,} skills" if rows else "",
    )
