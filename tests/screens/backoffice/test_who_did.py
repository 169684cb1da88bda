"""From a number to the people behind it and back to the very cell, by keys and by mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.coordinate import Coordinate
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.screens.backoffice.screen import BackofficeScreen
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.start import StartAt
from termstats.screens.levels.learner import LearnerScreen
from termstats.widgets.frame import CrumbLine
from termstats.widgets.panels.figure_panel import FigurePanel
from tests.data.figures.collaboration.reference import fill
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.keyboard import NARROW, WIDE, foot, press, settle, state
from tests.screens.opened import dashboard_on

pytestmark = pytest.mark.slow

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    """The contributions of section 5.2, with two groups of one name."""

    def twins(hand: Hand) -> None:
        fill(hand)
        hand.class_("A2", title="A")
        hand.member("A2", "u2")

    return await make_store(tmp_path, twins)


@asynccontextmanager
async def dashboard(
    store: Path, level: Level, size: tuple[int, int], **keys: str
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    start = StartAt(period="2026-03", keys=tuple((Param(p), k) for p, k in keys.items()))
    async with dashboard_on(store, level, size, start) as opened:
        yield opened


async def show(app: TermStatsApp, pilot: Pilot[None], figure_id: str) -> FigurePanel:
    """Go to one panel of the level."""
    assert isinstance(app.screen, LevelScreen)
    await app.screen.action_panel(figure_id)
    await settle(pilot)
    return app.screen.panels[figure_id]


def people(app: TermStatsApp) -> list[object]:
    """Return the list of people that is open, and check what it is called."""
    assert isinstance(app.screen, FigureScreen)
    panel = app.screen.panels[app.screen.figure_id]
    assert panel.table is not None
    return [(row[1], row[2]) for row in panel.table.rows]


def path(app: TermStatsApp) -> str:
    crumbs = app.screen.query_one(CrumbLine).crumbs
    return " › ".join(crumb.words for crumb in crumbs)


@SIZES
async def test_a_number_of_a_group_opens_its_people(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, Level.BACKOFFICE, size) as (app, pilot):
        panel = await show(app, pilot, "collaboration.groups")
        assert "to a number, Enter: who it counts" in str(panel.border_subtitle)
        await press(pilot, "right", "right")
        assert "Enter: the people" in str(panel.border_subtitle)
        await press(pilot, "enter")
        assert people(app) == [("Una U2", 3), ("Una U1", 1)]
        assert path(app) == "Backoffice › Contributions by group › A, Comments"
        await press(pilot, "escape")
        # Esc comes back to the very cell; the twin below is another group.
        assert isinstance(app.screen, BackofficeScreen)
        assert (panel.rows.row_index, panel.rows.number) == (0, "Comments")
        await press(pilot, "down", "enter")
        assert people(app) == [("Una U2", 3)]
        await press(pilot, "enter")
        assert isinstance(app.screen, LearnerScreen)
        assert app.screen.subject == "Una U2"


@SIZES
async def test_a_number_of_a_user_opens_what_they_did(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, Level.BACKOFFICE, size) as (app, pilot):
        panel = await show(app, pilot, "collaboration.users")
        while panel.rows.number != "Comments":
            await press(pilot, "right")
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, FigureScreen)
        assert app.screen.figure_id == "collaboration.contributions"
        table = app.screen.panels[app.screen.figure_id].table
        assert table is not None and table.summary == "3 comments"
        assert path(app) == "Backoffice › Contributions by user › Una, Comments"
        await press(pilot, "escape")
        assert (panel.rows.row_index, panel.rows.number) == (1, "Comments")


@SIZES
async def test_engagement_of_a_training_opens_its_people(
    store: Path, size: tuple[int, int]
) -> None:
    async with dashboard(store, Level.TRAINING, size, training="C") as (app, pilot):
        panel = await show(app, pilot, "training.activities")
        await press(pilot, "enter")
        assert people(app) == [("Una U4", 2), ("Una U2", 1)]
        await press(pilot, "escape")
        while panel.rows.number != "learned":
            await press(pilot, "right")
        await press(pilot, "enter")
        assert people(app) == [("Una U1", 1)]
        assert path(app) == "C › Engagement by activity › Doc, Learned something"
        # A bar stands for a number too.
        await press(pilot, "escape", "v", "down", "enter")
        assert people(app) == [("Una U4", 2), ("Una U2", 1)]
        assert path(app) == "C › Engagement by activity › Doc, Views"


async def test_where_there_is_no_number_nothing_opens(store: Path) -> None:
    async with dashboard(store, Level.TRAINING, WIDE, training="C") as (app, pilot):
        panel = await show(app, pilot, "training.activities")
        while panel.rows.number != "downloads":
            await press(pilot, "right")
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, LevelScreen)
        assert "Nothing lies behind this number" in [n.message for n in app._notifications]


@SIZES
async def test_a_click_on_a_number_opens_its_people(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, Level.BACKOFFICE, size) as (app, pilot):
        panel = await show(app, pilot, "collaboration.groups")
        rows = panel.rows.grid
        # The third row below the line of headings, in the column of comments.
        region = rows._get_column_region(2)
        await pilot.click(rows, offset=(region.x + region.width - 2, 3))
        await settle(pilot)
        assert people(app) == [("Una U2", 3)]
        assert path(app) == "Backoffice › Contributions by group › B, Comments"
        await press(pilot, "escape")
        assert (panel.rows.row_index, panel.rows.number) == (2, "Comments")
        # A click on the name chooses the row and opens nothing.
        await pilot.click(rows, offset=(1, 1))
        await settle(pilot)
        assert isinstance(app.screen, BackofficeScreen)
        assert panel.rows.row_index == 0


async def test_the_cell_that_enter_opens_is_seen_without_colours(store: Path) -> None:
    async with dashboard(store, Level.BACKOFFICE, NARROW) as (app, pilot):
        panel = await show(app, pilot, "collaboration.groups")

        def reversed_words() -> str:
            strips = app.screen._compositor.render_strips()
            y = panel.rows.grid.region.y + 1
            marked = [s.text for s in strips[y] if s.style and s.style.reverse]
            return " ".join("".join(marked).split())

        app.theme = "ansi"
        await settle(pilot)
        assert reversed_words() == "A 1 4 1"
        await press(pilot, "right", "right")
        assert reversed_words() == "A 1 1"


@SIZES
async def test_scores_have_a_word_and_a_colour_and_attention_comes_first(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    def scored(hand: Hand) -> None:
        hand.person("ann")
        for name, views, likes in (("loved", 10, 6), ("mixed", 12, 3), ("poor", 11, 0)):
            hand.training(name)
            hand.event("2026-03-03", "ann", "page", name, weight=views)
            if likes:
                hand.event("2026-03-03", "ann", "forum", name, action="like", weight=likes)

    path = await make_store(tmp_path, scored)
    async with dashboard(path, Level.BACKOFFICE, size) as (app, pilot):
        panel = await show(app, pilot, "collaboration.reactions")
        region = panel.region
        strips = app.screen._compositor.render_strips()[region.y + 2 : region.y + 5]
        lines = ["".join(segment.text for segment in strip) for strip in strips]
        # 100 x 3 / 12 = 25, 0 of 11, 100 x 6 / 10 = 60.
        assert [line.split()[1:4] for line in lines] == [
            *(["mixed", "25", "mixed"], ["poor", "0", "poor"], ["loved", "60", "good"]),
        ]
        bands = [panel.rows.grid.get_cell_at(Coordinate(row, 2)) for row in range(3)]
        assert [(band.plain, band.spans[0].style) for band in bands] == [
            *(("mixed", "alert"), ("poor", "worse"), ("good", "better")),
        ]
        assert "2 of 3 need attention" in str(panel.border_title)
        # Enter on the number of good reactions: who gave them.
        while panel.rows.number != "good":
            await press(pilot, "right")
        await press(pilot, "enter")
        assert people(app) == [("ann", 3)]


@SIZES
async def test_what_is_archived_is_hidden_by_a_key(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, Level.BACKOFFICE, size) as (app, pilot):
        panel = await show(app, pilot, "collaboration.groups")
        assert panel.table is not None and panel.table.column("Comments") == [4, 3, 3]
        assert ("a", "Hide archived") in foot(app)
        await press(pilot, "a")
        assert ("a", "Show archived") in foot(app)
        # The comment of u2 in the archived course.
        assert panel.table is not None and panel.table.column("Comments") == [3, 2, 2]
        assert "without archived" in state(app)
        await press(pilot, "right", "right", "enter")
        assert people(app) == [("Una U2", 2), ("Una U1", 1)]
        await press(pilot, "escape", "a")
        assert panel.table is not None and panel.table.column("Comments") == [4, 3, 3]
