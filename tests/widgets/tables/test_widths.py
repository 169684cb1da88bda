"""Which columns have room, and that what is shown of them is whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.data.model import blocks
from termstats.data.model.table import Cell, Column, Kind, Row, Table, count, percent, words
from termstats.widgets.tables.page import cells_of, headings_of
from termstats.widgets.tables.widths import LEAST, Fitted, Needs, fitted

SIGNED = ("passed", "in progress", "not started", "failed", "expired", "withdrawn", "else")
CELLS: dict[Kind, st.SearchStrategy[Cell]] = {
    Kind.TEXT: st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "M", "Z"]), min_size=1
    ),
    Kind.PERCENT: st.floats(0, 100),
    Kind.SHARE: st.floats(0, 1),
    Kind.COUNT: st.integers(-(10**9), 10**9),
    Kind.NUMBER: st.floats(-(10**6), 10**6),
    Kind.SECONDS: st.integers(0, 10**7),
    Kind.DATE: st.dates(date(1900, 1, 1)),
    Kind.MOMENT: st.integers(0, 2**31).map(lambda at: datetime.fromtimestamp(at, UTC)),
}
HEADING = st.text("abcdefgh", min_size=1, max_size=22)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = [Kind.TEXT, *draw(st.lists(st.sampled_from(list(CELLS)), max_size=9))]
    columns = [Column(f"c{n}", kind, draw(HEADING)) for n, kind in enumerate(kinds)]
    cells = [st.none() | CELLS[kind] for kind in kinds]
    if draw(st.booleans()):
        columns.insert(1, words("state"))
        cells.insert(1, st.sampled_from(SIGNED))
    rows: list[Row] = draw(st.lists(st.tuples(*cells), min_size=1, max_size=4))
    return Table("x", "X", tuple(columns), tuple(rows))


def shown_cell(table: Table, row: int, at: int) -> str:
    """Return a cell whole; no value is a dash."""
    return "–" if table.rows[row][at] is None else table.shown(row, at)


def fit(table: Table, width: int, chosen: int = 0) -> Fitted:
    needs = Needs().of(table, range(len(table.columns)), plain=False)
    return fitted(needs.columns, width, chosen)


@pytest.mark.parametrize("width", [60, 80, 120])
@given(table=tables(), chosen=st.integers(0, 9))
def test_what_is_no_text_is_never_cut(width: int, table: Table, chosen: int) -> None:
    chosen = min(chosen, len(table.columns) - 1)
    fitting = fit(table, width, chosen)
    assert fitting.places[0] == 0
    assert chosen in fitting.places
    total = sum(fitting.widths) + 2 * len(fitting.widths)
    assert total <= width or len(fitting.places) <= 2
    cells = cells_of(table, range(len(table.rows)), fitting.places, fitting, plain=False)
    for row, shown in enumerate(cells):
        for at, cells_wide, cell in zip(fitting.places, fitting.widths, shown, strict=True):
            assert cell_len(cell.plain) <= cells_wide
            column, whole = table.columns[at], shown_cell(table, row, at)
            if column.kind is Kind.TEXT and column.name != "state":
                assert cell.plain == whole or (
                    cell_len(cell.plain) >= LEAST - 4 and whole.startswith(cell.plain[:-1])
                )
            else:
                assert cell.plain.endswith(whole)
    headings = headings_of(table, fitting.places, fitting.widths, None, 0, plain=False)
    assert [str(each) for each in headings] == [table.columns[at].heading for at in fitting.places]


def table_of(*columns: Column, row: Row) -> Table:
    return Table("x", "X", columns, (row,))


def test_a_name_shrinks_before_a_column_goes_and_columns_go_whole() -> None:
    name = "A training with a very long title indeed"
    columns = (words("training"), percent("progress"), *(words(f"note_{n}") for n in range(3)))
    table = table_of(*columns, row=(name, 50.0, "x" * 30, "y" * 30, "z" * 30))
    # 18 + (10 + 7) + 14 + 14 and 2 around each are 71 of 78; the last would need 16 more.
    fitting = fit(table, 80)
    assert fitting.places == [0, 1, 2, 3]
    assert sum(fitting.widths) + 8 <= 78
    assert fitting.widths[0] >= 18
    assert fitting.bars[1] >= 6


def test_blocks_are_whole_or_a_count_with_a_bar() -> None:
    columns = (words("training"), blocks.COLUMN)
    table = Table("x", "X", columns, (("Safety", "#x~.?"), ("Long", "#" * 9 + "." * 22)))
    fitting = fit(table, 80)
    few, many = (row[1] for row in cells_of(table, (0, 1), (0, 1), fitting, plain=False))
    assert few.plain == "▣✗◧▢…"
    assert many.plain == "━╸┄┄┄┄ 9 of 31"
    few, many = (row[1] for row in cells_of(table, (0, 1), (0, 1), fitting, plain=True))
    assert few.plain == "#x~.?"
    assert many.plain == "=-.... 9 of 31"
    assert fitting.widths[1] == len("━╸┄┄┄┄ 9 of 31")


def test_a_narrow_table_shows_a_column_rather_than_a_bar() -> None:
    columns = (words("learner"), words("state"), percent("progress"), percent("score"))
    table = table_of(*columns, row=("A" * 30, "in progress", 50.0, 40.0))
    assert fit(table, 58).places == [0, 1, 2, 3]


def test_a_share_that_the_table_is_about_keeps_its_bar_in_a_pane() -> None:
    columns = (words("answer"), percent("share"), words("state"), count("responses"))
    table = table_of(*columns, row=("A" * 60, 50.0, "wrong", 40))
    fitting = fit(table, 46)
    assert (fitting.places[:2], fitting.bars[1]) == ([0, 1], 6)
    assert fit(table, 38).bars[1] == 0


def test_one_of_few_wordings_is_never_cut() -> None:
    columns = (words("learner", "Learner"), words("reason", "Reason", few_words=True))
    rows: tuple[Row, ...] = (("Maximiliane Gutenberg", "certificate expiring"),)
    asked = Table("t", "", columns, rows)
    # 20 cells of the reason, 2 beside each column and at the edge: 16 are left for the name.
    assert fitted(Needs().of(asked, (0, 1), plain=False).columns, 42, 0).widths == [16, 20]


def test_bars_come_before_longer_names_those_on_the_left_first() -> None:
    columns = (words("training"), count("learners"), percent("progress"), percent("completion"),
               percent("score"))  # fmt: skip
    table = table_of(
        *columns, row=("A training with a very long title indeed", 248, 64.0, 36.0, 62.0)
    )
    # 18 + 8 + 8 + 10 + 5 and 2 around each are 59 of 64. Bars of 6 take 3 cells more in the first
    # share, 1 in the second, 6 in the third: two have room, and one cell is left for the name.
    fitting = fit(table, 66)
    assert fitting.places == [0, 1, 2, 3, 4]
    assert fitting.bars == [0, 0, 6, 6, 0]
    assert fitting.widths == [19, 8, 11, 11, 5]


def test_two_columns_stay_and_then_the_name_shrinks_to_12() -> None:
    table = table_of(words("training"), words("text"), row=("t" * 50, "u" * 50))
    assert fit(table, 30).widths == [12, 12]


def test_needs_of_more_rows_are_added_to_those_of_the_first() -> None:
    first = table_of(words("name"), percent("progress"), row=("Ana", 5.0))
    more = Table("x", "X", first.columns, (*first.rows, ("Bartholomew", 100.0)))
    columns = range(2)
    needs = Needs().of(first, columns, plain=False)
    assert needs.of(more, columns, plain=False) == Needs().of(more, columns, plain=False)
    assert needs.of(first, columns, plain=False) is needs


def test_a_bar_stands_below_its_heading() -> None:
    table = table_of(words("training"), percent("progress"), row=("Safety", 100.0))
    fitting = fit(table, 80)
    # 10 cells of bar, a space and "100 %"; the heading has 8.
    assert (fitting.bars[1], fitting.widths[1]) == (10, 16)
