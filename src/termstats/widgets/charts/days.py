"""The rows of a series over time: their days, gaps between them, and groups where room is short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from termstats.data.model.table import Table

ONE_DAY = timedelta(days=1)


def days_of(table: Table, x: str) -> tuple[date, ...] | None:
    """Return the dates or moments of column `x`, or None where it does not hold such in order."""
    cells = table.column(x)
    days = tuple(cell for cell in cells if isinstance(cell, date))
    if len(days) != len(cells) or any(a >= b for a, b in zip(days, days[1:], strict=False)):
        return None
    return days


def step_of(days: Sequence[date], seconds: int = 0) -> float:
    """Return the days between two neighbours: 1 day, 7 week, 31 month at most.

    `seconds` is the width of buckets, where the table says it.
    """
    if seconds:
        return timedelta(seconds=seconds) / ONE_DAY
    return min((b - a).days for a, b in zip(days, days[1:], strict=False)) if len(days) > 1 else 1


def slots_of(days: Sequence[date], step: float) -> list[int]:
    """Return the place of each bucket, counted from the first: rows that are missing leave one."""
    if step >= 28:
        return [12 * (day.year - days[0].year) + day.month - days[0].month for day in days]
    return [round((day - days[0]) / ONE_DAY / step) for day in days]


def several_years(days: Sequence[date]) -> bool:
    """Return whether a day without its year would be unclear."""
    return days[0].year != days[-1].year


def shared_words(unit: str, width: int) -> str:
    """Return what is said where a column stands for several rows: the longest that has room.

    `unit` is what `groups_of` gives: nothing, `week`, `5 rows`.
    """
    mean = f"mean of each {unit}"
    wordings = (f"{mean}; the cursor reads every row", mean) if unit else ()
    return next((words for words in wordings if len(words) <= width), "")


def groups_of(
    days: Sequence[date], most: int, most_shared: int | None = None
) -> tuple[list[range], str]:
    """Return at most `most` ranges of rows, and what each is: nothing, day, week... or `5 rows`.

    Each row its own, else whole days, weeks from Monday, months, years, or equal numbers of rows;
    of these at most `most_shared`, where that is given.
    """
    if len(days) <= most:
        return [range(n, n + 1) for n in range(len(days))], ""
    most = most if most_shared is None else most_shared
    parts: tuple[tuple[str, Callable[[date], object]], ...] = (
        ("day", lambda day: (day.year, day.month, day.day)),
        ("week", lambda day: day.isocalendar()[:2]),
        ("month", lambda day: (day.year, day.month)),
        ("year", lambda day: day.year),
    )
    for name, key in parts:
        starts = [n for n in range(len(days)) if n == 0 or key(days[n]) != key(days[n - 1])]
        if len(starts) <= most:
            ends = [*starts[1:], len(days)]
            return [range(a, b) for a, b in zip(starts, ends, strict=True)], name
    size = -(-len(days) // most)
    ranges = [range(n, min(n + size, len(days))) for n in range(0, len(days), size)]
    return ranges, f"{size} rows"


def week_before(days: tuple[date, ...], row: int, step: float) -> int | None:
    """Return the row of the same weekday one week before, for data by day."""
    if step != 1:
        return None
    wanted = days[row] - timedelta(days=7)
    low = max(0, row - 7)
    return days.index(wanted, low, row) if wanted in days[low:row] else None
