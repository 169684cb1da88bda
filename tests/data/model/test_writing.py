"""Tables as CSV: what a spreadsheet would take for a formula is guarded, all else is as it is."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.table import Cell, Table, words
from termstats.data.model.text import clean
from termstats.data.model.writing import CsvFile, CsvStyle, guarded, to_csv

AMOUNTS = st.from_regex(r"-[0-9]{1,6}([.,][0-9]{1,3})?( ?(sec|min|s|h|%|°C|días))?", fullmatch=True)


@pytest.mark.parametrize(
    "cell",
    ["-", "-11 sec", "-11", "-1.5", "-1,234.5", "-5 %", "-12.5%", "-1 min 30 s", "-3e-05", "-2 h"],
)
def test_a_dash_and_a_negative_amount_are_no_formulas(cell: str) -> None:
    assert guarded(cell) == cell


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+49 30 1234",
        "@SUM(1)",
        "\t=1+1",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "－5",
        "＠SUM(1)",
        "﹦1+1",
        "﹢1",
        "﹣1",
        "﹫A1",
        "\r=1+1",
        "-cmd|' /c calc'!A0",
        "-1+cmd|'/c calc'!A0",
        "-2+3",
        "-2-3",
        "-A1",
        "-1*A1",
        "-1 A1",
        "-11 sec\n=1+1",
        "-11 sec|x",
        "--1",
        "- 1",
        "-(1)",
        "-1 min =1",
        "-abc",
    ],
)
def test_what_computes_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


def written(*rows: tuple[Cell, ...], style: CsvStyle, heading: str = "a") -> str:
    out = io.StringIO()
    file = CsvFile(out, style)
    for row in rows:  # pages
        file.add(Table("some.figure", "Some", (words(heading),), (row,)))
    file.end()
    return out.getvalue()


def test_headings_are_guarded_as_cells_are() -> None:
    cells = written(("=1+1",), style=CsvStyle(), heading="=cmd|' /c calc'!A0")
    assert cells == "'=cmd|' /c calc'!A0\n'=1+1\n"


def test_raw_text_is_as_it_is_and_a_mark_stands_once_at_the_beginning() -> None:
    style = CsvStyle(raw=True, bom=True)
    assert written(("=1+1",), ("-a",), style=style, heading="@a") == "\ufeff@a\n=1+1\n-a\n"
    assert written(("=1+1",), style=CsvStyle(bom=True)) == "\ufeffa\n'=1+1\n"


@given(AMOUNTS)
def test_any_negative_amount_with_a_unit_stays(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.sampled_from("=+-@\t\r"), st.text(), st.sampled_from("+-*/^&|!(=<>\"'{;:"), st.text())
def test_nothing_with_an_operator_of_formulas_passes(
    first: str, before: str, operator: str, after: str
) -> None:
    cell = f"{first}{before}{operator}{after}"
    exponent = first == "-" and operator in "+-" and before[-1:] in ("e", "E")
    assert exponent or guarded(cell) == f"'{cell}"


@given(st.text().map(clean) | AMOUNTS | st.just("-") | st.integers() | st.none())
def test_a_cell_read_back_is_the_cell_or_the_cell_behind_one_quote(cell: str | int | None) -> None:
    written = to_csv(Table("some.figure", "Some", (words("a"), words("b")), ((cell, "end"),)))
    _head, (first, last) = csv.reader(io.StringIO(written, newline=""))
    plain = "" if cell is None else str(cell)
    assert first in (plain, f"'{plain}") and last == "end"


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.0, -0.0, 1.0, 2.5, 0.1 + 0.2, 1e300])
    | st.sampled_from(["", "=1", "-1", "-a", "a", 'a"b', "a,b", "a\nb", "1", "None"])
    | st.sampled_from(
        [
            datetime(2024, 10, 27, 2, 30, tzinfo=timezone(timedelta(hours=2))),
            datetime(2024, 10, 27, 0, 30, tzinfo=UTC),  # the same moment, written otherwise
            date(2024, 10, 27),
        ]
    )
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_a_cell_is_written_alike_whatever_stands_above_it(
    rows: list[tuple[Cell, Cell]],
) -> None:
    written = to_csv(Table("some.figure", "Some", (words("a"), words("b")), tuple(rows)))
    _head, *lines = csv.reader(io.StringIO(written, newline=""))
    assert lines == [[guarded(cell) for cell in row] for row in rows]
