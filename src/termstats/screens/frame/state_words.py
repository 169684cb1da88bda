"""The state line in words: which period, against what, who counts, as of when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from termstats.data.model.comparison import Against, compared, is_before, months_compared
from termstats.data.model.day_words import dates_words, day_words, month_words
from termstats.data.model.part import Part
from termstats.data.model.period import Period
from termstats.data.model.text import show_duration
from termstats.data.query.known_days import known_coverage
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo
from termstats.screens.frame.view import View

ALL_OFF = "0 all off"
"""Stands behind filters."""


@dataclass(frozen=True)
class Evidence:
    """The parts of the state line in one wording."""

    period: str
    before: str
    """What the period is compared with; empty: nothing, the changes still say it."""
    switches: tuple[str, ...]
    """What is not as usual: buckets, clock, filters."""
    counted: str
    as_of: str
    """The moment that the data describe, always with its day."""
    can_clear: bool = False
    """Whether there are filters to be taken off, and room to say so."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Return what is shown, in order."""
        return (
            Part(self.period, "app.period"),
            Part(self.before, "app.period"),
            *self.switches,
            Part(ALL_OFF if self.can_clear else "", "screen.clear"),
            Part(self.counted, "app.who"),
            Part(self.as_of, "app.imports"),
        )


def caveat(period: Period, today: date, coverage: tuple[date, date], scope: Scope) -> str:
    """Return, in brackets, what is not true of the whole period; empty: it is as it says."""
    first, last = period.first, period.last
    since = month_words(coverage[0]) if scope.min_group else day_words(coverage[0])
    if scope.min_group and last > today >= first:
        return " (not over)"
    if last > today >= first:
        return f" ({(today - first).days + 1} of {period.days} days)"
    if first > today:
        return " (not begun)"
    if last < coverage[0]:
        return f" (before the data, {since})"
    if first < coverage[0]:
        return f" (data since {since})"
    return ""


def _period(view: View, info: StoreInfo, scope: Scope) -> tuple[str, str, str]:
    """Return the dates of the period, the dates that it is compared with, and that in short."""
    period = view.period
    if period.exact:
        dates = period.dates
        if info.as_of < period.exact.start:
            dates += " (not begun)"
        elif not period.exact.is_over(info.as_of):
            dates += " (not over)"
        before = f"vs {show_duration(info.so_far(period).length)} before"
        if view.against is Against.YEAR:
            before = f"vs {view.against.words}"
        return dates, before, before
    # Without any event there is no day on which the data begin.
    coverage = known_coverage(info, scope) if info.has_events else (period.first, info.today)
    dates = dates_words(period.first, period.last)
    dates += caveat(period, info.today, coverage, scope)
    if scope.min_group:
        earlier = months_compared(period, view.against)
    else:
        earlier = compared(period, info.so_far(period), view.against)
    same_year = earlier.first.year == earlier.last.year == period.last.year
    before = f"vs {dates_words(earlier.first, earlier.last, year=not same_year)}"
    if view.against is Against.BEFORE:
        return dates, before, f"vs {earlier.days} d before"
    nothing = " (nothing then)" if is_before(earlier, _first_day(info)) else ""
    return dates, f"{before}{nothing}", f"vs {view.against.words}{nothing}"


def _first_day(info: StoreInfo) -> date | None:
    return info.coverage[0] if info.has_events else None


def wordings(
    view: View,
    info: StoreInfo,
    population: str,
    chips: tuple[str, ...],
    scope: Scope,
) -> Iterator[tuple[str, ...]]:
    """Yield the parts of the state line, each time shorter; the dates stay to the end.

    Args:
        view: what is looked at.
        info: the store.
        population: who counts, as the figure on the screen says it; empty: not known yet.
        chips: filters in words.
        scope: of who looks.
    """
    dates, before, shortly = _period(view, info, scope)
    moment = datetime.fromtimestamp(info.as_of, info.zone)
    time = f"{day_words(moment.date(), year=moment.year != view.period.last.year)} {moment:%H:%M}"
    zone, zone_shortly = str(info.zone), f"{moment:%z}"[:-2]
    if scope.min_group:
        time, zone, zone_shortly = month_words(moment), "", ""
    # Who was left out, and why, stands under `i`.
    counted = population.partition(" (")[0] or ("everybody" if view.everybody else "counted people")
    switches = (
        *((Part("pseudonyms", "app.demo"),) if info.is_demo else ()),
        *((Part(f"by {view.bucket}", "app.period"),) if view.bucket != "day" else ()),
        *((Part("server clock", "app.clock"),) if view.server_clock else ()),
        *chips,
    )
    words = f"{view.period.words}: {dates}" if view.period.words else dates
    can_clear = any(isinstance(chip, Part) for chip in chips)
    line = Evidence(words, before, switches, counted, f"as of {time} {zone}".strip(), can_clear)
    yield line.parts
    line = replace(line, as_of=f"as of {time} {zone.rpartition('/')[2]}".strip())
    yield line.parts
    line = replace(line, period=dates)
    yield line.parts
    line = replace(line, before=shortly)
    yield line.parts
    line = replace(line, as_of=line.as_of.replace("as of", "to"))
    yield line.parts
    line = replace(line, counted=counted.partition(", ")[0])
    yield line.parts
    line = replace(line, before="")
    yield line.parts
    line = replace(line, can_clear=False)
    yield line.parts
    line = replace(line, as_of=f"to {time} {zone_shortly}".strip())
    yield line.parts
    line = replace(line, counted=line.counted.partition(" people")[0])
    yield line.parts
