"""Periods as people say them: the dates of the Datagrok reference, and what is near to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.dates import MONTHS
from termstats.data.model.errors import UsageError
from termstats.data.model.period import Period
from termstats.data.model.period_text import PRESETS, parse_period, parse_range
from termstats.data.model.units import Second

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
        ("3 May", "2024-05-03", "2024-05-03"),
        ("May 15", "2024-05-15", "2024-05-15"),
        ("16 May", "2023-05-16", "2023-05-16"),
        ("may", "2024-05-01", "2024-05-31"),
        ("June", "2023-06-01", "2023-06-30"),
        ("6 May..12 May", "2024-05-06", "2024-05-12"),
        ("1 May to 20 May", "2024-05-01", "2024-05-20"),
        ("28 Dec..3 Jan", "2023-12-28", "2024-01-03"),
        ("q2", "2024-04-01", "2024-06-30"),
        ("Q3", "2023-07-01", "2023-09-30"),
        ("q4 2020", "2020-10-01", "2020-12-31"),
        ("2020-Q1", "2020-01-01", "2020-03-31"),
        ("since 1 May", "2024-05-01", "2024-05-15"),
        ("since 2023", "2023-01-01", "2024-05-15"),
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
        ("10/17/2019 17:24 pm", "17:24 pm is not a time"),
        ("2024-05-15 24:00", "24:00 is not a time"),
        ("2024-05-15 10:60", "not a time"),
        ("2024-05 10:30", "no period"),
        ("2024-05-15 10", "no period"),
        ("2024-02-30 10:30", "not a date"),
        ("banana 10:30", "no period"),
        ("2024-05-15 10:30+99:00", "no offset"),
        ("12:30..10:00", "(2024-05-15 10:00) before it begins (2024-05-15 12:30)"),
        ("last 20 seconds", "no period"),
        ("before 0001-01-01 00:00", "outside the calendar"),
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


ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
).map(ZoneInfo)
NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)


def test_the_minute_of_the_reference() -> None:
    found = parse_period("10/17/2019 5:24 pm", NOW)
    start = int(datetime(2019, 10, 17, 17, 24, tzinfo=UTC).timestamp())
    assert found.seconds(UTC) == (start, start + 60)
    assert found.describe() == "[2019-10-17 17:24, 17:25)"


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("last 30 minutes", "last 30 minutes [2024-05-15 10:00, 10:30)"),
        ("30 min", "last 30 minutes [2024-05-15 10:00, 10:30)"),
        ("last 1 hour", "last 1 hour [2024-05-15 09:30, 10:30)"),
        ("last 720 hours", "last 720 hours [2024-04-15 10:30, 2024-05-15 10:30)"),
        ("2024-05-15 10:00..12:30", "[2024-05-15 10:00, 12:30)"),
        ("10:00 to 12:30", "[2024-05-15 10:00, 12:30)"),
        ("2024-05-14 10 pm..2024-05-15 4 am", "[2024-05-14 22:00, 2024-05-15 04:00)"),
        ("2024-05-14 22:00..2024-05-15", "[2024-05-14 22:00, 2024-05-16 00:00)"),
        ("2024-05-14..2024-05-15 04:00", "[2024-05-14 00:00, 2024-05-15 04:00)"),
        ("2024-05-14 00:00..2024-05-15 00:00", "2024-05-14"),
        ("yesterday at 5 pm", "[2024-05-14 17:00, 18:00)"),
        ("today 10:30", "[2024-05-15 10:30, 10:31)"),
        ("12:00 am", "[2024-05-15 00:00, 00:01)"),
        ("12 pm", "[2024-05-15 12:00, 13:00)"),
        ("2024-05-15T10:30:15", "[2024-05-15 10:30:15, 10:30:16)"),
        ("2024-05-15 10:30+02:00", "[2024-05-15 08:30, 08:31)"),
        (
            "before Oct 17, 2019 5:24 pm",
            "before 2019-10-17 17:24 [2015-03-02 00:00, 2019-10-17 17:24)",
        ),
        ("after 10:29", "after 2024-05-15 10:29 [2024-05-15 10:30, 2024-05-16 00:00)"),
    ],
)
def test_moments(text: str, resolved: str) -> None:
    assert parse_period(text, NOW, COVERAGE).describe() == resolved


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("2024-05-15 10:00..12:30", "05-15 10:00-12:30"),
        ("2024-05-15 20:00..2024-05-15", "05-15 20:00-24:00"),
        ("2024-05-14 20:00..2024-05-15", "[2024-05-14 20:00, 2024-05-16 00:00)"),
    ],
)
def test_parts_of_a_day_have_a_short_name(text: str, short: str) -> None:
    exact = parse_period(text, NOW).exact
    assert exact is not None and exact.short == short


def test_rolling_periods_end_with_the_full_minute_that_holds_the_as_of_moment() -> None:
    now = NOW.replace(second=17)
    assert parse_period("last 30 minutes", now).dates == "[2024-05-15 10:01, 10:31)"


def test_a_clock_that_is_put_back_says_which_hour() -> None:
    paris = ZoneInfo("Europe/Paris")
    # 03:00 summer time becomes 02:00 winter time; 01:30 to 03:30 on the clock are three hours.
    now = datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=paris)
    found = parse_period("last 1 hour", now)
    assert found.length == 3600
    assert found.dates == "[2024-10-27 02:30+02:00, 02:30+01:00)"
    assert parse_period(found.typed, now) == Period(found.first, found.last, "", found.exact)
    long = parse_period("2024-10-27 01:30..03:30", now)
    assert long.length == 3 * 3600
    assert parse_period("2024-03-31 01:30..03:30", now).length == 3600


MOMENTS = st.integers(0, 4_000_000_000)


@given(MOMENTS, st.integers(1, 40 * 86_400), ZONES)
def test_what_is_typed_is_read_back(start: int, length: int, zone: ZoneInfo) -> None:
    period = Period.between(Second(start), Second(start + length), zone)
    assert parse_period(period.typed, datetime.fromtimestamp(0, zone)) == period
    assert parse_range(period.typed, zone) == period
    assert period.seconds(zone) == (start, start + length)


@given(MOMENTS, st.integers(1, 40 * 86_400), ZONES)
def test_the_period_before_ends_where_this_one_begins(
    start: int, length: int, zone: ZoneInfo
) -> None:
    period = Period.between(Second(start), Second(start + length), zone)
    before, after = period.previous(), period.following()
    assert before.length == period.length == after.length
    assert before.seconds(zone)[1] == start
    assert after.seconds(zone)[0] == start + length
    if period.exact:
        assert before.seconds(zone)[0] == start - length
        assert period.shifted(1).seconds(zone) == after.seconds(zone)


@given(st.integers(0, 4_000_000_000 // 60), ZONES)
def test_before_a_minute_the_minute_and_after_it_follow_each_other(
    minute: int, zone: ZoneInfo
) -> None:
    text = Period.between(Second(minute * 60), Second(minute * 60 + 60), zone).typed.partition(
        ".."
    )[0]
    now = datetime.fromtimestamp(minute * 60, zone)
    here = parse_period(text, now).seconds(zone)
    assert here == (minute * 60, minute * 60 + 60)
    assert parse_period(f"before {text}", now).seconds(zone)[1] == here[0]
    assert parse_period(f"after {text}", now).seconds(zone)[0] == here[1]


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
