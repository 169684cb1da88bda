"""Reporting periods: whole days in the store's zone, half-open in time, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from termstats.errors import UsageError

EPOCH = date(1970, 1, 1)
BUCKETS = ("day", "week", "month")
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
def day_start(day: date, zone: ZoneInfo) -> int:
    """Return the moment (seconds UTC) at which `day` begins in `zone`, DST gaps included."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def local_day(second: int, zone: ZoneInfo) -> date:
    """Return the local date of a moment."""
    return datetime.fromtimestamp(second, zone).date()


def noon(day: date, zone: ZoneInfo) -> int:
    """Return 12:00 of `day` in `zone`: where events that carry only a date are placed."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp())


@dataclass(frozen=True)
class Period:
    """Both days included. `words` is how a person calls it."""

    first: date
    last: date
    words: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UsageError(
                f"the period ends ({self.last}) before it begins ({self.first}); swap the two"
            )

    @property
    def days(self) -> int:
        """Return the length in days."""
        return (self.last - self.first).days + 1

    @property
    def day_range(self) -> tuple[int, int]:
        """Return first and last day number, both included."""
        return day_number(self.first), day_number(self.last)

    def seconds(self, zone: ZoneInfo) -> tuple[int, int]:
        """Return the half-open range of moments `[from, to)` in `zone`."""
        return day_start(self.first, zone), day_start(self.last + timedelta(days=1), zone)

    def previous(self) -> Period:
        """Return the equally long period just before."""
        return Period(
            self.first - timedelta(days=self.days),
            self.first - timedelta(days=1),
            f"{self.days} days before" if self.days > 1 else "the day before",
        )

    def following(self) -> Period:
        """Return the equally long period just after."""
        return Period(self.last + timedelta(days=1), self.last + timedelta(days=self.days))

    def shifted(self, direction: int) -> Period:
        """Return the period one step back (-1) or on (1); whole months and years stay whole."""
        month = _month_span(self)
        if month is None:
            moved = self.previous() if direction < 0 else self.following()
            return Period(moved.first, moved.last)
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

    def describe(self) -> str:
        """Return words and resolved dates."""
        dates = f"{self.first}..{self.last}" if self.days > 1 else str(self.first)
        return f"{self.words} {dates}" if self.words else dates


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
    if period.first.day != 1 or (period.last + timedelta(days=1)).day != 1:
        return None
    end = period.last + timedelta(days=1)
    return (end.year - period.first.year) * 12 + end.month - period.first.month


MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_RANGE = re.compile(r"(.+?)\s*(?:\.\.|\bto\b)\s*(.+)")
_LAST = re.compile(r"(?:last )?(\d{1,4}) ?(d|days?|weeks?|months?|years?)")
_CLOCK = re.compile(r"(?:last )?\d+ ?(?:minutes?|hours?)|.*\d:\d\d.*")


def parse_day(text: str) -> date:
    """Return the date written as YYYY-MM-DD.

    Raises:
        UsageError: not such a date.
    """
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise UsageError(f"{text!r} is not a date; write it as 2026-01-31") from None


def parse_period(text: str, today: date, coverage: tuple[date, date] | None = None) -> Period:
    """Return the period that `text` names.

    A preset; `14d`, `last 3 weeks` (months, years), all up to today; a day (`2024-05-06`,
    `Oct 17, 2019`, `10/17/2019`), a month (`2024-05`, `June 1984`) or a year; from one of these to
    another (`A..B`, `A to B`, `1984-1986`); `before A`, `after A`; `yesterday`; `anytime`.
    `today` is the store's as-of date. `all` spans `coverage`, and everything up to today.

    Raises:
        UsageError: not understood, reversed, or finer than whole days.
    """
    try:
        found = _parse(" ".join(text.lower().replace("_", "-").split()), today, coverage)
    except OverflowError:
        raise UsageError(f"{text!r} reaches outside the calendar; write 'all'") from None
    if found is not None:
        return found
    if _CLOCK.fullmatch(text.strip().lower()):
        raise UsageError(f"{text!r}: termstats reports whole days; write a date or 'last 2 days'")
    raise UsageError(
        f"no period {text!r}; use one of {', '.join(PRESETS)}, a month (2026-03) "
        "or FROM..TO (2026-01-01..2026-01-31)"
    )


def _parse(wanted: str, today: date, coverage: tuple[date, date] | None) -> Period | None:
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
    if wanted == "yesterday":
        return Period(today - timedelta(days=1), today - timedelta(days=1), "yesterday")
    if wanted.startswith("before ") and (span := _span(wanted[7:])):
        last = span[0] - timedelta(days=1)
        return Period(min((coverage or (EPOCH, EPOCH))[0], last), last, f"before {span[0]}")
    if wanted.startswith("after ") and (span := _span(wanted[6:])):
        first = span[1] + timedelta(days=1)
        return Period(first, max(first, today), f"after {span[1]}")
    if span := _span(wanted):
        return Period(*span)
    years = re.fullmatch(r"(\d{4}) ?- ?(\d{4})", wanted)
    if match := years or _RANGE.fullmatch(wanted):
        ends = _span(match[1]), _span(match[2])
        if ends[0] and ends[1]:
            return Period(ends[0][0], ends[1][1])
    return None


def _up_to(today: date, number: int, unit: str) -> Period:
    """Return the last `number` days, weeks, months or years (by first letter), today included."""
    if unit in "dw":
        number *= 7 if unit == "w" else 1
        words = f"last {number} days" if number > 1 else ""
        return Period(today - timedelta(days=number - 1), today, words)
    words = {"m": "month", "y": "year"}[unit] + ("s" if number > 1 else "")
    first = add_months(today, -number * (12 if unit == "y" else 1)) + timedelta(days=1)
    return Period(first, today, f"last {number} {words}")


def _span(text: str) -> tuple[date, date] | None:
    """Return first and last day of the day, month or year that `text` names, if it is one.

    Raises:
        UsageError: written as a date that does not exist.
    """
    written = _as_numbers(text.strip().rstrip(","))
    if re.fullmatch(r"\d{4}", written):
        return parse_day(f"{written}-01-01"), parse_day(f"{written}-12-31")
    if re.fullmatch(r"\d{4}-\d{2}", written):
        first = parse_day(f"{written}-01")
        return first, add_months(first, 1) - timedelta(days=1)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        return parse_day(written), parse_day(written)
    return None


def _as_numbers(text: str) -> str:
    """Return `june 1984`, `oct 17, 2019`, `17 oct 2019` and `10/17/2019` as 2019-10-17."""
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}"
    if match := re.fullmatch(r"(\d{1,2}) ([a-z]+)\.?,? (\d{4})", text):
        text = f"{match[2]} {match[1]} {match[3]}"
    match = re.fullmatch(r"([a-z]{3,})\.?(?: (\d{1,2}))?,? (\d{4})", text)
    months = [n for n, name in enumerate(MONTHS, 1) if match and name.startswith(match[1])]
    if not match or len(months) != 1:
        return text
    day = f"-{int(match[2]):02}" if match[2] else ""
    return f"{match[3]}-{months[0]:02}{day}"


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
