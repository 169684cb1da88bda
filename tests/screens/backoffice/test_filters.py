"""Filters of the backoffice in use: several values, what holds where, taking them off."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.figure_screen import FigureScreen
from tests.data.figures.collaboration.reference import fill
from tests.data.figures.hand_store import make_store
from tests.screens.backoffice.test_backoffice import answer, go_to, point_of, screen_of, to_panel
from tests.screens.backoffice.test_backoffice import dashboard as backoffice
from tests.screens.backoffice.test_backoffice import log as log
from tests.screens.backoffice.test_who_did import dashboard, people, show
from tests.screens.keyboard import NARROW, WIDE, files, press, settle, state

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


def column(app: TermStatsApp, figure_id: str, name: str) -> list[object]:
    table = screen_of(app).panels[figure_id].table
    assert table is not None
    return list(table.column(name))


@SIZES
async def test_several_values_are_alternatives_and_are_kept(
    log: Path, own_state: Path, size: tuple[int, int]
) -> None:
    async with backoffice(log, size) as (app, pilot):
        await answer(app, pilot, "F", "person=ana person=bo")
        assert "only person ana or bo" in state(app)
        await to_panel(app, pilot, "backoffice.users")
        assert column(app, "backoffice.users", "user") == ["ana", "bo"]
        # What one person did cannot be asked of two.
        assert "backoffice.user-events" not in {
            panel.figure_id for panel in screen_of(app).panel_list()
        }
    async with backoffice(log, size) as (app, pilot):
        assert "only person ana or bo" in state(app)
        await press(pilot, "F")
        said = app.screen.query_one(".said", Static).render()
        assert str(said) == "now: person=ana person=bo"
        await press(pilot, "escape")
        # Details of one of them name one.
        await to_panel(app, pilot, "backoffice.users")
        await press(pilot, "down", "enter", *(("enter",) if size == NARROW else ()))
        assert "only person ana or bo · [person bo]" in state(app)
        assert set(column(app, "backoffice.log", "user_id")) == {"bo"}
        await to_panel(app, pilot, "backoffice.user-events")
        assert point_of(app)[0] == "backoffice.user-events"
        await press(pilot, "0")
        assert "person" not in state(app)
        assert files(own_state) == []


async def test_escape_takes_the_last_chip_off_and_0_everything(log: Path) -> None:
    async with backoffice(log, WIDE) as (app, pilot):
        await answer(app, pilot, "F", "weekday=mon weekday=tue")
        assert state(app).startswith("6–12 May 2024 · ")
        await to_panel(app, pilot, "backoffice.top-users")
        await press(pilot, "down", "down", "enter", "enter")
        assert "weekday Monday or Tuesday · [person ana] · [object" in state(app)
        await press(pilot, "escape")
        assert "weekday Monday or Tuesday · [person ana]" in state(app)
        assert "[object" not in state(app)
        await press(pilot, "0")
        assert "weekday" not in state(app) and "[" not in state(app)
        # The period is no filter that 0 takes off.
        assert "6–12 May 2024" in state(app).partition(" · ")[0]
        # Nothing is left to go back to.
        here = point_of(app)[0]
        await press(pilot, "escape")
        assert point_of(app)[0] == here


@SIZES
async def test_the_state_line_says_what_holds_for_the_panel(
    log: Path, size: tuple[int, int]
) -> None:
    async with backoffice(log, size) as (app, pilot):
        await answer(app, pilot, "F", "person=ana action=edit_page")
        assert "only person ana, action edit_page" in state(app)
        for figure_id in ("backoffice.unused", "backoffice.objects", "backoffice.groups"):
            await to_panel(app, pilot, figure_id)
            assert "only person ana, action edit_page" in state(app)
            assert "not here" not in state(app)
        await to_panel(app, pilot, "collaboration.users")
        assert "only person ana · not here: action edit_page" in state(app)
        table = screen_of(app).panels["collaboration.users"].table
        assert table is not None
        assert any("narrow nothing: action edit_page" in note for note in table.notes)


@SIZES
async def test_who_is_behind_a_number_is_narrowed_as_the_number(
    tmp_path: Path, size: tuple[int, int], own_state: Path
) -> None:
    store = await make_store(tmp_path, fill)
    async with dashboard(store, Level.BACKOFFICE, size) as (app, pilot):
        await answer(app, pilot, "F", "person=u4 domain=x")
        panel = await show(app, pilot, "collaboration.courses")
        assert panel.table is not None
        assert panel.table.column("Views") == [2, 0]
        panel.rows.focus()
        screen_of(app).open_number("collaboration.courses", panel.table.rows[0], "Views")
        await settle(pilot)
        assert isinstance(app.screen, FigureScreen)
        assert people(app) == [("Una U4", 2)]
        assert "only person Una U4 · not here: domain x" in state(app)
        await press(pilot, "escape")
        assert point_of(app)[0] == "collaboration.courses"


async def test_the_tabs_come_back_without_the_filters_of_before(log: Path) -> None:
    async with backoffice(log) as (app, pilot):
        await answer(app, pilot, "F", "object=d1")
        await go_to(app, pilot, "Objects")
        await to_panel(app, pilot, "backoffice.object-history")
        assert point_of(app)[0] == "backoffice.object-history"
        await press(pilot, "0")
        # The history needs one object: the panel goes with the filter.
        assert point_of(app)[0] == "backoffice.log"
