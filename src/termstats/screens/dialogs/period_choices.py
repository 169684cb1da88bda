"""The periods that `p` offers: names with resolved dates and days, and what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from termstats.data.model.day_words import dates_words
from termstats.data.model.errors import UsageError
from termstats.data.model.folding import Match, match
from termstats.data.model.period import Period
from termstats.data.model.period_text import PRESETS, parse_period
from termstats.data.model.text import clean, show_duration
from termstats.widgets.picking.choices import Choice, PickColumn

COLUMNS = (
    PickColumn("Period"),
    PickColumn("From-to"),
    PickColumn("Days", is_right=True),
)
NOW, TYPED = "now", "typed"
"""Keys of the period in use where it has no name, and of what was typed."""


@dataclass(frozen=True)
class Calendar:
    """What a period is read by: the store's moment in its zone, and the days that it holds."""

    now: datetime
    coverage: tuple[date, date]
    of_months: bool = False
    """Whether periods are answered in the months that they touch, and no day is told."""

    @property
    def today(self) -> date:
        """Return the day that is the last of what is over, or the end of its month."""
        today = self.now.date()
        return Period(today, today).whole_months().last if self.of_months else today

    def read(self, text: str) -> Period:
        """Return the period that a text means, as it is answered.

        Raises:
            UsageError: it means none.
        """
        period = parse_period(text, self.now, self.coverage)
        return period.whole_months() if self.of_months else period


def named_periods(calendar: Calendar, current: Period) -> dict[str, Period]:
    """Return the periods that have names; the one in use too where it has none."""
    named = {name: calendar.read(name) for name in PRESETS}
    return named if current in named.values() else {NOW: current, **named}


def typed_period(calendar: Calendar, typed: str) -> Period | None:
    """Return the period that the text means; None where it means none, or has a name."""
    if not typed or any(_is_name(name, typed) for pair in PRESETS.items() for name in pair):
        return None
    try:
        return calendar.read(typed)
    except UsageError:
        return None


def _is_name(name: str, typed: str) -> bool:
    return match(name, typed) is Match.WHOLE


def choice_of(name: str, period: Period, today: date, typed: str = "") -> Choice:
    """Return a period as a line: its name, its dates up to today, how many of its days are over."""
    words = PRESETS.get(name) or clean(typed) or "as now"
    is_under_way = period.exact is None and period.first <= today < period.last
    if is_under_way and name in PRESETS:
        words += " so far"
    return Choice(name, (words, shown_dates(period, today), _days(period, today)), also=name)


def shown_dates(period: Period, today: date) -> str:
    """Return the dates of a period, of one that is under way up to today."""
    if period.exact:
        return period.dates
    return dates_words(period.first, min(period.last, max(today, period.first)))


def _days(period: Period, today: date) -> str:
    if period.exact:
        return show_duration(period.length)
    if period.first <= today < period.last:
        return f"{(today - period.first).days + 1} of {period.days:,}"
    return f"{period.days:,}"


def choices(
    periods: dict[str, Period], meant: Period | None, today: date, typed: str
) -> Iterator[Choice]:
    """Yield what was typed where that is a period, then the periods that have names."""
    if meant is not None:
        yield choice_of(TYPED, meant, today, typed)
    for name, period in periods.items():
        yield choice_of(name, period, today)
