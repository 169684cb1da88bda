"""Reads a date or a time in the forms in which databases, programs and people write it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

from termstats.data.model.period import EARLIEST, FIRST_SECOND, LAST_SECOND, LATEST
from termstats.data.model.units import Second

Order = Literal["dmy", "mdy", "serial"]
"""What `03/04/2026` and `46115.5` mean in a file: day first, month first, or days since 1900."""

_EPOCH, _ONE_SECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)
_SERIAL_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day 0 is of no zone
_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001 - no zone is written
_SERIAL = re.compile(r"\d{1,7}(?:[.,]\d+)?")
_NUMBER = re.compile(r"([0-9]+)(?:\.[0-9]+)?")
_MONTH = re.compile(r"(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_SINCE_1970 = {10: 1, 13: 1_000, 16: 1_000_000}
"""Digits of a number -> its parts of a second."""
_LONGEST_NUMBER = 30
_NUMERIC = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{1,4})"
    r"(?:(?:,\s*|\s+|T)(?P<clock>\S.*))?"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>utc|gmt|z|[-+]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def moment(value: object, zone: tzinfo = UTC, order: Order = "dmy") -> Second | None:
    """Return a date-time as whole seconds UTC, or None when it is none; see `instant`.

    Fractions are cut, so that all drivers agree.
    """
    at = instant(value, zone, order)
    return None if at is None else second_of(at)


def second_of(at: datetime) -> Second:
    """Return whole seconds since 1970; fractions are cut, before 1970 too."""
    return Second((at - _EPOCH) // _ONE_SECOND)


def instant(value: object, zone: tzinfo = UTC, order: Order = "dmy") -> datetime | None:
    """Return a date-time of a driver or in a text as UTC, or None when it is none.

    ISO 8601, numbers in `order` with `/`, `.` or `-` between, month names, `24:00`, and 10, 13 or
    16 digits since 1970. `zone` is that of times without one.
    """
    if isinstance(value, datetime):
        read: datetime | None = value
    elif isinstance(value, bytes):
        read = _from_text(value.decode("utf-8", "replace").strip(), order)
    elif isinstance(value, str):
        read = _from_text(value.strip(), order)
    elif isinstance(value, int | float | Decimal):
        read = _from_text(str(value)[:_LONGEST_NUMBER], order)
    else:
        read = None
    if read is None:
        return None
    try:
        at = (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at <= LATEST else None


def seconds(value: int) -> Second | None:
    """Return seconds since 1970 where a calendar has such a day, else None."""
    return Second(value) if FIRST_SECOND <= value <= LAST_SECOND else None


def zone_named(name: object) -> ZoneInfo | None:
    """Return a zone by its name, or None when there is none of that name."""
    try:
        return ZoneInfo(str(name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def day(value: object) -> date | None:
    """Return a date of any source, or None when it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def has_clock(text: str, order: Order = "dmy") -> bool:
    """Return whether a time in a text has a time of day, and is no date alone."""
    text = text.strip()
    if order == "serial":
        return "." in text or "," in text
    return ":" in text or "T" in text[8:] or bool(re.fullmatch(r"\d{10,}(?:\.\d+)?", text))


def _from_text(text: str, order: Order) -> datetime | None:
    try:
        if text[4:5] == "-":
            return datetime.fromisoformat(text)
    except ValueError:
        pass  # not as ISO wants it, but perhaps as people do
    try:
        if order == "serial" and _SERIAL.fullmatch(text):
            # A day's fraction has few digits: 14:41:00 may be written as 14:40:59.99999.
            thousandths = round(Decimal(text.replace(",", ".")) * 86_400_000)
            return _SERIAL_DAY + timedelta(milliseconds=thousandths)
        if (match := _NUMBER.fullmatch(text)) and len(match[1]) in _SINCE_1970:
            seconds = Decimal(text) / _SINCE_1970[len(match[1])]
            return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))
        if match := _NUMERIC.fullmatch(text):
            return _with_clock(_midnight(match, order), match["clock"])
        if _MONTH.search(text):
            return _in_words(text, order)
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


def _midnight(match: re.Match[str], order: Order) -> datetime:
    """Return the day of three numbers.

    Raises:
        ValueError: no such day.
    """
    first, second, third = match["first"], match["second"], match["third"]
    if len(first) == 4:
        year, month, on = int(first), int(second), int(third)
    elif order == "mdy" and match["mark"] != ".":
        year, month, on = _year(third), int(first), int(second)
    else:
        year, month, on = _year(third), int(second), int(first)
    return datetime(year, month, on)  # noqa: DTZ001 - the zone follows


def _year(written: str) -> int:
    """Return a year; of two digits 69 is 1969 and 68 is 2068.

    Raises:
        ValueError: written with 1 or 3 digits.
    """
    if len(written) not in (2, 4):
        raise ValueError(f"no year: {written}")
    year = int(written)
    return year if len(written) == 4 else year + (1900 if year >= 69 else 2000)


def _with_clock(midnight: datetime, clock: str | None) -> datetime:
    """Return a day at a time of day.

    Raises:
        ValueError: no such time.
    """
    if clock is None:
        return midnight
    match = _CLOCK.fullmatch(clock)
    if match is None:
        return datetime.fromisoformat(f"{midnight.date().isoformat()}T{clock}")
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"no time: {clock}")
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise ValueError(f"no time: {clock}")
    part = int((match["part"] or "0").ljust(6, "0")[:6])
    at = midnight + timedelta(hours=hour, minutes=minute, seconds=second, microseconds=part)
    return at.replace(tzinfo=_zone(match["zone"]))


def _zone(written: str | None) -> tzinfo | None:
    if not written:
        return None
    if written[0] not in "+-":
        return UTC
    ahead = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(ahead if written[0] == "+" else -ahead)


@lru_cache(maxsize=4_096)
def _in_words(text: str, order: Order) -> datetime | None:
    """Return a date with a month's name in it; None where year, month or day is not written."""
    read = [
        parser.parse(text, dayfirst=order != "mdy", default=default, tzinfos=_named_zone)
        for default in _DEFAULTS
    ]
    # What the text leaves open, the parser takes from the default.
    return read[0] if read[0] == read[1] else None


def _named_zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Return the zone of a name or an offset in seconds; None: none is written.

    Raises:
        ValueError: a name of which nobody knows the offset.
    """
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name:
        raise ValueError(f"unknown zone: {name}")
    return None
