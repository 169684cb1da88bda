"""Ticks: round numbers and natural dates, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termstats.data.model.period import add_months
from termstats.data.model.table import Kind
from termstats.data.model.text import show_duration, show_number

MAX_TICKS = 5
HOUR = 3600
_CLOCK_STEPS = tuple(timedelta(minutes=n) for n in (1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440))
_DURATIONS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800)


@dataclass(frozen=True)
class Tick:
    """One tick: where it is (value, or day index on a time axis) and what stands at it."""

    at: float
    label: str


def value_ticks(
    low: float, high: float, kind: Kind, most: int = MAX_TICKS, *, percent: bool = False
) -> tuple[Tick, ...]:
    """Return ticks from at most 0 to at least `high`, lowest first.

    Steps are 1, 2 or 5 times a power of ten (durations: seconds, minutes, hours that people
    use); counts have whole ticks. `percent` fixes the axis to 0-100.
    """
    most = max(2, most)
    low, high = min(low, 0.0), max(high, 0.0)
    if percent and low >= 0 and high <= 100:
        step = 25.0 if most >= 5 else 50.0 if most >= 3 else 100.0
        return tuple(Tick(n * step, f"{n * step:.0f}%") for n in range(int(100 / step) + 1))
    if low == high:
        high = 1.0
    for step in _steps(high - low, kind):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most:
            values = [n * step for n in range(first, last + 1)]
            return tuple(Tick(value, axis_label(value, kind, step)) for value in values)
    raise AssertionError("steps grow without end")


def _steps(span: float, kind: Kind) -> Iterator[float]:
    """Yield the allowed steps, smallest first, from somewhat below what `span` needs."""
    if kind is Kind.SECONDS:
        yield from (step for step in _DURATIONS if span / step < 50)
        unit = float(HOUR)
        power = max(0, math.floor(math.log10(max(span / unit, 1))) - 2)
    else:
        unit = 1.0
        power = math.floor(math.log10(span)) - 2
        if kind is Kind.COUNT:
            power = max(0, power)
    while True:
        for factor in (1, 2, 5):
            yield unit * factor * 10.0**power
        power += 1


def axis_label(value: float, kind: Kind, step: float) -> str:
    """Return the short writing of `value` on an axis with that step."""
    if kind is Kind.SECONDS:
        return show_duration(value) if value else "0"
    if kind is Kind.PERCENT:
        return f"{show_number(value)}%"
    size = abs(value)
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= 10 * unit or (size >= unit and step >= unit):
            return f"{show_number(value / unit)}{letter}"
    return show_number(value) if step >= 0.01 else f"{value:.3g}"


# ---- time ----------------------------------------------------------------------------------------


def day_words(day: date, *, year: bool = False) -> str:
    """Return `3 Nov`, with the year when asked."""
    return f"{day.day} {day:%b} {day.year}" if year else f"{day.day} {day:%b}"


def date_ticks(first: date, last: date, most: int = MAX_TICKS) -> tuple[tuple[date, str], ...]:
    """Return the days of the ticks with labels, earliest first, at most `most` (2 or more).

    Steps are days, Mondays, month firsts or years: the smallest that gives few enough ticks.
    Where that leaves less than two, the first and the last day stand.
    """
    unit, days = next(found for found in _natural(first, last) if len(found[1]) <= most)
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
            found = _on_the_clock(first, last, clock, step)
            if 1 < len(found) <= most:
                return tuple(
                    (moment, _clock_words(moment, n == 0)) for n, moment in enumerate(found)
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
    found: list[datetime] = []
    at = datetime.combine(first.astimezone(zone).date(), time())
    end = last.astimezone(zone).replace(tzinfo=None)
    while at <= end:
        # Through UTC: a time that the clock leaves out is the next one that it shows.
        moment = at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        if first <= moment <= last and (not found or moment > found[-1]):
            found.append(moment)
        at += step
    return found


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
    found: list[date] = []
    while day <= last:
        if day >= first:
            found.append(day)
        day = add_months(day, months)
    return found
