"""Ticks of values are round and few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.table import Kind
from termstats.widgets.charts.value_axis import value_ticks


def labels(
    low: float, high: float, kind: Kind, most: int = 5, *, percent: bool = False
) -> list[str]:
    return [tick.label for tick in value_ticks(low, high, kind, most, percent=percent)]


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (1, ["0", "1"]),
        (2, ["0", "1", "2"]),
        (3, ["0", "1", "2", "3"]),
        (5, ["0", "2", "4", "6"]),
        (88, ["0", "50", "100"]),
        (80, ["0", "20", "40", "60", "80"]),
        (1_000, ["0", "500", "1,000"]),
        (22_200, ["0", "10k", "20k", "30k"]),
        (3_500_000, ["0", "1M", "2M", "3M", "4M"]),
    ],
)
def test_count_axes(high: float, expected: list[str]) -> None:
    assert labels(0, high, Kind.COUNT) == expected


def test_percent_axes_are_always_0_to_100() -> None:
    assert labels(3, 12, Kind.PERCENT, percent=True) == ["0%", "25%", "50%", "75%", "100%"]
    assert labels(3, 12, Kind.PERCENT, 3, percent=True) == ["0%", "50%", "100%"]


def test_durations_step_as_people_count_time() -> None:
    assert labels(0, 0.3, Kind.SECONDS) == ["0", "100 ms", "200 ms", "300 ms"]
    assert labels(0, 50, Kind.SECONDS) == ["0", "20 s", "40 s", "1 min"]
    assert labels(0, 7200, Kind.SECONDS) == ["0", "30 min", "1 h", "1 h 30 min", "2 h"]


def test_values_below_zero_have_ticks_too() -> None:
    assert labels(-0.4, 0.9, Kind.NUMBER) == ["-0.5", "0", "0.5", "1"]


@given(
    st.floats(-1e9, 1e9),
    st.floats(0, 1e12),
    st.sampled_from([Kind.COUNT, Kind.NUMBER, Kind.SECONDS]),
    st.integers(2, 7),
)
def test_value_ticks_cover_the_data_in_equal_round_steps(
    low: float, high: float, kind: Kind, most: int
) -> None:
    if abs(low) < 1e-6:
        low = 0.0
    if high < 1e-6:
        high = 0.0
    if kind is Kind.COUNT:
        low, high = float(int(low)), float(int(high))
    ticks = [tick.at for tick in value_ticks(min(low, 0), high, kind, most)]
    # An axis that goes below zero needs a step on either side.
    assert 2 <= len(ticks) <= max(most, 3)
    span = ticks[-1] - ticks[0]
    assert ticks[0] <= min(low, 0.0) + span * 1e-6
    assert ticks[-1] >= high - span * 1e-6
    assert 0.0 in ticks
    steps = [b - a for a, b in zip(ticks, ticks[1:], strict=False)]
    assert max(steps) == pytest.approx(min(steps))
    if kind is Kind.COUNT:
        assert all(tick == int(tick) for tick in ticks)
        digits = f"{steps[0]:.0f}".rstrip("0")
        assert digits in ("1", "2", "5")


@given(st.integers(0, 10**9))
def test_an_axis_is_not_more_than_five_times_too_long(high: int) -> None:
    top = value_ticks(0, high, Kind.COUNT)[-1].at
    assert top <= max(1, high * 2.5)
