"""Rows over time in groups, where room is short."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from termstats.widgets.charts.days import groups_of, shared_words


@given(st.integers(1, 4000), st.integers(8, 200), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
@settings(max_examples=50)
def test_groups_hold_every_row_once(number: int, most: int, first: date) -> None:
    days = [first + timedelta(n) for n in range(number)]
    groups, unit = groups_of(days, most)
    assert [row for rows in groups for row in rows] == list(range(number))
    assert len(groups) <= most
    assert (unit == "") is (number <= most)


def test_what_a_shared_column_is_is_said_whole() -> None:
    whole = "mean of each week; the cursor reads every row"
    assert shared_words("week", 45) == whole
    assert shared_words("week", 44) == shared_words("week", 17) == "mean of each week"
    assert shared_words("week", 16) == ""
    assert shared_words("", 80) == ""
