"""Figures that several levels share: one definition, narrowed by what is in focus."""

from __future__ import annotations

from collections import defaultdict

from pyroaring import BitMap
from sqlalchemy import func, or_, select

from termstats.data import schema
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.history import (
    COMPLETED,
    ENROLLED,
    WITHDRAWN,
    history,
    standing,
    states_at,
)
from termstats.data.figures.published import published_only
from termstats.data.figures.ranking import top_rows
from termstats.data.figures.series import buckets, running, sum_per_bucket, with_bucket
from termstats.data.period import EPOCH, Period, bucket_of, day_number, number_day
from termstats.data.query import Query
from termstats.data.request import Param
from termstats.data.schema import KINDS
from termstats.data.table import (
    Cell,
    Drill,
    Line,
    StackedBars,
    count,
    day,
    ident,
    number,
    percent,
    seconds,
    words,
)
from termstats.data.text import show_count, show_duration, show_percent


def is_future(q: Query, first: int) -> bool:
    """Return whether a bucket lies after the as-of day: unknown, not zero."""
    return first > day_number(q.info.today)


def nothing_happened(q: Query, what: str) -> str:
    """Return the sentence for an empty figure: why, and what to do."""
    first, last = q.info.coverage
    return (
        f"No {what} in {q.period.describe()}. The data cover {first}..{last}; "
        "press p to choose another period."
    )


def before_data(q: Query) -> None:
    """Say when the period starts before the data, or is not over yet."""
    first, _last = q.info.coverage
    if q.period.first < first:
        q.note(f"The period starts before the data, which begin on {first}.")
    if q.period.last > q.info.today:
        q.note(f"The period is not over: the data end on {q.info.today}.")


def before_period(q: Query) -> Query | None:
    """Return the question about everything before the period."""
    if q.period.first <= EPOCH:
        return None
    return q.at(Period(EPOCH, q.period.previous().last))


def _size(cell: Cell) -> float:
    return cell if isinstance(cell, (int, float)) else 0


# ---- active users --------------------------------------------------------------------------------

_ACTIVE_COLUMNS = (day("day", "Day"), count("users", "Users"))


@figure(
    "global.active-users",
    title="Active users",
    level=Level.GLOBAL,
    columns=_ACTIVE_COLUMNS,
    chart=Line("day"),
    unit="people",
)
@figure(
    "training.active-users",
    title="Active learners",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_ACTIVE_COLUMNS,
    chart=Line("day"),
    unit="people",
)
@figure(
    "class.active-users",
    title="Active learners",
    level=Level.CLASS,
    needs=(Param.CLASS,),
    columns=_ACTIVE_COLUMNS,
    chart=Line("day"),
    unit="people",
)
async def active_users(q: Query) -> Rows:
    """Distinct people with any activity, per day (or week, or month).

    A person counts once per bucket, however much they did. What counts as activity is the
    platform's rule: on OppiaMobile an event of a known type in a course, on OULAD any click.
    Searches and logins alone do not make a person active on OppiaMobile. Days after the as-of
    moment have no value; days without anybody show 0.
    """
    found = await q.active_people()
    per_label: dict[object, BitMap] = defaultdict(BitMap)
    for days in found.values():
        for number_, people in days.items():
            per_label[bucket_of(number_day(number_), q.request.by)] |= people
    rows: list[tuple[Cell, ...]] = []
    for label, first, _last in buckets(q):
        rows.append((label, None if is_future(q, first) else len(per_label[label])))
    before_data(q)
    values = [int(row[1]) for row in rows if isinstance(row[1], int)]
    everybody = BitMap.union(*per_label.values()) if per_label else BitMap()
    summary = ""
    if any(values):
        best = max(range(len(rows)), key=lambda index: _size(rows[index][1]))
        mean = sum(values) / len(values)
        summary = (
            f"{len(everybody):,} people · mean {show_count(mean)} · "
            f"peak {max(values):,} on {rows[best][0]}"
        )
    return Rows(
        rows,
        columns=with_bucket(q, _ACTIVE_COLUMNS),
        empty="" if any(values) else nothing_happened(q, "activity"),
        summary=summary,
    )


# ---- activity by kind ----------------------------------------------------------------------------

_ACTIVITY_COLUMNS = (
    day("day", "Day"),
    *(count(kind) for kind in KINDS),
    count("total"),
    count("before", "Before", "everything before the period"),
)
_ACTIVITY_CHART = StackedBars("day", leave=("total", "before"))


