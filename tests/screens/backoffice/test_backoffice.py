"""The backoffice level on the sample that ships and on stores made by hand: tabs and what holds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.logs import blocks as event_blocks
from termstats.screens.backoffice.context import ContextDialog
from termstats.screens.backoffice.saved_filters import save_filters
from termstats.screens.backoffice.screen import BackofficeScreen
from termstats.screens.backoffice.select import diff_lines
from termstats.screens.frame.start import Options, StartAt
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import GroupLine
from termstats.widgets.panels.context_pane import ContextPane
from tests.data.figures.backoffice.test_backoffice import AS_OF, WEEK, fill_log
from tests.data.figures.hand_store import make_store
from tests.data.importers.opendatasoft.factory import CALLS, calls, load
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, files, press, settle, state
from tests.screens.opened import dashboard_on
from tests.screens.test_sample import SAMPLE

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    """The activity log of the reference."""
    return await make_store(tmp_path, fill_log, as_of=AS_OF)


@asynccontextmanager
async def dashboard(
    store: Path, size: tuple[int, int] = NARROW, folder: Path = Path("/dev/null/exports")
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    """Open the backoffice on a store."""
    start = StartAt(period="30d" if store == SAMPLE else WEEK)
    options = Options(export_folder=folder)
    async with dashboard_on(store, Level.BACKOFFICE, size, start, options) as opened:
        yield opened


def screen_of(app: TermStatsApp) -> BackofficeScreen:
    assert isinstance(app.screen, BackofficeScreen)
    return app.screen


def group_name(app: TermStatsApp) -> str:
    line = app.screen.query_one(GroupLine)
    return line.names[line.current]


async def go_to(app: TermStatsApp, pilot: Pilot[None], name: str) -> None:
    """Walk to the group by its key."""
    for _ in range(10):
        if group_name(app) == name:
            return
        await press(pilot, "right_curly_bracket")
    raise AssertionError(f"no group {name}")


async def test_a_group_without_figures_is_not_shown(world: World) -> None:
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert app.screen.query_one(GroupLine).names == ("Overview", "Events")


@SIZES
async def test_the_group_of_the_api_is_there_where_calls_are(
    log: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with dashboard(log, size) as (app, _):
        assert "API" not in app.screen.query_one(GroupLine).names
    source = tmp_path / "api.csv"
    source.write_text(calls(*CALLS))
    await load(source, tmp_path / "api.sqlite3")
    async with dashboard(tmp_path / "api.sqlite3", size) as (app, pilot):
        await go_to(app, pilot, "API")
        await to_panel(app, pilot, "backoffice.api-totals")
        shown = screen_of(app).panels["backoffice.api-totals"].table
        assert shown is not None and shown.rows[0][:2] == ("calls", 7)


@SIZES
async def test_each_group_shows_its_own_figures(size: tuple[int, int]) -> None:
    async with dashboard(SAMPLE, size) as (app, pilot):
        names = app.screen.query_one(GroupLine).names
        assert {"Overview", "Objects", "Events"} <= set(names)
        for name in names:
            assert group_name(app) == name
            screen = screen_of(app)
            own = set(screen.group.ids)
            shown = {name for name, panel in screen.panels.items() if panel.display}
            assert shown and shown <= own
            assert screen.query_one(Cards).display
            for figure_id in shown:
                panel = screen.panels[figure_id]
                assert panel.table is not None, f"{figure_id}: {panel.words.render()}"
            await press(pilot, "right_curly_bracket")
        assert group_name(app) == "Overview"
        await press(pilot, "left_curly_bracket")
        assert group_name(app) == names[-1]


async def test_a_group_comes_back_at_the_panel_that_was_left() -> None:
    async with dashboard(SAMPLE) as (app, pilot):
        await press(pilot, "tab", "tab", "full_stop", "comma")
        assert screen_of(app).current == "backoffice.top-datasets"


def point_of(app: TermStatsApp) -> tuple[str, int | None, int | None]:
    """Return where one is: the panel, its point, its row."""
    screen = screen_of(app)
    panel = screen.panels[screen.current]
    return screen.current, panel.chart.cursor, panel.rows.row_index


def pane_text(app: TermStatsApp) -> str:
    pane = app.screen.query_one(ContextPane)
    return "\n".join(line.plain for line in pane._all_lines())


async def to_panel(app: TermStatsApp, pilot: Pilot[None], figure_id: str) -> None:
    await screen_of(app).action_panel(figure_id)
    await settle(pilot)


async def answer(app: TermStatsApp, pilot: Pilot[None], key: str, text: str) -> None:
    """Open a dialog by its key and fill in its line."""
    await press(pilot, key)
    app.screen.query_one(Input).value = text
    await press(pilot, "enter")


async def test_the_pane_follows_the_bar_and_counts_who_did_it(log: Path) -> None:
    async with dashboard(log, WIDE) as (app, pilot):
        assert "Arrows choose" in pane_text(app)
        await to_panel(app, pilot, "backoffice.distribution")
        await press(pilot, "down")
        pane = pane_text(app).splitlines()
        assert app.screen.query_one(ContextPane).border_title == "action edit_dataset"
        # edit_dataset: ana, bo, dee and eli once each.
        at = pane.index("People")
        assert [line.split() for line in pane[at + 1 : at + 5]] == [
            [name, "1"] for name in ("ana", "bo", "dee", "eli")
        ]
        assert any(line.split() == ["events", "4"] for line in pane)
        assert any(line.split() == ["from", "2024-05-06", "00:00"] for line in pane)
        assert any(line.split() == ["until", "2024-05-13", "00:00"] for line in pane)
        assert "Audit events" not in pane
        await press(pilot, "down")
        assert app.screen.query_one(ContextPane).border_title == "action edit_page"


@SIZES
async def test_details_bring_a_chip_and_escape_takes_it_off(
    log: Path, size: tuple[int, int]
) -> None:
    details = ("enter",) if size == WIDE else ("enter", "enter")
    async with dashboard(log, size) as (app, pilot):
        await to_panel(app, pilot, "backoffice.top-users")
        await press(pilot, "down", "down")
        before = point_of(app)
        assert before[1] == 1
        await press(pilot, *details)
        assert (group_name(app), point_of(app)[0]) == ("Events", "backoffice.log")
        assert "[person bo]" in state(app)
        table = screen_of(app).panels["backoffice.log"].table
        assert table is not None
        assert table.column("action") == ["edit_dataset", "edit_page", "add_page"]
        assert set(table.column("user_id")) == {"bo"}
        await press(pilot, *details)
        assert point_of(app)[0] == "backoffice.object-history"
        assert "[person bo] · [object Title of d2]" in state(app)
        await press(pilot, "escape")
        assert point_of(app)[0] == "backoffice.log" and "[object" not in state(app)
        await press(pilot, "escape")
        assert point_of(app) == before
        assert "[person" not in state(app)
        table = screen_of(app).panels["backoffice.top-users"].table
        assert table is not None and len(table.rows) == 6


async def test_a_narrow_screen_shows_the_context_first(log: Path) -> None:
    async with dashboard(log) as (app, pilot):
        await to_panel(app, pilot, "backoffice.objects")
        await press(pilot, "enter")
        assert isinstance(app.screen, ContextDialog)
        assert "ana" in pane_text(app) and "publish_dataset" in pane_text(app)
        await press(pilot, "escape")
        assert point_of(app)[0] == "backoffice.objects"


async def test_filters_hold_on_every_tab_and_are_kept_for_the_store(
    log: Path, own_state: Path
) -> None:
    async with dashboard(log) as (app, pilot):
        await answer(app, pilot, "F", "person=ana")
        assert "only person ana" in state(app)
        for figure_id, column, expected in (
            ("backoffice.actions", "total", 3),
            ("backoffice.distribution", "actions", 3),
            # Publishing d1 named a group as well: one action, two objects.
            ("backoffice.objects", "actions", 4),
            ("backoffice.users", "actions", 3),
        ):
            await to_panel(app, pilot, figure_id)
            table = screen_of(app).panels[figure_id].table
            assert table is not None
            assert sum(int(str(cell or 0)) for cell in table.column(column)) == expected
        await to_panel(app, pilot, "backoffice.user-events")
        assert point_of(app)[0] == "backoffice.user-events"
        (kept,) = files(own_state)
        assert kept.stat().st_mode & 0o777 == 0o600
    async with dashboard(log) as (app, pilot):
        assert "only person ana" in state(app)
        await press(pilot, "0")
        assert "only" not in state(app)
        assert files(own_state) == []


async def test_a_filter_that_is_none_leaves_what_was(log: Path) -> None:
    async with dashboard(log) as (app, pilot):
        await answer(app, pilot, "F", "action=edit_page")
        await answer(app, pilot, "F", "person=nobody")
        assert "only action edit_page" in state(app)


async def test_a_kept_filter_whose_thing_is_gone_is_left_out(log: Path) -> None:
    save_filters(str(log), ["person=gone", "action=edit_page"])
    async with dashboard(log) as (app, _pilot):
        assert "only action edit_page" in state(app)


async def test_the_log_is_filtered_by_any_field_and_exported_as_the_source_lays_it_out(
    log: Path, tmp_path: Path
) -> None:
    async with dashboard(log, folder=tmp_path / "out") as (app, pilot):
        await to_panel(app, pilot, "backoffice.log")
        for text, rows in (
            ("timestamp=2024-05-06", 3), ("domain_id=portal", 12), ("user_id=cy", 2),
            ("dataset_id=d2", 2), ("username=zed", 2), ("action=page", 3), ("group_id=g", 1),
            ("page_id=p1", 2), ("diff=security", 1), ("map_id=m", 0), ("reuse_title=r", 0),
            ("subdomain_id=s", 0), ("user_id=ana dataset_id=d1", 2),
        ):  # fmt: skip
            await answer(app, pilot, "f", text)
            table = screen_of(app).panels["backoffice.log"].table
            assert table is not None and len(table.rows) == rows, text
        await answer(app, pilot, "f", "username=zed")
        await press(pilot, "e", "enter")
        (path,) = files(tmp_path / "out")
        assert path.read_text().splitlines() == [
            "timestamp,domain_id,user_id,dataset_id,username,action,group_id,page_id,diff,map_id,"
            "reuse_title,subdomain_id",
            "2024-05-08T08:01:00+00:00,portal,cy,,zed,edit_user_to_domain,,,"
            '"{""security"": []}",,,',
            "2024-05-08T08:00:00+00:00,portal,cy,,zed,add_user_to_domain,,,,,,",
        ]


async def test_the_log_looks_further_back_on_a_key(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_blocks, "SCANNED", 4)
    async with dashboard(log) as (app, pilot):
        await to_panel(app, pilot, "backoffice.log")
        panel = screen_of(app).panels["backoffice.log"]
        await answer(app, pilot, "f", "diff=security")
        said = str(panel.words.render())
        assert "Looked through back to 2024-05-09 08:00. Nothing fits so far." in said
        assert "(>: look further)" in said
        await press(pilot, "greater_than_sign")
        assert panel.face == "table"
        assert panel.table is not None and panel.table.column("username") == ["zed"]
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert panel.table.column("username") == ["zed"] and panel.table.after is None


def test_a_change_is_a_diff_by_path() -> None:
    change = {"path": ["default", "title"], "old_value": "Old", "new_value": "New"}
    added = {"path": ["permissions"], "new_value": ["edit"], "operation_type": "create"}
    cell = json.dumps({"metadata": [change], "security": [added]})
    assert diff_lines(cell) == (
        "- metadata.default.title: Old",
        "+ metadata.default.title: New",
        '+ security.permissions: ["edit"]',
    )
    assert diff_lines("metadata title: Old -> New; security x: + 3; security y: - 4") == (
        "- metadata title: Old",
        "+ metadata title: New",
        "+ security x: 3",
        "- security y: 4",
    )
    assert diff_lines(None) == ()
    assert diff_lines("[1, 2]") == ("[1, 2]",)
