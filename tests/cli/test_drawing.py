"""Tables and bars of the command line: by cells, never markup, plain where nobody watches."""

import io
from collections.abc import Mapping

import pytest
from rich.cells import cell_len

from termstats.cli.drawing import show, table_of
from termstats.cli.import_report import report_table
from termstats.cli.progress import progress_bar, shown_on
from termstats.data.model.table import Column, Kind, Table
from termstats.data.model.writing import to_text


class Terminal(io.StringIO):
    """Writes as to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def drawn(rows: list[tuple[str, str]], stream: io.StringIO) -> list[str]:
    show(table_of(rows, ("name", "n"), right=(1,)), stream)
    return stream.getvalue().splitlines()


def test_wide_characters_take_two_cells() -> None:
    lines = drawn([("漢字", "7"), ("abcdef", "12")], io.StringIO())
    assert lines == ["name     n", "漢字     7", "abcdef  12"]
    assert {cell_len(line) for line in lines} == {10}


def test_a_report_as_text_counts_cells_too() -> None:
    table = Table(
        "some.figure",
        "Some",
        (Column("name", Kind.TEXT), Column("n", Kind.COUNT)),
        (("漢字", 7), ("abcdef", 12)),
    )
    rows = to_text(table, cell_len).splitlines()[3:]
    assert {cell_len(line) for line in rows} == {cell_len(rows[0])}
    assert [line[-2:].strip() for line in rows[1:]] == ["7", "12"]


def test_data_are_never_read_as_markup() -> None:
    assert drawn([("[red]x[/] :smile:", "1")], io.StringIO())[1].startswith("[red]x[/] :smile:")


def test_long_rows_are_neither_cut_nor_wrapped() -> None:
    assert drawn([("x" * 500, "1")], io.StringIO())[1] == f"{'x' * 500}  1"


def test_styles_need_a_terminal_that_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("a", "1")]
    assert "\x1b[" in drawn(rows, Terminal())[0]
    assert "\x1b" not in drawn(rows, io.StringIO())[0]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in drawn(rows, Terminal())[0]


def test_an_import_report_lists_reasons_under_their_table() -> None:
    refused: Mapping[str, int] = {"no such person": 2, "no \x1b[31mdate": 1}
    stream = io.StringIO()
    examples: Mapping[str, str] = {"no such person": "'7' in line 9"}
    show(report_table([("活動", 1000, 997, refused, examples), ("user", 5, 5, {}, {})]), stream)
    assert stream.getvalue().splitlines() == [
        "table   read  kept  refused  why",
        "活動   1,000   997        3",
        "                          2  no such person, such as '7' in line 9",
        "                          1  no \ufffd[31mdate",
        "user       5     5        0",
    ]


def test_a_bar_names_table_and_rows_and_goes_at_the_end() -> None:
    stream = Terminal()
    with progress_bar(stream) as paint:
        paint("[b]users", 0, None)
        paint("events", 50, 200)
        before = stream.getvalue()
    assert "[b]users" in before
    assert "50 rows of 200" in before
    assert stream.getvalue().endswith("\x1b[2K") or "\x1b[?25h" in stream.getvalue()


def test_a_bar_is_not_painted_for_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("termstats.cli.progress.time.monotonic", lambda: 1.0)
    stream = Terminal()
    with progress_bar(stream) as paint:
        for done in range(1000):
            paint("events", done, 1000)
    assert stream.getvalue().count("events") < 5


def test_a_terminal_that_cannot_draw_gets_a_line_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    with shown_on(stream) as tell:
        for done in (0, 500, 1_200):
            tell("person", done, 1_200)
        tell("eve\x1bnt", 5, None)
    assert stream.getvalue() == "reading person, 1,200 rows\nreading eve\ufffdnt\n"


def test_a_pipe_gets_neither_bar_nor_lines() -> None:
    stream = io.StringIO()
    with shown_on(stream) as tell:
        tell("person", 5, None)
    assert stream.getvalue() == ""
