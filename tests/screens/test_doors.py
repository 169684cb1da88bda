"""From cards and charts to the people behind them, and back to where one was."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.levels.learner import LearnerScreen
from termstats.widgets.cards.cards import Cards
from termstats.widgets.charts.drawing import Drawing
from termstats.widgets.frame import CrumbLine
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.keyboard import burst, press, settle
from tests.screens.opened import dashboard_on


def fill(hand: Hand) -> None:
    """Three people, two of them active: Ann on the 2nd and the 3rd, Bo on the 3rd."""
    hand.training("t", "Fire")
    for who in ("ann", "bo", "cy"):
        hand.person(who, who.capitalize())
        hand.enrol(who, "t", "2026-02-01")
    for day, who in (("2026-03-02", "ann"), ("2026-03-03", "ann"), ("2026-03-03", "bo")):
        hand.event(day, who, "page", "t")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


def listed(app: TermStatsApp) -> tuple[str, str, set[object]]:
    """Return the way to the list that is open, how many it says there are, and who they are."""
    screen = app.screen
    assert isinstance(screen, FigureScreen)
    line, table = screen.query_one(CrumbLine), screen.table_of(screen.figure_id)
    assert table is not None
    way = " › ".join(crumb.words for crumb in line.crumbs)
    return way, line.count, set(table.column("learner"))


async def test_who_is_active_is_one_key(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        assert isinstance(app.screen, LevelScreen)
        panel = app.screen.panels["global.active-users"]
        assert "Enter: the 2 people" in str(panel.border_subtitle)
        await press(pilot, "enter")
        assert listed(app) == ("Global › Active people", "2 people", {"Ann", "Bo"})


async def test_a_column_opens_the_people_of_its_day(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        assert isinstance(app.screen, LevelScreen)
        chart = app.screen.panels["global.active-users"].chart
        await press(pilot, "home", "right")
        assert chart.door_words == "Enter: the 1 person"
        await press(pilot, "enter")
        assert listed(app) == ("Global › Active people › 2 Mar 2026", "1 person", {"Ann"})
        await press(pilot, "backspace")
        assert isinstance(app.screen, LevelScreen)
        assert (app.screen.current, chart.cursor) == ("global.active-users", 1)


async def test_a_second_click_on_a_column_opens_the_people_of_its_day(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        assert isinstance(app.screen, LevelScreen)
        chart = app.screen.panels["global.active-users"].chart
        drawn = chart.drawn()
        assert isinstance(drawn, Drawing)
        line, start, _end = drawn.stop(1).spans[-1]
        await pilot.click(chart, offset=(start, line))
        await settle(pilot)
        assert chart.door_words == "Enter: the 1 person"
        await pilot.click(chart, offset=(start, line))
        await settle(pilot)
        assert listed(app) == ("Global › Active people › 2 Mar 2026", "1 person", {"Ann"})


async def test_only_cards_that_count_somebody_are_reached(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        cards = app.screen.query_one(Cards)
        cards.focus()
        reached = []
        for _card in cards.metrics:
            reached.append(cards.metrics[cards.current])
            await press(pilot, "right")
        assert "never_started" in reached
        # Nobody completed anything, and there are no classes.
        assert not {"completions", "classes"} & set(reached)


async def test_a_click_on_a_card_opens_it_and_g_goes_to_the_learner(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        cards = app.screen.query_one(Cards)
        at = cards.metrics.index("never_started")
        await pilot.click(cards, offset=(at * (cards.size.width // 5) + 3, 1))
        await settle(pilot)
        assert listed(app) == ("Global › Never started", "1 enrolment", {"Cy"})
        await press(pilot, "g")
        assert isinstance(app.screen, LearnerScreen)
        assert app.screen.subject == "Cy"


async def test_an_earlier_part_of_the_way_leads_back(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        await press(pilot, "enter")
        await pilot.click(CrumbLine, offset=(2, 0))
        await settle(pilot)
        assert isinstance(app.screen, LevelScreen)


async def test_cards_of_a_learner_open_what_they_count(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        await burst(pilot, "slash", *"ann", "enter")
        assert isinstance(app.screen, LearnerScreen)
        cards = app.screen.query_one(Cards)
        cards.focus()
        reached = []
        for _card in cards.metrics:
            reached.append(cards.metrics[cards.current])
            await press(pilot, "right")
        # One training under way, two actions on two days; nothing earned, nothing said.
        assert set(reached) == {"current", "actions", "active_days"}
        for metric, rows in (("actions", 2), ("active_days", 2), ("current", 1)):
            cards.current = cards.metrics.index(metric)
            await press(pilot, "enter")
            screen = app.screen
            assert isinstance(screen, FigureScreen)
            table = screen.table_of(screen.figure_id)
            assert table is not None and len(table.rows) == rows
            await press(pilot, "backspace")
            assert isinstance(app.screen, LearnerScreen)
