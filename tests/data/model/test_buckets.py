"""Automatic buckets: the table and the instants of the Datagrok reference, 1.3, 5.2 and check 9."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.buckets import (
    Pace,
    bucket_size,
    bucket_start,
    bucket_starts,
    bucket_words,
    calendar_bucket,
)
from termstats.data.model.units import Second

MIN, H, D = 60, 3600, 86_400


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (2 * H, "10 min"),
        (3 * H, "1 h"),
        (D, "1 h"),
        (2 * D, "6 h"),
        (9 * D, "6 h"),
        (10 * D, "1 d"),
        (70 * D, "5 d"),
        (180 * D, "10 d"),
        (360 * D, "20 d"),
    ],
)
def test_buckets_of_packages(span: int, words: str) -> None:
    assert bucket_words(bucket_size(Pace.PACKAGES, span)) == words


@pytest.mark.parametrize(
    ("span", "packages", "functions", "events", "users"),
    [
        (360 * D, "20 d", "10 d", "10 d", "7 d"),
        (180 * D, "10 d", "10 d", "10 d", "7 d"),
        (70 * D, "5 d", "5 d", "2.5 d", "2 d"),
        (10 * D, "1 d", "1 d", "1 d", "12 h"),
        (2 * D, "6 h", "6 h", "4 h", "4 h"),
        (3 * H, "1 h", "1 h", "1 h", "30 min"),
        (MIN, "10 min", "10 min", "10 min", "10 min"),
    ],
)
def test_the_table(span: int, packages: str, functions: str, events: str, users: str) -> None:
    found = [bucket_words(bucket_size(pace, span)) for pace in Pace]
    assert found == [packages, functions, events, users]
    if span > MIN:
        shorter = [bucket_size(pace, span - 1) for pace in Pace]
        assert all(a <= bucket_size(p, span) for a, p in zip(shorter, Pace, strict=True))
        assert shorter != [bucket_size(pace, span) for pace in Pace]


@pytest.mark.parametrize(
    ("size", "start"),
    [
        (6 * H, "2024-05-15 06:00"),
        (D, "2024-05-15 00:00"),
        (60 * H, "2024-05-14 12:00"),
        (5 * D, "2024-05-12 00:00"),
        (7 * D, "2024-05-09 00:00"),
        (10 * D, "2024-05-07 00:00"),
        (20 * D, "2024-04-27 00:00"),
    ],
)
def test_where_buckets_begin(size: int, start: str) -> None:
    assert bucket_start(Second(at("2024-05-15 10:30")), size) == at(start)


def test_9_the_asked_week_and_the_six_hours_of_the_platform() -> None:
    asked = at("2024-05-20 00:00") - at("2024-05-13 00:00")
    assert bucket_words(bucket_size(Pace.EVENTS, asked)) == "4 h"
    assert bucket_words(bucket_size(Pace.PACKAGES, asked)) == "6 h"
    assert bucket_words(bucket_size(Pace.EVENTS, 6 * H)) == "1 h"


@given(st.integers(0, 4_000_000_000), st.integers(1, 4000 * D), st.sampled_from(list(Pace)))
def test_buckets_hold_every_moment_once(start: int, length: int, pace: Pace) -> None:
    size = bucket_size(pace, length)
    begins = bucket_starts(Second(start), Second(start + length), size)
    assert begins[0] <= start < begins[0] + size
    assert begins[-1] < start + length <= begins[-1] + size
    assert all(bucket_start(Second(begin + size - 1), size) == begin for begin in begins[:3])
    # A month long by quarters of an hour would be no picture: at most so many as the table gives.
    assert len(begins) <= max(145, length // (7 * D) + 2)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(1, "day"), (92, "day"), (93, "week"), (371, "week"), (372, "month"), (4000, "month")],
)
def test_learning_counts_days_weeks_and_months(days: int, bucket: str) -> None:
    assert calendar_bucket(days) == bucket
