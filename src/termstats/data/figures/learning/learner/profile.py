"""The learner level: who it is, trainings, what was earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import func, or_, select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import add_up
from termstats.data.figures.definition.measures import COMPLETED, COMPLETIONS, CURRENT, STARTS
from termstats.data.figures.definition.phrases import before_data, is_future, nothing_happened
from termstats.data.figures.definition.policy import StartRow
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.behind.rewards import badges_door, points_door
from termstats.data.figures.learning.enrolment_rows import (
    STATE_COLUMNS,
    TRAINING_COLUMNS,
    enrolment_rows,
    state_columns,
)
from termstats.data.figures.learning.history import history, sums_at
from termstats.data.model.enrolment_path import start_of
from termstats.data.model.period import bucket_of, day_number, number_day
from termstats.data.model.plural import counted
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, Gauge, Line, count, day, percent, words
from termstats.data.model.text import one_line
from termstats.data.model.units import DayNumber, Second
from termstats.data.query.population import EXCLUSIONS
from termstats.data.query.query import Query
from termstats.data.store import schema

_PROFILE = (words("field", "Field"), words("value", "Value"))


@figure(
    "learner.profile",
    title="Profile",
    level=Level.LEARNER,
    row="fact",
    columns=_PROFILE,
)
async def profile(q: Query) -> Rows:
    """Who the learner is, as the platform says.

    Last access is the platform's own, or the last recorded activity up to the period's end where it
    keeps none. Member for is counted to the as-of moment. Classes are those at the period's end.
    Counted says whether the person counts in other figures, and why not: staff, excluded, blocked,
    deleted, anonymous or a bot; the person is shown anyway. Further fields are the platform's
    profile fields. What is not known is left out.
    """
    people = q.people.population()
    matches = await q.fetch(select(people, q.key_of(people).label("shown_key")))
    if not matches:
        return Rows((), empty="Nobody to show: unknown here, or outside of what you may see.")
    who = matches[0]
    sums = q.days.person_sums(ever=True)
    last_day = await q.fetch_value(select(func.max(sums.c.last_day)))
    members, classes = q.people.members(), q.people.classes()
    titles = await q.fetch(
        select(classes.c.title)
        .select_from(members)
        .join(classes, classes.c.id == members.c.class_id)
        .order_by(classes.c.title)
    )
    fields = schema.person_field
    extra = await q.fetch(
        select(fields.c.field, fields.c.value)
        .where(fields.c.person_id == who.id)
        .order_by(fields.c.field)
    )
    flags = [flag for flag, _word in EXCLUSIONS if getattr(who, flag)]
    facts: list[tuple[Cell, ...]] = [
        ("name", who.name),
        ("username", who.username),
        ("id", who.shown_key),
        ("email", who.email),
        ("roles", who.roles),
        ("joined", _moment(q, who.joined_at)),
        ("last access", _last_access(q, who.last_access_at, last_day)),
        ("member for", _age(q, who.joined_at)),
        ("classes", "; ".join(row.title for row in titles) or None),
        ("language", who.language),
        ("country", who.country),
        ("counted", f"no: {', '.join(flags)}" if flags else "yes"),
    ]
    if flags:
        words = [word for flag, word in EXCLUSIONS if flag in flags]
        q.note(f"Not counted in the figures of other levels: {', '.join(words)}.")
    known = [fact for fact in facts if fact[1] not in (None, "")]
    return Rows(
        [*known, *((row.field, one_line(row.value)) for row in extra)],
        summary=who.name,
    )


def _moment(q: Query, second: Second | None) -> str | None:
    if second is None:
        return None
    return f"{datetime.fromtimestamp(second, UTC).astimezone(q.zone):%Y-%m-%d %H:%M}"


def _last_access(q: Query, stored: Second | None, last_day: DayNumber | None) -> str:
    if stored is not None:
        return _moment(q, stored) or ""
    return number_day(last_day).isoformat() if last_day is not None else "never"


def _age(q: Query, joined: Second | None) -> str | None:
    """Return how long somebody has been a member, in its two largest units."""
    if joined is None:
        return None
    days = (q.info.today - datetime.fromtimestamp(joined, q.zone).date()).days
    if days < 0:
        return None
    years, rest = divmod(days, 365)
    months, left = divmod(rest, 30)
    parts = ((years, "year"), (months, "month"), (left, "day"))
    shown = [counted(n, word) for n, word in parts if n][:2]
    return " ".join(shown) or "0 days"


@figure(
    "learner.trainings",
    record=Record.ENROLMENTS,
    title="Trainings",
    level=Level.LEARNER,
    columns=(*TRAINING_COLUMNS, *STATE_COLUMNS),
    chart=Gauge("training", "progress"),
    row_opens=Destination("learner.modules", (("training", "training_id"),)),
    behind=(
        ("points", points_door((("training", "training_id"),))),
        ("badges", badges_door((("training", "training_id"),))),
    ),
    lead=("training", "state", "progress", "score", "last_activity", "time_spent"),
    pane="learner.wrong-answers",
    start=StartRow(tried="last_activity", chosen=Param.TRAINING),
)
async def trainings(q: Query) -> Rows:
    """One row per training the learner was enrolled in by the end of the period, by title.

    State, progress, score and modules passed are as of the end of the period; time, points and
    badges are everything in that training up to then. The score is the mean of the kept scores of
    the mandatory modules, not attempted counts 0; no value before the start and where nothing is
    mandatory.
    """
    rows = await enrolment_rows(q)
    before_data(q)
    return Rows(
        [(*row.training, *row.state) for row in rows],
        columns=(*TRAINING_COLUMNS, *state_columns(q)),
        empty=""
        if rows
        else "Enrolled in nothing by the end of the period. Press ] for a later period.",
        summary=f"{len(rows):,} trainings" if rows else "",
    )


@figure(
    "learner.weekly",
    record=Record.ENROLMENTS,
    title="Trainings per week",
    level=Level.LEARNER,
    columns=(
        day("week", "Week"),
        count("completed", "Finished"),
        count("started", "Started"),
        COMPLETED.column("completed_by_then", "Completed by then"),
        CURRENT.column("current_then", "Current then"),
    ),
    chart=Line("week", ("completed", "started")),
    unit="trainings",
    sparks=(("completed", "completed_by_then"), ("current", "current_then")),
    behind=doors_to(
        {
            "completed": COMPLETIONS,
            "started": STARTS,
            "completed_by_then": COMPLETED,
            "current_then": CURRENT,
        },
        of_days=True,
    ),
)
async def weekly(q: Query) -> Rows:
    """Trainings finished and started per week, each week named by its Monday.

    A training starts with the first activity in it and is finished when it is completed; both count
    once. The first and last week hold only their days inside the period. Weeks after the as-of
    moment have no value. Completed by then and current then are states at the end of the week, as
    on the cards.
    """
    first, last = q.day_range
    roster = q.roster.enrolments()
    enrolled = await q.fetch(
        select(roster.c.completed_at, q.roster.first_active_day(roster).label("active"))
    )
    day_of = local_days(q)
    ends = [
        None if row.completed_at is None or row.completed_at >= q.end else day_of(row.completed_at)
        for row in enrolled
    ]
    starts = [start_of(row.active, end) for row, end in zip(enrolled, ends, strict=True)]
    per_week: dict[date, list[int]] = {
        label: [0, 0] for label, _first, _last in q.period.buckets("week")
    }
    happened = (ends, starts)
    for index, days in enumerate(happened):
        for number in days:
            if number is not None and first <= number <= last:
                per_week[bucket_of(number_day(number), "week")][index] += 1
    weeks = q.period.buckets("week")
    at_ends = sums_at(await history(q), [day_number(end) for _label, _begin, end in weeks])
    rows: list[tuple[Cell, ...]] = [
        (label, None, None, None, None)
        if is_future(q, day_number(begin))
        else (label, *per_week[label], *_standing(trainings.values()))
        for (label, begin, _end), trainings in zip(weeks, at_ends, strict=True)
    ]
    finished, started = (sum(week[i] for week in per_week.values()) for i in (0, 1))
    before_data(q)
    return Rows(
        rows,
        empty="" if finished or started else nothing_happened(q, "trainings started or finished"),
        summary=f"{finished:,} finished · {started:,} started" if finished or started else "",
    )


def _standing(trainings: Iterable[Mapping[str, float]]) -> tuple[float | None, ...]:
    """Return how many trainings of one learner are completed, and how many are current."""
    taken = list(trainings)
    current = [sums for sums in taken if not (sums["completed"] or sums["withdrawn"])]
    return (
        COMPLETED.of(add_up(taken, ("completed",))),
        CURRENT.of({"current": add_up(current, ("enrolled",))["enrolled"]}),
    )


_EARNED = (
    words("name", "Name"),
    words("training", "Training"),
    day("date", "Date"),
    day("valid_until", "Valid until"),
    words("level", "Level"),
    percent("score", "Score"),
    count("number", "Times"),
)


@figure(
    "learner.skills",
    record=Record.SKILLS,
    title="Skills",
    level=Level.LEARNER,
    row="skill",
    columns=_EARNED,
)
async def skills(q: Query) -> Rows:
    """Skills the learner has acquired up to the period's end, newest first.

    Level and score are the platform's. Ties by name.
    """
    return await _earned(q, "skill")


@figure(
    "learner.badges",
    record=Record.REWARDS,
    title="Badges",
    level=Level.LEARNER,
    row="badge",
    columns=_EARNED,
)
async def badges(q: Query) -> Rows:
    """Badges awarded to the learner up to the period's end, newest first.

    Times is how often, where the platform awards a badge repeatedly. Ties by name.
    """
    return await _earned(q, "badge")


@figure(
    "learner.certificates",
    record=Record.CERTIFICATES,
    title="Certificates",
    level=Level.LEARNER,
    row="certificate",
    columns=_EARNED,
)
async def certificates(q: Query) -> Rows:
    """Certificates awarded to the learner up to the period's end, newest first.

    Valid until is the day on which it ends; empty: it does not, or the platform does not say.
    """
    return await _earned(q, "certificate")


async def _earned(q: Query, kind: str) -> Rows:
    awards, training = q.roster.of_people(schema.award), schema.training
    earned = await q.fetch(
        select(awards, training.c.title.label("training"))
        .select_from(awards)
        .outerjoin(training, training.c.id == awards.c.training_id)
        .where(awards.c.kind == kind, or_(awards.c.at.is_(None), awards.c.at < q.end))
    )
    day_of = local_days(q)
    order = sorted(earned, key=lambda row: (-(row.at or 0), row.name.casefold(), row.key))
    rows: list[tuple[Cell, ...]] = [
        (
            row.name,
            row.training,
            day_of(row.at),
            day_of(row.valid_until),
            row.level,
            row.score,
            row.number,
        )
        for row in order
    ]
    return Rows(
        rows,
        empty="" if rows else f"No {kind}s by the end of the period.",
        summary=counted(sum(row.number for row in order), kind) if rows else "",
    )
