"""What a period is compared with; the dates were looked up in a calendar."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.comparison import Against, compared, is_before, then_of, year_before
from termstats.data.model.period import Period
from termstats.data.model.units import Second

PARIS = ZoneInfo("Europe/Paris")


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "then"),
    [
        # 30 days: the same dates.
        ("2026-10-22", "2026-11-20", "2025-10-22..2025-11-20"),
        # Whole weeks: Monday to Sunday stay Monday to Sunday.
        ("2026-11-09", "2026-11-15", "2025-11-10..2025-11-16"),
        ("2026-11-07", "2026-11-20", "2025-11-08..2025-11-21"),
        # Whole months are the same months, whole weeks or not, and with or without a leap day.
        ("2026-02-01", "2026-02-28", "2025-02-01..2025-02-28"),
        ("2024-02-01", "2024-02-29", "2023-02-01..2023-02-28"),
        ("2025-02-01", "2025-02-28", "2024-02-01..2024-02-29"),
        ("2026-07-01", "2026-09-30", "2025-07-01..2025-09-30"),
        ("2024-01-01", "2024-12-31", "2023-01-01..2023-12-31"),
        # 29 February had none the year before.
        ("2024-02-29", "2024-02-29", "2023-02-28"),
        ("2024-02-20", "2024-02-29", "2023-02-20..2023-02-28"),
        ("2024-02-29", "2024-03-10", "2023-02-28..2023-03-10"),
    ],
)
def test_a_year_before(first: str, last: str, then: str) -> None:
    assert year_before(days(first, last)).dates == then


def test_moments_keep_weekday_and_clock_where_the_clocks_changed_between() -> None:
    start, end = (datetime(2026, 3, 29, hour, tzinfo=PARIS) for hour in (9, 11))
    period = Period.between(Second(int(start.timestamp())), Second(int(end.timestamp())), PARIS)
    assert year_before(period).dates == "[2025-03-30 09:00, 11:00)"
    # 24 October 2026 is in summer; so is 25 October 2025, the day before the clocks go back.
    start, end = (datetime(2026, 10, 24, hour, tzinfo=PARIS) for hour in (9, 11))
    period = Period.between(Second(int(start.timestamp())), Second(int(end.timestamp())), PARIS)
    assert year_before(period).dates == "[2025-10-25 09:00, 11:00)"


def test_of_what_is_not_over_as_much_is_compared() -> None:
    november, so_far = days("2026-11-01", "2026-11-30"), days("2026-11-01", "2026-11-14")
    # 14 days are whole weeks, yet it is the month that is compared.
    assert compared(november, so_far, Against.YEAR).dates == "2025-11-01..2025-11-14"
    assert compared(november, so_far, Against.BEFORE).dates == "2026-10-18..2026-10-31"
    assert then_of(november, Against.YEAR).dates == "2025-11-01..2025-11-30"


def test_nothing_was_recorded_before_the_data_begin() -> None:
    then = days("2025-10-22", "2025-11-20")
    assert is_before(then, date(2025, 11, 21))
    assert not is_before(then, date(2025, 11, 20))
    assert not is_before(then, None)


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_a_year_before_is_as_long_but_for_a_leap_day(first: date, length: int) -> None:
    period = Period(first, date.fromordinal(first.toordinal() + length))
    then = year_before(period)
    assert abs(then.days - period.days) <= 1
    assert 363 <= (period.first - then.first).days <= 366
    if period.days % 7 == 0 and then.days == period.days and period.first.day != 1:
        assert then.first.weekday() == period.first.weekday()
