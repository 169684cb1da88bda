"""Which rows are shown in which order, without a screen."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.table import (
    Cell,
    Row,
    Table,
    count,
    day,
    ident,
    moment,
    number,
    percent,
    seconds,
    share,
    words,
)
from termstats.widgets.tables.order import (
    RowSearch,
    Sorting,
    identity_of,
    next_beginning,
    next_sorting,
    shown_rows,
    useful_first,
)

COLUMNS = (ident("learner_id"), words("learner"), percent("score"), day("last"))
ROWS: tuple[Row, ...] = (
    ("7", "Ana", 79.0, date(2026, 11, 3)),
    ("9", "ben", None, date(2026, 11, 1)),
    ("3", "Cho", 100.0, None),
)
LEARNERS = Table("x.learners", "Learners", COLUMNS, ROWS)
SHOWN = (1, 2, 3)


def test_a_search_looks_at_shown_cells_and_at_fields() -> None:
    assert shown_rows(LEARNERS, SHOWN, RowSearch("N"), None) == [0, 1]
    # The ids 7, 9 and 3 are not shown; 79 % is.
    assert shown_rows(LEARNERS, SHOWN, RowSearch("7"), None) == [0]
    fields = (("learner", "ben"), ("of another figure", "x"))
    assert shown_rows(LEARNERS, SHOWN, RowSearch("", fields), None) == [1]


def test_the_second_order_is_the_other_way_round_and_the_third_is_the_figures() -> None:
    name, score = COLUMNS[1], COLUMNS[2]
    up = next_sorting(None, name)
    assert up == Sorting("learner", descending=False)
    down = next_sorting(up, name)
    assert down == Sorting("learner", descending=True)
    assert next_sorting(down, name) is None
    assert next_sorting(down, score) == Sorting("score", descending=False)


def test_the_useful_order_comes_first() -> None:
    largest = (count("users"), seconds("time_spent"), day("last"), moment("at"), percent("share"))
    lowest = (percent("progress"), share("difficulty"), number("score"), words("learner"))
    assert all(useful_first(column) for column in largest)
    assert not any(useful_first(column) for column in lowest)


def test_a_beginning_is_looked_for_from_here_and_round_again() -> None:
    rows = [0, 1, 2]
    assert next_beginning(LEARNERS, 1, rows, 0, "c") == 2
    assert next_beginning(LEARNERS, 1, rows, 2, "B") == 1
    assert next_beginning(LEARNERS, 1, rows, 1, "be") == 1
    assert next_beginning(LEARNERS, 1, rows, 1, "x") is None
    assert next_beginning(LEARNERS, 1, [], 0, "a") is None


def test_a_row_is_known_by_its_ids_else_by_its_first_cell() -> None:
    assert identity_of(LEARNERS, 1) == ("9",)
    plain = Table("x", "X", COLUMNS[1:], tuple(row[1:] for row in ROWS))
    assert identity_of(plain, 1) == ("ben",)


@given(st.lists(st.none() | st.integers(-9, 9), max_size=20), st.booleans())
def test_every_row_is_shown_once_and_those_without_a_value_last(
    values: list[Cell], descending: bool
) -> None:
    table = Table("x", "X", (count("users"),), tuple((value,) for value in values))
    rows = shown_rows(table, (0,), RowSearch(), Sorting("users", descending))
    assert sorted(rows) == list(range(len(values)))
    cells = [values[row] for row in rows]
    numbers = [cell for cell in cells if isinstance(cell, int)]
    assert numbers == sorted(numbers, reverse=descending)
    assert cells[len(numbers) :] == [None] * (len(cells) - len(numbers))
