"""Periods as people write them: presets, dates, months, ranges, `last 3 weeks`, `before D`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from termstats.data.model.dates import Span, span_of
from termstats.data.model.errors import UsageError
from termstats.data.model.period import (
    EPOCH,
    Moments,
    Period,
    add_months,
    bucket_of,
    day_start,
    local_day,
)
from termstats.data.model.plural import counted
from termstats.data.model.units import Second


class NoPeriod(UsageError):
    """A text that is not written as any period is."""


PRESETS = {
    "7d": "last 7 days",
    "30d": "last 30 days",
    "90d": "last 90 days",
    "365d": "last 365 days",
    "this-week": "this week",
    "last-week": "last week",
    "this-month": "this month",
    "last-month": "last month",
    "this-quarter": "this quarter",
    "last-quarter": "last quarter",
    "this-year": "this year",
    "last-year": "last year",
    "all": "all data",
}
"""Name on the command line -> words on the screen."""
DEFAULT_PRESET = "30d"
_RANGE = re.compile(r"(.+?)\s*(?:\.\.|\bto\b)\s*(.+)")
_LAST = re.compile(r"(?:last )?(\d{1,4}) ?(d|days?|weeks?|months?|years?)")
_ROLLING = re.compile(r"(?:last )?(\d{1,5}) ?(min|h|minutes?|hours?)")


def parse_period(
    text: str, as_of: date | datetime, coverage: tuple[date, date] | None = None
) -> Period:
    """Return the period that `text` names.

    A preset; `14d`, `last 3 weeks` (months, years), all up to today; `last 30 minutes` (hours), up
    to the minute of `as_of`; a day (`2024-05-06`, `Oct 17, 2019`, `10/17/2019`), a month
    (`2024-05`, `June 1984`), a quarter (`q3 2024`), without their year the latest that have begun;
    a year, or a time of a day (`10/17/2019 5:24 pm`: that minute); from one of these to another
    (`A..B`, `A to B`, `1984-1986`), where a time of day is the very end; `before A`, `after A`,
    `since A`; `yesterday`; `anytime`. `as_of` is the store's moment in its zone; a date stands for
    its midnight in UTC. `all` spans `coverage`, and everything up to today.

    Raises:
        UsageError: not understood, or reversed.
    """
    if not isinstance(as_of, datetime):
        as_of = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    try:
        period = _parse(" ".join(text.lower().replace("_", "-").split()), as_of, coverage)
    except (OverflowError, ValueError):
        raise UsageError(f"{text!r} reaches outside the calendar; write 'all'") from None
    if period is not None:
        return period
    raise NoPeriod(
        f"no period {text!r}; use one of {', '.join(PRESETS)}, a month (2026-03), "
        "'last 30 minutes' or FROM..TO (2026-01-01..2026-01-31)"
    )


def parse_range(text: str, zone: tzinfo) -> Period:
    """Return the period that a day, a moment or `A..B` names without words such as today.

    Raises:
        UsageError: not understood, or reversed.
    """
    period = _range(text.lower(), EPOCH, zone) if re.match(r"\d.*\d{3}", text) else None
    if period is None:
        raise UsageError(f"{text!r} is no day; write 2026-01-31 or 2026-01-01..2026-01-31")
    return period


def _parse(wanted: str, now: datetime, coverage: tuple[date, date] | None) -> Period | None:
    today, zone = now.date(), now.tzinfo or UTC
    spoken = {words: name for name, words in PRESETS.items()}
    spoken |= {"anytime": "all", "today": "1d"}
    wanted = spoken.get(wanted, wanted)
    if wanted == "all":
        first, last = coverage or (today, today)
        return Period(first, max(first, last, today), "all data")
    if wanted in PRESETS and "-" in wanted:
        return _preset(wanted, today)
    if match := _LAST.fullmatch(wanted):
        return _up_to(today, max(int(match[1]), 1), match[2][0])
    if match := _ROLLING.fullmatch(wanted):
        return _rolling(now, max(int(match[1]), 1), match[2][0])
    if wanted == "yesterday":
        return Period(today - timedelta(days=1), today - timedelta(days=1), "yesterday")
    if wanted.startswith("before ") and (span := span_of(wanted[7:], today, zone)):
        return _before(span, (coverage or (EPOCH, EPOCH))[0], zone)
    if wanted.startswith("since ") and (span := span_of(wanted[6:], today, zone)):
        return _since(span, today, zone)
    if wanted.startswith("after ") and (span := span_of(wanted[6:], today, zone)):
        return _after(span, today, zone)
    return _range(wanted, today, zone)


def _range(wanted: str, today: date, zone: tzinfo) -> Period | None:
    if span := span_of(wanted, today, zone):
        return _of_spans(span, span, zone)
    years = re.fullmatch(r"(\d{4}) ?- ?(\d{4})", wanted)
    if (match := years or _RANGE.fullmatch(wanted)) and (start := span_of(match[1], today, zone)):
        # A time alone is one of the day that the period begins on.
        end = _end_of(match[2], start, start.first if start.moments else today, zone)
        if end and end.moments:
            end = Span(end.first, end.last, (end.moments[0], end.moments[0]))
        return _of_spans(start, end, zone) if end else None
    return None


def _end_of(text: str, start: Span, today: date, zone: tzinfo) -> Span | None:
    """Return the end of a range; without a year the first that does not lie before its start."""
    end = span_of(text, today, zone)
    if end is None or end.last >= start.first or re.search(r"\d{4}", text):
        return end
    years = (start.first.year, start.first.year + 1)
    ends = (span_of(f"{text} {year}", today, zone) for year in years)
    return next((each for each in ends if each and each.last >= start.first), end)


def _of_spans(start: Span, end: Span, zone: tzinfo) -> Period:
    """Return the period from the beginning of one to the end of the other."""
    if not start.moments and not end.moments:
        return Period(start.first, end.last)
    begins = start.moments[0] if start.moments else day_start(start.first, zone)
    ends = end.moments[1] if end.moments else day_start(end.last + timedelta(days=1), zone)
    return Period.between(begins, ends, zone)


def _before(span: Span, first: date, zone: tzinfo) -> Period:
    """Return everything before a span, from the day `first`."""
    if span.moments:
        end = span.moments[0]
        start = day_start(min(first, local_day(Second(end - 1), zone)), zone)
        return Period.between(start, end, zone, f"before {Moments(end, end, zone).written(end)}")
    last = span.first - timedelta(days=1)
    return Period(min(first, last), last, f"before {span.first}")


def _after(span: Span, today: date, zone: tzinfo) -> Period:
    """Return everything after a span, up to today."""
    if span.moments:
        start = span.moments[1]
        last = max(today, local_day(start, zone))
        words = f"after {Moments(start, start, zone).written(span.moments[0])}"
        return Period.between(start, day_start(last + timedelta(days=1), zone), zone, words)
    first = span.last + timedelta(days=1)
    return Period(first, max(first, today), f"after {span.last}")


def _since(span: Span, today: date, zone: tzinfo) -> Period:
    """Return everything from the beginning of a span up to today."""
    if span.moments:
        end = day_start(max(today, span.first) + timedelta(days=1), zone)
        return Period.between(span.moments[0], end, zone)
    return Period(span.first, max(span.first, today), f"since {span.first}")


def _rolling(now: datetime, number: int, unit: str) -> Period:
    """Return the last `number` minutes or hours (by first letter); ends with a full minute."""
    end = Second(-(int(now.timestamp()) // -60) * 60)
    word = {"m": "minute", "h": "hour"}[unit]
    start = Second(end - number * (60 if unit == "m" else 3600))
    return Period.between(start, end, now.tzinfo or UTC, f"last {counted(number, word)}")


def _up_to(today: date, number: int, unit: str) -> Period:
    """Return the last `number` days, weeks, months or years (by first letter), today included."""
    if unit in "dw":
        number *= 7 if unit == "w" else 1
        words = f"last {number} days" if number > 1 else ""
        return Period(today - timedelta(days=number - 1), today, words)
    word = {"m": "month", "y": "year"}[unit]
    first = add_months(today, -number * (12 if unit == "y" else 1)) + timedelta(days=1)
    return Period(first, today, f"last {counted(number, word)}")


def _preset(name: str, today: date) -> Period:
    which, unit = name.split("-")
    months = {"month": 1, "quarter": 3, "year": 12}
    if unit == "week":
        first = bucket_of(today, "week") - timedelta(days=7 if which == "last" else 0)
        return Period(first, first + timedelta(days=6), PRESETS[name])
    size = months[unit]
    first = date(today.year, (today.month - 1) // size * size + 1, 1)
    if which == "last":
        first = add_months(first, -size)
    return Period(first, add_months(first, size) - timedelta(days=1), PRESETS[name])
