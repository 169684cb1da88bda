"""Stacked bars over time, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from termstats.data.model.charts import StackedBars
from termstats.data.model.table import Row, Table, count, day
from termstats.widgets.charts.columns import places
from termstats.widgets.charts.drawing import Look
from termstats.widgets.charts.series import all_series, looks_of
from tests.widgets.charts.tables import MONDAY, drawn, plain, table


def stack(*rows: tuple[int, ...]) -> Table:
    columns = (day("day"), *(count(name) for name in "pqrstu"[: len(rows[0])]), count("total"))
    cells: list[Row] = [(MONDAY + timedelta(n), *row, sum(row)) for n, row in enumerate(rows)]
    return table(columns, cells, StackedBars("day"))


def test_stacked_columns_are_as_high_as_the_whole() -> None:
    # 37 cells for two days: columns of 12. 11 lines for 0..10: 6 of p are 6.6 lines, 4 of q stand
    # on them; the second day is 5 in all, 5.5 lines, of which 2 of p are 2.2.
    lines = drawn(stack((6, 4), (2, 3)), Look(40, 12)).lines[:-1]
    assert [line.plain[3:15] for line in lines] == [12 * cell for cell in "████▅██████"]
    assert [line.plain[21:33] for line in lines][5:] == [12 * cell for cell in "▄██▂██"]
    # The largest part of all days is at the bottom; where two meet in a cell one is behind.
    assert styles_at(lines[0], 3) == {"s2"}
    assert styles_at(lines[4], 3) == {"s1", "on-s2"}
    assert styles_at(lines[10], 3) == {"s1"}


def styles_at(line: Text, cell: int) -> set[str]:
    return {str(span.style) for span in line.spans if span.start <= cell < span.end}


def test_what_is_beyond_four_parts_shares_a_colour_and_stands_on_top() -> None:
    asked = stack((1, 2, 3, 4, 5, 6))
    looks = looks_of(all_series(asked, asked.columns[1:-1]))
    assert [looks[name].style for name in "pqrstu"] == ["other", "other", "s4", "s3", "s2", "s1"]


def test_a_kind_of_activity_has_its_own_colour() -> None:
    columns = (count("quiz"), count("media"), count("search"))
    for row in ((9, 5, 1), (1, 5, 9)):
        asked = table((day("day"), *columns), [(MONDAY, *row)], StackedBars("day"))
        looks = looks_of(all_series(asked, columns))
        assert (looks["quiz"].style, looks["media"].style) == ("s2", "s3")


def test_ascii_columns_differ_by_their_fill() -> None:
    lines = plain(stack((6, 4), (2, 3)), Look(40, 12, plain=True))
    assert "".join(lines).isascii()
    assert [line[3] for line in lines[:-1]] == ["@"] * 4 + ["#"] * 7


def test_the_total_is_no_part() -> None:
    drawing = drawn(stack((6, 4), (2, 3)), Look(40, 12))
    assert drawing.stop(0).text == "Mon 2 Nov: 10 in all: P 6, Q 4"


def test_the_largest_parts_are_read_out_first_by_their_names() -> None:
    drawing = drawn(stack((1, 5, 0, 7), (1, 1, 1, 1)), Look(60, 12))
    assert drawing.stop(0).text == "Mon 2 Nov: 13 in all: S 7, Q 5, P 1"


def test_columns_are_equally_thick_whatever_that_leaves_free() -> None:
    # 65 cells: 30 columns of two leave 5; 44 cells: of one they leave 14; 90: of two and a gap.
    assert [(places(30, cells).thick, places(30, cells).gap) for cells in (65, 44, 90)] == [
        (2, 0),
        (1, 0),
        (2, 1),
    ]


def test_bars_of_a_long_period_are_whole_weeks() -> None:
    drawing = drawn(stack(*[(1, 2)] * 60), Look(40, 12))
    assert drawing.stops == 9
    assert drawing.foot[0].plain == "one bar is one week"
    assert drawing.stop(1).text == "Mon 9 Nov to Sun 15 Nov: 21 in all: Q 14, P 7"


@given(st.integers(1, 200), st.integers(1, 200))
def test_columns_have_room_and_do_not_overlap(number: int, width: int) -> None:
    if number > width:
        return
    place = places(number, width)
    for n in range(1, number):
        assert place.start(n) - place.start(n - 1) - place.thick == place.gap
    # No gap is wider than a column, and one cell more for each would not have fitted.
    assert 0 <= place.gap <= place.thick
    assert place.used <= width < (place.slot + 1) * number
