"""Dates as Opigno's pages compare them: text without a zone, months, and expiries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termstats.data.model.units import Second

Month = tuple[int, int]
"""Year and month."""
WEEK_SECONDS = 604_800


def month_text(month: Month, day: int = 1) -> str:
    """Return midnight of a day of `month` as the tables write it."""
    return f"{month[0]:04}-{month[1]:02}-{day:02} 00:00:00"


def next_month(month: Month) -> Month:
    """Return the month after `month`."""
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def selected(registered: Iterable[str | None], now: Second, zone: ZoneInfo) -> Month:
    """Return the month that a page opens with: the latest with a registration, else this one."""
    months = [text[:7].split("-") for text in registered if text and text[:4] != "0000"]
    latest = max(((int(year), int(month)) for year, month in months), default=None)
    today = datetime.fromtimestamp(now, zone)
    return latest or (today.year, today.month)


def moment(text: str | None, zone: ZoneInfo) -> Second | None:
    """Return a date without zone as seconds UTC; None for none and for what is no date."""
    try:
        at = datetime.fromisoformat(text or "").replace(tzinfo=zone)
        return Second(int(at.timestamp()))
    except ValueError:
        return None


def since_midnight(days: int, now: Second, zone: ZoneInfo) -> Second:
    """Return midnight of (tomorrow - `days`), seconds UTC: today is the last of the days."""
    today = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Second(int((today + timedelta(days=1 - days)).timestamp()))


def plus_months(start: Second, months: int, zone: ZoneInfo) -> Second:
    """Return the moment `months` later; the days of a month that is too short run over."""
    begin = datetime.fromtimestamp(start, zone)
    year, index = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    first = begin.replace(year=year, month=index + 1, day=1)
    return Second(int((first + timedelta(days=begin.day - 1)).timestamp()))


def sunday_week(day: datetime) -> int:
    """Return WEEK() of MariaDB: weeks begin on Sunday, 0 before the first Sunday of the year."""
    return int(day.strftime("%U"))
