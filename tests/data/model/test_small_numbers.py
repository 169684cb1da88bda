"""Numbers about few people: what is hidden with them, and in which steps the others are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.small_numbers import (
    HIDDEN,
    complement,
    difference,
    rounded,
    rounded_words,
)
from termstats.data.model.table import Kind


@pytest.mark.parametrize(
    ("people", "hidden", "expected"),
    [
        # One of a sum: the next smallest goes with it.
        ((12, 7, 2), {2}, {1, 2}),
        # Two that together are two people are found as two people: one more.
        ((12, 7, 1, 1), {2, 3}, {1, 2, 3}),
        ((12, 7, 4, 4), {2, 3}, {2, 3}),
        # Nobody is no cell to hide behind, nor are things.
        ((12, 0, 2), {2}, {0, 2}),
        ((2, 0, 0), {0}, {0}),
        # All under five, and four: each is one person, if nobody may be where something is hidden.
        ((1, 0, 1, 1, 0, 1), {0, 2, 3, 5}, {0, 1, 2, 3, 5}),
        ((12, 7, 9), set(), set()),
    ],
)
def test_what_could_be_found_by_subtracting_is_hidden_too(
    people: tuple[int, ...], hidden: set[int], expected: set[int]
) -> None:
    assert complement(dict(enumerate(people)), hidden, least=5) == expected


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(2, 12))
def test_what_is_hidden_of_a_sum_is_two_parts_and_enough_people_or_all(
    people: list[int], least: int
) -> None:
    small = {at for at, each in enumerate(people) if 0 < each < least}
    hidden = complement(dict(enumerate(people)), small, least)
    shown = [each for at, each in enumerate(people) if each and at not in hidden]
    assert small <= hidden and (not shown or not any(people[at] == 0 for at in hidden))
    enough = len(hidden) > 1 and sum(people[at] for at in hidden) >= least
    assert not hidden or enough or not shown


@pytest.mark.parametrize(
    ("value", "kind", "adds_up", "expected"),
    [
        (0, Kind.COUNT, False, 0),
        (5, Kind.COUNT, False, 5),
        (7, Kind.COUNT, False, 5),
        (8, Kind.COUNT, False, 10),
        (1203, Kind.COUNT, False, 1205),
        (1203, Kind.COUNT, True, 1200),
        (52.6, Kind.PERCENT, False, 55),
        (52.4, Kind.PERCENT, False, 50),
        (0.526, Kind.SHARE, False, 0.55),
        (5025, Kind.SECONDS, True, 5000),
        (0.0377, Kind.NUMBER, False, 0.038),
    ],
)
def test_numbers_are_shown_in_steps(
    value: float, kind: Kind, adds_up: bool, expected: float
) -> None:
    assert rounded(value, kind, 5, adds_up=adds_up) == expected


@given(st.lists(st.integers(5, 10_000), min_size=2, max_size=8), st.data())
def test_no_sum_or_difference_of_counts_is_about_fewer_people(
    counts: list[int], data: st.DataObject
) -> None:
    shown = [rounded(each, Kind.COUNT, 5, adds_up=False) for each in counts]
    signs = data.draw(st.lists(st.sampled_from((-1, 0, 1)), min_size=8, max_size=8))
    total = sum(sign * each for sign, each in zip(signs, shown, strict=False))
    assert not 0 < abs(total) < 5


def test_changes_and_phrases_hold_only_what_is_shown() -> None:
    assert difference(15, 10) == 5
    assert difference(15, HIDDEN) == difference(HIDDEN, 10) == HIDDEN
    assert difference(15, None) is None
    words = "1,203 of 1,222 people in North + 2 sub-classes (not 12 staff, 2 deleted, 0 bots)"
    expected = "1,205 of 1,220 people in North + 2 sub-classes (not 10 staff, 1-4 deleted, 0 bots)"
    assert rounded_words(words, 5) == expected
