"""Lines over time, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from termstats.data.model.charts import Line
from termstats.data.model.table import Row, Table, count, day, percent
from termstats.widgets.charts.drawing import Look
from termstats.widgets.panels.summary import summary_of
from tests.widgets.charts.tables import MONDAY, by_day, draw, drawn, plain, table


def test_columns_stand_in_a_frame_with_round_ticks_and_dates() -> None:
    # 11 lines for 0..10, and beside ` mean 5` 29 cells for 7 days: columns of 3 cells and a gap,
    # the last of 4.
    lines = plain(by_day(0, 5, 10, 5, 0, 5, 10), Look(39, 12))
    assert lines[0].startswith("10 ")
    assert lines[5].startswith(" 5 ")
    assert lines[10].startswith(" 0 ")
    assert lines[11] == "   ╵2 Nov  ╵4      ╵6      ╵8"
    # 5 of 10 are five lines and a half, 10 are all eleven.
    assert [line[7:10] for line in lines[:11]] == ["┈┈┈", *["   "] * 4, "▄▄▄", *["███"] * 5]
    assert [line[11:14] for line in lines[:11]] == ["███"] * 11
    assert {line[14] for line in lines[6:11]} == {" "}


def test_no_value_is_a_dash_on_the_ground_and_zero_is_nothing() -> None:
    lines = plain(by_day(4, None, 0, 4), Look(42, 9))
    # 4 days on 30 cells, beside ` mean 2.67`: 7 cells a day, of which 2 are a gap.
    assert lines[7][2:32] == "█████  ╌╌╌╌╌         █████    "


def test_the_mean_is_a_rule_behind_the_columns_with_its_word() -> None:
    # 8 lines for 0..10: the mean 4 lies in the fourth from below. Beside the word
    # 34 cells are left: 8 a day, of which 2 are a gap.
    lines = plain(by_day(0, 8, 0, 8), Look(44, 9))
    assert lines[4].rstrip() == f" 5 {'╌' * 8}██████{'╌' * 10}██████╌╌ mean 4"
    assert [line for line in lines if "╌" in line] == [lines[4]]
    # 14 cells are 3 a day, without the word's 7 only 1.
    narrow = plain(by_day(0, 8, 0, 8), Look(17, 9))
    assert not any("╌" in line for line in narrow)
    assert plain(by_day(0, 8, 0, 8), Look(44, 9, plain=True))[4].startswith(f" 5 {'-' * 8}#")


def test_missing_rows_leave_their_place() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 4) for n in (0, 1, 3)]
    asked = table((day("day"), count("users")), rows, Line("day"))
    # 30 cells for 4 days, though there are 3 rows.
    assert plain(asked, Look(32, 9))[7] == "0 █████  █████         █████    "


def test_any_value_above_zero_is_seen() -> None:
    lines = plain(by_day(1, 1000), Look(32, 9))
    assert lines[7].split() == ["0", "▁" * 9, "█" * 9]  # of 13 cells a day


def test_a_day_that_is_not_over_looks_so() -> None:
    asked = replace(by_day(4, 4, 4), now=datetime(2026, 11, 4, 19, 0, tzinfo=UTC))
    lines = plain(asked, Look(32, 9))
    assert lines[3].split() == ["███████", "███████", "░░░░░░░"]
    assert drawn(asked, Look(32, 9)).stop(2).text == "Wed 4 Nov: 4 users so far, day not over"
    over = replace(asked, now=datetime(2026, 11, 5, 0, 0, tzinfo=UTC))
    assert "░" not in "".join(plain(over, Look(32, 9)))


def states(*rows: tuple[float, float]) -> Table:
    cells: list[Row] = [(MONDAY + timedelta(n), *row) for n, row in enumerate(rows)]
    return table((day("day"), percent("done"), percent("open")), cells, Line("day"))


def test_states_are_steps_of_different_weight_named_at_their_ends() -> None:
    # 11 lines for 0..100; 60 cells: 5 for the axis, 10 for " Done 90 %" leave 45 for 9 days.
    lines = plain(states(*[(50.0, 10.0)] * 4, *[(90.0, 10.0)] * 5), Look(60, 12))
    # 50 is the line whose upper edge is the middle: 11 - 6 = 5; 90 is line 11 - 10 = 1.
    assert lines[5] == " 50% " + "━" * 20 + "┛" + "┈" * 24
    assert lines[1] == "     " + " " * 20 + "┏" + "━" * 24 + " Done 90 %"
    assert [line[25] for line in lines[2:5]] == ["┃", "┃", "┃"]
    assert lines[10] == "  0% " + "─" * 45 + " Open 10 %"


def test_names_that_would_meet_move_apart() -> None:
    lines = plain(states((50.0, 50.0), (50.0, 50.0)), Look(60, 12))
    assert lines[5].endswith(" Done 50 %")
    assert lines[6].endswith(" Open 50 %")


def test_no_step_crosses_days_without_data() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 50.0, 10.0) for n in (0, 1, 4)]
    asked = table((day("day"), percent("done"), percent("open")), rows, Line("day"))
    # 45 cells for 5 days: two days, two days missing, a day.
    assert plain(asked, Look(60, 12))[5][5:50] == "━" * 18 + "┈" * 18 + "━" * 9


def test_a_long_series_is_drawn_by_weeks_and_read_by_days() -> None:
    values = [n % 7 for n in range(364)]
    drawing = drawn(by_day(*values), Look(80, 15))
    assert drawing.foot[0].plain == "mean of each week; the cursor reads every row"
    # The mean of 0..6 is 3 in every week, the highest value too: all columns are full.
    assert set(drawing.lines[0].plain) == {"3", " ", "█"}
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


def test_the_period_before_stands_beside_each_column() -> None:
    now, before = by_day(*[10] * 3), by_day(5, 10, 0, first=MONDAY - timedelta(3))
    drawing = drawn(now, Look(32, 9, previous=before))
    lines = [line.plain for line in drawing.lines]
    # 29 cells for 3 days, 9 for each: 3 cells of now, 3 of before, a gap.
    assert lines[0].rstrip() == "10 ███┈┈┈┈┈┈███▒▒▒┈┈┈███┈┈┈"
    assert lines[7].rstrip() == " 0 ███▒▒▒   ███▒▒▒   ███"
    assert drawing.stop(0).text == "Mon 2 Nov: 10 users, 5 on Fri 30 Oct, 5 more"
    assert drawing.stop(1).text == "Tue 3 Nov: 10 users, 10 on Sat 31 Oct, the same"


def test_the_period_before_is_a_thin_step_below_states() -> None:
    now, before = states(*[(100.0, 0.0)] * 4), states(*[(50.0, 50.0)] * 4)
    line = plain(now, Look(60, 12, previous=before))[5]
    assert "┄" * 40 in line


def test_ascii_lines_use_no_other_characters() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), n, 9 - n) for n in range(10)]
    asked = table((day("day"), count("up"), count("down")), rows, Line("day"))
    characters = "".join(plain(asked, Look(60, 12, plain=True)))
    assert characters.isascii()
    assert "A" in characters and "B" in characters
    assert "".join(plain(by_day(1, 2, 3), Look(60, 12, plain=True))).isascii()


def test_the_summary_of_one_line() -> None:
    assert summary_of(by_day(10, 20, 60)) == "mean 30 · peak 60 on 4 Nov"
    assert summary_of(by_day(0, 0)) == ""
    # 1 in 300 days, and 7 in 25.
    assert summary_of(by_day(*[0] * 299, 1)).startswith("mean < 0.01 · peak 1 on ")
    assert summary_of(by_day(*[0] * 24, 7)).startswith("mean 0.28 · peak 7 on ")
