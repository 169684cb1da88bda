"""Series of platform use: the buckets of a period, of any size, and what falls into each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, case, distinct, func, select

from termstats.data.figures.backoffice.reading.platform_use import action_columns
from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.series import buckets, with_bucket
from termstats.data.model.buckets import bucket_start, bucket_starts
from termstats.data.model.period import bucket_of, day_number, local_day
from termstats.data.model.table import Cell, StackedBars, count, day
from termstats.data.model.units import RowId, Second
from termstats.data.query.query import Query
from termstats.data.query.uses.buckets import bucket_of_row

DAY, TOTAL = day("day", "Day"), count("total", "Total")


@dataclass(frozen=True)
class Bucket:
    """One bucket of a series."""

    label: date | Second
    """Its day, or the moment at which it begins: what stands in the first column."""
    key: int
    """What `bucket_of_row` gives for rows in it: a day number, or the moment it begins."""
    is_future: bool
    """Whether it lies after the as-of moment: unknown, not zero."""


def use_buckets(q: Query) -> list[Bucket]:
    """Return the buckets that the period touches."""
    if (step := q.request.step) is None:
        today = day_number(q.info.today)
        return [Bucket(label, day_number(label), first > today) for label, first, _ in buckets(q)]
    start, end = q.period.seconds(q.zone)
    return [
        Bucket(begin, begin, max(begin, start) > q.info.as_of)
        for begin in bucket_starts(start, end, step)
    ]


def bucket_of_second(q: Query) -> Callable[[Second], int]:
    """Return a function from a moment of the period to the key of its bucket."""
    if (step := q.request.step) is not None:
        return lambda second: bucket_start(second, step)
    by, zone = q.request.by, q.zone
    return lambda second: day_number(bucket_of(local_day(second, zone), by))


async def uses_by_name(
    q: Query, names: Mapping[RowId, str], person: RowId | None = None
) -> list[tuple[int, str, int]]:
    """Return (key of the bucket, name, events) of the actions whose ids are in `names`."""
    counted = await q.uses.per_bucket(names, person)
    return [(bucket, names[action], events) for bucket, action, events in counted]


def in_columns(q: Query, named_uses: Iterable[tuple[int, str, int]], names: Sequence[str]) -> Rows:
    """Return one column per name and their sum for every bucket, of what `uses_by_name` gives."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, name, events in named_uses:
        sums[key][name] += events
    rows: list[tuple[Cell, ...]] = []
    for bucket in use_buckets(q):
        numbers = [sums[bucket.key][name] for name in names]
        if bucket.is_future and not any(numbers):
            rows.append((bucket.label, *(None for _ in names), None))
        else:
            rows.append((bucket.label, *numbers, sum(numbers)))
    before_data(q)
    columns = (DAY, *action_columns(names, (q.request.by, "total")), TOTAL)
    total = sum(sum(part.values()) for part in sums.values())
    return Rows(
        rows,
        columns=with_bucket(q, columns),
        chart=StackedBars(q.request.by, tuple(column.name for column in columns[1:-1])),
        summary=f"total {total:,}",
    )


async def people_and_uses(
    q: Query, rows: Subquery, counted_by: ColumnElement[int]
) -> dict[tuple[int, RowId], tuple[int, int]]:
    """Return (key of the bucket, what is `counted_by`) -> different people, events of anybody."""
    counted = await q.fetch(
        select(
            bucket_of_row(q.question, rows).label("bucket"),
            counted_by.label("counted_by"),
            func.count(distinct(case((rows.c.acts == 1, rows.c.person_id)))).label("users"),
            func.sum(rows.c.events).label("events"),
        ).group_by("bucket", counted_by)
    )
    return {(int(r.bucket), r.counted_by): (int(r.users), int(r.events)) for r in counted}