@figure(
    "global.activity",
    title="Activity",
    level=Level.GLOBAL,
    columns=_ACTIVITY_COLUMNS,
    chart=_ACTIVITY_CHART,
    unit="events",
)
@figure(
    "training.activity",
    title="Activity",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_ACTIVITY_COLUMNS,
    chart=_ACTIVITY_CHART,
    unit="events",
)
@figure(
    "learner.activity",
    title="Activity",
    level=Level.LEARNER,
    needs=(Param.LEARNER,),
    columns=_ACTIVITY_COLUMNS,
    chart=_ACTIVITY_CHART,
    unit="events",
)
@figure(
    "class.activity",
    title="Activity",
    level=Level.CLASS,
    needs=(Param.CLASS,),
    columns=_ACTIVITY_COLUMNS,
    chart=_ACTIVITY_CHART,
    unit="events",
)
async def activity(q: Query) -> Rows:
    """What people did, by kind: pages, quizzes, media, resources, downloads, searches, logins.

    Events are summed by weight: on OULAD one record stands for several clicks, and clicks are what
    is counted. `total` is the sum of the kinds, `before` everything before the period (the same
    number in every row). Second copies of an event are left out. Days without events show 0, days
    after the as-of moment no value.
    """
    names = (*KINDS, "events")
    table = q.days()
    sums = [func.sum(table.c[name]).label(name) for name in (*names, "rows")]
    found = await q.fetch(select(table.c.day, *sums).group_by(table.c.day))
    before = 0
    earlier = before_period(q)
    if earlier is not None:
        past = earlier.totals(("events",))
        before = int(await q.fetch_value(select(func.sum(past.c.events))) or 0)
    rows: list[tuple[Cell, ...]] = []
    firsts = {label: first for label, first, _last in buckets(q)}
    for label, numbers in sum_per_bucket(q, found, names):
        if is_future(q, firsts[label]):
            rows.append((label, *(None for _ in names), before))
        else:
            rows.append((label, *(int(value) for value in numbers), before))
    total = sum(int(row.events) for row in found)
    records = sum(int(row.rows) for row in found)
    if records != total:
        q.note(f"{total:,} events come from {records:,} records: some stand for several clicks.")
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _ACTIVITY_COLUMNS),
        empty="" if total else nothing_happened(q, "activity"),
        summary=f"total {total:,}" if total else "",
    )


# ---- progress and completion ---------------------------------------------------------------------

_PROGRESS_COLUMNS = (
    day("day", "Day"),
    percent("progress", "Progress", "plain mean over trainings"),
    percent("completion", "Completion", "plain mean over trainings"),
    percent("pooled_progress", "Pooled progress", "over all enrolments"),
    percent("pooled_completion", "Pooled completion", "over all enrolments"),
)
_PROGRESS_CHART = Line("day", ("progress", "completion"), percent=True)


@figure(
    "global.progress",
    title="Progress and completion",
    level=Level.GLOBAL,
    columns=_PROGRESS_COLUMNS,
    chart=_PROGRESS_CHART,
    unit="%",
)
@figure(
    "training.progress",
    title="Progress and completion",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_PROGRESS_COLUMNS,
    chart=_PROGRESS_CHART,
    unit="%",
)
@figure(
    "class.progress",
    title="Progress and completion",
    level=Level.CLASS,
    needs=(Param.CLASS,),
    columns=_PROGRESS_COLUMNS,
    chart=_PROGRESS_CHART,
    unit="%",
)
async def progress(q: Query) -> Rows:
    """How far learners had got at the end of each day.

    Of everybody enrolled by then: progress is the mean of done activities of all activities in the
    path (100 % once completed), completion the share who had completed. The first two columns are
    the plain mean over published trainings with learners, so that a small training weighs as much
    as a large one; the pooled columns weigh every enrolment the same. Withdrawn learners stay in.
    Where a platform keeps no history of progress its stored value is used for every day. No value
    before the first enrolment and after the as-of moment.
    """
    found = await published_only(q, await history(q))
    spans = buckets(q)
    states = states_at(found, [last for _label, _first, last in spans])
    rows: list[tuple[Cell, ...]] = []
    for (label, first, _last), state in zip(spans, states, strict=True):
        if is_future(q, first):
            rows.append((label, None, None, None, None))
        else:
            s = standing(list(state.values()))
            rows.append((label, s.progress, s.completion, s.pooled_progress, s.pooled_completion))
    before_data(q)
    known = [row for row in rows if row[1] is not None]
    summary = ""
    if known:
        last = known[-1]
        assert isinstance(last[1], float) and isinstance(last[2], float)  # noqa: S101
        summary = f"{show_percent(last[1])} progress · {show_percent(last[2])} completed"
    return Rows(
        rows,
        columns=with_bucket(q, _PROGRESS_COLUMNS),
        empty="" if known else "Nobody was enrolled yet. Press ] for a later period.",
        summary=summary,
    )


