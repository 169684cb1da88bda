"""Reporting periods: days of the store's zone or exact moments, half-open, the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from termstats.data.model.errors import UsageError
from termstats.data.model.text import show_duration
from termstats.data.model.units import DayNumber, Second

EPOCH = date(1970, 1, 1)
DAY = 86_400
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Beyond them no zone can be applied."""
FIRST_SECOND, LAST_SECOND = Second(int(EARLIEST.timestamp())), Second(int(LATEST.timestamp()))
BUCKETS = ("day", "week", "month", "auto")
DAYS_OF = {"day": 1, "week": 7, "month": 28}
"""Bucket -> the days that it has at least."""


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


def day_number(day: date) -> DayNumber:
    """Return days since 1970, as the day tables count."""
    return DayNumber((day - EPOCH).days)


def number_day(number: DayNumber) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=number)


@lru_cache(maxsize=8192)
def day_start(day: date, zone: tzinfo) -> Second:
    """Return the moment (seconds UTC) at which `day` begins in `zone`, DST gaps included."""
    return Second(int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()))


def local_day(second: Second, zone: tzinfo) -> date:
    """Return the local date of a moment."""
    return datetime.fromtimestamp(second, zone).date()


def local_day_number(second: Second, zone: tzinfo) -> DayNumber:
    """Return the number of the local day of a moment; of millions of them."""
    ahead = _seconds_ahead(second // DAY, zone)
    if ahead is None:
        return day_number(local_day(second, zone))
    return DayNumber((second + ahead) // DAY)


@lru_cache(maxsize=8192)
def _seconds_ahead(day: int, zone: tzinfo) -> int | None:
    """Return what a zone is ahead of UTC on a day in UTC; None: that changes during the day."""
    offset = _offset_of_day(day, zone)
    return None if offset is None else int(offset.utcoffset(None).total_seconds())


def moment_at(second: float, zone: tzinfo) -> datetime:
    """Return a moment with the offset of its zone: so both hours of a clock put back differ."""
    offset = _offset_of_day(second // DAY, zone) or _offset(second, zone)
    return datetime.fromtimestamp(second, offset)


@lru_cache(maxsize=8192)
def _offset_of_day(day: float, zone: tzinfo) -> timezone | None:
    """Return the offset of a day in UTC (days since 1970); None: it changes during that day."""
    first, last = _offset(day * DAY, zone), _offset((day + 1) * DAY, zone)
    return first if first == last else None


def _offset(second: float, zone: tzinfo) -> timezone:
    return _fixed(datetime.fromtimestamp(second, zone).utcoffset())


@cache
def _fixed(ahead: timedelta | None) -> timezone:
    return timezone(ahead) if ahead else UTC


@lru_cache(maxsize=8192)
def noon(day: date, zone: ZoneInfo) -> Second:
    """Return 12:00 of `day` in `zone`: where events that carry only a date are placed."""
    return Second(int(datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp()))


@dataclass(frozen=True)
class Moments:
    """A half-open range `[start, end)` in seconds UTC, and the zone in which people read it."""

    start: Second
    end: Second
    zone: tzinfo

    def written(self, second: Second, between: str = " ") -> str:
        """Return a moment on the clock of the zone; with its offset where the clock says it twice.

        `between` stands between day and time.
        """
        moment = datetime.fromtimestamp(second, self.zone)
        clock = moment.replace(tzinfo=None).isoformat(between, "auto")
        clock = clock.removesuffix(":00") if clock.count(":") > 1 else clock
        other = moment.replace(fold=1 - moment.fold).utcoffset()
        return clock if moment.utcoffset() == other else f"{clock}{moment.isoformat()[19:]}"

    def is_over(self, second: Second) -> bool:
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
        is_next = local_day(Second(self.end - 1), self.zone) == local_day(self.start, self.zone)
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
    def between(cls, start: Second, end: Second, zone: tzinfo, words: str = "") -> Period:
        """Return the period `[start, end)` in seconds UTC: whole days where it is such.

        Raises:
            UsageError: it ends before it begins.
        """
        exact = Moments(start, end, zone)
        if end <= start:
            ends, begins = exact.written(end), exact.written(start)
            raise UsageError(f"the period ends ({ends}) before it begins ({begins}); swap the two")
        first, last = local_day(start, zone), local_day(Second(end - 1), zone)
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
    def day_range(self) -> tuple[DayNumber, DayNumber]:
        """Return first and last day number, both included."""
        return day_number(self.first), day_number(self.last)

    def seconds(self, zone: tzinfo) -> tuple[Second, Second]:
        """Return the half-open range of moments `[from, to)` in `zone`."""
        if self.exact:
            return self.exact.start, self.exact.end
        return day_start(self.first, zone), day_start(self.last + timedelta(days=1), zone)

    def whole_days(self) -> Period:
        """Return the days that hold the period."""
        return Period(self.first, self.last) if self.exact else self

    def whole_months(self) -> Period:
        """Return the calendar months that the period touches."""
        first, last = self.first.replace(day=1), add_months(self.last.replace(day=1), 1)
        months = Period(first, last - timedelta(days=1))
        return self if replace(self, words="") == months else months

    def previous(self) -> Period:
        """Return the equally long period just before."""
        if self.exact:
            start, words = self.exact.start, f"{show_duration(self.length)} before"
            return Period.between(Second(start - self.length), start, self.exact.zone, words)
        return Period(
            self.first - timedelta(days=self.days),
            self.first - timedelta(days=1),
            f"{self.days} days before" if self.days > 1 else "the day before",
        )

    def following(self) -> Period:
        """Return the equally long period just after."""
        if self.exact:
            end = self.exact.end
            return Period.between(end, Second(end + self.length), self.exact.zone)
        return Period(self.last + timedelta(days=1), self.last + timedelta(days=self.days))

    def shifted(self, direction: int) -> Period:
        """Return the period one step back (-1) or on (1); whole months and years stay whole."""
        month = months_of(self)
        if month is None:
            moved = self.previous() if direction < 0 else self.following()
            return Period(moved.first, moved.last, exact=moved.exact)
        first = add_months(self.first, direction * month)
        return Period(first, add_months(first, month) - timedelta(days=1))

    def buckets(self, by: str) -> list[tuple[date, date, date]]:
        """Return the buckets as (label, first, last), clipped to the period.

        The label is the bucket's own first day: Monday for weeks, the 1st for months.
        """
        buckets: list[tuple[date, date, date]] = []
        day = self.first
        while day <= self.last:
            label = bucket_of(day, by)
            end = _bucket_end(label, by)
            buckets.append((label, day, min(end, self.last)))
            day = end + timedelta(days=1)
        return buckets

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


def bucket_days(label: date, by: str) -> Period:
    """Return the days of the bucket with that label."""
    return Period(label, _bucket_end(label, by))


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


def months_of(period: Period) -> int | None:
    """Return how many whole calendar months the period is, if it is."""
    if period.exact or period.first.day != 1 or (period.last + timedelta(days=1)).day != 1:
        return None
    end = period.last + timedelta(days=1)
    return (end.year - period.first.year) * 12 + end.month - period.first.month
