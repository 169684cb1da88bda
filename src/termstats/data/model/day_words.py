"""Days as the frame, charts and sentences write them: `20 Nov 2026`. Tables and files keep ISO."""

from __future__ import annotations

from datetime import date


def day_words(day: date, *, year: bool = True) -> str:
    """Return `20 Nov 2026`."""
    return f"{day.day} {day:%b}" + (f" {day.year}" if year else "")


def month_words(day: date) -> str:
    """Return `Nov 2026`."""
    return f"{day:%b} {day.year}"


def dates_words(first: date, last: date, *, year: bool = True) -> str:
    """Return `22 Oct–20 Nov 2026`: month and year once where they are one."""
    if first == last:
        return day_words(last, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_words(last, year=year)}"
    return f"{day_words(first, year=first.year != last.year)}–{day_words(last, year=year)}"


def span_words(first: date, last: date) -> str:
    """Return `from 22 Oct to 20 Nov 2026`, or `on 20 Nov 2026`, to follow a noun."""
    if first == last:
        return f"on {day_words(last)}"
    return f"from {day_words(first, year=first.year != last.year)} to {day_words(last)}"


def when_words(day: date, days: float, *, year: bool = True) -> str:
    """Return `on 20 Nov 2026`, `in the week of 16 Nov 2026`, `in Nov 2026`.

    `day` begins a bucket of so many days.
    """
    if days >= 28:
        return f"in {month_words(day)}"
    words = day_words(day, year=year)
    return f"in the week of {words}" if days >= 7 else f"on {words}"
