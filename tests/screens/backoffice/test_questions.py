"""The questions that the backoffice has to answer, by keys alone, and where every row leads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.model.table import Cell
from termstats.data.query.scope import EVERYTHING, Role, Scope
from termstats.data.query.search import search
from termstats.data.store import schema
from termstats.data.store.opening import open_store
from termstats.screens.levels.global_screen import GlobalScreen
from termstats.screens.levels.learner import LearnerScreen
from tests.data.figures.backoffice.test_backoffice import AS_OF
from tests.data.figures.hand_store import Hand, make_store, when
from tests.screens.backoffice.test_backoffice import (
    SIZES,
    dashboard,
    group_name,
    point_of,
    screen_of,
    to_panel,
)
from tests.screens.backoffice.test_who_did import dashboard as open_dashboard
from tests.screens.keyboard import NARROW, WIDE, press, state

pytestmark = pytest.mark.slow

CHANGE = {"path": ["default", "title"], "old_value": "Old", "new_value": "New"}


def fill(hand: Hand) -> None:
    """Write a week of use, 2024-05-06 (Monday) to 12 (Sunday)."""
    for name in ("ana", "bo", "cy"):
        hand.person(name, name.capitalize())
    hand.object("p1", "page", "About")
    hand.object("p2", "page", "Help")
    for package in ("Charts", "Geo", "Legacy"):
        hand.object(package, "package")
    for key in ("Charts:bar", "Geo:fit", "Legacy:old"):
        package, _, title = key.partition(":")
        hand.object(key, "function", title, parent_id=hand.id("object", package))
    edit, diff = {"extra": '{"source": "audit"}'}, json.dumps({"metadata": [CHANGE]})
    hand.event("2024-04-20 09:00", "cy", "function", action="old", object="Legacy:old")
    hand.event("2024-05-06 09:00", "ana", "admin", action="edit_page", object="p1", **edit)
    hand.event(
        "2024-05-07 09:00", "bo", "admin", action="edit_page", object="p1", diff=diff, **edit
    )
    hand.event("2024-05-08 09:00", "ana", "admin", action="edit_page", object="p2", **edit)
    hand.event("2024-05-12 09:00", "cy", "admin", action="add_page", object="p2", **edit)
    for number in range(4):
        run(hand, f"2024-05-09 10:0{number}", "ana", "Charts:bar", "cars")
    run(hand, "2024-05-10 10:00", "bo", "Geo:fit", "trees", error="Timeout", missed=1)
    run(hand, "2024-05-10 10:01", "ana", "Geo:fit", "cars", error="Timeout", missed=1)
    hand.event(
        "2024-05-11 10:00", "cy", "error", action="Full", error="h4sh", detail="no room",
        extra='{"source": "disk", "handled": false}',
    )  # fmt: skip


def run(hand: Hand, at: str, who: str, function: str, table: str, **more: object) -> None:
    """Add a run of a function with its input, in the session of who ran it."""
    if ("session", who) not in hand.ids:
        person = hand.id("person", who)
        row = {"key": f"s-{who}", "person_id": person, "started_at": when(at)}
        hand.ids["session", who] = hand.writer.add(schema.session, row)
    columns = {
        "person_id": hand.id("person", who),
        "session_id": hand.ids["session", who],
        "action_id": hand.writer.action("function", function.partition(":")[2]),
        "object_id": hand.id("object", function),
        "package_id": hand.id("object", function.partition(":")[0]),
        "extra": '{"source": "function"}',
        **more,
    }
    hand.writer.add_event(when(at), at, columns, {"input.table": table})


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill, as_of=AS_OF)


def screen_text(app: TermStatsApp) -> list[str]:
    """Return the lines as the terminal shows them."""
    return ["".join(segment.text for segment in strip) for strip in
            app.screen._compositor.render_strips()]  # fmt: skip


def shown(app: TermStatsApp, *words: str) -> bool:
    """Return whether all the words stand on one line of the screen."""
    return any(all(word in line for word in words) for line in screen_text(app))


def column(app: TermStatsApp, name: str) -> list[Cell]:
    table = screen_of(app).panels[screen_of(app).current].rows.shown_table()
    assert table is not None
    return table.column(name)


def details(size: tuple[int, int]) -> tuple[str, ...]:
    """Return the keys from a row to its details; without a pane its context comes first."""
    return ("enter",) if size == WIDE else ("enter", "enter")


# ---- the four questions --------------------------------------------------------------------------


@SIZES
async def test_who_changed_this_page_last_and_how(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, size) as (app, pilot):
        keys = (*["tab"] * 5, "down", *details(size))
        await press(pilot, *keys)
        assert len(keys) <= 8
        assert point_of(app)[0] == "backoffice.object-history"
        assert shown(app, "2024-05-07 09:00", "Bo", "edit page", "default.title: Old -> New")
        assert column(app, "user") == ["Bo", "Ana"]


@SIZES
async def test_which_package_nobody_uses(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, size) as (app, pilot):
        await press(pilot, "full_stop", "full_stop", "tab")
        assert (group_name(app), point_of(app)[0]) == ("Objects", "backoffice.unused")
        assert shown(app, "package", "Legacy", "2024-04-20")


@SIZES
async def test_which_function_fails_and_for_whom(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, size) as (app, pilot):
        keys = ("full_stop", "tab", "right", "right", "s", *details(size))
        await press(pilot, *keys[:5])
        assert column(app, "function") == ["fit", "bar"]
        assert column(app, "errors") == [2, 0]
        await press(pilot, *keys[5:])
        assert len(keys) <= 7
        assert point_of(app)[0] == "backoffice.function-runs"
        assert "[function fit]" in state(app) and "rows with 'error='" in state(app)
        assert shown(app, "2024-05-10 10:01", "Ana", "Timeout", "table=cars")
        assert shown(app, "2024-05-10 10:00", "Bo", "Timeout", "table=trees")


@SIZES
async def test_who_is_active_on_sundays(store: Path, size: tuple[int, int]) -> None:
    async with dashboard(store, size) as (app, pilot):
        keys = (*["tab"] * 6, "end", *details(size))
        assert len(keys) <= 9
        await press(pilot, *keys[:7])
        assert screen_of(app).panels["backoffice.weekdays"].chart.cursor_text.startswith("Sunday")
        await press(pilot, *keys[7:])
        assert "[weekday Sunday]" in state(app)
        assert column(app, "user") == ["Cy"]
        assert shown(app, "Cy")


# ---- every row leads somewhere -------------------------------------------------------------------


@pytest.mark.slow
async def test_every_row_leads_to_rows_and_back_to_where_one_was(store: Path) -> None:
    nowhere = {"backoffice.user-events", "backoffice.log"}  # need a filter; leads to a history
    async with dashboard(store, WIDE) as (app, pilot):
        ways = {f.id: f.details for f in figures().values() if f.details}
        for figure_id, details in ways.items():
            await to_panel(app, pilot, figure_id)
            screen = screen_of(app)
            panel = screen.panels[screen.current]
            if screen.current != figure_id or panel.table is None or not panel.table.rows:
                continue
            if panel.face == "chart":
                await press(pilot, "home")
            before, filters = point_of(app), state(app)
            await press(pilot, "enter")
            assert screen.places, figure_id
            if figure_id not in nowhere:
                found = screen.panels[screen.current]
                assert screen.current == details.target, figure_id
                assert found.table is not None, figure_id
                assert found.table.rows or found.table.empty, figure_id
            await press(pilot, "escape")
            assert (point_of(app), state(app)) == (before, filters), figure_id


async def test_an_error_leads_to_the_runs_that_failed(store: Path) -> None:
    async with dashboard(store) as (app, pilot):
        await press(pilot, *["right_curly_bracket"] * 4)
        assert shown(app, "h4sh", "2024-05-11")
        await press(pilot, "enter", "enter")
        assert point_of(app)[0] == "backoffice.error-runs"
        assert "[error h4sh]" in state(app)
        assert column(app, "user") == ["Cy"]
        assert shown(app, "2024-05-11 10:00", "Cy", "no room")
        await press(pilot, "escape", "tab", "enter", "enter")
        # What causes errors: fit failed by itself, twice.
        assert "[action fit]" in state(app)
        assert column(app, "inputs") == ["table=cars", "table=trees"]


async def test_a_run_leads_to_the_complete_log_of_its_session(store: Path) -> None:
    async with dashboard(store, WIDE) as (app, pilot):
        await to_panel(app, pilot, "backoffice.error-runs")
        await press(pilot, "down", "enter")
        assert point_of(app)[0] == "backoffice.events"
        assert column(app, "session") == ["s-ana"] * 5
        await press(pilot, "escape")
        assert point_of(app)[0] == "backoffice.error-runs"
        await to_panel(app, pilot, "backoffice.events")
        assert len(column(app, "session")) == 11


async def test_from_a_failed_run_to_the_person(store: Path) -> None:
    async with dashboard(store) as (app, pilot):
        await to_panel(app, pilot, "backoffice.error-runs")
        await press(pilot, "down", "g")
        assert isinstance(app.screen, LearnerScreen) and app.screen.subject == "Ana"
        await press(pilot, "escape")
        assert (point_of(app)[0], point_of(app)[2]) == ("backoffice.error-runs", 1)


async def test_a_search_without_result_leads_to_the_calls(tmp_path: Path) -> None:
    def searches(hand: Hand) -> None:
        fill(hand)
        for at, term in (("09:00", "oak"), ("10:00", "oak tree"), ("11:00", "oak")):
            hand.event(
                f"2024-05-07 {at}", "bo", "api", action="search_datasets", detail=term, missed=1
            )

    store = await make_store(tmp_path, searches, as_of=AS_OF)
    async with dashboard(store, WIDE) as (app, pilot):
        await to_panel(app, pilot, "backoffice.api-searches")
        await press(pilot, "down", "up", "enter")
        assert point_of(app)[0] == "backoffice.events"
        assert column(app, "message") == ["oak", "oak"]


async def test_a_pattern_leads_to_its_people(store: Path) -> None:
    async with dashboard(store, WIDE) as (app, pilot):
        await to_panel(app, pilot, "backoffice.patterns")
        pattern = column(app, "pattern")[0]
        await press(pilot, "enter")
        assert point_of(app)[0] == "backoffice.pattern-people"
        assert column(app, "pattern") == [pattern]
        assert column(app, "user") == ["Ana"]
        await press(pilot, "enter")
        assert point_of(app)[0] == "backoffice.events" and "[person Ana]" in state(app)


async def test_what_nobody_used_leads_to_its_history_of_all_time(store: Path) -> None:
    async with dashboard(store, WIDE) as (app, pilot):
        await to_panel(app, pilot, "backoffice.unused")
        period = app.session.view.period
        assert column(app, "name") == ["Legacy", "old"]
        for row in range(2):
            await press(pilot, *["down"] * row, "enter")
            assert point_of(app)[0] == "backoffice.events"
            # A package is used by what it holds.
            assert column(app, "user") == ["Cy"] and column(app, "action") == ["old"]
            await press(pilot, "escape")
            assert app.session.view.period == period
            assert (point_of(app)[0], point_of(app)[2]) == ("backoffice.unused", row)


async def test_what_was_never_used_says_so(tmp_path: Path) -> None:
    def never(hand: Hand) -> None:
        fill(hand)
        hand.object("New", "package")

    store = await make_store(tmp_path, never, as_of=AS_OF)
    async with dashboard(store, WIDE) as (app, pilot):
        await to_panel(app, pilot, "backoffice.unused")
        await press(pilot, "enter")
        assert point_of(app)[0] == "backoffice.unused"
        (said,) = (notification.message for notification in app._notifications)
        assert said == "Never used: no history of it was recorded"


# ---- series --------------------------------------------------------------------------------------


async def test_the_chosen_series_of_a_chart_is_carried_along(store: Path) -> None:
    async with dashboard(store, WIDE) as (app, pilot):
        chart = screen_of(app).panels["backoffice.actions"].chart
        await press(pilot, "home", "down")
        assert chart.cursor_text.startswith("Mon 6 May: 1 edit page")
        await press(pilot, "right", "enter")
        assert "[action edit_page] · [days Tue 2024-05-07]" in state(app)
        assert column(app, "user_id") == ["bo"]
        await press(pilot, "escape")
        assert (chart.series, chart.cursor) == ("edit_page", 1)
        await press(pilot, "down", "down")
        assert chart.series == ""
        assert chart.cursor_text == "Tue 7 May: 1 in all: Edit page 1"
        await press(pilot, "up")
        assert chart.series == "add_page"


async def test_the_events_of_one_source_on_one_day(store: Path) -> None:
    async with dashboard(store, NARROW) as (app, pilot):
        await to_panel(app, pilot, "backoffice.sources")
        # function 6, audit 4, error 1: the most frequent first.
        await press(pilot, "end", "left", "left", "down", "enter", "enter")
        assert point_of(app)[0] == "backoffice.events"
        assert set(column(app, "source")) == {"function"} and len(column(app, "at")) == 2
        await press(pilot, "escape")
        assert point_of(app)[0] == "backoffice.sources"


# ---- by name, from anywhere ----------------------------------------------------------------------


@SIZES
async def test_an_object_is_found_by_its_name_and_opens_its_history(
    store: Path, size: tuple[int, int]
) -> None:
    async with dashboard(store, size) as (app, pilot):
        await press(pilot, "1", "slash", *"about", "enter")
        assert point_of(app)[0] == "backoffice.object-history"
        assert "[object About]" in state(app)
        assert column(app, "user") == ["Bo", "Ana"]
        await press(pilot, "enter")
        if size != WIDE:
            assert shown(app, "- metadata default.title: Old")
            assert shown(app, "+ metadata default.title: New")
            await press(pilot, "escape")
        await press(pilot, "escape")
        assert isinstance(app.screen, GlobalScreen)


async def test_nothing_done_in_the_period_says_when_it_was(store: Path) -> None:
    async with open_dashboard(store, Level.GLOBAL, NARROW) as (app, pilot):
        await press(pilot, "slash", *"about", "enter")
        assert shown(app, "No actions on About from 1 Mar to 31 Mar 2026")
        assert shown(app, "2024-05-07.")


@SIZES
async def test_a_search_on_the_level_itself_goes_there_and_back(
    store: Path, size: tuple[int, int]
) -> None:
    async with dashboard(store, size) as (app, pilot):
        await press(pilot, "tab")
        before = point_of(app)[0]
        await press(pilot, "slash", *"fit", "enter")
        assert point_of(app)[0] == "backoffice.function-runs"
        await press(pilot, "slash", *"help", "enter")
        assert point_of(app)[0] == "backoffice.object-history"
        assert "[object Help]" in state(app) and "fit" not in state(app)
        await press(pilot, "escape", "escape")
        assert point_of(app)[0] == before
        assert "[" not in state(app)


async def test_objects_are_found_by_who_sees_the_whole_platform(store: Path) -> None:
    opened = await open_store(store)
    try:
        (hit, *_) = await search(opened, EVERYTHING, "about")
        assert (hit.level, hit.kind, hit.entity.key) == ("backoffice", "page", "p1")
        coach = Scope(viewer="tina", role=Role.COACH, classes=frozenset())
        assert await search(opened, coach, "about") == []
    finally:
        await opened.close()
