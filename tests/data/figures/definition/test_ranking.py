"""Rankings: order, ties, and the row that holds the rest."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.definition.ranking import OTHERS, cut_off, ranked, top_rows
from termstats.data.model.table import Cell

Row = tuple[Cell, ...]

PEOPLE: list[Row] = [
    ("7", "dee", 1, 1),
    ("1", "ana", 3, 2),
    ("10", "bo", 3, 2),
    ("9", "bo", 3, 1),
    ("4", "fay", 1, 1),
]


def test_count_then_name_then_id() -> None:
    order = ranked(PEOPLE, by=2, name=1, key=0)
    assert [row[0] for row in order] == ["1", "9", "10", "7", "4"]


def test_no_value_ranks_as_zero() -> None:
    order = ranked([("a", "a", None), ("b", "b", 1), ("c", "c", -1)], by=2, name=1, key=0)
    assert [row[0] for row in order] == ["b", "a", "c"]


def test_upper_and_lower_case_rank_together() -> None:
    order = ranked([("1", "bea", 1), ("2", "Abe", 1), ("3", "Cy", 1)], by=2, name=1, key=0)
    assert [row[1] for row in order] == ["Abe", "bea", "Cy"]


def test_the_rest_is_one_row_that_sums_what_adds_up() -> None:
    rows = top_rows(PEOPLE, 3, by=2, name=1, key=0, adds=(2,))
    assert [row[0] for row in rows] == ["1", "9", "10", None]
    assert list(rows[-1]) == [None, OTHERS, 2, None]


def test_no_rest_no_row() -> None:
    assert len(top_rows(PEOPLE, 5, by=2, name=1, key=0, adds=(2,))) == 5
    assert top_rows([], 5, by=2, name=1, key=0, adds=(2,)) == []


def test_a_rest_without_values_has_none() -> None:
    rows = top_rows([("a", "a", 1), ("b", "b", None)], 1, by=2, name=1, key=0, adds=(2,))
    assert list(rows[-1]) == [None, OTHERS, None]


def test_what_is_cut_off_in_words() -> None:
    assert cut_off(PEOPLE, 5, by=2) == ""
    assert cut_off(PEOPLE, 4, by=2) == "1 more in (others), 1 tied with the last one shown"
    assert cut_off(PEOPLE, 3, by=2) == "2 more in (others)"


@given(
    st.lists(st.tuples(st.integers(0, 5), st.text("ab", max_size=2)), max_size=12),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
)
def test_nothing_is_lost_and_order_of_arrival_does_not_matter(
    pairs: list[tuple[int, str]], top: int, shuffle: Random
) -> None:
    rows: list[Row] = [(str(n), name, size) for n, (size, name) in enumerate(pairs)]
    shown = top_rows(rows, top, by=2, name=1, key=0, adds=(2,))
    assert sum(size for row in shown if isinstance(size := row[2], int)) == sum(
        size for size, _name in pairs
    )
    mixed = list(rows)
    shuffle.shuffle(mixed)
    assert top_rows(mixed, top, by=2, name=1, key=0, adds=(2,)) == shown
