"""Ticks of time: natural dates and round times of the clock, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termstats.data.model.period import add_months
from termstats.widgets.charts.value_axis import MAX_TICKS

_CLOCK_STEPS = tuple(timedelta(minutes=n) for n in (1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440))


def day_words(day: date, *, year: bool = False) -> str:
    """Return `3 Nov`, with the year when asked."""
    return f"{day.day} {day:%b} {day.year}" if year else f"{day.day} {day:%b}"


def date_ticks(first: date, last: date, most: int = MAX_TICKS) -> tuple[tuple[date, str], ...]:
    """Return the days of the ticks with labels, earliest first, at most `most` (2 or more).

    Steps are days, Mondays, month firsts or years: the smallest that gives few enough ticks.
    Where that leaves less than two, the first and the last day stand. The month stands where it
    changes.
    """
    unit, days = next(step for step in _natural(first, last) if len(step[1]) <= most)
    if len(days) < 2:
        unit, days = "day", [first, last] if last > first else [first]
    several_years = first.year != last.year
    placed = []
    for n, day in enumerate(days):
        new_year = several_years and (n == 0 or day.year != days[n - 1].year)
        if unit == "year":
            label = str(day.year)
        elif unit == "month":
            label = f"{day:%b} {day.year}" if new_year else f"{day:%b}"
        elif n and not new_year and day.month == days[n - 1].month:
            label = str(day.day)
        else:
            label = day_words(day, year=new_year)
        placed.append((day, label))
    return tuple(placed)


def time_ticks(
    first: date, last: date, zone: str, most: int = MAX_TICKS
) -> tuple[tuple[date, str], ...]:
    """Return the ticks from one day or moment to another with labels: see `date_ticks`.

    Of moments those at round times of the clock of `zone`, midnights with their day; over longer
    stretches midnights only.
    """
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        return date_ticks(first, last, most)
    clock = ZoneInfo(zone)
    for step in _CLOCK_STEPS:
        if (last - first) / step < most + 1:
            moments = _on_the_clock(first, last, clock, step)
            if 1 < len(moments) <= most:
                return tuple(
                    (moment, _clock_words(moment, n == 0)) for n, moment in enumerate(moments)
                )
    begin, end = first.astimezone(clock), last.astimezone(clock)
    if last - first < timedelta(days=2):
        return tuple((moment, _clock_words(moment, True)) for moment in dict.fromkeys((begin, end)))
    day = begin.date() if begin.time() == time() else begin.date() + timedelta(days=1)
    return tuple(
        (_midnight(tick, clock), label) for tick, label in date_ticks(day, end.date(), most)
    )


def _on_the_clock(
    first: datetime, last: datetime, zone: ZoneInfo, step: timedelta
) -> list[datetime]:
    """Return the moments between two at multiples of `step` since a local midnight."""
    moments: list[datetime] = []
    at = datetime.combine(first.astimezone(zone).date(), time())
    end = last.astimezone(zone).replace(tzinfo=None)
    while at <= end:
        # Through UTC: a time that the clock leaves out is the next one that it shows.
        moment = at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        if first <= moment <= last and (not moments or moment > moments[-1]):
            moments.append(moment)
        at += step
    return moments


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _clock_words(moment: datetime, with_day: bool) -> str:
    if moment.time() == time():
        return day_words(moment)
    return f"{day_words(moment)} {moment:%H:%M}" if with_day else f"{moment:%H:%M}"


def _natural(first: date, last: date) -> Iterator[tuple[str, list[date]]]:
    """Yield units and the days of ticks, each time fewer; the last has at most one."""
    span = (last - first).days
    if span <= 40:
        for step in (1, 2, 3):
            yield "day", [first + timedelta(n) for n in range(0, span + 1, step)]
    if span <= 400:
        monday = first + timedelta(-first.weekday() % 7)
        for step in (7, 14):
            yield "day", [monday + timedelta(n) for n in range(0, (last - monday).days + 1, step)]
    if span <= 4000:
        for months in (1, 2, 3, 6):
            yield "month", _firsts(first, last, months)
    power = 0
    while True:
        for factor in (1, 2, 5):
            step = factor * 10**power
            years = range(-(-first.year // step) * step, last.year + 1, step)
            yield "year", [day for day in (date(year, 1, 1) for year in years) if day >= first]
        power += 1


def _firsts(first: date, last: date, months: int) -> list[date]:
    day = date(first.year, 1, 1)
    firsts: list[date] = []
    while day <= last:
        if day >= first:
            firsts.append(day)
        day = add_months(day, months)
    return firsts
