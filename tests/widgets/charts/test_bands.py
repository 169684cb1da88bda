"""Several amounts over time, each in a band of its own. Expectations are counted by hand."""

from __future__ import annotations

from datetime import timedelta

from termstats.data.model.charts import Line
from termstats.data.model.table import Row, Table, count, day, percent
from termstats.widgets.charts.drawing import Look
from tests.widgets.charts.tables import MONDAY, drawn, plain, table

COLUMNS = (day("day"), count("enrolled"), count("completed"), count("withdrawn"))


def by_day(*rows: tuple[int, int, int]) -> Table:
    cells: list[Row] = [(MONDAY + timedelta(n), *row) for n, row in enumerate(rows)]
    return table(COLUMNS, cells, Line("day"))


def test_each_amount_has_columns_on_the_same_scale() -> None:
    # 13 lines without the days: two bands of 6 and a line between them; the scale ends at 10,
    # 10 are 6 lines, 5 are 3 and 1 is 6 / 10 of one: 5 eighths.
    lines = plain(by_day((10, 0, 0), (5, 1, 0)), Look(60, 14))
    first, second = lines[:6], lines[7:13]
    assert [line.strip() for line in lines[6:7]] == [""]
    assert first[0].startswith("10 ████") and first[0].endswith(" Enrolled 15")
    assert sum("██" in line[22:44] for line in first) == 3
    assert second[0].startswith("10 ┈┈┈┈") and second[0].endswith(" Completed 1")
    assert not any("█" in line for line in second)
    assert "▅" in second[5] and second[5].startswith(" 0 ")


def test_what_never_happened_has_a_name_and_no_band() -> None:
    lines = plain(by_day((10, 0, 0), (5, 1, 0)), Look(60, 14))
    assert sum("Withdrawn 0" in line for line in lines) == 1
    assert sum(line.startswith("10 ") for line in lines) == 2


def test_in_a_narrow_chart_names_stand_above() -> None:
    lines = plain(by_day((10, 0, 0), (5, 1, 0)), Look(36, 14))
    names = [line.strip() for line in lines if "Enrolled" in line or "Completed" in line]
    assert names == ["Enrolled 15", "Completed 1 · Withdrawn 0"]


def test_what_shares_a_column_is_added_up() -> None:
    drawing = drawn(by_day(*[(1, 2, 0)] * 60), Look(50, 14))
    assert drawing.foot[0].plain == "one bar is one week"
    assert drawing.stop(0).text == ("Mon 2 Nov to Sun 8 Nov: Enrolled 7, Completed 14, Withdrawn 0")


def test_a_day_is_read_out_with_all_its_amounts() -> None:
    drawing = drawn(by_day((10, 0, 0), (5, 1, 0)), Look(60, 14))
    assert drawing.stop(1).text == "Tue 3 Nov: Enrolled 5, Completed 1, Withdrawn 0"
    assert drawing.stops == 2


def test_in_ascii_each_amount_is_drawn_with_its_letter() -> None:
    lines = plain(by_day((10, 0, 0), (5, 10, 0)), Look(60, 14, plain=True))
    assert "".join(lines).isascii()
    assert lines[0].startswith("10 AAAA") and "BBBB" in lines[7]


def test_shares_stay_lines() -> None:
    columns = (day("day"), percent("progress"), percent("completion"))
    rows: list[Row] = [(MONDAY + timedelta(n), 10.0 * n, 5.0 * n) for n in range(5)]
    lines = plain(table(columns, rows, Line("day")), Look(60, 14))
    assert any("━━" in line for line in lines) and not any("█" in line for line in lines)
