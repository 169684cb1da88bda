"""Downloads over time, and by how many people."""

from __future__ import annotations

from collections import defaultdict

from pyroaring import BitMap
from sqlalchemy import func, select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import DOWNLOADS
from termstats.data.figures.definition.phrases import (
    before_data,
    before_period,
    is_unknown,
    none_of,
    without_totals,
)
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import buckets, running, sum_per_bucket, with_bucket
from termstats.data.figures.learning.behind.activity import downloaders_door
from termstats.data.model.period import bucket_of, number_day
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Line, count, day
from termstats.data.query.query import Query

_DOWNLOAD_COLUMNS = (
    day("day", "Day"),
    DOWNLOADS.column(),
    count("cumulative", "Since the start"),
    count("learners", "Downloaded by", "distinct people"),
)


@on_levels(
    "downloads",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.DOWNLOADS,
    title="Downloads",
    columns=_DOWNLOAD_COLUMNS,
    chart=Line("day", ("downloads",)),
    unit="downloads",
    behind=(
        *doors_to({"downloads": DOWNLOADS}, of_days=True),
        ("learners", downloaders_door(of_days=True)),
    ),
)
async def downloads(q: Query) -> Rows:
    """Downloads per day, and all since the data begin.

    One download is one event of that kind, by counted people. `cumulative` includes everything
    before the period; `learners` are the distinct people who downloaded that day (or week, month).
    """
    table = q.days.per_day()
    days = await q.fetch(
        select(table.c.day, func.sum(table.c.download).label("download")).group_by(table.c.day)
    )
    before = 0
    earlier = before_period(q)
    if earlier is not None:
        past = earlier.days.totals(("download",))
        before = int(await q.fetch_value(select(func.sum(past.c.download))) or 0)
    numbers = sum_per_bucket(q, days, ("download",))
    sums = running(before, (values[0] for _label, values in numbers))
    firsts = {label: first for label, first, _last in buckets(q)}
    people = await _people_by_label(q)
    rows: list[tuple[Cell, ...]] = [
        (label, None, None, None)
        if is_unknown(q, firsts[label])
        else (label, int(values[0]), int(cumulative), len(people[label]))
        for (label, values), cumulative in zip(numbers, sums, strict=True)
    ]
    total = sum(int(row.download) for row in days)
    everybody = BitMap.union(*people.values()) if people else BitMap()
    before_data(q)
    without_totals(q)
    return Rows(
        rows,
        columns=with_bucket(q, _DOWNLOAD_COLUMNS),
        empty="" if total else await none_of(q, "downloads", "download", "download"),
        summary=f"total {total:,} · {before:,} before · by {len(everybody):,} people"
        if total
        else "",
    )


async def _people_by_label(q: Query) -> dict[object, BitMap]:
    """Return label of a bucket -> people who downloaded in it; nobody in all others."""
    days = q.days.per_person_day()
    people: dict[object, BitMap] = defaultdict(BitMap)
    for row in await q.fetch(select(days.c.day, days.c.person_id).where(days.c.download > 0)):
        people[bucket_of(number_day(row.day), q.request.by)].add(row.person_id)
    return people
