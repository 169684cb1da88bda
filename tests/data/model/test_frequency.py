"""How often values occur, and that a row search for a value finds as many rows."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.frequency import counted_values, frequency_table, value_words
from termstats.data.model.row_search import EXACT, UNLIKE, cell_fits, is_in, split_pair
from termstats.data.model.table import Cell, Column, Kind, Row, Table, codes, day, percent, words

STATES: tuple[Row, ...] = (
    ("Ana", "passed", 79.4),
    ("Ben", "failed", 79.0),
    ("Cho", "passed", None),
    ("Dina", None, 12.0),
)
LEARNERS = Table(
    "x.learners", "Learners", (words("learner"), words("state"), percent("score")), STATES
)
CELLS: dict[Kind, st.SearchStrategy[Cell]] = {
    Kind.TEXT: st.sampled_from(("", "-", "a", "A", "passed", "in progress", "=", "!", "60 %")),
    Kind.PERCENT: st.floats(0, 100),
    Kind.COUNT: st.integers(0, 2000),
    Kind.SECONDS: st.integers(0, 9000),
    Kind.DATE: st.dates(date(2026, 1, 1), date(2026, 1, 9)),
}


def frequency(table: Table, name: str) -> list[Row]:
    at = table.position(name)
    return list(frequency_table("x", table.columns[at], counted_values(table, at)).rows)


def test_values_are_counted_with_their_share_and_no_value_last() -> None:
    assert frequency(LEARNERS, "state") == [("passed", 2, 50.0), ("failed", 1, 25.0), (None, 1, 25)]


def test_values_that_read_alike_are_one() -> None:
    assert frequency(LEARNERS, "score") == [(79.4, 2, 50.0), (12.0, 1, 25.0), (None, 1, 25.0)]


def test_only_the_rows_that_are_shown_are_counted() -> None:
    counts = counted_values(LEARNERS, 1, [0, 1])
    table = frequency_table("x", LEARNERS.columns[1], counts)
    assert table.rows == (("failed", 1, 50.0), ("passed", 1, 50.0))
    assert table.summary == "2 values of 2 rows"


def test_a_state_keeps_its_name_so_that_its_sign_is_shown() -> None:
    names = [column.name for column in frequency_table("x", words("state"), Counter("a")).columns]
    assert names == ["state", "rows", "share"]
    named = [column.name for column in frequency_table("x", day("rows"), Counter()).columns]
    assert named == ["value", "rows", "share"]


@given(st.data())
def test_a_search_for_a_value_keeps_as_many_rows_as_were_counted(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(CELLS)))
    cells: list[Cell] = data.draw(st.lists(st.none() | CELLS[kind], min_size=1, max_size=12))
    table = Table("x", "X", (Column("cell", kind),), tuple((cell,) for cell in cells))
    for value, number, _share in frequency(table, "cell"):
        assert isinstance(number, int)
        text = value_words(value, table.columns[0])
        kept = UNLIKE if text is None else EXACT + text
        left_out = "" if text is None else UNLIKE + text
        assert sum(cell_fits(cell, kind, kept) for cell in cells) == number
        assert sum(cell_fits(cell, kind, left_out) for cell in cells) == len(cells) - number


def test_pairs_of_a_row_search_are_read() -> None:
    assert split_pair("state=pass") == ("state", "pass")
    assert split_pair("state==passed") == ("state", EXACT + "passed")
    assert split_pair("state!=passed") == ("state", UNLIKE + "passed")
    assert split_pair("state!=") == ("state", UNLIKE)
    assert split_pair("passed") is None


def test_codes_of_a_platform_are_read_as_words() -> None:
    table = Table(
        "x", "X", (codes("action"),), (("edit_dataset",), ("mod_quiz:tried",), ("Bar_x",))
    )
    assert [value_words(row[0], table.columns[0]) for row in table.rows] == [
        "edit dataset",
        "mod quiz: tried",
        "Bar_x",  # a name
    ]
    assert [table.shown(at, 0) for at in range(3)] == ["edit dataset", "mod quiz: tried", "Bar_x"]


def test_a_code_is_found_by_itself_and_by_its_words() -> None:
    assert is_in("edit_data", "edit_dataset") and is_in("edit data", "edit_dataset")
    assert is_in("quiz: at", "mod_quiz:attempt_started")
    assert not is_in("editdata", "edit_dataset")
