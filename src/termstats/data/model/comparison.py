"""What a period is compared with: the equally long one before, or the same a year before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from termstats.data.model.period import Period, add_months, months_of
from termstats.data.model.units import Second

WEEKS = 52
"""So many weeks lie between a day and the same weekday of the year before."""


class Against(StrEnum):
    """With what a period is compared; the value is what is typed."""

    BEFORE = "before"
    """The equally long period just before."""
    YEAR = "year"
    """The same period one year before."""

    @property
    def behind(self) -> str:
        """Return what stands behind a number of then: `38 more than a year before`."""
        return "before" if self is Against.BEFORE else "a year before"

    @property
    def words(self) -> str:
        """Return what the period of then is called."""
        return "the period before" if self is Against.BEFORE else "a year before"


def year_before(period: Period) -> Period:
    """Return the same period one year before.

    Whole weeks go 52 weeks back, so that each day is compared with the same weekday; so do
    moments. Whole months are the same months; anything else has the same dates, and 29 February
    becomes 28 February.
    """
    words = Against.YEAR.words
    if period.exact:
        zone = period.exact.zone
        start, end = (_weeks_back(each, zone) for each in (period.exact.start, period.exact.end))
        return Period.between(start, end, zone, words)
    months = months_of(period)
    if months is not None:
        first = add_months(period.first, -12)
        return Period(first, add_months(first, months) - timedelta(days=1), words)
    if period.days % 7 == 0:
        back = timedelta(weeks=WEEKS)
        return Period(period.first - back, period.last - back, words)
    return Period(add_months(period.first, -12), add_months(period.last, -12), words)


def compared(period: Period, so_far: Period, against: Against) -> Period:
    """Return what as much of a period as is over, `so_far`, is compared with."""
    if against is Against.BEFORE:
        return so_far.previous()
    then = year_before(period)
    if so_far.length == period.length:
        return then
    if then.exact and so_far.exact:
        end = Second(then.exact.start + so_far.length)
        return Period.between(then.exact.start, end, then.exact.zone, then.words)
    return replace(then, last=min(then.last, then.first + timedelta(days=so_far.days - 1)))


def then_of(period: Period, against: Against) -> Period:
    """Return what a whole period is compared with, over or not."""
    return compared(period, period, against)


def months_compared(months: Period, against: Against) -> Period:
    """Return what whole months, over or not, are compared with: as many months, whole too."""
    return months.shifted(-1) if against is Against.BEFORE else year_before(months)


def is_before(then: Period, first: date | None) -> bool:
    """Return whether nothing was recorded then: the data begin later, on `first`, if they do."""
    return first is not None and then.last < first


def _weeks_back(moment: Second, zone: tzinfo) -> Second:
    """Return the same weekday and time of the clock, 52 weeks before."""
    wall = datetime.fromtimestamp(moment, zone).replace(tzinfo=None) - timedelta(weeks=WEEKS)
    return Second(int(wall.replace(tzinfo=zone).timestamp()))
