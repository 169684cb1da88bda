"""Charts over moments: ticks on the clock of the zone, names of buckets, points in place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.buckets import Pace, bucket_size, bucket_starts
from termstats.data.model.table import Heat, Kind, Line, Table, count, moment, words
from termstats.data.model.units import Second
from termstats.widgets.charts.days import groups_of
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.read_out import bucket_words
from termstats.widgets.charts.time_axis import time_ticks
from tests.widgets.charts.tables import draw

HOUR = 3600
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def labels(first: str, last: str, zone: str = "UTC", most: int = 5) -> list[str]:
    return [label for _, label in time_ticks(at(first), at(last), zone, most)]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (
            "2024-05-15 10:00",
            "2024-05-15 10:20",
            ["15 May 10:00", "10:05", "10:10", "10:15", "10:20"],
        ),
        ("2024-05-15 10:10", "2024-05-15 12:20", ["15 May 10:30", "11:00", "11:30", "12:00"]),
        ("2024-05-15 00:00", "2024-05-15 23:00", ["15 May", "06:00", "12:00", "18:00"]),
        ("2024-05-14 20:00", "2024-05-16 08:00", ["15 May", "12:00", "16 May"]),
        ("2024-05-13 00:00", "2024-05-16 20:00", ["13 May", "14 May", "15 May", "16 May"]),
        ("2024-05-13 00:00", "2024-05-19 20:00", ["13 May", "15", "17", "19"]),
        ("2024-03-10 12:00", "2024-05-19 12:00", ["11 Mar", "25", "8 Apr", "22", "6 May"]),
    ],
)
def test_ticks_stand_at_round_times(first: str, last: str, expected: list[str]) -> None:
    assert labels(first, last) == expected


def test_ticks_follow_the_clock_of_the_zone() -> None:
    # 22:00 UTC is midnight in Paris.
    assert labels("2024-05-14 22:00", "2024-05-15 21:00", "Europe/Paris") == [
        *("15 May", "06:00", "12:00", "18:00"),
    ]
    # On 2024-03-31 there is no 02:00: the clock shows 03:00.
    spring = labels("2024-03-30 23:00", "2024-03-31 03:00", "Europe/Paris")
    assert spring == ["31 Mar", "01:00", "03:00", "04:00", "05:00"]


@given(
    st.integers(0, 4_000_000_000),
    st.integers(1, 800 * 24 * HOUR),
    ZONES,
    st.integers(2, 5),
)
def test_ticks_are_few_in_order_and_inside(start: int, length: int, zone: str, most: int) -> None:
    first = datetime.fromtimestamp(start, UTC)
    last = first + timedelta(seconds=length)
    ticks = [tick for tick, _ in time_ticks(first, last, zone, most)]
    assert 1 <= len(ticks) <= most
    stamps = [tick.timestamp() for tick in ticks if isinstance(tick, datetime)]
    assert len(stamps) == len(ticks) and stamps == sorted(set(stamps))
    assert first.timestamp() <= stamps[0] and stamps[-1] <= last.timestamp()


@pytest.mark.parametrize(
    ("start", "hours", "read_out"),
    [
        ("2024-05-15 12:00", 4, "Wed 15 May 12:00-16:00"),
        ("2024-05-15 20:00", 4, "Wed 15 May 20:00-24:00"),
        ("2024-05-15 10:10", 1 / 6, "Wed 15 May 10:10-10:20"),
        ("2024-05-15 00:00", 24, "Wed 15 May"),
        ("2024-05-14 12:00", 60, "Tue 14 May 12:00 - Fri 17 May 00:00"),
        ("2024-05-12 00:00", 120, "12 May - 16 May"),
        ("2024-04-27 00:00", 480, "27 Apr - 16 May"),
    ],
)
def test_the_cursor_reads_stretches(start: str, hours: float, read_out: str) -> None:
    assert bucket_words(at(start), hours / 24) == read_out


def test_the_cursor_reads_the_clock_of_the_zone() -> None:
    paris = "Europe/Paris"
    assert bucket_words(at("2024-05-15 10:00"), 4 / 24, zone=paris) == "Wed 15 May 12:00-16:00"
    # The hour before the clock is put forward at 02:00.
    assert bucket_words(at("2024-03-31 00:00"), 4 / 24, zone=paris) == "Sun 31 Mar 01:00-06:00"


def series(starts: Sequence[int], zone: str, size: int) -> Table:
    rows = tuple(
        (datetime.fromtimestamp(start, ZoneInfo(zone)).astimezone(UTC), n)
        for n, start in enumerate(starts)
    )
    columns = (moment("start"), count("events"))
    return Table("x", "X", columns, rows, chart=Line("start"), zone=zone, step=size)


@given(
    st.integers(1_000_000_000, 2_000_000_000),
    st.integers(HOUR, 500 * 24 * HOUR),
    st.sampled_from(list(Pace)),
    ZONES,
    st.integers(40, 120),
)
def test_every_bucket_can_be_read(
    start: int, length: int, pace: Pace, zone: str, width: int
) -> None:
    size = bucket_size(pace, length)
    table = series(bucket_starts(Second(start), Second(start + length), size), zone, size)
    if len(table.rows) < 2:
        return
    drawing = draw(table, Look(width, 12))
    assert isinstance(drawing, Drawing)
    assert drawing.stops == len(table.rows)
    spans = [drawing.stop(n).spans[0][1] for n in range(drawing.stops)]
    assert spans == sorted(spans) and max(spans) < width
    assert all(len(line.plain) <= width for line in drawing.lines)
    assert drawing.stop(1).text.endswith(": 1 events")


def test_buckets_of_hours_are_grouped_by_days_where_room_is_short() -> None:
    days = [at("2024-05-13 00:00") + timedelta(hours=4 * n) for n in range(42)]
    groups, unit = groups_of(days, 10)
    assert unit == "day" and [len(rows) for rows in groups] == [6] * 7


def test_a_heat_chart_names_hours() -> None:
    starts = [at("2024-05-15 00:00") + timedelta(hours=6 * n) for n in range(8)]
    rows = tuple((start, name, n) for n, start in enumerate(starts) for name in ("P1", "P2"))
    columns = (moment("start"), words("package"), count("events"))
    table = Table("x", "X", columns, rows, chart=Heat("start", "package", "events"), step=6 * HOUR)
    drawing = draw(table, Look(60, 10))
    assert isinstance(drawing, Drawing)
    assert drawing.stops == 16
    assert drawing.stop(1).text == "P1, Wed 15 May 06:00-12:00: 1 events"
    assert "15 May" in drawing.head[0].plain and "16 May" in drawing.head[0].plain
    assert table.columns[0].kind is Kind.MOMENT
