"""How Opigno rounds, words and computes single steps; expected values of the platform document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.platform_pages.opigno_dates import plus_months
from termstats.data.platform_pages.opigno_format import fmt, label, percent, rh, sql_mean
from termstats.data.platform_pages.opigno_steps import Steps
from tests.data.platform_pages.opigno_site import NOW, ZONE, Site, when

# ---- rounding and wording (checks 1, 2) ----------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [(12.5, 13), (60.5, 61), (-0.5, -1), (2.4999, 2), (100 * 0.285, 29), ((70 + 81) / 2, 76)],
)
def test_rounding_is_half_away_from_zero(value: float, expected: int) -> None:
    assert rh(value) == expected
    assert percent(0.125) == "13%"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 sec"),
        (61, "1 min 1 sec"),
        (450, "7 min 30 sec"),
        (3605, "1 hour"),
        (5400, "1 hour 30 min"),
        (86460, "1 day"),
        (90061, "1 day 1 hour"),
        (694800, "1 week 1 day"),
        (34128000, "1 year 1 month"),
    ],
)
def test_durations(seconds: int, expected: str) -> None:
    assert fmt(seconds) == expected


@given(st.integers(0, 10**10))
def test_durations_have_at_most_two_units(seconds: int) -> None:
    assert len(fmt(seconds).split()) in (2, 4)


def test_labels() -> None:
    assert [label(s) for s in ("completed", "passed", "failed", "expired", None, "odd")] == [
        "Success",
        "Success",
        "Failed",
        "Expired",
        "Pending",
        "Pending",
    ]


def test_means_have_four_decimals_before_they_are_rounded() -> None:
    assert sql_mean([]) is None
    assert str(sql_mean([1, 2, 2])) == "1.6667"


# ---- attempts and steps (checks 16, 17, 19, 23) --------------------------------------------------


def test_scores_of_attempts_are_weighted_by_points() -> None:
    site = Site()
    site.module(1, [10, 20, 0])
    site.module(2, [0])
    site.attempt(1, 1, 1, 50, points=[5, 10, 0])
    site.attempt(1, 1, 2, 100, points=[10])
    steps = Steps(site.raw, NOW)
    scores = [steps.attempt_score(row) for row in site.raw.rows("user_module_status")]
    assert scores == [50, 0]


def test_random_modules_count_the_drawn_activities() -> None:
    site = Site()
    site.module(1, [10, 10, 10], randomization="2", random_activities=2)
    site.attempt(1, 1, 1, 50, points=[10, 0])
    content = site.content(1, "Module", 1, 50)
    step = Steps(site.raw, NOW).step(site.tables["opigno_group_content"][content - 1], 1, 1, None)
    assert (step.last, step.completed_at) == (50, 1060)


@pytest.mark.parametrize(("keep", "closed", "opened"), [("0", 90, 90), ("2", 90, 90), ("1", 60, 0)])
def test_kept_scores(keep: str, closed: int, opened: int) -> None:
    site = Site()
    site.module(1, [100], keep)
    site.content(1, "Module", 1)
    for score in (70, 90, 60):
        site.attempt(1, 1, 1, score, points=[score])
    assert Steps(site.raw, NOW).all(1, 1, None)[0].kept_score == closed
    site.attempt(1, 1, 1, None, finished=0)
    assert Steps(site.raw, NOW).all(1, 1, None)[0].kept_score == opened


def test_a_course_is_the_mean_of_its_modules() -> None:
    site = Site()
    site.group(5, "C", "opigno_course")
    for module, score in ((1, 90), (2, 40)):
        site.module(module, [100], "1")
        site.content(5, "Module", module)
        site.attempt(1, 1, module, score, points=[score])
    site.add(
        "opigno_group_link",
        group_id=5,
        parent_content_id=1,
        child_content_id=2,
        required_score=0,
    )
    site.content(1, "Course", 5)
    assert Steps(site.raw, NOW).all(1, 1, None)[0].kept_score == 65
    site.attempt(1, 1, 2, 20, points=[20])
    assert Steps(site.raw, NOW).all(1, 1, None)[0].kept_score == 55


def test_the_path_follows_the_highest_reached_link() -> None:
    site = Site()
    for module in (1, 2, 3):
        site.module(module, [100])
        site.content(1, "Module", module)
    for child, required in ((2, 0), (3, 50)):
        site.add(
            "opigno_group_link",
            group_id=1,
            parent_content_id=1,
            child_content_id=child,
            required_score=required,
        )
    site.attempt(1, 1, 1, 0, points=[0])
    assert [step.entity for step in Steps(site.raw, NOW).path(1, 1, 1, None)] == [1, 2]
    site.attempt(1, 1, 1, 60, points=[60])
    assert [step.entity for step in Steps(site.raw, NOW).path(1, 1, 1, None)] == [1, 3]


def test_months_that_are_too_short_run_over() -> None:
    start = when("2024-01-31 00:00")
    assert plus_months(start, 1, ZONE) == when("2024-03-02 00:00")
    assert plus_months(when("2024-11-15 10:30"), 24, ZONE) == when("2026-11-15 10:30")


def test_absence_is_a_failed_session() -> None:
    site = Site()
    site.add(
        "opigno_ilt",
        title="Day",
        date__value="2024-05-01 09:00:00",
        date__end_value="2024-05-01 12:00:00",
    )
    site.content(1, "ILT", 1, 50)
    site.add("opigno_ilt_result", opigno_ilt=1, user_id=1, status=0, score=0)
    step = Steps(site.raw, NOW).all(1, 1, None)[0]
    assert (step.last, step.seconds, step.completed_at) == (0, 10800, when("2024-05-01 12:00"))
    assert Steps(site.raw, NOW).all(1, 2, None)[0].completed_at == 0


def test_contents_that_the_pages_do_not_know_are_no_steps() -> None:
    site = Site()
    site.module(1, [10])
    site.content(1, "Module", 1)
    site.content(1, "Custom", 1)
    assert [step.typology for step in Steps(site.raw, NOW).all(1, 1, None)] == ["Module"]
