"""Automatic buckets: how wide the steps of a series are, by the kind of figure and the asked span.

The table is that of the Datagrok reference, section 1.3; a month has 30 days there, a year 360.
"""

from __future__ import annotations

from enum import IntEnum

from termstats.data.model.units import Second

MINUTE, HOUR, DAY = 60, 3600, 86_400
_SPANS = (360 * DAY, 180 * DAY, 70 * DAY, 10 * DAY, 2 * DAY, 3 * HOUR, 0)
"""The least span, in seconds, of each row of the table."""
_TEN = 10 * MINUTE
_SIZES = (
    (20 * DAY, 10 * DAY, 10 * DAY, 7 * DAY),
    (10 * DAY, 10 * DAY, 10 * DAY, 7 * DAY),
    (5 * DAY, 5 * DAY, 60 * HOUR, 2 * DAY),
    (DAY, DAY, DAY, 12 * HOUR),
    (6 * HOUR, 6 * HOUR, 4 * HOUR, 4 * HOUR),
    (HOUR, HOUR, HOUR, 30 * MINUTE),
    (_TEN, _TEN, _TEN, _TEN),
)
_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"))


class Pace(IntEnum):
    """The kinds of figures that have buckets of their own; the value is the column of the table."""

    PACKAGES = 0
    FUNCTIONS = 1
    EVENTS = 2
    USERS = 3


def bucket_size(pace: Pace, span: int) -> int:
    """Return the seconds of a bucket for a period of `span` seconds."""
    row = next(row for row, least in enumerate(_SPANS) if span >= least)
    return _SIZES[row][pace]


def bucket_start(second: Second, size: int) -> Second:
    """Return the beginning of the bucket that holds a moment; buckets are counted from 1970 UTC."""
    return Second(second - second % size)


def bucket_starts(start: Second, end: Second, size: int) -> list[Second]:
    """Return the beginnings of the buckets that `[start, end)` touches; the first may be before."""
    return [Second(begin) for begin in range(bucket_start(start, size), end, size)]


def bucket_words(size: int) -> str:
    """Return `4 h`, `10 min`, `2.5 d`."""
    unit, word = next(pair for pair in _UNITS if size >= pair[0])
    return f"{size / unit:g} {word}"


def calendar_bucket(days: int) -> str:
    """Return day, week or month for figures that count whole days."""
    return "day" if days <= 92 else "week" if days <= 371 else "month"
