"""FigurePanel: chart, table or a sentence, and the words in its border."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from termstats.data.model.charts import Bars, Line
from termstats.data.model.table import Table, count, day, words
from tests.widgets.panel_host import MONDAY, Host, kinds, trainings, users


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


async def test_empty_loading_and_failure_are_sentences() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        app.panel.wait()
        await pilot.pause()
        assert "reading" in app.screen_text()
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


async def test_the_border_fits_another_size_of_which_nothing_is_told() -> None:
    app = Host(users(1, 2, 3))
    async with app.run_test(size=(60, 20)):
        # Textual lays out anew without an event, where something asked for places in between.
        at_first = app.panel.outer_size.width
        app.panel._size_updated(Size(24, 18), Size(24, 18), Size(60, 20))
        narrow = str(app.panel.border_title)
        app.panel._size_updated(Size(at_first, 18), Size(at_first, 18), Size(60, 20))
        assert len(str(app.panel.border_title)) > len(narrow)
