"""Charts as data: what they say of themselves without being drawn."""

from __future__ import annotations

import pytest

from termstats.data.model.charts import (
    Bars,
    Chart,
    Gauge,
    Heat,
    Line,
    StackedBars,
    StackedNames,
)


@pytest.mark.parametrize(
    ("chart", "expected"),
    [
        (Line("day", ("users",), percent=True), Line("week", ("users",), percent=True)),
        (StackedBars("day", leave=("all",)), StackedBars("week", leave=("all",))),
        (Line("finished"), Line("finished")),
        (Heat("day", "package", "events"), Heat("day", "package", "events")),
        (Bars("day", "events"), Bars("day", "events")),
    ],
)
def test_a_time_axis_by_days_takes_the_name_of_the_buckets(chart: Chart, expected: Chart) -> None:
    assert chart.over("week") == expected
    assert chart.over("day") == chart


@pytest.mark.parametrize(
    ("chart", "numbers"),
    [
        (Bars("learner", "times"), ("times",)),
        (Gauge("learner", "progress"), ("progress",)),
        (StackedNames("learner"), ()),
        (Line("day", ("users",)), ("users",)),
        (Line("day"), ()),
    ],
)
def test_a_chart_says_which_numbers_it_draws(chart: Chart, numbers: tuple[str, ...]) -> None:
    assert chart.numbers == numbers
