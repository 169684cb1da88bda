"""The room of large terminals is used, and a new size loses nothing of where one was."""

from __future__ import annotations

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, current_panel, level_of, press, settle
from tests.screens.test_sample import dashboard

SIZES = ((200, 60), (60, 15), (120, 40), (250, 80), NARROW)


def used_cells(app: TermStatsApp) -> int:
    """Return the cells in use: the frame, the borders, and of each panel what it draws.

    That is the smallest rectangle around all that stands in it, so the room between the columns of
    a table or of a chart counts, what is left empty right of it or below does not.
    """
    screen = level_of(app)
    lines = ["".join(s.text for s in strip) for strip in screen._compositor.render_strips()]
    used = app.size.width * app.size.height
    for panel in screen.panels.values():
        if not panel.display:
            continue
        inside = panel.content_region
        rows = [line[inside.x : inside.right] for line in lines[inside.y : inside.bottom]]
        drawn = [row for row in rows if row.strip()]
        width = max((len(row.rstrip()) for row in drawn), default=0)
        height = max((n for n, row in enumerate(rows, 1) if row.strip()), default=0)
        used -= inside.area - width * height
    return used


@pytest.mark.slow
async def test_a_large_overview_has_seven_panels() -> None:
    async with dashboard(Level.GLOBAL, (200, 60), chosen=False) as (app, _pilot):
        screen = level_of(app)
        assert screen.group.name == "Overview"
        assert sum(panel.display for panel in screen.panels.values()) == 7


@pytest.mark.slow
@pytest.mark.parametrize("level", list(Level), ids=str)
async def test_most_cells_of_the_first_page_of_a_level_are_in_use(level: Level) -> None:
    async with dashboard(level, (200, 60)) as (app, _pilot):
        assert used_cells(app) >= 0.7 * 200 * 60


@pytest.mark.parametrize("keys", [("right", "right"), ("tab", "down")], ids=["chart", "table"])
async def test_a_new_size_keeps_focus_row_and_point(world: World, keys: tuple[str, ...]) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, *keys)

        def here() -> tuple[object, ...]:
            panel = current_panel(app)
            return panel.figure_id, panel.chart.cursor, panel.rows.row_index, level_of(app).group

        before = here()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert app.focused is current_panel(app).target
            assert current_panel(app).display
            inside = current_panel(app).region
            assert inside.width >= 30 and inside.height >= 7
        assert here() == before
