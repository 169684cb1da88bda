"""Series over time: zero-filled buckets, clipped to the period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from termstats.data.model.buckets import Pace, bucket_size, bucket_words, calendar_bucket
from termstats.data.model.period import bucket_of, day_number, local_day_number, number_day
from termstats.data.model.request import Request
from termstats.data.model.table import Cell, Column, Kind
from termstats.data.model.units import DayNumber, Second
from termstats.data.query.query import Query


def buckets(q: Query) -> list[tuple[date, DayNumber, DayNumber]]:
    """Return (label, first day number, last day number) of the buckets of the period."""
    return [
        (label, day_number(first), day_number(last))
        for label, first, last in q.period.buckets(q.request.by)
    ]


def by_pace(request: Request, pace: Pace | None) -> Request:
    """Return the request with the buckets that `auto` stands for in figures of that pace."""
    if request.by != "auto":
        return request
    if pace is None:
        return replace(request, by=calendar_bucket(request.period.days))
    return replace(request, by="start", step=bucket_size(pace, request.period.length))


def size_words(request: Request) -> str:
    """Return how wide the buckets are: `day`, `4 h`."""
    return request.by if request.step is None else bucket_words(request.step)


def bucket_column(request: Request) -> Column:
    """Return the first column of a series: day, week, month, or the moment a bucket begins."""
    return Column(request.by, Kind.DATE if request.step is None else Kind.MOMENT)


def with_bucket(q: Query, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of a series with the first named by `--by`."""
    return (bucket_column(q.request), *columns[1:])


def sum_per_bucket(
    q: Query, rows: Iterable[Any], names: Sequence[str]
) -> list[tuple[date, list[float]]]:
    """Return (label, sums of `names`) for every bucket, zero where nothing happened.

    `rows` have a `day` number and the named numbers.
    """
    sums_by_label = {label: [0.0] * len(names) for label, _first, _last in buckets(q)}
    by = q.request.by
    labels: dict[DayNumber, date] = {}
    for row in rows:
        label = labels.get(row.day)
        if label is None:
            label = labels[row.day] = bucket_of(number_day(row.day), by)
        sums = sums_by_label.get(label)
        if sums is not None:
            for index, name in enumerate(names):
                sums[index] += getattr(row, name) or 0
    return list(sums_by_label.items())


def running(start: float, changes: Iterable[float]) -> list[float]:
    """Return the running sum of `changes` from `start`."""
    totals = []
    for change in changes:
        start += change
        totals.append(start)
    return totals


def whole(values: Iterable[float]) -> list[Cell]:
    """Return numbers that are whole as int."""
    return [int(value) if float(value).is_integer() else value for value in values]


def local_days(q: Query) -> Callable[[Second | None], DayNumber | None]:
    """Return a function from a moment to its day number in the reporting zone; None stays None."""
    zone = q.zone

    def day_of(second: Second | None) -> DayNumber | None:
        return None if second is None else local_day_number(second, zone)

    return day_of


def amount(cell: Cell) -> float:
    """Return a cell as a number; no value counts 0."""
    return cell if isinstance(cell, (int, float)) else 0
