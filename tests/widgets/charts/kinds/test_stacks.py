"""Stacked bars over time, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.charts import StackedBars
from termstats.data.model.table import Row, Table, count, day
from termstats.widgets.charts.drawing import Look
from termstats.widgets.charts.kinds.stacks import places
from tests.widgets.charts.tables import MONDAY, drawn, plain, table


def stack(*rows: tuple[int, ...]) -> Table:
    columns = (day("day"), *(count(name) for name in "pqrstu"[: len(rows[0])]), count("total"))
    cells: list[Row] = [(MONDAY + timedelta(n), *row, sum(row)) for n, row in enumerate(rows)]
    return table(columns, cells, StackedBars("day"))


def heights(lines: list[str], mark: str) -> list[int]:
    """Return how many cells of `mark` stand in each column that has any."""
    numbers = [sum(line[at : at + 1] == mark for line in lines) for at in range(60)]
    return [number for number in numbers if number]


def test_stacked_bars_are_as_high_as_the_whole() -> None:
    # 10 lines for 0..10, bars 6 cells thick: 6 of p below 4 of q; then 2 and 3.
    lines = plain(stack((6, 4), (2, 3)), Look(40, 12))[:-2]
    assert heights(lines, "█") == [6] * 6 + [2] * 6
    assert heights(lines, "▒") == [4] * 6 + [3] * 6
    assert lines[0][3:9] == "▒" * 6
    assert lines[9][3:9] == "█" * 6


def test_more_parts_than_shades_are_filled_with_letters() -> None:
    lines = plain(stack((2, 2, 2, 2, 2), (0, 0, 0, 0, 10)), Look(40, 12))[:-2]
    assert [heights(lines, letter)[0] for letter in "abcde"] == [2, 2, 2, 2, 2]
    assert heights(lines, "e") == [2] * 6 + [10] * 6


def test_the_total_is_no_part() -> None:
    drawing = drawn(stack((6, 4), (2, 3)), Look(40, 12))
    assert drawing.stop(0).text == "Mon 2 Nov: 10 in all: P 6, Q 4"


def test_bars_of_a_long_period_are_whole_weeks() -> None:
    drawing = drawn(stack(*[(1, 2)] * 60), Look(40, 12))
    assert drawing.stops == 9
    assert drawing.foot[0].plain == "one bar is one week"
    assert drawing.stop(1).text == "Mon 9 Nov to Sun 15 Nov: 21 in all: P 7, Q 14"


@given(st.integers(1, 200), st.integers(1, 200))
def test_bars_have_room_and_do_not_overlap(number: int, width: int) -> None:
    if number > width:
        return
    starts, thick = places(number, width)
    assert len(starts) == number
    assert starts[-1] + thick <= width
    assert all(b - a >= thick for a, b in zip(starts, starts[1:], strict=False))
    if width >= 2 * number:
        assert all(b - a > thick for a, b in zip(starts, starts[1:], strict=False))
