"""Reaction score, band and relevance: the table of the platform's reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.reaction import WORDS, band, needs_attention, reaction_score, relevance


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
def test_score_and_band(views: int, good: int, bad: int, score: int | None, colour: str) -> None:
    assert reaction_score(views, good, bad) == score
    assert band(score) == colour


@pytest.mark.parametrize(
    ("views", "score", "expected"),
    [(9, 0, False), (10, 49, True), (10, 50, False), (0, None, False)],
)
def test_what_needs_attention(views: int, score: int | None, expected: bool) -> None:
    assert needs_attention(views, score) is expected


@pytest.mark.parametrize(
    ("useful", "irrelevant", "expected"), [(3, 1, 75), (1, 2, 33), (0, 0, None)]
)
def test_relevance(useful: int, irrelevant: int, expected: int | None) -> None:
    assert relevance(useful, irrelevant) == expected


counts = st.integers(0, 10_000)


@given(counts, counts, counts)
def test_good_and_bad_mirror_each_other(views: int, good: int, bad: int) -> None:
    score, mirrored = reaction_score(views, good, bad), reaction_score(views, bad, good)
    assert (score is None) == (views == 0)
    assert score is None or (mirrored == -score and -100 <= score <= 100)
    assert band(score) in WORDS
