"""ChartView under a person's keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from termstats.data.model.charts import Line, StackedBars
from termstats.data.model.table import Row, Table, count, day, percent
from termstats.widgets.charts.view import ChartView
from tests.widgets.panel_host import MONDAY, Host, kinds, trainings, users


async def test_arrows_walk_the_points_and_the_border_reads_them_out() -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.chart.cursor_text == ""
        await pilot.press("right")
        assert app.chart.cursor_text == "Wed 4 Nov: 9 users"
        await pilot.press("left", "left", "left")
        assert app.chart.cursor_text == "Mon 2 Nov: 5 users"
        assert "Mon 2 Nov: 5 users" in app.screen_text()
        await pilot.press("end")
        assert app.chart.row == 2


async def test_enter_opens_the_row_under_the_cursor() -> None:
    app = Host(trainings())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("down", "down", "enter")
        (heard,) = app.heard
        assert isinstance(heard, ChartView.Opened)
        assert heard.row == 1
        assert heard.control is app.chart


async def test_reading_out_one_line_marks_its_name_and_moves_nothing() -> None:
    columns = (day("day"), percent("progress", "Progress"), percent("done", "Completed"))
    rows: list[Row] = [(MONDAY + timedelta(n), 20.0 * n, 10.0 * n) for n in range(5)]
    app = Host(Table("x.two", "Two", columns, tuple(rows), chart=Line("day")))
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.press("right")
        before = [line.plain for line in app.chart.picture()]
        assert not any("Completed" in line and "Progress" in line for line in before)
        await pilot.press("down", "down")
        assert app.chart.cursor_text.startswith("Fri 6 Nov: 40 %")
        after = app.chart.picture()
        assert [line.plain for line in after] == before
        marked = {
            line.plain[s.start : s.end]
            for line in after
            for s in line.spans
            if s.style == "reverse"
        }
        assert "Completed 40 %" in marked
        assert "Progress 80 %" not in marked


async def test_letters_hide_series_and_the_title_says_how_many() -> None:
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l", "b")
        assert app.chart.hidden == {"quiz"}
        assert "1 hidden" in app.screen_text()
        assert "b (Quiz)" in app.screen_text()
        await pilot.press("a")
        assert app.chart.hidden == {"quiz", "forum"}
        await pilot.press("a", "escape", "a")
        assert app.chart.hidden == {"quiz"}


async def test_keys_of_the_app_are_letters_only_inside_the_legend() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), *range(20)) for n in range(3)]
    columns = (day("day"), *(count(f"kind_{n}") for n in range(20)))
    app = Host(Table("x.many", "Many", columns, tuple(rows), chart=StackedBars("day")))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("p")
        assert app.noted == 1
        # p is the 16th letter, l the 12th: inside the legend both are series, the largest first.
        await pilot.press("l", "p", "l")
        assert app.noted == 1
        assert app.chart.hidden == {"kind_4", "kind_8"}


async def test_parts_that_add_up_to_nothing_are_not_in_the_legend() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 2, 0, 1) for n in range(3)]
    columns = (day("day"), count("page"), count("quiz"), count("forum"))
    app = Host(Table("x.many", "Many", columns, tuple(rows), chart=StackedBars("day")))
    async with app.run_test(size=(60, 20)):
        assert [each.name for each in app.chart.entries] == ["page", "forum"]
        # What was hidden in another period can be shown again.
        app.chart.hidden = frozenset({"quiz"})
        assert [each.name for each in app.chart.entries] == ["page", "forum", "quiz"]


async def test_hiding_all_is_said() -> None:
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l", "a", "b", "c")
        assert "All series are hidden" in app.screen_text()


async def test_hidden_series_stay_hidden_when_the_period_changes() -> None:
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l", "a", "escape")
        app.panel.show(kinds())
        await pilot.pause()
        assert app.chart.hidden == {"forum"}
        app.panel.show(users(1, 2, 3))
        await pilot.pause()
        assert app.chart.hidden == frozenset()


async def test_the_period_before_goes_when_the_period_changes() -> None:
    app = Host(users(1, 2, 3))
    async with app.run_test(size=(60, 20)) as pilot:
        app.chart.previous = users(3, 2, 1)
        await pilot.pause()
        assert "dim: the period before" in app.screen_text()
        app.panel.show(replace(users(1, 2, 4), period="another"))
        await pilot.pause()
        assert "dim: the period before" not in app.screen_text()


async def test_without_a_legend_its_key_goes_right() -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l")
        assert app.chart.in_legend is None
        keys = {b.binding.key for b in app.screen.active_bindings.values()}
        assert "l" not in keys and "escape" not in keys
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        (legend,) = [b for b in app.screen.active_bindings.values() if b.binding.key == "l"]
        assert legend.binding.description.startswith("Legend")
        await pilot.press("l")
        assert app.chart.in_legend == 0
        await pilot.pause()
        assert "space: hide or show" in str(app.panel.border_subtitle)


async def test_many_bars_scroll_with_the_cursor() -> None:
    app = Host(trainings(40))
    async with app.run_test(size=(60, 20)) as pilot:
        assert "more below" in app.screen_text()
        assert "Training 39" not in app.screen_text()
        await pilot.press("end")
        assert "Training 39" in app.screen_text()
        assert "more above" in app.screen_text()


async def test_a_repaint_does_not_draw_the_chart_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host(users(*range(30)))
    async with app.run_test(size=(60, 20)) as pilot:
        drawn = app.chart.drawn()
        await pilot.press("left", "left")
        assert app.chart.drawn() is drawn
        app.chart.previous = users(*range(30))
        assert app.chart.drawn() is not drawn
