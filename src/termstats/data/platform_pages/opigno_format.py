"""How Opigno rounds and writes numbers, as PHP, Drupal and MariaDB do it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

UNITS = (
    (31_536_000, "year", "years"),
    (2_592_000, "month", "months"),
    (604_800, "week", "weeks"),
    (86_400, "day", "days"),
    (3_600, "hour", "hours"),
    (60, "min", "min"),
    (1, "sec", "sec"),
)
"""Seconds, singular and plural of the units of a duration, largest first."""
LABELS = {"completed": "Success", "passed": "Success", "failed": "Failed", "expired": "Expired"}


def rh(value: float | Decimal) -> int:
    """Return `value` rounded half away from zero, as PHP's round() does."""
    # PHP rounds the 15 digits that it would print: 0.285 * 100 is 28.5, not 28.499...
    number = value if isinstance(value, Decimal) else Decimal(f"{value:.15g}")
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def percent(share: float) -> str:
    """Return a share of 0-1 as the donuts print it: `31%`."""
    return f"{rh(100 * share)}%"


def fmt(seconds: int) -> str:
    """Return a duration in at most two units; stops at the first zero unit. 0 is `0 sec`."""
    words: list[str] = []
    for size, one, many in UNITS:
        number, rest = divmod(seconds, size)
        if number:
            words.append(f"{number} {one if number == 1 else many}")
            seconds = rest
        elif words:
            break
        if len(words) == 2:
            break
    return " ".join(words) or "0 sec"


def table_time(seconds: int) -> str:
    """Return a duration as tables of statistics print it: `-` for nothing."""
    return fmt(seconds) if seconds > 0 else "-"


def label(status: str | None) -> str:
    """Return the word for a stored state; what is not known is pending."""
    return LABELS.get((status or "").lower(), "Pending")


def sql_mean(values: list[int]) -> Decimal | None:
    """Return AVG() of whole numbers as MariaDB gives it: 4 decimals; None of no values."""
    return sql_ratio(sum(values), len(values)) if values else None


def sql_ratio(part: int, whole: int, per: int = 1) -> Decimal:
    """Return part / whole (/ per) as MariaDB divides: each division adds 4 decimals."""
    step = Decimal("0.0001") if per == 1 else Decimal("0.00000001")
    return (Decimal(part) / Decimal(whole) / Decimal(per)).quantize(step, ROUND_HALF_UP)
