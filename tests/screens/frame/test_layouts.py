"""What changes nothing about where things stand has nothing laid out anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.screen import Screen

from termstats.data.figures.definition.figure import Level
from termstats.widgets.frame import SentenceLine, StateLine
from termstats.widgets.panels.panel_grid import PanelGrid
from tests.screens.keyboard import NARROW, level_of, settle
from tests.screens.test_sample import dashboard


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield a list that grows by one with every layout."""
    done: list[str] = []
    lay_out = Screen._refresh_layout

    def counted(screen: Screen[object], *args: object, **named: object) -> None:
        done.append(type(screen).__name__)
        lay_out(screen, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    yield done


async def test_the_same_places_and_as_many_lines_need_no_layout(layouts: list[str]) -> None:
    async with dashboard(Level.GLOBAL, NARROW) as (app, pilot):
        screen = level_of(app)
        await settle(pilot)
        grid, line = screen.query_one(PanelGrid), screen.query_one(StateLine)
        sentence = screen.query_one(SentenceLine)
        layouts.clear()
        grid.place_again()
        line.wordings = (("22 Oct", "581 people"),)
        sentence.wordings = sentence.wordings[1:]
        sentence.is_waiting = True
        await pilot.pause()
        assert layouts == []
        assert "581 people" in str(line.render_line(0).text)
        # A line more, or none, moves everything below it.
        top = grid.region.y
        line.wordings = (tuple(f"a rather long part, number {n}" for n in range(6)),)
        await pilot.pause()
        assert layouts and grid.region.y > top
        sentence.wordings, sentence.is_waiting = (), False
        await pilot.pause()
        assert sentence.size.height == 0
