"""Every screen of the sample, read as text: no number, date, state, heading or title is ever cut.

What a panel shows is compared with the figure's own values, and with what stands on the screen. Of
a title of several clauses the first may be left out, whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widget import Widget

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.run import run_figure
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Column, Kind, Table
from termstats.data.model.units import Second
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import StateLine
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.tables.figure_table import FigureTable
from tests.data.importers.small_sources import SOURCES
from tests.screens.keyboard import level_of, settle
from tests.screens.test_sample import dashboard
from tests.shared import shared_path

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
    return column.kind is Kind.TEXT and not column.is_whole


def whole(table: Table, row: int, at: int) -> str:
    """Return the figure's own value as a person reads it."""
    cell, words = table.rows[row][at], table.shown(row, at).strip()
    if cell is not None and table.columns[at].more:
        return "=" if cell == 0 else words if words.startswith("-") else f"+{words}"
    return "–" if cell is None else words


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
    if cards.display and cards.table is not None and len(cards.picture()) == 3:
        names, values = (line.plain for line in cards.picture()[:2])
        assert "…" not in names + values
    state = screen.query_one(StateLine)
    said = " ".join(" ".join(line.split()) for line in text_of(app, state))
    wordings = [" · ".join(part for part in parts if part) for parts in state.wordings]
    assert any(said.replace(" · ", " ") == words.replace(" · ", " ") for words in wordings), said


async def walk(pilot: Pilot[None], screen: LevelScreen) -> None:
    """Check every panel of every group."""
    seen = set()
    names = {panel.figure_id for panel in screen.panel_list()}
    for group, slot in screen.stops():
        if slot in names or slot in screen.panels:
            await screen.show_panel(slot, group)
            await settle(pilot)
            check_screen(cast("TermStatsApp", pilot.app))
            seen |= {panel.figure_id for panel in checked_panels(screen)}
    assert names <= seen | {screen.CARDS}


@pytest.mark.parametrize(("size", "level"), PLACES)
async def test_nothing_is_cut(size: tuple[int, int], level: Level) -> None:
    async with dashboard(level, size) as (app, pilot):
        await walk(pilot, level_of(app))


STORES = {
    "kolibri": ("kolibri/site-1.sqlite3.gz", ImportOptions(as_of_latest=True)),
    "opigno": ("opigno/site-1.sql.gz", ImportOptions(as_of=Second(1_790_000_000))),
    "oppia": ("oppia/oppia.sqlite3", ImportOptions(as_of_latest=True)),
}
FIRST = (
    (Param.TRAINING, "global.trainings"),
    (Param.LEARNER, "global.top-learners"),
    (Param.CLASS, "global.classes"),
)


MADE = ("datagrok", "opendatasoft", "threesixty")
"""Platforms of which the tests make a source themselves."""


@pytest.fixture(scope="module", params=[*sorted(STORES), *MADE])
def store_of_platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("platform")
    path = folder / "store.sqlite3"
    if request.param in MADE:
        source, options = SOURCES[request.param](folder), ImportOptions(as_of_latest=True)
    else:
        name, options = STORES[request.param]
        source = shared_path(name)
    asyncio.run(run_import(importers()[request.param], str(source), path, options))
    return path


async def first_of_each(store: Store) -> tuple[tuple[Param, str], ...]:
    """Return the first training, learner and class of a store, as the command line names them."""
    period = parse_period("all", store.info.now, store.info.coverage)
    keys = []
    for param, figure_id in FIRST:
        table = await run_figure(store, figure_id, Request(period))
        keys += [(param, str(key)) for key in table.column(f"{param}_id")[:1]]
    return tuple(keys)


@pytest.mark.slow
@pytest.mark.parametrize("level", list(Level), ids=str)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_nothing_is_cut_in_stores_of_platforms(
    store_of_platform: Path, size: tuple[int, int], level: Level
) -> None:
    store = await open_store(str(store_of_platform))
    try:
        start = StartAt(keys=await first_of_each(store), period="all")
        session = await begin(store, EVERYTHING, start, Options())
        app = TermStatsApp(session, level)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await walk(pilot, level_of(app))
    finally:
        await store.close()
