"""Recorded time, per day and per learner."""

from __future__ import annotations

from collections import defaultdict

from pyroaring import BitMap
from sqlalchemy import func, select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import ACTIVE_USERS, MEAN_TIME, TIME_SPENT
from termstats.data.figures.definition.phrases import before_data, is_future, nothing_happened
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import buckets, sum_per_bucket, with_bucket
from termstats.data.figures.learning.groups import records_time
from termstats.data.model.period import bucket_of, number_day
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Line, day
from termstats.data.model.text import show_duration
from termstats.data.query.query import Query

_TIME_COLUMNS = (
    day("day", "Day"),
    TIME_SPENT.column(title="Time spent"),
    MEAN_TIME.column(title="Mean per learner"),
    ACTIVE_USERS.column("learners", "Active learners"),
)


@on_levels(
    "time-spent",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.TIME,
    title="Time spent",
    columns=_TIME_COLUMNS,
    chart=Line("day", ("time_spent",)),
    unit="time",
    sparks=(("time_spent", "time_spent"),),
    behind=doors_to({"time_spent": TIME_SPENT, "learners": ACTIVE_USERS}, of_days=True),
)
async def time_spent(q: Query) -> Rows:
    """Recorded time per day, and the mean per learner who was active that day.

    Time is the sum of the durations that the platform recorded. A duration below 0 or over the
    limit (4 h for an event) is left out; how many is stated. No value where a source records no
    durations, and for the mean of a day without active learners.
    """
    if not await records_time(q):
        return Rows((), empty="This source records no durations, so time spent is not known.")
    table = q.days.per_day()
    days = await q.fetch(
        select(
            table.c.day,
            func.sum(table.c.seconds).label("seconds"),
            func.sum(table.c.outliers).label("outliers"),
        ).group_by(table.c.day)
    )
    people = await _active_by_label(q)
    rows: list[tuple[Cell, ...]] = []
    firsts = {label: first for label, first, _last in buckets(q)}
    for label, (spent,) in sum_per_bucket(q, days, ("seconds",)):
        if is_future(q, firsts[label]):
            rows.append((label, None, None, None))
        else:
            sums = {"seconds": spent, "active": len(people[label])}
            measures = (TIME_SPENT, MEAN_TIME, ACTIVE_USERS)
            rows.append((label, *(measure.of(sums) for measure in measures)))
    total = sum(row.seconds for row in days)
    left_out = sum(int(row.outliers) for row in days)
    if left_out:
        q.note(f"Left out of the time: {left_out:,} durations below 0 or over the limit.")
    everybody = BitMap.union(*people.values()) if people else BitMap()
    before_data(q)
    mean = MEAN_TIME.of({"seconds": total, "active": len(everybody)})
    summary = ""
    if total and mean is not None:
        summary = f"total {show_duration(total)} · {show_duration(mean)} per learner"
    return Rows(
        rows,
        columns=with_bucket(q, _TIME_COLUMNS),
        empty="" if total else nothing_happened(q, "time recorded"),
        summary=summary,
    )


async def _active_by_label(q: Query) -> dict[object, BitMap]:
    """Return label of a bucket -> people active in it; nobody in all others."""
    people: dict[object, BitMap] = defaultdict(BitMap)
    for by_day in (await q.people.active()).values():
        for number, who in by_day.items():
            people[bucket_of(number_day(number), q.request.by)] |= who
    return people