# ---- enrolments ----------------------------------------------------------------------------------

_ENROLMENT_COLUMNS = (
    day("day", "Day"),
    count("enrolled", "Enrolled"),
    count("completed", "Completed"),
    count("withdrawn", "Withdrawn"),
)


@figure(
    "global.enrolments",
    title="Enrolments",
    level=Level.GLOBAL,
    columns=_ENROLMENT_COLUMNS,
    chart=Line("day"),
    unit="enrolments",
)
@figure(
    "training.enrolments",
    title="Enrolments",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_ENROLMENT_COLUMNS,
    chart=Line("day"),
    unit="enrolments",
)
async def enrolments(q: Query) -> Rows:
    """How many enrolments began, were completed and were withdrawn, per day.

    Each enrolment is one person in one training. Enrolments without a known date are in no day; a
    completion before the enrolment counts on the day of enrolment. Where the platform keeps no
    roster, the first activity in a training counts as the enrolment.
    """
    found = await history(q)
    first_day = day_number(q.period.first)
    picked: list[tuple[int, list[float]]] = [
        pair for changed in found.values() for pair in changed if pair[0] >= first_day
    ]
    per_label: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for number_, change in picked:
        sums = per_label[bucket_of(number_day(number_), q.request.by)]
        for index, what in enumerate((ENROLLED, COMPLETED, WITHDRAWN)):
            sums[index] += change[what]
    rows: list[tuple[Cell, ...]] = []
    for label, first, _last in buckets(q):
        if is_future(q, first):
            rows.append((label, None, None, None))
        else:
            rows.append((label, *(int(value) for value in per_label[label])))
    totals = [int(sum(_size(row[i]) for row in rows)) for i in (1, 2, 3)]
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _ENROLMENT_COLUMNS),
        empty="" if any(totals) else nothing_happened(q, "enrolments"),
        summary=f"{totals[0]:,} enrolled · {totals[1]:,} completed" if any(totals) else "",
    )


# ---- time spent ----------------------------------------------------------------------------------

_TIME_COLUMNS = (
    day("day", "Day"),
    seconds("time_spent", "Time spent"),
    seconds("avg_time", "Mean per learner"),
    count("learners", "Active learners"),
)


@figure(
    "global.time-spent",
    title="Time spent",
    level=Level.GLOBAL,
    columns=_TIME_COLUMNS,
    chart=Line("day", ("time_spent",)),
    unit="time",
)
@figure(
    "training.time-spent",
    title="Time spent",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_TIME_COLUMNS,
    chart=Line("day", ("time_spent",)),
    unit="time",
)
async def time_spent(q: Query) -> Rows:
    """Recorded time per day, and the mean per learner who was active that day.

    Time is the sum of the durations that the platform recorded. A duration below 0 or over the
    limit (4 h for an event) is left out; how many is stated. No value where a source records no
    durations, and for the mean of a day without active learners.
    """
    if not any(source.has_time for source in q.info.sources):
        return Rows((), empty="This source records no durations, so time spent is not known.")
    table = q.days()
    found = await q.fetch(
        select(
            table.c.day,
            func.sum(table.c.seconds).label("seconds"),
            func.sum(table.c.outliers).label("outliers"),
        ).group_by(table.c.day)
    )
    active = await q.active_people()
    people: dict[object, BitMap] = defaultdict(BitMap)
    for days in active.values():
        for number_, who in days.items():
            people[bucket_of(number_day(number_), q.request.by)] |= who
    rows: list[tuple[Cell, ...]] = []
    firsts = {label: first for label, first, _last in buckets(q)}
    for label, (spent,) in sum_per_bucket(q, found, ("seconds",)):
        learners = len(people[label])
        if is_future(q, firsts[label]):
            rows.append((label, None, None, None))
        else:
            rows.append((label, spent, spent / learners if learners else None, learners))
    total = sum(row.seconds for row in found)
    left_out = sum(int(row.outliers) for row in found)
    if left_out:
        q.note(f"Left out of the time: {left_out:,} durations below 0 or over the limit.")
    everybody = BitMap.union(*people.values()) if people else BitMap()
    before_data(q)
    summary = ""
    if total and len(everybody):
        mean = total / len(everybody)
        summary = f"total {show_duration(total)} · {show_duration(mean)} per learner"
    return Rows(
        rows,
        columns=with_bucket(q, _TIME_COLUMNS),
        empty="" if total else nothing_happened(q, "time recorded"),
        summary=summary,
    )


