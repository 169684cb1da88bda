"""`c`: the period before is part of the view, and read anew with it."""

from __future__ import annotations

from datetime import date, timedelta

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.comparison import Against
from termstats.data.model.request import Request
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, current_panel, press, settle
from tests.screens.test_sample import dashboard

FIGURE = "global.active-users"


def first_day(app: TermStatsApp) -> object:
    """Return the first day of the dim line; None: there is none."""
    before = current_panel(app).chart.previous
    return before and before.rows[0][0]


def against(app: TermStatsApp) -> Against:
    return app.session.view.against


def last_asked(world: World) -> Request:
    return [request for figure_id, request in world.asked if figure_id == FIGURE][-1]


async def test_it_goes_with_the_period_and_comes_off_again(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        # The view is the 30 days from 2026-10-22 on.
        assert first_day(app) == date(2026, 9, 22)
        await press(pilot, "left_square_bracket")
        assert first_day(app) == date(2026, 9, 22) - timedelta(days=30)
        await press(pilot, "tab", "shift+tab", "2", "1")
        assert first_day(app) == date(2026, 9, 22) - timedelta(days=30)
        await press(pilot, "c", "c")  # a year before, and off
        assert first_day(app) is None
        await press(pilot, "right_square_bracket")
        assert first_day(app) is None


async def test_it_is_read_anew_by_week_and_for_everybody(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "c", "b")
        before = last_asked(world)
        assert (before.period.first, before.by) == (date(2026, 9, 22), "week")
        await press(pilot, "x")
        before = last_asked(world)
        assert (before.period.first, before.everybody) == (date(2026, 9, 22), True)
        assert first_day(app) == date(2026, 9, 22)


def rows_of_both(app: TermStatsApp) -> tuple[int, int]:
    panel = current_panel(app)
    assert panel.table is not None and panel.chart.previous is not None
    return len(panel.table.rows), len(panel.chart.previous.rows)


async def test_weeks_stand_beside_weeks_on_the_sample() -> None:
    async with dashboard(Level.GLOBAL, chosen=False) as (app, pilot):
        await press(pilot, "c")
        assert rows_of_both(app) == (30, 30)
        await press(pilot, "b")
        # 2026-10-22 to 11-20 and 2026-09-22 to 10-21 touch five weeks each.
        assert rows_of_both(app) == (5, 5)


async def test_why_there_is_none_stands_in_the_panel(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        world.broken[FIGURE] = "the store is locked"
        await press(pilot, "c")
        panel = current_panel(app)
        assert panel.face == "chart"
        legend = " ".join(line.plain for line in panel.chart.picture())
        assert "no period before: the store is locked" in legend


async def test_in_a_list_it_changes_what_changes_are_since(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "c")
        assert against(app) is Against.YEAR
        assert not app.session.view.compared
        assert [str(note.message) for note in app._notifications] == ["Compared with a year before"]
        await press(pilot, "c")
        assert against(app) is Against.BEFORE
