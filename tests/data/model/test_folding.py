"""What was typed is found in names whatever their case and accents, and its place is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.folding import Match, fold, match, spans


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Élodie Bérard", "be", Match.WORDS),
        ("Ben Bauer", "be", Match.BEGINS),
        ("Ben Bauer", "BEN  bauer", Match.WHOLE),
        ("Ben Bauer", "bau ben", Match.WORDS),
        ("Album", "bum", Match.INSIDE),
        ("Ben Bauer", "bex", None),
        ("Ben Bauer", "ben x", None),
        ("anything", "", Match.BEGINS),
    ],
)
def test_how_well_a_text_fits(text: str, typed: str, expected: Match | None) -> None:
    assert match(text, typed) == expected


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Élodie Bérard", "be", ["Bé"]),
        ("Ben Bauer", "b", ["B", "B"]),
        ("Karin Becker", "cker", ["cker"]),
        ("Straße", "ss", ["ß"]),
        ("e\u0301cole", "ec", ["e\u0301c"]),
        ("ﬁre", "f", ["ﬁ"]),
        ("Ben", "", []),
        ("Ben", "x", []),
    ],
)
def test_what_is_underlined(text: str, typed: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, typed)] == marked


@given(st.text(max_size=12), st.text(max_size=4))
def test_what_is_underlined_is_what_was_typed(text: str, typed: str) -> None:
    words = fold(typed).split()
    places = spans(text, typed)
    for start, end in places:
        assert any(word in fold(text[start:end]) for word in words)
    if words and match(text, typed) is not None:
        assert places
