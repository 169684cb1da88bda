"""An open dashboard notices that its store was replaced, and keeps everybody's place."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from termstats.data.figures.definition.figure import Level
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.sample import SampleImporter
from termstats.screens.frame.grid_screen import DETAIL, GridScreen
from termstats.screens.frame.start import StartAt
from termstats.widgets.panels.figure_panel import FigurePanel
from tests.screens.keyboard import WIDE, level_of, press, settle
from tests.screens.opened import dashboard_on

DAY = 86_400


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("renewal") / "sample.db"
    sample = SampleImporter(learners=60, events=3_000)
    asyncio.run(run_import(sample, "sample", path, ImportOptions(zone="UTC")))
    return path


@pytest.fixture
def copy(store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(store, tmp_path / "copy.db"))


def replace_with(path: Path, *statements: str) -> None:
    """Put a changed copy in the place of a store, as an import does."""
    new = path.with_name("new.db")
    shutil.copy(path, new)
    with closing(sqlite3.connect(new)) as connection:
        for sql in statements:
            connection.execute(sql)
        connection.commit()
    os.replace(new, path)


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait for what the next look at the store brings."""
    async with asyncio.timeout(30):
        while not holds():
            await pilot.pause()
    await settle(pilot)


LATER = f"UPDATE source SET as_of = as_of + {DAY}"  # noqa: S608
RENAMED = "UPDATE person SET name = name || ' II'"


async def test_it_shows_the_new_data_where_everybody_is(copy: Path) -> None:
    async with dashboard_on(copy, Level.TRAINING, start=StartAt(period="2026-03")) as (app, pilot):
        await press(pilot, "enter")
        screen = level_of(app)
        assert isinstance(screen, GridScreen)
        await press(pilot, "tab", "tab", "down", "down")
        panel = screen.panels[screen.current]
        names = panel.rows.table.rows if panel.rows.table else ()
        before = (screen, screen.current, panel.rows.row_index, dict(screen.entities))
        assert names
        assert panel.rows.row_index == 2
        as_of = app.session.store.info.as_of
        replace_with(copy, LATER, RENAMED, "UPDATE training SET title = title || ' II'")
        await until(pilot, lambda: app.session.store.info.as_of == as_of + DAY)
        assert (app.screen, screen.current, panel.rows.row_index, dict(screen.entities)) == before
        assert panel.rows.table is not None
        assert panel.rows.table.rows != names
        assert app.toast is not None
        assert app.toast.words.startswith("New data, as of ")


async def test_the_cursor_stays_on_its_learner_and_the_pane_beside_shows_the_new_data(
    copy: Path,
) -> None:
    async with dashboard_on(copy, Level.TRAINING, WIDE) as (app, pilot):
        await press(pilot, "enter")
        screen = level_of(app)
        assert isinstance(screen, GridScreen)
        while "learner_id" not in columns_of(screen.panels[screen.current]):
            await press(pilot, "tab")
        panel = screen.panels[screen.current]
        await press(pilot, "f", "a", "enter", "down", "down", "down")
        search, learner, at = dict(screen.row_searches), learner_of(panel), panel.rows.row_index
        pane = screen.panels[screen.current + DETAIL]
        beside = pane.table
        as_of = app.session.store.info.as_of
        # Another order of names, and another length of all attempts.
        replace_with(
            copy,
            LATER,
            "UPDATE person SET name = substr(name, 2) || ' A'",
            "UPDATE attempt SET seconds = seconds + 60, score = score / 2",
        )
        await until(pilot, lambda: app.session.store.info.as_of == as_of + DAY)
        assert (app.screen, screen.row_searches) == (screen, search)
        assert learner_of(panel) == learner
        assert panel.rows.row_index != at
        assert beside is not None
        assert pane.table is not None
        assert pane.table.rows != beside.rows


def columns_of(panel: FigurePanel) -> list[str]:
    return [] if panel.rows.table is None else [each.name for each in panel.rows.table.columns]


def learner_of(panel: FigurePanel) -> object:
    row = panel.rows.row
    assert row is not None
    return row[columns_of(panel).index("learner_id")]


async def test_a_period_up_to_today_follows_and_a_month_stays(copy: Path) -> None:
    for typed, moved in (("30d", 1), ("2026-03", 0)):
        async with dashboard_on(copy, start=StartAt(period=typed)) as (app, pilot):
            period, as_of = app.session.view.period, app.session.store.info.as_of
            replace_with(copy, LATER)
            await until(
                pilot, lambda: not app.session.store.is_replaced() and app.toast is not None
            )
            assert app.session.store.info.as_of == as_of + DAY
            assert (app.session.view.period.last - period.last).days == moved


async def test_a_dialog_stays_open(copy: Path) -> None:
    async with dashboard_on(copy) as (app, pilot):
        await press(pilot, "question_mark")
        dialog, as_of = app.screen, app.session.store.info.as_of
        replace_with(copy, LATER)
        await until(pilot, lambda: app.session.store.info.as_of == as_of + DAY)
        assert app.screen is dialog


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE store_setting SET value = '99' WHERE name = 'schema_version'", "update termstats"),
        ("UPDATE person SET key = 'x' || key", "numbers things otherwise"),
    ],
)
async def test_what_cannot_be_shown_is_said_once_and_the_old_stays(
    sql: str, words: str, copy: Path
) -> None:
    async with dashboard_on(copy) as (app, pilot):
        as_of = app.session.store.info.as_of
        replace_with(copy, LATER, sql)
        await until(pilot, lambda: app.toast is not None)
        assert app.toast is not None
        assert words in app.toast.words
        assert not app.session.store.is_replaced()
        assert app.session.store.info.as_of == as_of
        await press(pilot, "tab")
        assert app.toast is None


async def test_a_store_that_is_gone_stays_open(copy: Path) -> None:
    async with dashboard_on(copy) as (app, pilot):
        os.unlink(copy)
        assert not app.session.store.is_replaced()
        await press(pilot, "p", "escape")
        assert app.toast is None
