"""The colours of each theme can be read, and told apart by people who see colours differently."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from termstats.widgets.look.tokens import CONTRAST, DARK, LIGHT, SERIES, Tokens
from tests.widgets.look.colours import SIGHTS, contrast, distance

NAMED = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}
THEMES = pytest.mark.parametrize("tokens", NAMED.values(), ids=NAMED)
TEXT = ("text", "muted", "accent", "link", "better", "worse", "alert")
MARKS = ("rule", *SERIES, "other")
STACKED = ("s1", "s2", "s3", "s4", "other")
"""Parts of a stack from the ground up."""


def test_the_arithmetic() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert distance("#000000", "#ffffff", "usual") == pytest.approx(100, abs=0.1)
    # Who sees no red takes red for a dark olive.
    assert distance("#ff0000", "#5d5500", "protan") < distance("#ff0000", "#5d5500", "usual") / 4


@THEMES
def test_text_reads_on_every_ground(tokens: Tokens) -> None:
    for name in TEXT:
        for ground in (tokens.ground, tokens.surface, tokens.raised):
            assert contrast(getattr(tokens, name), ground) >= 4.5, (name, ground)


@THEMES
def test_text_reads_on_the_cursor_and_on_what_is_current(tokens: Tokens) -> None:
    assert contrast(tokens.on_cursor, tokens.cursor) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.cursor, tokens.ground) >= 3


@THEMES
def test_marks_are_seen(tokens: Tokens) -> None:
    for name in MARKS:
        for ground in (tokens.ground, tokens.surface):
            assert contrast(getattr(tokens, name), ground) >= 3, (name, ground)


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_series_are_told_apart(tokens: Tokens, sight: str) -> None:
    for one, other in combinations((*SERIES, "other"), 2):
        assert distance(getattr(tokens, one), getattr(tokens, other), sight) >= 20, (one, other)


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_neighbours_in_a_stack_are_far_apart(tokens: Tokens, sight: str) -> None:
    for one, other in pairwise(STACKED):
        assert distance(getattr(tokens, one), getattr(tokens, other), sight) >= 29, (one, other)
