"""Lines over time, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from datetime import timedelta

from termstats.data.model.charts import Line
from termstats.data.model.table import Row, Table, count, day, percent
from termstats.widgets.charts.drawing import Look
from termstats.widgets.panels.summary import summary_of
from tests.widgets.charts.tables import MONDAY, by_day, draw, drawn, plain, table


def test_lines_stand_in_a_frame_with_round_ticks_and_dates() -> None:
    lines = plain(by_day(0, 5, 10, 5, 0, 5, 10), Look(32, 12))
    assert lines[0].startswith("10┤")
    assert lines[5].startswith(" 5┤")
    assert lines[10].startswith(" 0┼")
    assert lines[10].count("┬") == 4
    assert lines[11].split() == ["2", "Nov", "4", "Nov", "6", "Nov", "8", "Nov"]


def columns_with_dots(asked: Table, look: Look, skip: int) -> set[int]:
    lines = plain(asked, look)[:-2]
    return {at for line in lines for at, mark in enumerate(line[skip:]) if mark != " "}


def test_no_line_crosses_days_without_data() -> None:
    # 7 days on 61 cells: a day every 10 cells; the third is missing.
    values = (4, 4, None, 4, 4, 4, 4)
    columns = columns_with_dots(by_day(*values), Look(63, 12), 2)
    assert set(range(0, 11)) <= columns
    assert not columns & set(range(12, 30))
    assert set(range(31, 60)) <= columns


def test_missing_rows_are_a_gap_too() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 4) for n in (0, 1, 4, 5, 6)]
    asked = table((day("day"), count("users")), rows, Line("day"))
    columns = columns_with_dots(asked, Look(63, 12), 2)
    assert not columns & set(range(12, 39))


def test_several_lines_carry_their_letters() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 90.0, 10.0) for n in range(14)]
    asked = table((day("day"), percent("done"), percent("open")), rows, Line("day"))
    lines = plain(asked, Look(60, 12))
    upper = [line for line in lines[:5] if "a" in line]
    lower = [line for line in lines[5:10] if "b" in line]
    assert len(upper) == len(lower) == 1
    assert "b" not in upper[0]


def test_a_letter_stands_on_its_line() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 3.0 * n, 100.0) for n in range(30)]
    asked = table((day("day"), percent("done"), percent("all")), rows, Line("day"))
    lines = plain(asked, Look(70, 20))
    for at, line in enumerate(lines[:-2]):
        for cell in (n for n, mark in enumerate(line) if mark == "a"):
            near = {lines[row][cell + 1] for row in (at - 1, at, at + 1) if 0 <= row < 18}
            assert any("\u2800" < mark <= "\u28ff" for mark in near)


def test_a_long_series_is_drawn_by_weeks_and_read_by_days() -> None:
    values = [n % 7 for n in range(364)]
    drawing = drawn(by_day(*values), Look(80, 15))
    assert drawing.foot[0].plain == "mean of each week; the cursor reads every row"
    # The mean of 0..6 is 3 in every week: one level line.
    rows = {n for n, line in enumerate(drawing.lines[:-2]) if set(line.plain[2:]) - {" "}}
    assert len(rows) == 1
    assert drawing.stops == 364
    assert drawing.stop(6).text == "Sun 8 Nov 2026: 6 users"


def test_the_cursor_reads_the_value_and_the_week_before() -> None:
    drawing = drawn(by_day(57, 1, 1, 1, 1, 1, 1, 88), Look(60, 12))
    assert drawing.stop(0).text == "Mon 2 Nov: 57 users"
    assert drawing.stop(7).text == "Mon 9 Nov: 88 users (+31 on the Monday before)"
    assert drawing.stop(7).row == 7


def test_one_point_and_all_zero_are_sentences() -> None:
    sentence = draw(by_day(88), Look(60, 12))
    assert sentence == "Only one point, Mon 2 Nov: 88 users. A line needs two."
    assert draw(by_day(0, 0, 0), Look(60, 12)) == "Users: zero throughout."
    assert draw(by_day(None, None), Look(60, 12)) == "No values in this period."


def test_the_period_before_is_dotted() -> None:
    now, before = by_day(*[0] * 6, 40), by_day(*[20] * 7)
    without = plain(now, Look(60, 12))
    lines = plain(now, Look(60, 12, previous=before))
    assert lines != without
    # 20 of 40 is the upper half's lowest line: single dots there, never two in one cell.
    dots = set(lines[4][3:50]) - {" "}
    assert dots
    assert not dots & set("⠤⠒⠉⣀")
    assert not without[4][3:50].strip()


def test_ascii_lines_use_no_other_characters() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), n, 9 - n) for n in range(10)]
    asked = table((day("day"), count("up"), count("down")), rows, Line("day"))
    characters = "".join(plain(asked, Look(60, 12, plain=True)))
    assert characters.isascii()
    assert "a" in characters and "b" in characters


def test_the_summary_of_one_line() -> None:
    assert summary_of(by_day(10, 20, 60)) == "mean 30 · peak 60 on 4 Nov"
    assert summary_of(by_day(0, 0)) == ""
    # 1 in 300 days, and 7 in 25.
    assert summary_of(by_day(*[0] * 299, 1)).startswith("mean < 0.01 · peak 1 on ")
    assert summary_of(by_day(*[0] * 24, 7)).startswith("mean 0.28 · peak 7 on ")
