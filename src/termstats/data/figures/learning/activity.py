"""What people did, on every level: who was active, what they did, how long, what they took."""

from __future__ import annotations

from collections import defaultdict

from pyroaring import BitMap
from sqlalchemy import func, select

from termstats.data.figures.definition.doors import door_to, doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import ACTIONS, ACTIVE_USERS
from termstats.data.figures.definition.phrases import (
    before_data,
    before_period,
    is_unknown,
    none_of,
    without_totals,
)
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import (
    amount,
    buckets,
    running,
    sum_per_bucket,
    with_bucket,
)
from termstats.data.model.day_words import when_words
from termstats.data.model.period import DAYS_OF, bucket_of, number_day
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Line, StackedBars, count, day
from termstats.data.model.text import show_mean
from termstats.data.query.query import Query
from termstats.data.store.schema import KINDS

_ACTIVE_COLUMNS = (day("day", "Day"), count("users", "People"))


@on_levels(
    "active-users",
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    record=Record.ACTIVITY,
    title="Active people",
    columns=_ACTIVE_COLUMNS,
    chart=Line("day"),
    unit="people",
    sparks=(("active_users", "users"),),
    behind=doors_to({"users": ACTIVE_USERS}, of_days=True),
)
async def active_users(q: Query) -> Rows:
    """Distinct people with any activity, per day (or week, or month).

    A person counts once per bucket, however much they did. What counts as activity is the
    platform's rule: on OppiaMobile an event of a known type in a course, on OULAD any click.
    Searches and logins alone do not make a person active on OppiaMobile. Days after the as-of
    moment have no value; days without anybody show 0.
    """
    people_by_training = await q.people.active()
    per_label: dict[object, BitMap] = defaultdict(BitMap)
    for days in people_by_training.values():
        for number_, people in days.items():
            per_label[bucket_of(number_day(number_), q.request.by)] |= people
    rows: list[tuple[Cell, ...]] = []
    spans = buckets(q)
    for label, first, _last in spans:
        rows.append((label, None if is_unknown(q, first) else len(per_label[label])))
    before_data(q)
    without_totals(q)
    values = [int(row[1]) for row in rows if isinstance(row[1], int)]
    everybody = BitMap.union(*per_label.values()) if per_label else BitMap()
    summary = ""
    if any(values):
        best = max(range(len(rows)), key=lambda index: amount(rows[index][1]))
        mean = sum(values) / len(values)
        summary = (
            f"{len(everybody):,} people · mean {show_mean(mean)} · "
            f"peak {max(values):,} {when_words(spans[best][0], DAYS_OF.get(q.request.by, 1))}"
        )
    return Rows(
        rows,
        columns=with_bucket(q, _ACTIVE_COLUMNS),
        empty="" if any(values) else await none_of(q, "activity", "event", "events"),
        summary=summary,
    )


_ACTIVITY_COLUMNS = (
    day("day", "Day"),
    *(count(kind) for kind in KINDS),
    count("total"),
    count("before", "Before", "everything before the period"),
    count("cumulative", "Since the start"),
)
_ACTIVITY_CHART = StackedBars("day", leave=("total", "before", "cumulative"))


@on_levels(
    "activity",
    (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS),
    record=Record.ACTIVITY,
    title="Activity",
    columns=_ACTIVITY_COLUMNS,
    chart=_ACTIVITY_CHART,
    unit="events",
    sparks=(("actions", "total"),),
    behind=(
        *((kind, door_to(ACTIONS, of_days=True, action=kind)) for kind in KINDS),
        ("total", door_to(ACTIONS, of_days=True)),
    ),
)
async def activity(q: Query) -> Rows:
    """What people did, by kind: pages, quizzes, media, resources, downloads, searches, logins.

    Events are summed by weight: on OULAD one record stands for several clicks, and clicks are what
    is counted. `total` is the sum of the kinds, `before` everything before the period (the same
    number in every row), `cumulative` that and all up to the day. Second copies of an event are
    left out. Days without events show 0, days after the as-of moment no value.
    """
    names = (*KINDS, "events")
    table = q.days.per_day()
    sums = [func.sum(table.c[name]).label(name) for name in (*names, "rows")]
    days = await q.fetch(select(table.c.day, *sums).group_by(table.c.day))
    before = 0
    earlier = before_period(q)
    if earlier is not None:
        past = earlier.days.totals(("events",))
        before = int(await q.fetch_value(select(func.sum(past.c.events))) or 0)
    rows: list[tuple[Cell, ...]] = []
    firsts = {label: first for label, first, _last in buckets(q)}
    per_bucket = sum_per_bucket(q, days, names)
    so_far = running(before, (numbers[-1] for _label, numbers in per_bucket))
    for (label, numbers), cumulative in zip(per_bucket, so_far, strict=True):
        if is_unknown(q, firsts[label]):
            rows.append((label, *(None for _ in names), before, None))
        else:
            rows.append((label, *(int(value) for value in numbers), before, int(cumulative)))
    total = sum(int(row.events) for row in days)
    records = sum(int(row.rows) for row in days)
    if records != total:
        q.note(f"{total:,} events come from {records:,} records: some stand for several clicks.")
    before_data(q)
    without_totals(q)
    return Rows(
        rows,
        columns=with_bucket(q, _ACTIVITY_COLUMNS),
        empty="" if total else await none_of(q, "activity", "event", "events"),
        summary=f"total {total:,}" if total else "",
    )
