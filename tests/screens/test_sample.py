"""The screens on the sample that ships: every panel of every level, and the way to an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Static

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.screens.frame.session import SUBJECT
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.pages.answers import AnswersScreen
from tests.screens.keyboard import level_of, press, state
from tests.screens.opened import dashboard_on
from tests.shared import ROOT

SAMPLE = ROOT / "sample_data" / "sample.sqlite3"
CHOSEN = ((Param.TRAINING, "Safety Basics"), (Param.LEARNER, "Ben Bauer"), (Param.CLASS, "South"))


@asynccontextmanager
async def dashboard(
    level: Level,
    size: tuple[int, int] = (80, 24),
    chosen: bool = True,
    options: Options | None = None,
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    start = StartAt(keys=CHOSEN if chosen else ())
    async with dashboard_on(SAMPLE, level, size, start, options) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [True, False], ids=["chosen", "choice"])
@pytest.mark.parametrize("level", list(Level), ids=str)
async def test_every_panel_shows_its_figure(level: Level, chosen: bool) -> None:
    if not chosen and level not in SUBJECT:
        pytest.skip("nothing to choose on this level")
    async with dashboard(level, (120, 40), chosen) as (app, pilot):
        screen = level_of(app)
        wanted = [panel.figure_id for panel in screen.panel_list()]
        for _ in range(len(screen.focus_ring())):
            await press(pilot, "tab")
        for figure_id in wanted:
            table = screen.panels[figure_id].table
            assert table is not None, f"{figure_id}: {screen.panels[figure_id].words.render()}"
            assert table.rows or table.empty


async def test_a_newcomer_finds_a_wrong_answer() -> None:
    async with dashboard(Level.GLOBAL) as (app, pilot):
        await press(pilot, "slash", *"ben bauer")
        await press(pilot, "enter", "n")
        assert isinstance(app.screen, AnswersScreen)
        path = str(app.screen.query_one("#attempt", Static).render())
        assert path.startswith("Ben Bauer › Safety Basics › Fire › attempt 1 of 1")
        full = str(app.screen.query_one("#answer", Static).render())
        assert "Which extinguisher for oil?" in full
        assert "✗ Water" in full and "✓ Foam or CO2" in full
        assert app.screen.query_one(DataTable).row_count == 4
        assert "one learner" in " ".join(state(app).split())


@pytest.mark.parametrize("level", list(Level), ids=str)
async def test_plain_screens_have_no_marks_but_ascii(level: Level) -> None:
    async with dashboard(level, (120, 40), options=Options(ascii=True)) as (app, _pilot):
        lines = ["".join(s.text for s in strip) for strip in app.screen._compositor.render_strips()]
    text = "".join(lines)
    assert "|" in text and "Meridian Academy" in text
    # Letters of names are not ours.
    marks = {mark for mark in text if not mark.isascii() and not mark.isalpha()}
    assert not marks
