"""Periods: whole days in a zone, half-open in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.errors import UsageError
from termstats.data.model.period import (
    BUCKETS,
    Period,
    add_months,
    check_zone,
    day_number,
    day_start,
    local_day,
    local_day_number,
    moment_at,
    noon,
    number_day,
)
from termstats.data.model.period_text import parse_period
from termstats.data.model.units import Second

TODAY = date(2026, 11, 20)  # a Friday
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo"]
).map(ZoneInfo)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("30d", "2026-10-22", "2026-11-20"),
        ("7d", "2026-11-14", "2026-11-20"),
        ("1d", "2026-11-20", "2026-11-20"),
        ("this-week", "2026-11-16", "2026-11-22"),
        ("last-week", "2026-11-09", "2026-11-15"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("this-quarter", "2026-10-01", "2026-12-31"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
        ("this-year", "2026-01-01", "2026-12-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("last 30 days", "2026-10-22", "2026-11-20"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-05-06", "2024-05-06", "2024-05-06"),
        ("2024-05-06..2024-05-07", "2024-05-06", "2024-05-07"),
        ("2024-05-06 to 2024-05-07", "2024-05-06", "2024-05-07"),
        ("all", "2020-01-05", "2026-11-20"),
    ],
)
def test_what_a_period_spans(text: str, first: str, last: str) -> None:
    period = parse_period(text, TODAY, (date(2020, 1, 5), date(2026, 11, 1)))
    assert (str(period.first), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("banana", "no period 'banana'"),
        ("2026-02-30", "'2026-02-30' is not a date"),
        ("2026-02-01..2026-01-01", "ends (2026-01-01) before it begins (2026-02-01)"),
        ("last-decade", "no period"),
        ("", "no period"),
    ],
)
def test_a_bad_period_says_why(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_period(text, TODAY)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_zone_names_the_way_out() -> None:
    with pytest.raises(UsageError, match="Europe/Paris"):
        check_zone("Mars/Olympus")
    assert str(check_zone("Asia/Tokyo")) == "Asia/Tokyo"


def test_days_with_a_change_of_the_clock() -> None:
    paris = ZoneInfo("Europe/Paris")
    short, long = date(2024, 3, 31), date(2024, 10, 27)
    for day, hours in ((short, 23), (long, 25)):
        start, end = Period(day, day).seconds(paris)
        assert end - start == hours * 3600
    # In Cairo midnight itself does not exist on this day.
    cairo = ZoneInfo("Africa/Cairo")
    assert local_day(day_start(date(2024, 4, 26), cairo), cairo) == date(2024, 4, 26)


def test_stepping_keeps_whole_months() -> None:
    february = Period(date(2024, 2, 1), date(2024, 2, 29))
    assert february.shifted(-1) == Period(date(2024, 1, 1), date(2024, 1, 31))
    assert february.shifted(1) == Period(date(2024, 3, 1), date(2024, 3, 31))
    year = Period(date(2024, 1, 1), date(2024, 12, 31))
    assert year.shifted(1) == Period(date(2025, 1, 1), date(2025, 12, 31))
    odd = Period(date(2024, 2, 3), date(2024, 2, 9))
    assert odd.shifted(-1) == Period(date(2024, 1, 27), date(2024, 2, 2))


def test_buckets_are_clipped_to_the_period() -> None:
    period = Period(date(2024, 1, 30), date(2024, 3, 2))
    assert [(str(a), str(b), str(c)) for a, b, c in period.buckets("month")] == [
        ("2024-01-01", "2024-01-30", "2024-01-31"),
        ("2024-02-01", "2024-02-01", "2024-02-29"),
        ("2024-03-01", "2024-03-01", "2024-03-02"),
    ]
    weeks = period.buckets("week")
    assert str(weeks[0][0]) == "2024-01-29" and str(weeks[0][1]) == "2024-01-30"
    assert str(weeks[-1][0]) == "2024-02-26" and str(weeks[-1][2]) == "2024-03-02"


def test_months_that_are_shorter() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 15), -13) == date(2022, 12, 15)


@given(st.tuples(DAYS, st.integers(0, 500)), st.sampled_from(BUCKETS))
def test_buckets_cover_every_day_once(start: tuple[date, int], by: str) -> None:
    period = Period(start[0], start[0] + timedelta(days=start[1]))
    covered = [
        first + timedelta(days=n)
        for _label, first, last in period.buckets(by)
        for n in range((last - first).days + 1)
    ]
    assert covered == list(period)


@given(DAYS, st.integers(0, 400))
def test_the_previous_period_touches_and_is_as_long(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    before = period.previous()
    assert before.days == period.days
    assert before.last + timedelta(days=1) == period.first
    assert before.following() == Period(period.first, period.last)


@given(DAYS, ZONES)
def test_a_day_holds_its_own_moments(day: date, zone: ZoneInfo) -> None:
    start, end = Period(day, day).seconds(zone)
    if start == end:  # Samoa skipped 30 December 2011
        assert str(zone) == "Pacific/Apia"
        return
    assert local_day(start, zone) == day
    assert local_day(Second(end - 1), zone) == day
    assert local_day(noon(day, zone), zone) == day
    assert local_day(end, zone) != day


@given(DAYS)
def test_day_numbers_count_from_1970(day: date) -> None:
    assert number_day(day_number(day)) == day
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    assert day_number(day) == midnight // 86_400


@given(ZONES, st.integers(-(2**31), 2**32) | st.floats(-(2.0**31), 2.0**32))
def test_a_moment_has_the_offset_of_its_own_second(zone: ZoneInfo, second: float) -> None:
    moment = moment_at(second, zone)
    wanted = datetime.fromtimestamp(second, UTC).astimezone(zone)
    assert moment.timestamp() == pytest.approx(second, abs=1e-5)
    assert moment.replace(tzinfo=None) == wanted.replace(tzinfo=None)
    assert moment.utcoffset() == wanted.utcoffset()


def test_both_hours_of_a_clock_put_back_have_their_own_offset() -> None:
    # Paris, 2024-10-27: 03:00 +02:00 becomes 02:00 +01:00 at 01:00 UTC = 1729990800.
    paris = ZoneInfo("Europe/Paris")
    moments = [moment_at(1_729_990_800 + shift, paris).isoformat() for shift in (-1800, 1800)]
    assert moments == ["2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00"]


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("UTC", "1969-12-31T23:59:59+00:00", -1),
        ("UTC", "1970-01-01T00:00:00+00:00", 0),
        ("Asia/Kathmandu", "2026-03-01T18:14:59+00:00", 20_513),
        ("Asia/Kathmandu", "2026-03-01T18:15:00+00:00", 20_514),
        # The clock goes forward on 29 March 2026 and back on 25 October.
        ("Europe/Paris", "2026-03-28T22:59:59+00:00", 20_540),
        ("Europe/Paris", "2026-03-28T23:00:00+00:00", 20_541),
        ("Europe/Paris", "2026-03-29T21:59:59+00:00", 20_541),
        ("Europe/Paris", "2026-03-29T22:00:00+00:00", 20_542),
        ("Europe/Paris", "2026-10-25T22:59:59+00:00", 20_751),
        ("Europe/Paris", "2026-10-25T23:00:00+00:00", 20_752),
    ],
)
def test_the_number_of_a_local_day(zone: str, moment: str, expected: int) -> None:
    second = Second(int(datetime.fromisoformat(moment).timestamp()))
    assert local_day_number(second, ZoneInfo(zone)) == expected
