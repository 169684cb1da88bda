"""Days and moments as people write them: what a text names, before it becomes a period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from termstats.data.model.errors import UsageError
from termstats.data.model.units import Second

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_CLOCK = r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?(am|pm)?"
_OFFSET = r" ?(z|[+-]\d{2}:?\d{2}(?::\d{2})?)"
_MOMENT = re.compile(rf"(?:(?P<day>.+?)(?:,? (?:at )?|t))?{_CLOCK}(?:{_OFFSET})?")
_NO_YEAR = re.compile(r"\d{1,2} [a-z]{3,}\.?|[a-z]{3,}\.?(?: \d{1,2})?")


@dataclass(frozen=True)
class Span:
    """What a text names: days, both included, or a stretch inside a day as `[from, to)`."""

    first: date
    last: date
    moments: tuple[Second, Second] | None = None
    """Seconds UTC, where a time of day was written: that hour, minute or second."""


def parse_day(text: str) -> date:
    """Return the date written as YYYY-MM-DD.

    Raises:
        UsageError: not such a date.
    """
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise UsageError(f"{text!r} is not a date; write it as 2026-01-31") from None


def span_of(text: str, today: date, zone: tzinfo) -> Span | None:
    """Return what `text` (lower case) names, if it is a day, month, year, or a time of a day.

    A time without a day is one of `today`; `zone` is that of times without an offset.

    Raises:
        UsageError: written as a date or a time that does not exist.
    """
    text = text.strip().rstrip(",")
    days = _days(text, today)
    if days is not None:
        return Span(*days)
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    written, hour, minute, second, half, offset = match.groups()
    if minute is None and half is None:
        return None
    days = _days(written.strip(), today) if written else (today, today)
    if days is None or days[0] != days[1]:
        return None
    start = _second(days[0], (hour, minute, second), half, _offset(offset) if offset else zone)
    day = datetime.fromtimestamp(start, zone).date()
    return Span(day, day, (start, Second(start + (1 if second else 60 if minute else 3600))))


def _second(
    day: date, clock: tuple[str, str | None, str | None], half: str | None, zone: tzinfo
) -> Second:
    hour, minute, second = (int(part or 0) for part in clock)
    if half and not 1 <= hour <= 12:
        hour = 24
    elif half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise UsageError(
            f"{':'.join(part for part in clock if part)}{f' {half}' if half else ''} is not a "
            "time; write it as 17:24 or 5:24 pm"
        ) from None
    return Second(int(moment.timestamp()))


def _offset(text: str) -> tzinfo:
    if text == "z":
        return UTC
    digits = text[1:].replace(":", "").ljust(6, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:6]))
    try:
        return timezone(ahead if text[0] == "+" else -ahead)
    except ValueError:
        raise UsageError(f"{text} is no offset from UTC; write it as +02:00") from None


def _days(text: str, today: date) -> tuple[date, date] | None:
    """Return first and last day of the day, month or year that `text` names, if it is one."""
    if text == "today":
        return today, today
    if text == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if quarter := _quarter(text, today):
        return quarter
    written = _as_numbers(text.rstrip(","))
    if _NO_YEAR.fullmatch(written):
        written = _with_year(written, today)
    if re.fullmatch(r"\d{4}", written):
        return parse_day(f"{written}-01-01"), parse_day(f"{written}-12-31")
    if re.fullmatch(r"\d{4}-\d{2}", written):
        first = parse_day(f"{written}-01")
        return first, _month_end(first)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        return parse_day(written), parse_day(written)
    return None


def _quarter(text: str, today: date) -> tuple[date, date] | None:
    """Return the days of `q3`, `q3 2026` or `2026-q3`; without a year the latest that has begun."""
    match = re.fullmatch(r"(?:(\d{4})[ -]?)?q([1-4])(?: (\d{4}))?", text)
    if match is None:
        return None
    month = 3 * int(match[2]) - 2
    year = int(match[1] or match[3] or today.year - (month > today.month))
    first = parse_day(f"{year:04}-{month:02}-01")
    return first, _month_end(first.replace(month=month + 2))


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _with_year(text: str, today: date) -> str:
    """Return `3 nov`, `nov 3` or `nov` in numbers, of the latest year in which it has begun."""
    this_year = _as_numbers(f"{text} {today.year}")
    if re.match(r"\d{4}-", this_year) and this_year > f"{today:%Y-%m-%d}":
        return _as_numbers(f"{text} {today.year - 1}")
    return this_year


def _as_numbers(text: str) -> str:
    """Return `june 1984`, `oct 17, 2019`, `17 oct 2019` and `10/17/2019` as 2019-10-17."""
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}"
    if match := re.fullmatch(r"(\d{1,2}) ([a-z]+)\.?,? (\d{4})", text):
        text = f"{match[2]} {match[1]} {match[3]}"
    match = re.fullmatch(r"([a-z]{3,})\.?(?: (\d{1,2}))?,? (\d{4})", text)
    months = [n for n, name in enumerate(MONTHS, 1) if match and name.startswith(match[1])]
    if not match or len(months) != 1:
        return text
    day = f"-{int(match[2]):02}" if match[2] else ""
    return f"{match[3]}-{months[0]:02}{day}"
