"""Rules of Opigno: guided paths and the end of certificates."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.importers.opigno.rules import add_months
from termstats.data.importers.opigno.steps import path_of
from termstats.data.importers.opigno.structure import MODULE, OpignoStep
from termstats.data.model.units import RowId, Second
from tests.data.importers.opigno.factory import at

UTC = ZoneInfo("UTC")


def steps(number: int) -> list[OpignoStep]:
    return [
        OpignoStep(MODULE, n, f"m{n}", RowId(1), True, 0.0, content=n) for n in range(1, number + 1)
    ]


# Step 1 leads to step 2 from 0 % on and to step 3 from 50 % on.
FORK = {1: [(0, 2), (50, 3)]}


@pytest.mark.parametrize(
    ("scores", "path"),
    [({1: 0.0}, [1, 2]), ({1: 60.0}, [1, 3]), ({1: 50.0}, [1, 3]), ({}, [1, 3])],
)
def test_a_guided_path_follows_the_score(scores: dict[int, float], path: list[int]) -> None:
    assert [step.content for step in path_of(steps(3), FORK, True, scores)] == path


def test_free_navigation_is_every_step() -> None:
    assert [step.content for step in path_of(steps(3), FORK, False, {})] == [1, 2, 3]


def test_a_circle_of_links_ends() -> None:
    circle = {1: [(0, 2)], 2: [(0, 3)], 3: [(0, 2)]}
    assert [step.content for step in path_of(steps(3), circle, True, {})] == [1, 2, 3]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-31 10:00", 1, "2024-03-02 10:00"),
        ("2023-01-31 10:00", 1, "2023-03-03 10:00"),
        ("2024-11-30 10:00", 3, "2025-03-02 10:00"),
        ("2024-12-15 00:00", 1, "2025-01-15 00:00"),
        ("2024-02-29 23:59", 12, "2025-03-01 23:59"),
        ("2024-06-30 10:00", 24, "2026-06-30 10:00"),
    ],
)
def test_months_run_over_where_a_day_is_missing(start: str, months: int, end: str) -> None:
    assert add_months(at(start), months, UTC) == at(end)


def test_months_keep_the_time_of_day_over_a_change_of_clocks() -> None:
    paris = ZoneInfo("Europe/Paris")
    # 10:00 in Paris is 09:00 UTC in winter and 08:00 UTC in summer.
    assert add_months(at("2024-03-15 09:00"), 1, paris) == at("2024-04-15 08:00")


@given(st.integers(0, 4_000_000_000).map(Second), st.sampled_from((1, 3, 6, 12, 18, 24)))
def test_months_are_28_to_31_days_each(moment: Second, months: int) -> None:
    days = (add_months(moment, months, UTC) - moment) / 86_400
    assert 28 * months <= days <= 31 * months + 3
    assert days == int(days)
