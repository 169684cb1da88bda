"""Where the days of day tables are cut: parts of days have to be read from the log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, literal, literal_column

from termstats.data.model.buckets import DAY, bucket_starts
from termstats.data.model.filters import DaysFilter
from termstats.data.model.period import day_number, day_start, local_day, number_day
from termstats.data.model.units import DayNumber, Second
from termstats.data.query.question import Question
from termstats.data.store.schema import EVENT_SEQUENCE_BITS

SHIFT: ColumnElement[int] = literal_column(str(EVENT_SEQUENCE_BITS))
"""Written out: PostgreSQL shifts by an integer, and takes a parameter for a larger number."""


def cut_days(question: Question) -> frozenset[DayNumber]:
    """Return the days that period, buckets or filters cut: day tables do not know parts of days."""
    start, end = question.seconds
    moments = [start, end]
    if question.request.step is not None:
        moments += bucket_starts(start, end, question.request.step)[1:]
    for each in question.request.filters_of(DaysFilter):
        for period in each.values:
            moments += [period.exact.start, period.exact.end] if period.exact else []
    days = {
        moment: local_day(moment, question.zone) for moment in moments if start <= moment <= end
    }
    return frozenset(
        day_number(d) for moment, d in days.items() if day_start(d, question.zone) != moment
    )


def stretches(
    question: Question, days: Collection[DayNumber] | None
) -> list[tuple[Second, Second]]:
    """Return the ranges of moments of some days of the period, or the period itself."""
    start, end = question.seconds
    if days is None:
        return [(start, end)]
    ranges: list[tuple[Second, Second]] = []
    for number in sorted(days):
        day = number_day(number)
        begin = max(start, day_start(day, question.zone))
        over = min(end, day_start(day + timedelta(days=1), question.zone))
        if ranges and ranges[-1][1] == begin:
            begin = ranges.pop()[0]
        ranges.append((begin, over))
    return ranges


def between(event_id: ColumnElement[Any], start: Second, end: Second) -> ColumnElement[bool]:
    """Return whether an event happened in `[start, end)`."""
    bits = EVENT_SEQUENCE_BITS
    return and_(event_id >= start << bits, event_id < end << bits)


def second_of_event(event_id: ColumnElement[Any]) -> ColumnElement[int]:
    """Return when an event happened, as a number with a sign: MariaDB shifts to one without."""
    return cast(event_id.op(">>")(SHIFT), BigInteger)


def step_of_day(question: Question, day: ColumnElement[int]) -> ColumnElement[int]:
    """Return the beginning of the bucket that holds a whole day."""
    start, end = question.seconds
    step = question.request.step or DAY
    pieces = [
        (
            day <= day_number(local_day(Second(begin + step - 1), question.zone)),
            literal(begin, BigInteger()),
        )
        for begin in bucket_starts(start, end, step)
    ]
    return case(*pieces).label("step")


def day_of_event(question: Question, event_id: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the local day number of an event of the period; days may have 23 or 25 hours."""
    second = second_of_event(event_id)
    first, days = question.period.first, question.period.days
    starts = [day_start(first + timedelta(days=n), question.zone) for n in range(days + 1)]
    number = day_number(first)

    pieces: list[tuple[ColumnElement[bool], Any]] = []
    n = 0
    while n < days:
        begin = n
        n += 1
        if starts[n] - starts[begin] != DAY:
            # A longer day than 24 hours must not run over into the next.
            pieces.append((second < starts[n], number + begin))
            continue
        while n < days and starts[n + 1] - starts[n] == DAY:
            n += 1
        pieces.append((second < starts[n], number + begin + (second - starts[begin]) // DAY))
    # MariaDB divides to a decimal.
    return cast(case(*pieces, else_=number + days), BigInteger)
