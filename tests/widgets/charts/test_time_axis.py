"""Ticks of days are natural and few."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from termstats.widgets.charts.time_axis import date_ticks


def test_thirty_days_have_mondays() -> None:
    ticks = date_ticks(date(2026, 10, 22), date(2026, 11, 20))
    assert ticks == (
        (date(2026, 10, 26), "26 Oct"),
        (date(2026, 11, 2), "2 Nov"),
        (date(2026, 11, 9), "9"),
        (date(2026, 11, 16), "16"),
    )


def test_a_week_has_every_other_day() -> None:
    ticks = date_ticks(date(2026, 11, 2), date(2026, 11, 8))
    assert [label for _, label in ticks] == ["2 Nov", "4", "6", "8"]


def test_a_year_has_quarters_and_says_which_year_begins() -> None:
    ticks = date_ticks(date(2025, 11, 21), date(2026, 11, 20))
    assert [label for _, label in ticks] == ["Jan 2026", "Apr", "Jul", "Oct"]


def test_ten_years_have_every_second_year() -> None:
    ticks = date_ticks(date(2016, 6, 1), date(2026, 6, 1))
    assert [label for _, label in ticks] == ["2018", "2020", "2022", "2024", "2026"]


def test_one_day_has_itself() -> None:
    assert date_ticks(date(2026, 11, 3), date(2026, 11, 3)) == ((date(2026, 11, 3), "3 Nov"),)


DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(0, 15_000), st.integers(2, 7))
def test_date_ticks_are_few_in_order_and_inside(first: date, length: int, most: int) -> None:
    last = first + timedelta(days=length)
    ticks = [day for day, _ in date_ticks(first, last, most)]
    assert 1 <= len(ticks) <= most
    assert len(ticks) > 1 or length == 0
    assert ticks == sorted(set(ticks))
    assert first <= ticks[0]
    assert ticks[-1] <= last


@given(DAYS, st.integers(120, 15_000))
def test_long_periods_have_their_ticks_on_first_days_of_months(first: date, length: int) -> None:
    ticks = [day for day, _ in date_ticks(first, first + timedelta(days=length))]
    assert all(day.day == 1 for day in ticks) or ticks == [first, first + timedelta(days=length)]


@given(DAYS, st.integers(16, 30))
def test_about_a_month_has_its_ticks_on_mondays(first: date, length: int) -> None:
    assert all(day.weekday() == 0 for day, _ in date_ticks(first, first + timedelta(days=length)))


@given(DAYS, st.integers(0, 15_000))
def test_the_first_tick_of_each_year_says_it_where_there_are_several(
    first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    year = None
    for day, label in date_ticks(first, last):
        if first.year != last.year and day.year != year:
            assert str(day.year) in label
        year = day.year
