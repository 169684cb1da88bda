"""How Datagrok's usage pages look at time: the events found, not the period asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from termstats.data.model.units import Second

LOG_SECONDS = 20 * 60
"""What the Log shows, whatever the date filter."""
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True)
class EventWindow:
    """The window of the cards: from the first to the last event found, both included."""

    first: Second
    last: Second

    @property
    def span(self) -> int:
        """Return its length in seconds."""
        return self.last - self.first

    @property
    def before(self) -> tuple[Second, Second] | None:
        """Return the period that the cards compare with, half-open; None: it is empty."""
        return (Second(self.first - self.span), self.first) if self.span else None

    @property
    def words(self) -> str:
        """Return `2024-05-15 10:00..16:00`."""
        return range_words(self.first, self.last)

    @property
    def before_words(self) -> str:
        """Return `[2024-05-15 04:00, 10:00)`; `-` for none."""
        if self.before is None:
            return "-"
        return f"[{range_words(*self.before, between=', ')})"


def moment_words(second: Second) -> str:
    """Return a moment as the pages have it: UTC, the seconds only where they are not 0."""
    at = datetime.fromtimestamp(second, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def range_words(start: Second, end: Second, between: str = "..") -> str:
    """Return two moments, the day of the second only where it is another."""
    first, last = moment_words(start), moment_words(end)
    if first[:10] == last[:10]:
        last = last[11:]
    return f"{first}{between}{last}"


def span_words(seconds: int) -> str:
    """Return a span in its largest whole unit: `6 h`, `7 d`, `90 min`."""
    size, unit = next((u for u in _UNITS if seconds >= u[0] and seconds % u[0] == 0), (1, "s"))
    return f"{seconds // size:,} {unit}"
