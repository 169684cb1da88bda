"""The small columns under the cards: the course of the very number above them."""

from __future__ import annotations

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.grid_screen import CARDS_SLOT, GridScreen
from termstats.widgets.cards.cards import Cards
from tests.screens.keyboard import NARROW, WIDE, level_of, press, settle
from tests.screens.test_sample import dashboard

ADDED_UP = ("new_users", "new_enrolments", "completions")
"""Cards whose number is the sum of its course."""


def numbers(app: TermStatsApp) -> dict[str, float]:
    """Return the cards that are the sum of their course, as they say it."""
    table = level_of(app).query_one(Cards).table
    assert table is not None
    shown = dict(zip(table.column("metric"), table.column("value"), strict=True))
    return {metric: float(str(shown[metric])) for metric in ADDED_UP}


def courses(app: TermStatsApp) -> dict[str, float]:
    """Return the same, added up from what is drawn under them."""
    drawn = level_of(app).query_one(Cards).sparks
    return {metric: sum(drawn[metric]) for metric in ADDED_UP}


async def test_cards_have_a_course_also_where_its_panel_is_out_of_sight() -> None:
    async with dashboard(Level.GLOBAL, WIDE) as (app, pilot):
        assert {"global.registrations", "global.enrolments"}.isdisjoint(level_of(app).panels)
        assert courses(app) == numbers(app)
        now = numbers(app)
        await press(pilot, "left_square_bracket")
        assert numbers(app) != now
        assert courses(app) == numbers(app)


async def test_courses_of_cards_out_of_sight_are_read_when_the_cards_have_the_keys() -> None:
    async with dashboard(Level.GLOBAL, NARROW) as (app, pilot):
        drawn = level_of(app).query_one(Cards)
        assert set(drawn.in_sight(80)) <= set(drawn.sparks) and "new_users" not in drawn.sparks
        await level_of(app).show_panel(CARDS_SLOT)
        await settle(pilot)
        assert courses(app) == numbers(app)


async def test_a_course_changes_nothing_but_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = GridScreen.refresh_lines
    written: list[str] = []

    def refresh_lines(screen: GridScreen) -> None:
        written.append(screen.population)
        lines(screen)

    async with dashboard(Level.GLOBAL, NARROW) as (app, pilot):
        monkeypatch.setattr(GridScreen, "refresh_lines", refresh_lines)
        await press(pilot, "left_square_bracket")
        # For the new period, for the first figure that says who counts, and for two panels.
        assert len(level_of(app).panels) == 2
        assert len(written) <= 4


async def test_cards_of_states_and_sessions_have_a_course() -> None:
    async with dashboard(Level.TRAINING, WIDE) as (app, _pilot):
        drawn = level_of(app).query_one(Cards)
        assert {"passed", "failed"} <= set(drawn.in_sight(WIDE[0])) & set(drawn.sparks)
    async with dashboard(Level.BACKOFFICE, WIDE) as (app, _pilot):
        drawn = level_of(app).query_one(Cards)
        assert "sessions" in set(drawn.in_sight(WIDE[0])) & set(drawn.sparks)
