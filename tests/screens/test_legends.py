"""Legends on real panels: series are hidden and shown again, and nothing else changes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.table import Heat, Line, StackedBars, StackedNames
from termstats.widgets.panels.figure_panel import FigurePanel
from tests.data.figures.backoffice.test_backoffice import AS_OF, fill_log
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.backoffice.test_backoffice import dashboard, screen_of
from tests.screens.backoffice.test_who_did import dashboard as open_dashboard
from tests.screens.backoffice.test_who_did import show
from tests.screens.keyboard import NARROW, WIDE, files, press
from tests.screens.test_sample import SAMPLE

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    """The activity log of the reference."""
    return await make_store(tmp_path, fill_log, as_of=AS_OF)


def fill_usage(hand: Hand) -> None:
    """Two packages, used on two days."""
    hand.person("ann")
    for name in ("Chem", "Bio"):
        hand.object(name, "package")
        for day in ("2026-03-03", "2026-03-04"):
            hand.event(day, "ann", "function", object=name, package=name)


async def chart_of(app: TermStatsApp, pilot: Pilot[None], figure_id: str) -> FigurePanel:
    """Go to a panel of the Overview by `tab`."""
    screen = screen_of(app)
    for _ in range(12):
        if screen.current == figure_id:
            break
        await press(pilot, "tab")
    panel = screen.panels[figure_id]
    assert panel.face == "chart"
    return panel


def lines(panel: FigurePanel) -> list[str]:
    return [line.plain for line in panel.chart.picture()]


def names(panel: FigurePanel) -> list[str]:
    """Return the first word of each bar's line, in the order drawn."""
    users = ("ana", "bo", "cy", "dee", "eli", "(others)")
    found = [line.split()[0] for line in lines(panel) if line.split()]
    return [word for word in found if word in users]


async def hide(panel: FigurePanel, pilot: Pilot[None], name: str) -> None:
    """Hide one series by walking to it in the legend."""
    at = [entry.name for entry in panel.chart.entries].index(name)
    await press(pilot, "l", *["right"] * at, "space", "escape")
    assert panel.chart.hidden == {name}


@SIZES
async def test_hiding_a_series_leaves_the_top_five(
    log: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = tmp_path / "exports"
    async with dashboard(log, size, folder) as (app, pilot):
        panel = await chart_of(app, pilot, "backoffice.top-users")
        assert panel.table is not None and isinstance(panel.table.chart, StackedNames)
        before, rows = names(panel), panel.table.rows
        assert before[:5] == ["ana", "bo", "cy", "dee", "eli"]
        await hide(panel, pilot, "edit_dataset")
        assert names(panel) == before
        assert panel.table.rows == rows
        assert "1 hidden" in str(panel.border_title)
        await press(pilot, "e", "enter")
        (file,) = files(folder)
        with file.open(newline="") as opened:
            found = list(csv.DictReader(opened))
        # By hand from the log: what is hidden keeps its numbers, and is named.
        assert [(row["user"], row["edit_dataset"], row["total"]) for row in found[:5]] == [
            *(("ana", "1", "3"), ("bo", "1", "3"), ("cy", "0", "2"), ("dee", "1", "1")),
            ("eli", "1", "1"),
        ]
        assert {row["hidden"] for row in found} == {"1 hidden: edit_dataset"}
        await press(pilot, "l", "escape")
        assert "1 hidden" in str(panel.border_title)


@SIZES
async def test_lines_are_hidden_by_their_letter_and_shown_again(size: tuple[int, int]) -> None:
    async with open_dashboard(SAMPLE, Level.GLOBAL, size) as (app, pilot):
        panel = await show(app, pilot, "global.progress")
        assert panel.table is not None and isinstance(panel.table.chart, Line)
        entries = [entry.name for entry in panel.chart.entries]
        await press(pilot, "l", "b")
        assert panel.chart.hidden == {entries[1]}
        assert "1 hidden" in str(panel.border_title)
        await press(pilot, "a")
        assert "2 hidden" in str(panel.border_title)
        # In the legend letters are series; outside they are keys of the screen again.
        await press(pilot, "a", "b", "escape")
        assert panel.chart.hidden == frozenset()
        assert "hidden" not in str(panel.border_title)


@SIZES
async def test_a_click_on_a_name_hides_the_series(log: Path, size: tuple[int, int]) -> None:
    async with dashboard(log, size) as (app, pilot):
        panel = await chart_of(app, pilot, "backoffice.actions")
        await press(pilot, "z")
        second = panel.chart.entries[1]
        drawn = lines(panel)
        y = next(n for n, line in enumerate(drawn) if f" {second.title}" in line)
        x = drawn[y].index(second.title)
        await pilot.click(panel.chart, offset=(x, y))
        await press(pilot)
        assert panel.chart.hidden == {second.name}
        await pilot.click(panel.chart, offset=(x, y))
        await press(pilot)
        assert panel.chart.hidden == frozenset()


@SIZES
async def test_parts_of_a_whole_are_hidden(size: tuple[int, int]) -> None:
    async with open_dashboard(SAMPLE, Level.GLOBAL, size) as (app, pilot):
        panel = await show(app, pilot, "global.activity")
        assert panel.table is not None and isinstance(panel.table.chart, StackedBars)
        first, total = panel.chart.entries[0].name, panel.table.column("total")
        await hide(panel, pilot, first)
        assert "1 hidden" in str(panel.border_title)
        written = panel.current_table()
        assert written is not None
        assert written.column("total") == total
        assert written.column(first) == panel.table.column(first)
        assert set(written.column("hidden")) == {f"1 hidden: {first}"}


async def test_a_heat_table_has_no_series_to_hide(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill_usage, as_of="2026-03-31 18:00")
    async with open_dashboard(path, Level.BACKOFFICE, WIDE) as (app, pilot):
        panel = await show(app, pilot, "backoffice.package-usage")
        assert panel.table is not None and isinstance(panel.table.chart, Heat)
        before = panel.chart.cursor
        await press(pilot, "l")
        # `l` goes right, as everywhere without a legend.
        assert panel.chart.in_legend is None
        assert panel.chart.cursor != before
