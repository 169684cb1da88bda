"""Band, attention and relevance of reaction scores: the table of the platform's reference."""

from __future__ import annotations

import pytest

from termstats.data.model.reaction import needs_attention, relevance


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
