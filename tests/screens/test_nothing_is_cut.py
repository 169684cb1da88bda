"""Every screen of the sample, read as text: no number, date, state, heading or title is ever cut.

What a panel shows is compared with the figure's own values, and with what stands on the screen. Of
a title of several clauses the first may be left out, whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from textual.widget import Widget

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.table import Column, Kind, Table
from termstats.screens.frame.level_screen import LevelScreen
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import StateLine
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.tables.figure_table import FigureTable
from tests.screens.keyboard import level_of, settle
from tests.screens.test_sample import dashboard

SIZES = [(80, 24), (110, 32), (120, 40), (200, 60)]
QUICK = {((80, 24), Level.LEARNER), ((120, 40), Level.TRAINING)}
PLACES = [
    pytest.param(
        size, level, id=f"{level}-{size[0]}x{size[1]}",
        marks=[] if (size, level) in QUICK else [pytest.mark.slow],
    )
    for size in SIZES
    for level in Level
]  # fmt: skip


def screen_lines(app: TermStatsApp) -> list[str]:
    """Return the screen as it is painted, line by line."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def text_of(app: TermStatsApp, widget: Widget) -> list[str]:
    """Return the lines on which a widget stands; characters are taken to be one cell wide."""
    region = widget.region
    return screen_lines(app)[region.y : region.bottom]


def may_be_shortened(column: Column) -> bool:
    """Return whether it holds names or free text."""
    return column.kind is Kind.TEXT and not column.is_state


def whole(table: Table, row: int, at: int) -> str:
    """Return the figure's own value as a person reads it."""
    return "–" if table.rows[row][at] is None else table.shown(row, at)


def check_rows(app: TermStatsApp, rows: FigureTable) -> None:
    """Check all cells that are shown, and that the lines of those in sight hold them."""
    table, grid = rows.table, rows.grid
    assert table is not None
    assert grid.virtual_size.width <= grid.size.width, "a column stands over the edge"
    columns = [rows._columns[place] for place in rows._places]
    headings = [str(each.label) for each in grid.ordered_columns]
    for heading, at in zip(headings, columns, strict=True):
        assert heading.removesuffix(" ▲").removesuffix(" ▼") == table.columns[at].heading
    lines = text_of(app, grid)
    first = round(grid.scroll_y)
    for place in range(grid.row_count):
        row = rows._order[rows._page * 200 + place]
        line = lines[1 + place - first] if 0 <= place - first < len(lines) - 1 else None
        for at, cell, shown in zip(
            columns, grid.get_row_at(place), grid.ordered_columns, strict=True
        ):
            words = cell.plain.strip()
            assert cell_len(words) <= shown.width
            value = whole(table, row, at)
            column = table.columns[at]
            if column.kind is Kind.BLOCKS:
                continue
            if may_be_shortened(column):
                assert words == value or "…" in words
            else:
                assert words.endswith(value), f"{column.name}: {words!r} for {value!r}"
            if line is not None:
                assert words in line


def checked_panels(screen: LevelScreen) -> Iterator[FigurePanel]:
    for panel in screen.panels.values():
        if panel.display and panel.table is not None:
            yield panel


def check_screen(app: TermStatsApp) -> None:
    """Check the panels, the cards and the state line of the screen as it is."""
    screen = level_of(app)
    for panel in checked_panels(screen):
        top = text_of(app, panel)[0]
        clauses = panel.title.split(" · ")
        titles = [" · ".join(clauses[n:]) for n in range(len(clauses))]
        assert any(f" {title} " in top for title in titles), f"{panel.title!r} is cut: {top!r}"
        if panel.face == "table":
            check_rows(app, panel.rows)
    cards = screen.query_one(Cards)
    if cards.display and cards.table is not None and cards.size.height == 3:
        names, values, _ = (line.plain for line in cards.picture())
        assert "…" not in names + values
    state = screen.query_one(StateLine)
    said = " ".join(" ".join(line.split()) for line in text_of(app, state))
    wordings = [" · ".join(part for part in parts if part) for parts in state.wordings]
    assert any(said.replace(" · ", " ") == words.replace(" · ", " ") for words in wordings), said


@pytest.mark.parametrize(("size", "level"), PLACES)
async def test_nothing_is_cut(size: tuple[int, int], level: Level) -> None:
    async with dashboard(level, size) as (app, pilot):
        screen = level_of(app)
        seen = set()
        for group, slot in screen.stops():
            if slot not in screen.panels and slot not in [p.figure_id for p in screen.panel_list()]:
                continue
            await screen.show_panel(slot, group)
            await settle(pilot)
            check_screen(app)
            seen |= {panel.figure_id for panel in checked_panels(screen)}
        assert {panel.figure_id for panel in screen.panel_list()} <= seen | {screen.CARDS}