# ---- downloads -----------------------------------------------------------------------------------

_DOWNLOAD_COLUMNS = (day("day", "Day"), count("downloads"), count("cumulative", "Since the start"))


@figure(
    "global.downloads",
    title="Downloads",
    level=Level.GLOBAL,
    columns=_DOWNLOAD_COLUMNS,
    chart=Line("day", ("downloads",)),
    unit="downloads",
)
@figure(
    "training.downloads",
    title="Downloads",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_DOWNLOAD_COLUMNS,
    chart=Line("day", ("downloads",)),
    unit="downloads",
)
async def downloads(q: Query) -> Rows:
    """Downloads per day, and all since the data begin.

    One download is one event of that kind, by counted people. `cumulative` includes everything
    before the period.
    """
    table = q.days()
    found = await q.fetch(
        select(table.c.day, func.sum(table.c.download).label("download")).group_by(table.c.day)
    )
    before = 0
    earlier = before_period(q)
    if earlier is not None:
        past = earlier.totals(("download",))
        before = int(await q.fetch_value(select(func.sum(past.c.download))) or 0)
    numbers = sum_per_bucket(q, found, ("download",))
    sums = running(before, (values[0] for _label, values in numbers))
    firsts = {label: first for label, first, _last in buckets(q)}
    rows: list[tuple[Cell, ...]] = [
        (label, None, None)
        if is_future(q, firsts[label])
        else (label, int(values[0]), int(cumulative))
        for (label, values), cumulative in zip(numbers, sums, strict=True)
    ]
    total = sum(int(row.download) for row in found)
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _DOWNLOAD_COLUMNS),
        empty="" if total else nothing_happened(q, "downloads"),
        summary=f"total {total:,} · {before:,} before" if total else "",
    )


# ---- leaderboard ---------------------------------------------------------------------------------

_LEADER_COLUMNS = (
    ident("learner_id"),
    words("learner", "Learner"),
    number("points", "Points"),
    count("badges", "Badges"),
)
_TO_LEARNER = Drill("learner", (("learner", "learner_id"),))


@figure(
    "global.leaderboard",
    title="Leaderboard",
    level=Level.GLOBAL,
    columns=_LEADER_COLUMNS,
    drill=_TO_LEARNER,
)
@figure(
    "training.leaderboard",
    title="Leaderboard",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    columns=_LEADER_COLUMNS,
    drill=_TO_LEARNER,
)
@figure(
    "class.leaderboard",
    title="Leaderboard",
    level=Level.CLASS,
    needs=(Param.CLASS,),
    columns=_LEADER_COLUMNS,
    drill=_TO_LEARNER,
)
async def leaderboard(q: Query) -> Rows:
    """Points and badges of learners, everything up to the period's end.

    Points are added once per learner, badges are the awards. Ranked by points, then name.
    People without points and badges are not listed. With --top N the rest is one row.
    """
    points, awards = q.of_people(schema.point), q.of_people(schema.award)
    sums = (
        select(points.c.person_id, func.sum(points.c.points).label("points"))
        .where(or_(points.c.at.is_(None), points.c.at < q.end))
        .group_by(points.c.person_id)
        .subquery("point_sums")
    )
    badges = (
        select(awards.c.person_id, func.sum(awards.c.number).label("badges"))
        .where(awards.c.kind == "badge", or_(awards.c.at.is_(None), awards.c.at < q.end))
        .group_by(awards.c.person_id)
        .subquery("badge_sums")
    )
    people = schema.person
    found = await q.fetch(
        select(
            q.key_of(people).label("key"),
            people.c.name,
            func.coalesce(sums.c.points, 0).label("points"),
            func.coalesce(badges.c.badges, 0).label("badges"),
        )
        .outerjoin(sums, sums.c.person_id == people.c.id)
        .outerjoin(badges, badges.c.person_id == people.c.id)
        .where(or_(sums.c.person_id.is_not(None), badges.c.person_id.is_not(None)))
    )
    rows: list[tuple[Cell, ...]] = [(r.key, r.name, float(r.points), int(r.badges)) for r in found]
    total = sum(r.points for r in found)
    return Rows(
        top_rows(rows, q.top or len(rows), by=2, name=1, key=0, adds=(2, 3)),
        empty="" if rows else "Nobody has points or badges here.",
        summary=f"{len(rows):,} learners · {show_count(total)} points" if rows else "",
    )
