"""ChartView and FigurePanel under a person's keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from termstats.data.model.table import (
    Bars,
    Chart,
    Line,
    Row,
    StackedBars,
    Table,
    count,
    day,
    ident,
    words,
)
from termstats.widgets import STYLES
from termstats.widgets.charts.view import ChartView
from termstats.widgets.panels.figure_panel import FigurePanel

MONDAY = date(2026, 11, 2)


def users(*values: int | None, figure_id: str = "global.active-users") -> Table:
    rows = tuple((MONDAY + timedelta(n), value) for n, value in enumerate(values))
    return Table(figure_id, "Users", (day("day"), count("users")), rows, chart=Line("day"))


def kinds(chart: Chart | None = None) -> Table:
    rows: list[Row] = [(MONDAY + timedelta(n), 1, 2, 3, 6) for n in range(5)]
    columns = (day("day"), count("page"), count("quiz"), count("forum"), count("total"))
    return Table("x.kinds", "Kinds", columns, tuple(rows), chart=chart or StackedBars("day"))


def trainings(number: int = 3) -> Table:
    rows = tuple((str(n), f"Training {n}", 10 * (n + 1)) for n in range(number))
    columns = (ident("training_id"), words("training"), count("learners"))
    return Table("x.trainings", "Trainings", columns, rows, chart=Bars("training", "learners"))


class Host(App[None]):
    CSS_PATH = STYLES
    BINDINGS = [Binding("q,p", "note", "A key of the app")]

    def __init__(self, table: Table | None = None, ascii_only: bool = False) -> None:
        super().__init__()
        self.table = table
        self.ascii_only = ascii_only
        self.heard: list[Message] = []
        self.noted = 0

    def compose(self) -> ComposeResult:
        yield FigurePanel("x", "Title", unit="per day")
        yield Input()

    @property
    def panel(self) -> FigurePanel:
        return self.query_one(FigurePanel)

    def face(self) -> str:
        return self.panel.face

    def focus_on(self) -> object:
        return self.focused

    @property
    def chart(self) -> ChartView:
        return self.panel.chart

    def on_mount(self) -> None:
        if self.table is not None:
            self.panel.show(self.table)
            self.panel.target.focus()

    def action_note(self) -> None:
        self.noted += 1

    def on_chart_view_opened(self, message: ChartView.Opened) -> None:
        self.heard.append(message)

    def screen_text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


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


async def test_letters_hide_series_and_the_title_says_how_many() -> None:
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l", "b")
        assert app.chart.hidden == {"quiz"}
        assert "1 hidden" in app.screen_text()
        assert "b (Quiz)" in app.screen_text()
        await pilot.press("c")
        assert app.chart.hidden == {"quiz", "forum"}
        await pilot.press("c", "escape", "a")
        assert app.chart.hidden == {"quiz"}


async def test_keys_of_the_app_are_letters_only_inside_the_legend() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), *range(20)) for n in range(3)]
    columns = (day("day"), *(count(f"kind_{n}") for n in range(20)))
    app = Host(Table("x.many", "Many", columns, tuple(rows), chart=StackedBars("day")))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("p")
        assert app.noted == 1
        # p is the 16th letter, l the 12th: inside the legend both are series.
        await pilot.press("l", "p", "l")
        assert app.noted == 1
        assert app.chart.hidden == {"kind_15", "kind_11"}


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
        assert app.chart.hidden == {"page"}
        app.panel.show(users(1, 2, 3))
        await pilot.pause()
        assert app.chart.hidden == frozenset()


async def test_the_period_before_goes_when_the_period_changes() -> None:
    app = Host(users(1, 2, 3))
    async with app.run_test(size=(60, 20)) as pilot:
        app.chart.previous = users(3, 2, 1)
        await pilot.pause()
        assert "dots: the period before" in app.screen_text()
        app.panel.show(replace(users(1, 2, 4), period="another"))
        await pilot.pause()
        assert "dots: the period before" not in app.screen_text()


async def test_an_export_keeps_hidden_series_and_names_them() -> None:
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l", "b")
        table = app.panel.current_table()
        assert table is not None
        names = [column.name for column in table.columns]
        assert names == ["day", "page", "quiz", "forum", "total", "hidden"]
        assert table.rows[0] == (MONDAY, 1, 2, 3, 6, "1 hidden: quiz")
        assert table.notes == ("1 hidden: quiz",)


async def test_without_a_legend_its_key_goes_right() -> None:
    app = Host(users(5, 7, 9))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("l")
        assert app.chart.in_legend is None
        keys = {b.binding.key for b in app.screen.active_bindings.values()}
        assert "l" not in keys and "escape" not in keys
    app = Host(kinds())
    async with app.run_test(size=(60, 20)) as pilot:
        (found,) = [b for b in app.screen.active_bindings.values() if b.binding.key == "l"]
        assert found.binding.description.startswith("Legend")
        await pilot.press("l")
        assert app.chart.in_legend == 0
        await pilot.pause()
        assert "space: hide or show" in str(app.panel.border_subtitle)


async def test_v_toggles_chart_and_table_and_the_keys_go_along() -> None:
    app = Host(trainings())
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.face() == "chart"
        await pilot.press("v")
        assert app.face() == "table"
        assert app.focus_on() is app.panel.rows.grid
        assert "Learners" in app.screen_text()
        await pilot.press("v")
        assert app.focus_on() is app.chart


async def test_a_selected_row_is_selected_in_chart_and_table() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        app.panel.show(trainings())
        app.panel.select(2)
        await pilot.pause()
        assert app.chart.cursor_text == "Training 2: 30 learners"
        app.panel.target.focus()
        await pilot.press("v")
        assert app.panel.rows.row_index == 2


async def test_many_bars_scroll_with_the_cursor() -> None:
    app = Host(trainings(40))
    async with app.run_test(size=(60, 20)) as pilot:
        assert "more below" in app.screen_text()
        assert "Training 39" not in app.screen_text()
        await pilot.press("end")
        assert "Training 39" in app.screen_text()
        assert "more above" in app.screen_text()


async def test_empty_loading_and_failure_are_sentences() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        app.panel.wait()
        await pilot.pause()
        assert "loading" in app.screen_text()
        columns = (day("day"), count("users"))
        app.panel.show(Table("x", "X", columns, (), chart=Line("day"), empty="Press ] for more."))
        await pilot.pause()
        assert "Press ] for more." in app.screen_text()
        app.panel.fail("The store is \x1b[31mgone")
        await pilot.pause()
        text = app.screen_text()
        assert "gone (r: try again)" in text
        assert "\x1b" not in text
        app.panel.show(users(1, 2, 3))
        await pilot.pause()
        assert app.face() == "chart"


async def test_the_focus_stays_in_the_panel_through_a_failure() -> None:
    app = Host(users(1, 2, 3))
    async with app.run_test(size=(60, 20)) as pilot:
        app.panel.fail("gone")
        await pilot.pause()
        assert app.focus_on() is app.panel.words
        app.panel.show(users(1, 2, 3))
        await pilot.pause()
        assert app.focus_on() is app.chart


async def test_markup_in_titles_and_names_is_shown_as_it_is() -> None:
    rows = (("[/b] [red]", 3), ("[@click=app.quit]x", 4))
    columns = (words("name"), count("value"))
    app = Host(Table("x", "X", columns, rows, chart=Bars("name", "value"), summary="[/] of all"))
    async with app.run_test(size=(60, 20)) as pilot:
        app.panel.title = "A [/b] title"
        await pilot.press("down")
        text = app.screen_text()
        assert "[/b] [red]" in text
        assert "A [/b] title" in text
        assert "[/] of all" in text
        await pilot.press("v")
        assert "[@click=app.quit]x" in app.screen_text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50), (24, 8), (10, 4)])
@pytest.mark.parametrize("table", [users(*range(30)), kinds(), trainings(30)])
async def test_any_size_draws_inside_the_panel(table: Table, size: tuple[int, int]) -> None:
    app = Host(table)
    async with app.run_test(size=size) as pilot:
        await pilot.press("right")
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {size[0]}


async def test_ascii_only_draws_panels_and_charts_without_other_characters() -> None:
    app = Host(kinds(Line("day", ("page", "quiz"))), ascii_only=True)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("right")
        lines = app.screen_text().splitlines()
        # The last three lines are the Input of this test.
        assert "".join(lines[:-3]).isascii()


async def test_a_repaint_does_not_draw_the_chart_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host(users(*range(30)))
    async with app.run_test(size=(60, 20)) as pilot:
        drawn = app.chart.drawn()
        await pilot.press("left", "left")
        assert app.chart.drawn() is drawn
        app.chart.previous = users(*range(30))
        assert app.chart.drawn() is not drawn
