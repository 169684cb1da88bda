"""How a file with delimiters is laid out is read from the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.importers.sources.delimited import find_layout
from termstats.data.model.errors import SourceError
from tests.data.importers.sources.sheet_reading import read

KNOWN = {"at", "kind", "who"}


def layout(text: str) -> tuple[str, tuple[str, ...], int, int]:
    found = find_layout(io.StringIO(text, newline=""), KNOWN.__contains__)
    return found.delimiter, found.header, found.lines_above, found.titles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at,kind\n1,2\n", (",", ("at", "kind"), 1, 0)),
        ("at;kind;a,b,c,d\n1;2;3\n", (";", ("at", "kind", "a,b,c,d"), 1, 0)),
        ("sep=|\nat|kind\n", ("|", ("at", "kind"), 2, 0)),
        ("A, B, C report\n\n at ; kind \n", (";", ("at", "kind"), 3, 1)),
        ('"Two\nlines",\nat\tkind\n', ("\t", ("at", "kind"), 3, 1)),
        ("\n\nx\ty\n1\t2\n", ("\t", ("x", "y"), 3, 0)),
        ("Title\nx,y\n1,2\n3,4\n", (",", ("x", "y"), 2, 1)),
        ("only\n1\n", (";", ("only",), 1, 0)),
        ("", (";", (), 0, 0)),
    ],
)
def test_the_line_of_column_names(
    text: str, expected: tuple[str, tuple[str, ...], int, int]
) -> None:
    assert layout(text) == expected


def test_rows_that_lose_or_gain_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("at,kind,who,,\n1,page,ana\n2,page,bo,,,,\n3,page\n4,page,cy,,,x\n")
    _sheet, rows, counter = read(path)
    assert [row["who"] for row in rows] == ["ana", "bo"]
    assert counter.refused == [
        ("wrong number of cells", ["3", "page"]),
        ("wrong number of cells", ["4", "page", "cy", "", "", "x"]),
    ]
    assert counter.places == ["line 4", "line 5"]


def test_a_quote_that_is_never_closed_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text('at,kind,who\n1,page,"a, b"\n2,page,"cut o')
    with pytest.raises(SourceError, match="the quote opened in line 3 is never closed"):
        read(path)


CELL = st.text('ab" ,;|\u00e9', max_size=6)
ROWS = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6)
AS_TABS = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(ROWS, st.integers(0, 6))
@AS_TABS
def test_a_file_that_does_not_quote_has_a_row_in_each_line(
    tmp_path: Path, rows: list[tuple[str, str]], place: int
) -> None:
    """As databases print: a bare quote opens what only a later line would close."""
    rows.insert(min(place, len(rows)), ('"bare', 'x"y'))
    rows.append(('"bare', '"'))
    quoted = sum(cell.startswith('"') and cell.endswith('"') for row in rows for cell in row)
    path = tmp_path / "log.tsv"
    lines = "".join(f"2026-03-01\t{kind}\t{who}\n" for kind, who in rows)
    path.write_text(f"at\tkind\twho\n{lines}", encoding="utf-8", newline="")
    _sheet, read_rows, counter = read(path)
    if quoted <= 1:
        assert [(row["kind"], row["who"]) for row in read_rows] == rows
        assert counter.number == len(rows)


@given(ROWS, st.sampled_from([",", ";", "\t", "|"]))
@AS_TABS
def test_a_file_that_quotes_gives_back_what_was_written(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str
) -> None:
    rows = [(kind.replace("b", "\n"), who) for kind, who in rows]
    path = tmp_path / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(("at", "kind", "who"))
        writer.writerows(("2026-03-01", *row) for row in rows)
    _sheet, read_rows, counter = read(path)
    assert [(row["kind"], row["who"]) for row in read_rows] == rows
    assert counter.refused == []
