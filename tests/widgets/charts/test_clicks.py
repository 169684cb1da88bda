"""A click reads out the bucket or bar under the mouse; a second one on it opens what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from termstats.data.model.charts import Heat, Line
from termstats.data.model.table import Row, Table, count, day, percent, words
from termstats.widgets.charts.drawing import Drawing
from termstats.widgets.charts.view import ChartView
from tests.widgets.panel_host import MONDAY, Host, kinds, trainings, users


async def click(pilot: Pilot[None], app: Host, stop: int, *, line: int = -1, by: int = 0) -> None:
    """Click a place of the cursor, `by` cells right of where it begins."""
    drawn = app.chart.drawn()
    assert isinstance(drawn, Drawing)
    at, start, _end = drawn.stop(stop).spans[line]
    await pilot.click(app.chart, offset=(start + by, at))


def opened(app: Host) -> list[int]:
    return [each.row for each in app.heard if isinstance(each, ChartView.Opened)]


@pytest.mark.parametrize("line", [0, 3, -1], ids=["above the column", "in it", "on its date"])
async def test_a_click_on_a_column_reads_it_out_and_a_second_opens_it(line: int) -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        await click(pilot, app, 1, line=line)
        assert app.chart.cursor_text == "Tue 3 Nov: 7 users"
        assert opened(app) == []
        await click(pilot, app, 2, line=line)
        assert app.chart.cursor_text == "Wed 4 Nov: 9 users"
        assert opened(app) == []
        await click(pilot, app, 2, line=line)
        assert opened(app) == [2]


async def test_a_double_click_opens_at_once() -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        drawn = app.chart.drawn()
        assert isinstance(drawn, Drawing)
        at, start, _end = drawn.stop(0).spans[-1]
        await pilot.double_click(app.chart, offset=(start, at))
        assert opened(app) == [0]


async def test_the_gap_between_columns_belongs_to_the_nearer_one() -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        # 55 cells for three days: columns of 12 or 13, six cells apart.
        await click(pilot, app, 0, by=13)
        assert app.chart.cursor == 0
        await click(pilot, app, 1, by=-4)
        assert app.chart.cursor == 0
        await click(pilot, app, 1)
        assert app.chart.cursor == 1


async def test_a_click_beside_the_columns_does_nothing() -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.click(app.chart, offset=(0, 2))
        await pilot.click(app.chart, offset=(56, 2))
        assert (app.chart.cursor, opened(app)) == (None, [])


async def test_a_click_anywhere_on_the_line_of_a_bar_chooses_it() -> None:
    app = Host(trainings())
    async with app.run_test(size=(60, 20)) as pilot:
        for x in (1, 30, 57):
            await pilot.click(app.chart, offset=(x, 2))
            assert app.chart.row == 2
            await pilot.click(app.chart, offset=(x, 0))
            assert app.chart.row == 0
        await pilot.click(app.chart, offset=(20, 0))
        assert opened(app) == [0]


async def test_a_list_of_bars_stays_where_it_is_under_a_click() -> None:
    app = Host(trainings(60))
    async with app.run_test(size=(60, 20)) as pilot:
        before = app.screen_text()
        await pilot.click(app.chart, offset=(5, 9))
        assert app.chart.row == 9
        await pilot.click(app.chart, offset=(5, 9))
        assert opened(app) == [9]
        names = [line[:16] for line in before.splitlines()]
        assert [line[:16] for line in app.screen_text().splitlines()] == names
        # At its end what is said of the lines above stands first.
        await pilot.press("end")
        lines = app.screen_text().splitlines()
        at = next(n for n, line in enumerate(lines) if "Training 55" in line)
        await pilot.click(app.chart, offset=(5, at - app.chart.region.y))
        assert app.chart.row == 55


async def test_a_point_of_step_lines_is_its_bucket() -> None:
    columns = (day("day"), percent("progress"), percent("completion"))
    rows: list[Row] = [(MONDAY + timedelta(n), 10.0 + 10 * n, 5.0 * n) for n in range(5)]
    app = Host(Table("x.levels", "Levels", columns, tuple(rows), chart=Line("day", percent=True)))
    async with app.run_test(size=(60, 20)) as pilot:
        await click(pilot, app, 3, line=2, by=1)
        assert app.chart.row == 3
        await click(pilot, app, 3, line=5)
        assert opened(app) == [3]


async def test_days_that_share_a_column_are_opened_by_the_one_read_out() -> None:
    app = Host(users(*range(1, 201)))
    async with app.run_test(size=(60, 20)) as pilot:
        await click(pilot, app, 90)
        first = app.chart.cursor
        assert first is not None
        assert first <= 90
        await pilot.press("right")
        await click(pilot, app, first)
        assert opened(app) == [first + 1]


async def test_a_cell_of_a_heat_table_is_its_pair() -> None:
    columns = (words("package"), day("day"), count("users"))
    rows: list[Row] = [
        (name, MONDAY + timedelta(n), n + 1) for name in ("Chem", "Bio") for n in range(4)
    ]
    app = Host(Table("x.heat", "Heat", columns, tuple(rows), chart=Heat("day", "package", "users")))
    async with app.run_test(size=(60, 20)) as pilot:
        await click(pilot, app, 6)
        assert app.chart.row == 6
        await click(pilot, app, 6)
        assert opened(app) == [6]


async def test_names_in_the_legend_still_hide_series() -> None:
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        lines = app.screen_text().splitlines()
        y, line = next((n, line) for n, line in enumerate(lines) if "Quiz" in line)
        await pilot.click(offset=(line.index("Quiz"), y))
        assert app.chart.hidden == {"quiz"}
        assert app.chart.cursor is None


async def test_a_click_in_ascii_finds_the_same_bucket() -> None:
    app = Host(replace(users(5, 7, 9)), ascii_only=True)
    async with app.run_test(size=(60, 20)) as pilot:
        await click(pilot, app, 2)
        await click(pilot, app, 2)
        assert opened(app) == [2]
