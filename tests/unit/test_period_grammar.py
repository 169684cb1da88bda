"""Periods as people say them: the dates of the Datagrok reference, and what is near to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.period import MONTHS, PRESETS, parse_period
from termstats.errors import UsageError

TODAY = date(2024, 5, 15)  # a Wednesday
COVERAGE = (date(2015, 3, 2), date(2024, 5, 10))


def span(text: str, today: date = TODAY) -> tuple[str, str]:
    found = parse_period(text, today, COVERAGE)
    return str(found.first), str(found.last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2024-05-15", "2024-05-15"),
        ("yesterday", "2024-05-14", "2024-05-14"),
        ("this week", "2024-05-13", "2024-05-19"),
        ("last week", "2024-05-06", "2024-05-12"),
        ("last month", "2024-04-01", "2024-04-30"),
        ("this year", "2024-01-01", "2024-12-31"),
        ("1984", "1984-01-01", "1984-12-31"),
        ("1984-1986", "1984-01-01", "1986-12-31"),
        ("June 1984", "1984-06-01", "1984-06-30"),
        ("Oct 17, 2019", "2019-10-17", "2019-10-17"),
        ("10/17/2019", "2019-10-17", "2019-10-17"),
        ("before Oct 17, 2019", "2015-03-02", "2019-10-16"),
        ("after Oct 17, 2019", "2019-10-18", "2024-05-15"),
        ("last 30 days", "2024-04-16", "2024-05-15"),
        ("2024-05-01..2024-05-03", "2024-05-01", "2024-05-03"),
    ],
)
def test_the_dates_of_the_reference(text: str, first: str, last: str) -> None:
    assert span(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("TODAY", "2024-05-15", "2024-05-15"),
        ("  june   1984 ", "1984-06-01", "1984-06-30"),
        ("Feb 2024", "2024-02-01", "2024-02-29"),
        ("October 17 2019", "2019-10-17", "2019-10-17"),
        ("17 Oct 2019", "2019-10-17", "2019-10-17"),
        ("Sept. 3, 2020", "2020-09-03", "2020-09-03"),
        ("June 1984..Aug 1985", "1984-06-01", "1985-08-31"),
        ("Oct 17, 2019 to Oct 19, 2019", "2019-10-17", "2019-10-19"),
        ("2020..2021", "2020-01-01", "2021-12-31"),
        ("2024-01 .. 2024-02", "2024-01-01", "2024-02-29"),
        ("last 1 day", "2024-05-15", "2024-05-15"),
        ("last 2 weeks", "2024-05-02", "2024-05-15"),
        ("last 3 months", "2024-02-16", "2024-05-15"),
        ("last 2 years", "2022-05-16", "2024-05-15"),
        ("14 days", "2024-05-02", "2024-05-15"),
        ("anytime", "2015-03-02", "2024-05-15"),
        ("before 2016", "2015-03-02", "2015-12-31"),
        ("before 2010", "2009-12-31", "2009-12-31"),
        ("after 2023", "2024-01-01", "2024-05-15"),
        ("after June 2024", "2024-07-01", "2024-07-01"),
    ],
)
def test_other_ways_to_say_it(text: str, first: str, last: str) -> None:
    assert span(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("banana", "no period 'banana'"),
        ("last 20 minutes", "whole days"),
        ("last 2 hours", "whole days"),
        ("10/17/2019 5:24 pm", "whole days"),
        ("2024-05-15 10:30", "whole days"),
        ("10/32/2019", "not a date"),
        ("Feb 30, 2024", "not a date"),
        ("Ju 1984", "no period"),
        ("Mumble 1984", "no period"),
        ("before", "no period"),
        ("after banana", "no period"),
        ("1986-1984", "ends (1984-12-31) before it begins (1986-01-01)"),
        ("last 9999 years", "outside the calendar"),
        ("9999-12", "outside the calendar"),
        ("before 0001", "outside the calendar"),
        ("after 9999", "outside the calendar"),
        ("today..banana", "no period"),
    ],
)
def test_what_cannot_be_said_is_an_error(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_period(text, TODAY, COVERAGE)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@given(st.dates(date(1, 1, 2), date(9998, 12, 30)))
def test_a_day_is_a_day_however_it_is_written(day: date) -> None:
    month = MONTHS[day.month - 1]
    year = f"{day.year:04}"
    for text in (
        day.isoformat(),
        f"{month} {day.day}, {year}",
        f"{month[:3].upper()} {day.day} {year}",
        f"{day.month}/{day.day}/{year}",
    ):
        assert parse_period(text, TODAY).first == parse_period(text, TODAY).last == day
        assert parse_period(f"before {text}", TODAY).last == day - timedelta(days=1)
        assert parse_period(f"after {text}", TODAY).first == day + timedelta(days=1)


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_a_plain_error(text: str) -> None:
    try:
        found = parse_period(text, TODAY, COVERAGE)
    except UsageError:
        return
    assert found.first <= found.last


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_and_its_words_are_the_same(name: str) -> None:
    assert parse_period(name, TODAY, COVERAGE) == parse_period(PRESETS[name], TODAY, COVERAGE)
