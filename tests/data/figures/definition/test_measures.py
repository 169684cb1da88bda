"""Measures: one formula each, whatever the group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.definition import measures
from termstats.data.figures.definition.measure import Measure, add_up
from termstats.data.figures.definition.measures import (
    COMPLETED,
    COMPLETION,
    MEASURES,
    NEVER_STARTED,
    PROGRESS,
    REACTION_SCORE,
    SCORE,
    TIME_SPENT,
)
from termstats.data.model.reaction import WORDS, band
from termstats.data.model.table import Kind

LARGE = {"enrolled": 4.0, "completed": 1.0, "started": 3.0, "progress": 200.0, "scored": 2.0}
SMALL = {"enrolled": 1.0, "completed": 1.0, "started": 1.0, "progress": 100.0, "scored": 0.0}
NOBODY = dict.fromkeys(LARGE, 0.0)


def test_a_measure_is_a_part_per_a_whole() -> None:
    assert (COMPLETED.of(LARGE), NEVER_STARTED.of(LARGE)) == (1, 1)
    assert (COMPLETION.of(LARGE), PROGRESS.of(LARGE)) == (25.0, 50.0)
    assert SCORE.of({"score": 150.0, "scored": 2}) == 75.0
    assert isinstance(COMPLETED.of(LARGE), int)


def test_no_value_of_nobody_and_none_of_what_is_not_recorded() -> None:
    assert COMPLETED.of(NOBODY) == 0
    assert (COMPLETION.of(NOBODY), PROGRESS.of(NOBODY)) == (None, None)
    assert NEVER_STARTED.of({**LARGE, "started": None}) is None
    assert TIME_SPENT.of({"seconds": None}) is None
    assert TIME_SPENT.of({"seconds": 0.0}) == 0.0


def test_a_mean_weighs_groups_the_same_and_all_together_weighs_their_members() -> None:
    groups = (LARGE, SMALL, NOBODY)
    assert COMPLETION.mean(groups) == (25 + 100) / 2
    assert COMPLETION.of(add_up(groups, ("enrolled", "completed"))) == 100 * 2 / 5
    assert COMPLETION.mean([NOBODY]) is None
    assert add_up((), ("enrolled",)) == {"enrolled": 0}


def test_a_sum_that_nobody_counted_is_an_error() -> None:
    with pytest.raises(KeyError):
        COMPLETION.of({"enrolled": 3})


def test_every_measure_has_a_name_of_its_own_and_words() -> None:
    defined = [each for each in vars(measures).values() if isinstance(each, Measure)]
    assert sorted(each.name for each in defined) == sorted(MEASURES)
    for each in defined:
        assert each.title and each.words.endswith("."), each.name
        assert each.per or each.scale == 1, each.name
        assert each.per or each.kind is not Kind.PERCENT or each.part == each.name, each.name


def test_a_column_is_named_as_the_measure_unless_a_view_names_it() -> None:
    column = COMPLETION.column()
    assert (column.name, column.kind, column.heading) == ("completion", Kind.PERCENT, "Completion")
    pooled = COMPLETION.column("pooled", "Pooled", "over all")
    assert (pooled.name, pooled.kind, pooled.title, pooled.help) == (
        "pooled",
        Kind.PERCENT,
        "Pooled",
        "over all",
    )


def reaction_score(views: int, good: int, bad: int) -> float | None:
    return REACTION_SCORE.of({"views": views, "good": good, "bad": bad})


@pytest.mark.parametrize(
    ("views", "good", "bad", "score", "colour"),
    [
        (0, 3, 0, None, "grey"),
        (10, 0, 0, 0, "red"),
        (10, 6, 1, 50, "orange"),
        (100, 51, 0, 51, "green"),
        (200, 101, 0, 51, "green"),
        (1000, 504, 0, 50, "orange"),
        (100, 25, 0, 25, "orange"),
        (1000, 249, 0, 25, "orange"),
        (100, 24, 0, 24, "red"),
        (8, 0, 1, -13, "red"),
        (4, 9, 0, 100, "green"),
        (4, 0, 9, -100, "red"),
    ],
)
def test_reaction_score_and_band(
    views: int, good: int, bad: int, score: int | None, colour: str
) -> None:
    assert reaction_score(views, good, bad) == score
    assert band(score) == colour


counts = st.integers(0, 10_000)


@given(counts, counts, counts)
def test_good_and_bad_mirror_each_other(views: int, good: int, bad: int) -> None:
    score, mirrored = reaction_score(views, good, bad), reaction_score(views, bad, good)
    assert (score is None) == (views == 0)
    assert score is None or (mirrored == -score and -100 <= score <= 100)
    assert band(score) in WORDS
