"""Reporting periods: days of the store's zone or exact moments, half-open, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from termstats.data.dates import Span, span_of
from termstats.data.text import show_duration
from termstats.errors import UsageError

EPOCH = date(1970, 1, 1)
DAY = 86_400
BUCKETS = ("day", "week", "month", "auto")
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


def check_zone(name: str) -> ZoneInfo:
    """Return the zone `name` (IANA).

    Raises:
        UsageError: no such zone; names one that exists.
    """
    try:
        if name in available_timezones():
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise UsageError(f"no time zone {name!r}; use an IANA name such as Europe/Paris or UTC")


def day_number(day: date) -> int:
    """Return days since 1970, as the day tables count."""
    return (day - EPOCH).days


def number_day(number: int) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=number)


@lru_cache(maxsize=8192)
def day_start(day: date, zone: tzinfo) -> int:
    """Return the moment (seconds UTC) at which `day` begins in `zone`, DST gaps included."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def local_day(second: int, zone: tzinfo) -> date:
    """Return the local date of a moment."""
    return datetime.fromtimestamp(second, zone).date()


def noon(day: date, zone: ZoneInfo) -> int:
    """Return 12:00 of `day` in `zone`: where events that carry only a date are placed."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp())


@dataclass(frozen=True)
class Moments:
    """A half-open range `[start, end)` in seconds UTC, and the zone in which people read it."""

    start: int
    end: int
    zone: tzinfo

    def written(self, second: int, between: str = " ") -> str:
        """Return a moment on the clock of the zone; with its offset where the clock says it twice.

        `between` stands between day and time.
        """
        moment = datetime.fromtimestamp(second, self.zone)
        clock = moment.replace(tzinfo=None).isoformat(between, "auto")
        clock = clock.removesuffix(":00") if clock.count(":") > 1 else clock
        other = moment.replace(fold=1 - moment.fold).utcoffset()
        return clock if moment.utcoffset() == other else f"{clock}{moment.isoformat()[19:]}"

    def is_over(self, second: int) -> bool:
        """Return whether the range has ended, to the minute."""
        return self.end < second + 60

    @property
    def words(self) -> str:
        """Return `[2024-05-15 10:00, 12:30)`."""
        start, end = self.written(self.start), self.written(self.end)
        if start[:10] == end[:10]:
            end = end[11:]
        return f"[{start}, {end})"

    @property
    def short(self) -> str:
        """Return `05-15 10:00-12:30` where that is on one day, else the words."""
        start, end = self.written(self.start), self.written(self.end)
        if start[:10] == end[:10]:
            return f"{start[5:]}-{end[11:]}"
        is_midnight = day_start(local_day(self.end, self.zone), self.zone) == self.end
        is_next = local_day(self.end - 1, self.zone) == local_day(self.start, self.zone)
        return f"{start[5:]}-24:00" if is_midnight and is_next else self.words


@dataclass(frozen=True)
class Period:
    """Both days included, or a part of them: then `exact` says which. `words`: as people say it."""

    first: date
    last: date
    words: str = ""
    exact: Moments | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UsageError(
                f"the period ends ({self.last}) before it begins ({self.first}); swap the two"
            )

    @classmethod
    def between(cls, start: int, end: int, zone: tzinfo, words: str = "") -> Period:
        """Return the period `[start, end)` in seconds UTC: whole days where it is such.

        Raises:
            UsageError: it ends before it begins.
        """
        exact = Moments(start, end, zone)
        if end <= start:
            ends, begins = exact.written(end), exact.written(start)
            raise UsageError(f"the period ends ({ends}) before it begins ({begins}); swap the two")
        first, last = local_day(start, zone), local_day(end - 1, zone)
        days = cls(first, last, words)
        return days if days.seconds(zone) == (start, end) else cls(first, last, words, exact)

    @property
    def days(self) -> int:
        """Return the length in days; of moments the number of days that hold them."""
        return (self.last - self.first).days + 1

    @property
    def length(self) -> int:
        """Return the length in seconds; a day counts 24 hours, whatever the clocks did."""
        return self.exact.end - self.exact.start if self.exact else self.days * DAY

    @property
    def day_range(self) -> tuple[int, int]:
        """Return first and last day number, both included."""
        return day_number(self.first), day_number(self.last)

    def seconds(self, zone: tzinfo) -> tuple[int, int]:
        """Return the half-open range of moments `[from, to)` in `zone`."""
        if self.exact:
            return self.exact.start, self.exact.end
        return day_start(self.first, zone), day_start(self.last + timedelta(days=1), zone)

    def whole_days(self) -> Period:
        """Return the days that hold the period."""
        return Period(self.first, self.last) if self.exact else self

    def previous(self) -> Period:
        """Return the equally long period just before."""
        if self.exact:
            start, words = self.exact.start, f"{show_duration(self.length)} before"
            return Period.between(start - self.length, start, self.exact.zone, words)
        return Period(
            self.first - timedelta(days=self.days),
            self.first - timedelta(days=1),
            f"{self.days} days before" if self.days > 1 else "the day before",
        )

    def following(self) -> Period:
        """Return the equally long period just after."""
        if self.exact:
            end = self.exact.end
            return Period.between(end, end + self.length, self.exact.zone)
        return Period(self.last + timedelta(days=1), self.last + timedelta(days=self.days))

    def shifted(self, direction: int) -> Period:
        """Return the period one step back (-1) or on (1); whole months and years stay whole."""
        month = _month_span(self)
        if month is None:
            moved = self.previous() if direction < 0 else self.following()
            return Period(moved.first, moved.last, exact=moved.exact)
        first = add_months(self.first, direction * month)
        return Period(first, add_months(first, month) - timedelta(days=1))

    def buckets(self, by: str) -> list[tuple[date, date, date]]:
        """Return the buckets as (label, first, last), clipped to the period.

        The label is the bucket's own first day: Monday for weeks, the 1st for months.
        """
        found: list[tuple[date, date, date]] = []
        day = self.first
        while day <= self.last:
            label = bucket_of(day, by)
            end = _bucket_end(label, by)
            found.append((label, day, min(end, self.last)))
            day = end + timedelta(days=1)
        return found

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))

    @property
    def dates(self) -> str:
        """Return the days, both included, or the moments, half-open."""
        if self.exact:
            return self.exact.words
        return f"{self.first}..{self.last}" if self.days > 1 else str(self.first)

    @property
    def typed(self) -> str:
        """Return what `parse_period` reads as this period, at any time."""
        if self.exact is None:
            return f"{self.first}..{self.last}"
        start, end = self.exact.start, self.exact.end
        return f"{self.exact.written(start, 'T')}..{self.exact.written(end, 'T')}"

    def describe(self) -> str:
        """Return words and resolved dates."""
        return f"{self.words} {self.dates}" if self.words else self.dates


def bucket_of(day: date, by: str) -> date:
    """Return the label of the bucket that holds `day`."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    return day


