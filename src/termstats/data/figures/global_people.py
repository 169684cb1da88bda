"""Global figures that are lists of people: who stopped, who needs help, who they are."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from termstats.data import schema
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.ranking import ranked
from termstats.data.figures.series import local_days
from termstats.data.period import add_months, day_number
from termstats.data.query import Query
from termstats.data.table import (
    Bars,
    Cell,
    Drill,
    Gauge,
    count,
    day,
    ident,
    percent,
    words,
)

WINDOWS = (1, 3, 6, 12, 24, 36)
"""Months of silence."""
STALLED_DAYS = 30
"""Days without activity after which a begun training counts as stalled."""
EXPIRING_DAYS = 30
"""Days before the end of a certificate from which on it counts as expiring."""
_TO_LEARNER = Drill("learner", (("learner", "learner_id"),))


@figure(
    "global.inactive",
    title="Inactive people",
    level=Level.GLOBAL,
    columns=(
        words("window", "Silent for"),
        count("people", "People"),
        count("inactive", "Inactive"),
        percent("share", "Share"),
    ),
    chart=Gauge("window", "share"),
    drill=Drill("global.inactive-people", ()),
)
async def inactive(q: Query) -> Rows:
    """People who were active before and not since, by how long.

    Of everybody with any activity up to the period's end: how many had none in the last 1, 3, 6,
    12, 24 and 36 months before it. People who were never active are not among them; how many there
    are is stated.
    """
    last_seen = await _last_seen(q)
    people = q.people()
    everybody = (await q.fetch_one(select(func.count().label("n")).select_from(people))).n
    never = everybody - len(last_seen)
    if never:
        q.note(f"{never:,} people were never active and are not among these.")
    rows: list[tuple[Cell, ...]] = []
    for months in WINDOWS:
        since = day_number(add_months(q.period.last, -months))
        silent = sum(1 for last in last_seen.values() if last < since)
        rows.append(
            (
                f"{months} month{'s' if months > 1 else ''}",
                len(last_seen),
                silent,
                100 * silent / len(last_seen) if last_seen else None,
            )
        )
    return Rows(
        rows if last_seen else (),
        empty="" if last_seen else "Nobody was active up to the period's end.",
    )


async def _last_seen(q: Query) -> dict[int, int]:
    """Return person id -> last day with activity up to the period's end."""
    sums = q.person_sums(ever=True, measures=())
    rows = await q.fetch(
        select(sums.c.person_id, func.max(sums.c.last_day).label("last_day"))
        .where(sums.c.active > 0)
        .group_by(sums.c.person_id)
    )
    return {row.person_id: row.last_day for row in rows}


@figure(
    "global.inactive-people",
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
    drill=_TO_LEARNER,
)
async def inactive_people(q: Query) -> Rows:
    """The people who were active before and silent for a month or more at the period's end.

    Longest silence first. `trainings` is how many they are enrolled in.
    """
    last_seen = await _last_seen(q)
    since = day_number(add_months(q.period.last, -WINDOWS[0]))
    people, roster = q.people(), q.enrolments()
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
    ),
    drill=Drill("learner", (("learner", "learner_id"), ("training", "training_id"))),
)
async def attention(q: Query) -> Rows:
    """Who needs help, at the period's end: one row per reason, learner and training.

    never started: enrolled, and not active in the training. stalled: begun, not completed, and no
    activity in it for 30 days. failing: active in the last 30 days, all activities done or a
    module attempted, and not passing (state failed). certificate expired, certificate expiring
    (within 30 days). Withdrawn learners are left out, and trainings whose activity was not
    imported. Sorted by reason, longest first.
    """
    roster, trainings, people = q.states(), q.trainings(), schema.person
    enrolled = (
        select(roster, q.last_day_of(roster.c.person_id, roster.c.training_id).label("last_day"))
        .where(roster.c.state != "withdrawn")
        .subquery("enrolled")
    )
    reason = _reason(q, enrolled)
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(
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
        )
        .join(people, people.c.id == enrolled.c.person_id)
        .join(trainings, trainings.c.id == enrolled.c.training_id)
        .where(trainings.c.published == 1, trainings.c.has_activity == 1, reason.is_not(None))
    ):
        since = row.last_day
        if row.reason.startswith("certificate"):
            since = day_of(row.valid_until)
        elif since is None:
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
            )
        )
    place = {reason: index for index, reason in enumerate(_ORDER)}
    rows.sort(key=lambda row: (place[str(row[0])], row[5] or 0, row[2], row[1], row[3]))
    numbers = {reason: sum(1 for r, _cells in rows if r == reason) for reason in _ORDER}
    summary = " · ".join(f"{number:,} {reason}" for reason, number in numbers.items() if number)
    return Rows(
        [cells for _reason_, cells in rows],
        empty="" if rows else "Nobody needs help: no reason applies to any enrolment.",
        summary=summary,
    )


_ORDER = (
    "certificate expired",
    "certificate expiring",
    "failing",
    "stalled",
    "never started",
)


def _reason(
    state: str, last_day: int | None, valid_until: int | None, today: int
) -> tuple[str, int | None] | None:
    """Return why an enrolment needs help and since which day; None: it does not."""
    if state == "expired":
        return "certificate expired", valid_until
    if state == "passed":
        if valid_until is not None and valid_until - today <= EXPIRING_DAYS:
            return "certificate expiring", valid_until
        return None
    if state == "not started":
        return "never started", None
    is_recent = last_day is not None and today - last_day < STALLED_DAYS
    if state == "failed" and is_recent:
        return "failing", last_day
    if state == "in progress" and not is_recent:
        return "stalled", last_day
    return None


@figure(
    "global.profile-field",
    title="Profile fields",
    level=Level.GLOBAL,
    columns=(words("value", "Value"), count("users", "Users"), percent("share", "Share")),
    chart=Bars("value", "users"),
)
async def profile_field(q: Query) -> Rows:
    """Users by a field of their profile.

    Each value of each field, as `field: value`, of counted people; share of the people who have a
    value in that field. How many have none is stated per field.
    """
    people, field = q.people(), schema.person_field
    found = await q.fetch(
        select(field.c.field, field.c.value, func.count().label("users"))
        .join(people, people.c.id == field.c.person_id)
        .where(field.c.value.is_not(None), field.c.value != "")
        .group_by(field.c.field, field.c.value)
    )
    everybody = (await q.fetch_one(select(func.count().label("n")).select_from(people))).n
    totals: dict[str, int] = {}
    for row in found:
        totals[row.field] = totals.get(row.field, 0) + row.users
    rows: list[tuple[Cell, ...]] = [
        (f"{row.field}: {row.value}", row.users, 100 * row.users / totals[row.field])
        for row in sorted(found, key=lambda r: (r.field, -r.users, r.value))
    ]
    for name, total in sorted(totals.items()):
        if total < everybody:
            q.note(f"{everybody - total:,} people have no {name}.")
    return Rows(rows, empty="" if rows else "The profiles have no fields.")


@figure(
    "global.skills",
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
    awards = q.of_people(schema.award)
    found = await q.fetch(
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
        (row.name, row.learners, row.score, row.progress) for row in found
    ]
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        empty="" if rows else "Nobody has a skill here.",
        summary=f"{len(rows):,} skills" if rows else "",
    )
