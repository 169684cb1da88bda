"""The days of the week, as they are named and counted everywhere: Monday is 0."""

from __future__ import annotations

from typing import Any

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday_of(day: Any) -> Any:
    """Return the place in WEEKDAYS of a day number, or of a column of them."""
    # 1970-01-01, day 0, was a Thursday.
    return (day + 3) % 7
