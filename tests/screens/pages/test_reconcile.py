"""The key `=`: a platform's own page beside our numbers, on an invented site and without one."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.model.units import RowId, Second
from termstats.data.query.scope import scope_of
from termstats.data.store.opening import StoreInfo, open_store
from termstats.data.store.settings import SourceInfo
from termstats.screens.dialogs.text_dialog import TextDialog
from termstats.screens.frame.compared import compared_figure
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.pages.reconcile import ReconcileScreen
from termstats.widgets.frame import CrumbLine, StateLine
from tests.data.figures.backoffice.test_datagrok_numbers import WEEK, store_of
from tests.data.importers.datagrok.factory import reference
from tests.data.importers.opigno.factory import load, member, record
from tests.screens.keyboard import NARROW, WIDE, foot, press, settle
from tests.screens.test_sample import SAMPLE

pytestmark = pytest.mark.slow

ALPHA, ANN, CLASS = (Param.TRAINING, "Alpha"), (Param.LEARNER, "ann"), (Param.CLASS, "Class A")


async def site(folder: Path) -> Path:
    """Return a store as of 1 June 2024 in which Ann completed Alpha with a score of 60 %."""
    done = {"score": 60, "status": "passed", "completed": "2024-02-10 00:00:00"}
    store, _ = await load(
        folder,
        group_content_field_data=[member(10, 3, 2), member(11, 3, 3)],
        opigno_learning_path_achievements=[
            record(1, 2, 3, name="Alpha", progress=60, **done),
            record(2, 3, 3, name="Alpha", progress=0),
        ],
    )
    return store


@asynccontextmanager
async def opened(
    path: Path,
    level: Level = Level.GLOBAL,
    *keys: tuple[Param, str],
    size: tuple[int, int] = NARROW,
    viewer: str | None = None,
    folder: Path = Path("/dev/null/exports"),
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    store = await open_store(path)
    try:
        async with store.connect() as connection:
            scope = await scope_of(connection, viewer)
        session = await begin(
            store, scope, StartAt(keys=keys, period="30d"), Options(export_folder=folder)
        )
        app = TermStatsApp(session, level)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield app, pilot
    finally:
        await store.close()


def page(app: TermStatsApp) -> Table:
    assert isinstance(app.screen, ReconcileScreen)
    table = app.screen.panels[app.screen.figure_id].rows.shown_table()
    assert table is not None
    return table


def marks(app: TermStatsApp) -> dict[str, str]:
    """Return the mark of each figure and key."""
    table = page(app)
    pairs = zip(table.column("figure"), table.column("key"), table.column("same"), strict=True)
    return {f"{figure} {key}".strip(): str(mark) for figure, key, mark in pairs}


def said(app: TermStatsApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).render())


def page_name(app: TermStatsApp) -> str:
    """Return the page that is compared: the end of the way here."""
    return app.screen.query_one(CrumbLine).crumbs[-1].words


def state(app: TermStatsApp) -> str:
    return " · ".join(filter(None, app.screen.query_one(StateLine).parts))


def toasts(app: TermStatsApp) -> str:
    return " ".join(note.message for note in app._notifications)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_what_differs_stands_first_with_its_reason(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(await site(tmp_path), size=size) as (app, pilot):
        await press(pilot, "equals_sign", *["left_square_bracket"] * 4)
        assert page_name(app) == "Dashboard"
        assert state(app).startswith("month 2024-02 UTC · 3 of 7 people")
        found = marks(app)
        # The site: (60 + 0) / 2 of progress, 1 of 2 completed, six accounts that are not anonymous.
        rows = {(row[2], row[3]): row[4] for row in page(app).rows}
        shown = [rows[name, ""] for name in ("progress", "completion", "users")]
        assert shown == ["30%", "50%", "6"]
        # Staff, root and a blocked account are not people who count here.
        assert found["users"] == "≠ differs"
        assert found["active users 29"] == "= same" and "active users 30" not in found
        order = list(dict.fromkeys(found.values()))
        assert order[0] == "≠ differs" and order[-1] == "= same"
        assert said(app, "#reason").startswith("≠ differs: Opigno: the next save of a completed")
        await press(pilot, "d")
        assert set(marks(app).values()) == {"≠ differs"}
        assert "only what differs" in state(app)
        await press(pilot, "d", "end")
        assert said(app, "#reason").startswith("= same: ")
        await press(pilot, "escape")
        assert not isinstance(app.screen, ReconcileScreen)


async def test_enter_shows_all_there_is_to_say(tmp_path: Path) -> None:
    async with opened(await site(tmp_path)) as (app, pilot):
        await press(pilot, "equals_sign", "enter")
        assert isinstance(app.screen, TextDialog)
        text = str(app.screen.query_one(Static).render())
        assert "Platform    30%" in text and "Unrounded   0.3\n" in text
        assert "staff and others who do not count here are counted" in text
        await press(pilot, "escape", "end", "enter")
        text = str(app.screen.query_one(Static).render())
        assert "They are the same." in text and "Why" not in text


async def test_months_go_back_and_not_beyond_the_data(tmp_path: Path) -> None:
    async with opened(await site(tmp_path)) as (app, pilot):
        await press(pilot, "equals_sign")
        # The period ends on 1 June 2024, the day of the import.
        assert state(app).startswith("month 2024-06")
        await press(pilot, "right_square_bracket")
        assert state(app).startswith("month 2024-06") and "data end in 2024-06" in toasts(app)
        await press(pilot, *["left_square_bracket"] * 6)
        assert state(app).startswith("month 2023-12")
        await press(pilot, "right_square_bracket")
        assert state(app).startswith("month 2024-01")
        await press(pilot, "p", *"2024-03", "enter")
        assert state(app).startswith("month 2024-03")


@pytest.mark.parametrize(
    ("level", "subject", "words", "known"),
    [
        (Level.TRAINING, ALPHA, "training page · Alpha", "user score Ann Ash"),
        (Level.LEARNER, ANN, "learner's page · Ann Ash", "training progress Alpha"),
        (Level.CLASS, CLASS, "class page · Class A", "result passed Alpha / bob"),
        (Level.BACKOFFICE, ALPHA, "dashboard", "recently active"),
    ],
    ids=str,
)
async def test_each_level_opens_its_page(
    tmp_path: Path, level: Level, subject: tuple[Param, str], words: str, known: str
) -> None:
    async with opened(await site(tmp_path), level, subject) as (app, pilot):
        await press(pilot, "equals_sign")
        assert page_name(app).casefold() == words.casefold()
        assert known in marks(app)
        has_month = level is not Level.LEARNER
        assert state(app).startswith("month 2024-06" if has_month else "the page of today")
        await press(pilot, "left_square_bracket")
        assert ("same in every month" in toasts(app)) is not has_month
        await press(pilot, "equals_sign")
        assert not isinstance(app.screen, ReconcileScreen)


async def test_a_choice_opens_the_page_of_what_is_under_the_cursor(tmp_path: Path) -> None:
    async with opened(await site(tmp_path), Level.TRAINING) as (app, pilot):
        await press(pilot, "equals_sign")
        table = page(app)
        assert page_name(app).startswith("Training page · ")
        assert dict(table.params)["--training"]


async def test_an_export_is_the_figure_as_shown(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    async with opened(await site(tmp_path), folder=folder) as (app, pilot):
        await press(pilot, "equals_sign", "d", "f", *"users", "enter")
        assert "rows with 'users'" in state(app)
        await press(pilot, "e", "enter")
    (written,) = folder.iterdir()
    assert written.name.startswith("reconcile.opigno_2024-06_")
    with written.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [column.name for column in COLUMNS]
    assert ["dashboard", "users", "", "6", "6", "3"] in [row[:6] for row in rows]
    # Filtered to rows that say "users", of those that differ.
    assert all("users" in " ".join(row) and row[6] for row in rows)


async def test_the_footer_names_the_key_where_it_leads_somewhere(tmp_path: Path) -> None:
    store = await site(tmp_path)
    for path, viewer, named in ((store, None, True), (store, "ann", False), (SAMPLE, None, False)):
        async with opened(path, Level.LEARNER, viewer=viewer) as (app, _):
            assert (("=", "Compare") in foot(app)) is named


async def test_columns_follow_the_width(tmp_path: Path) -> None:
    async with opened(await site(tmp_path), size=WIDE) as (app, pilot):
        await press(pilot, "equals_sign", "down")
        second = said(app, "#reason")
        assert "reason" in [column.name for column in page(app).columns]
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert "reason" not in [column.name for column in page(app).columns]
        assert said(app, "#reason").startswith(second[:40])


async def test_only_administrators_may_open_it(tmp_path: Path) -> None:
    store = await site(tmp_path)
    for viewer, words in (("tom", "reconciliation is for administrators"), ("ann", "is a learner")):
        async with opened(store, Level.LEARNER, ANN, viewer=viewer) as (app, pilot):
            await press(pilot, "equals_sign")
            assert not isinstance(app.screen, ReconcileScreen)
            assert words in toasts(app)


async def test_a_store_without_opigno_says_what_to_do() -> None:
    async with opened(SAMPLE) as (app, pilot):
        await press(pilot, "equals_sign")
        assert isinstance(app.screen, ReconcileScreen)
        words = str(app.screen.panels["reconcile.opigno"].words.render())
        assert words.startswith("No data of Opigno are in this store")
        assert "termstats import opigno" in words
        # Keys without rows do nothing.
        await press(pilot, "d", "enter", "e", "enter", "escape")
        assert not isinstance(app.screen, ReconcileScreen)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_pages_of_datagrok_are_those_of_the_period(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = await store_of(tmp_path, reference())
    async with opened(store, Level.BACKOFFICE, size=size) as (app, pilot):
        await press(pilot, "p", *WEEK, "enter", "equals_sign")
        assert page_name(app) == "Usage pages"
        assert "13–19 May 2024" in state(app) and "month" not in state(app)
        assert marks(app)["new users"] == "≠ differs" and marks(app)["users Udo Two"] == "= same"
        assert said(app, "#reason").startswith("≠ differs: Datagrok takes the first")
        await press(pilot, "left_square_bracket")
        assert "6–12 May 2024" in state(app)
        words = str(app.screen.panels["reconcile.datagrok"].words.render())  # type: ignore[attr-defined]
        assert words.startswith("No events of Datagrok from ")
        await press(pilot, "right_square_bracket", "d")
        assert set(marks(app).values()) == {"≠ differs"}
        await press(pilot, "equals_sign")
        assert not isinstance(app.screen, ReconcileScreen)


def test_of_several_platforms_the_level_decides() -> None:
    info = StoreInfo(
        "store", "store", ZoneInfo("UTC"), (source_info("datagrok"), source_info("opigno")), False
    )
    assert compared_figure(info, Level.GLOBAL) == "reconcile.opigno"
    assert compared_figure(info, Level.BACKOFFICE) == "reconcile.datagrok"
    alone = replace(info, sources=info.sources[:1])
    assert compared_figure(alone, Level.GLOBAL) == "reconcile.datagrok"
    assert compared_figure(replace(info, sources=()), Level.GLOBAL) is None


def source_info(platform: str) -> SourceInfo:
    row_id, moment = RowId(1), Second(0)
    values = (
        row_id,
        platform,
        platform,
        platform,
        None,
        None,
        moment,
        None,
        None,
        False,
        True,
        True,
    )
    return SourceInfo(*values, {}, {})
