"""When things happen: weekday peaks, quiet weekends, holidays, steep growth, an outage."""

from __future__ import annotations

from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random

AS_OF = int(datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp())
FIRST_DAY = date(2025, 5, 20)
LAST_DAY = date(2026, 11, 20)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
OUTAGE = (date(2026, 3, 14), date(2026, 3, 17))
"""First and last day without any data: the servers moved."""
DAY = 86_400

_START = int(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC).timestamp())
_WEEKDAYS = (1.1, 1.25, 1.15, 1.0, 0.75, 0.18, 0.14)
_HOURS = (0, 0, 0, 0, 0.2, 1, 3, 7, 10, 11, 9, 6, 8, 10, 9, 6, 4, 2, 3, 3, 0, 0, 0, 0)


def weight(day: date) -> float:
    """Return how busy a day is; 0 on days without data."""
    if OUTAGE[0] <= day <= OUTAGE[1]:
        return 0.0
    grown = 0.1 + float(((day - FIRST_DAY).days / DAYS) ** 2)
    busy = grown * _WEEKDAYS[day.weekday()]
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        return busy * 0.02
    if day.month == 8:
        return busy * 0.45
    if (day.month, day.day) in ((5, 1), (11, 1), (4, 6)):
        return busy * 0.15
    if day.month in (2, 10):
        return busy * 1.2  # the campaigns
    return busy


class Rhythm:
    """Draws days (numbered from FIRST_DAY = 0) and moments (seconds UTC)."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.weights = [weight(FIRST_DAY + timedelta(days=n)) for n in range(DAYS)]
        self._sums = [0.0, *accumulate(self.weights)]
        self._top = max(self.weights)
        self._hours = list(accumulate(_HOURS))

    def day(self, first: int = 0, last: int = DAYS - 1) -> int:
        """Return a day between two days, busy days more often."""
        first, last = max(first, 0), min(last, DAYS - 1)
        low, high = self._sums[first], self._sums[last + 1]
        if high <= low:  # nothing but days without data
            return self.after(first)
        drawn = low + self._rng.random() * (high - low)
        return min(max(bisect(self._sums, drawn) - 1, first), last)

    def after(self, day: int) -> int:
        """Return `day` or the first later day with data; DAYS when there is none."""
        day = max(day, 0)
        while day < DAYS and not self.weights[day]:
            day += 1
        return day

    def mass(self, first: int, last: int) -> float:
        """Return how much happens between two days, both included."""
        return self._sums[min(last, DAYS - 1) + 1] - self._sums[max(first, 0)]

    def later(self, day: int, mean: float) -> int:
        """Return a day after `day`, about `mean` days on; quiet days are skipped more often."""
        day += 1 + int(self._rng.expovariate(1 / mean))
        while day < DAYS and self._rng.random() > self.weights[day] / self._top + 0.06:
            day += 1
        return self.after(day)

    def moment(self, day: int) -> int:
        """Return a moment of a day; on the last day before as-of."""
        hour = bisect(self._hours, self._rng.random() * self._hours[-1])
        if day == DAYS - 1:
            hour = min(hour, 14)
        return _START + day * DAY + min(hour, 23) * 3600 + self._rng.randrange(3600)


def day_of(moment: int) -> int:
    """Return the number of the day that holds a moment."""
    return (moment - _START) // DAY


def moment_of(text: str) -> int:
    """Return the moment written as `2026-11-12T14:03` (UTC)."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