def _bucket_end(label: date, by: str) -> date:
    if by == "week":
        return label + timedelta(days=6)
    if by == "month":
        return add_months(label, 1) - timedelta(days=1)
    return label


def add_months(day: date, months: int) -> date:
    """Return the 1st-based month arithmetic: `day` moved by whole months, clipped to its end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"no year {year}")
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _month_span(period: Period) -> int | None:
    """Return how many whole calendar months the period is, if it is."""
    if period.exact or period.first.day != 1 or (period.last + timedelta(days=1)).day != 1:
        return None
    end = period.last + timedelta(days=1)
    return (end.year - period.first.year) * 12 + end.month - period.first.month


_RANGE = re.compile(r"(.+?)\s*(?:\.\.|\bto\b)\s*(.+)")
_LAST = re.compile(r"(?:last )?(\d{1,4}) ?(d|days?|weeks?|months?|years?)")
_ROLLING = re.compile(r"(?:last )?(\d{1,5}) ?(min|h|minutes?|hours?)")


def parse_period(
    text: str, as_of: date | datetime, coverage: tuple[date, date] | None = None
) -> Period:
    """Return the period that `text` names.

    A preset; `14d`, `last 3 weeks` (months, years), all up to today; `last 30 minutes` (hours), up
    to the minute of `as_of`; a day (`2024-05-06`, `Oct 17, 2019`, `10/17/2019`), a month
    (`2024-05`, `June 1984`), a year, or a time of a day (`10/17/2019 5:24 pm`: that minute); from
    one of these to another (`A..B`, `A to B`, `1984-1986`), where a time of day is the very end;
    `before A`, `after A`; `yesterday`; `anytime`. `as_of` is the store's moment in its zone; a date
    stands for its midnight in UTC. `all` spans `coverage`, and everything up to today.

    Raises:
        UsageError: not understood, or reversed.
    """
    if not isinstance(as_of, datetime):
        as_of = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    try:
        found = _parse(" ".join(text.lower().replace("_", "-").split()), as_of, coverage)
    except (OverflowError, ValueError):
        raise UsageError(f"{text!r} reaches outside the calendar; write 'all'") from None
    if found is not None:
        return found
    raise UsageError(
        f"no period {text!r}; use one of {', '.join(PRESETS)}, a month (2026-03), "
        "'last 30 minutes' or FROM..TO (2026-01-01..2026-01-31)"
    )


def parse_range(text: str, zone: tzinfo) -> Period:
    """Return the period that a day, a moment or `A..B` names without words such as today.

    Raises:
        UsageError: not understood, or reversed.
    """
    period = _range(text.lower(), EPOCH, zone) if re.match(r"\d", text) else None
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
    if wanted.startswith("after ") and (span := span_of(wanted[6:], today, zone)):
        return _after(span, today, zone)
    return _range(wanted, today, zone)


def _range(wanted: str, today: date, zone: tzinfo) -> Period | None:
    if span := span_of(wanted, today, zone):
        return _of_spans(span, span, zone)
    years = re.fullmatch(r"(\d{4}) ?- ?(\d{4})", wanted)
    if (match := years or _RANGE.fullmatch(wanted)) and (start := span_of(match[1], today, zone)):
        # A time alone is one of the day that the period begins on.
        end = span_of(match[2], start.first if start.moments else today, zone)
        if end and end.moments:
            end = Span(end.first, end.last, (end.moments[0], end.moments[0]))
        return _of_spans(start, end, zone) if end else None
    return None


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
        start = day_start(min(first, local_day(end - 1, zone)), zone)
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


def _rolling(now: datetime, number: int, unit: str) -> Period:
    """Return the last `number` minutes or hours (by first letter); ends with a full minute."""
    end = -(int(now.timestamp()) // -60) * 60
    word = {"m": "minute", "h": "hour"}[unit] + ("s" if number > 1 else "")
    start = end - number * (60 if unit == "m" else 3600)
    return Period.between(start, end, now.tzinfo or UTC, f"last {number} {word}")


def _up_to(today: date, number: int, unit: str) -> Period:
    """Return the last `number` days, weeks, months or years (by first letter), today included."""
    if unit in "dw":
        number *= 7 if unit == "w" else 1
        words = f"last {number} days" if number > 1 else ""
        return Period(today - timedelta(days=number - 1), today, words)
    words = {"m": "month", "y": "year"}[unit] + ("s" if number > 1 else "")
    first = add_months(today, -number * (12 if unit == "y" else 1)) + timedelta(days=1)
    return Period(first, today, f"last {number} {words}")


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
