"""Hours and minutes on the backoffice, by keyboard: periods, automatic buckets, details."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

from tests.screens.backoffice.test_backoffice import (
    SIZES,
    answer,
    dashboard,
    point_of,
    screen_of,
    to_panel,
)
from tests.screens.backoffice.test_backoffice import log as log
from tests.screens.keyboard import press, settle, state


@SIZES
async def test_a_period_of_hours(log: Path, size: tuple[int, int]) -> None:
    async with dashboard(log, size) as (app, pilot):
        await answer(app, pilot, "p", "2024-05-07 08:00..10:30")
        await settle(pilot)
        assert "[2024-05-07 08:00, 10:30) · " in state(app)
        assert "vs 2 h 30 min before" in state(app) or size[0] == 80
        table = screen_of(app).panels["backoffice.actions"].table
        assert table is not None and sum(int(str(v)) for v in table.column("total")) == 2
        await press(pilot, "left_square_bracket")
        assert "[2024-05-07 05:30, 08:00) · " in state(app)


async def test_what_is_no_period_is_said_in_one_line(log: Path) -> None:
    async with dashboard(log) as (app, pilot):
        await answer(app, pilot, "p", "banana")
        said = str(app.screen.query_one(".said", Static).render())
        assert said.startswith("no period is written 'banana'")
        await press(pilot, "escape")
        assert "6–12 May 2024 · " in state(app)


@SIZES
async def test_details_of_four_hours_and_back(log: Path, size: tuple[int, int]) -> None:
    async with dashboard(log, size) as (app, pilot):
        await press(pilot, "b", "b", "b")
        assert "by auto" in state(app)
        await to_panel(app, pilot, "backoffice.actions")
        panel = screen_of(app).panels["backoffice.actions"]
        assert panel.table is not None and panel.table.step == 4 * 3600
        if size[0] == 80:
            await press(pilot, "z")
        await press(pilot, "home", "right", "right")
        # 8 to 12 o'clock on Monday: two actions of ana.
        assert panel.chart.cursor_text.startswith("Mon 6 May 08:00-12:00:")
        here = point_of(app)
        await press(pilot, "enter")
        if size[0] == 80:
            await press(pilot, "enter")
        await settle(pilot)
        screen = screen_of(app)
        assert screen.current == "backoffice.log"
        assert "days 05-06 08:00-12:00" in state(app)
        log_table = screen.panels["backoffice.log"].table
        assert log_table is not None and len(log_table.rows) == 2
        await press(pilot, "escape")
        await settle(pilot)
        assert point_of(app)[:2] == here[:2]
        assert "08:00" not in state(app)


async def test_other_levels_say_that_they_count_whole_days(log: Path) -> None:
    async with dashboard(log) as (app, pilot):
        await answer(app, pilot, "p", "2024-05-07 08:00..10:30")
        await settle(pilot)
        await press(pilot, "1")
        await settle(pilot)
        assert state(app).startswith("whole days: 7 May 2024 · ")
        await press(pilot, "5")
        await settle(pilot)
        assert "[2024-05-07 08:00, 10:30) · " in state(app)


async def test_after_months_come_automatic_buckets_and_then_days(log: Path) -> None:
    async with dashboard(log) as (app, pilot):
        for words in ("by week", "by month", "by auto"):
            await press(pilot, "b")
            assert words in state(app)
        await press(pilot, "b")
        assert "by " not in state(app)
