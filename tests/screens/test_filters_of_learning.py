"""`F` on the levels of learning: chosen from lists, said on the state line, taken off with 0."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.backoffice.filter_dialog import FilterDialog
from termstats.screens.frame.figure_screen import FigureScreen
from tests.data.figures.hand_store import Hand, make_store
from tests.data.figures.test_filters_of_learning import fill
from tests.screens.keyboard import WIDE, burst, level_of, press, state
from tests.screens.opened import dashboard_on


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


def cells(app: TermStatsApp) -> list[tuple[str, ...]]:
    assert isinstance(app.screen, FilterDialog)
    return [choice.cells for choice in app.screen.picks.narrowed.choices]


def people(app: TermStatsApp) -> object:
    """Return how many people the cards of the level say there are."""
    totals = level_of(app)._totals
    assert totals is not None
    return dict(zip(totals.column("metric"), totals.column("value"), strict=True))["users"]


async def test_a_class_is_chosen_from_its_list_and_holds_behind_numbers(store: Path) -> None:
    async with dashboard_on(store, size=WIDE) as (app, pilot):
        assert people(app) == 3
        await press(pilot, "F")
        assert [each[0] for each in cells(app)] == ["person", "group", "training", "kind"]
        await press(pilot, *"gro", "enter")
        assert cells(app) == [("North", "2"), ("South", "1")]
        await press(pilot, "enter")
        assert people(app) == 2
        assert "only group North" in state(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, FigureScreen)
        table = app.screen.table_of(app.screen.figure_id)
        assert table is not None and set(table.column("learner")) == {"Ann", "Bo"}
        assert "group North" in state(app)
        await press(pilot, "escape", "0")
        assert people(app) == 3
        assert "only" not in state(app)


async def test_a_kind_of_trainings_is_chosen_from_its_list(store: Path) -> None:
    async with dashboard_on(store, size=WIDE) as (app, pilot):
        await press(pilot, "F", *"kin", "enter")
        assert cells(app) == [("lesson", "1"), ("quiz", "1")]
        await press(pilot, *"qui", "enter")
        # Bo and Cy take Water.
        assert people(app) == 2
        assert "only kind quiz" in state(app)


async def test_without_kinds_of_trainings_nobody_is_asked_for_one(tmp_path: Path) -> None:
    def nothing_said(hand: Hand) -> None:
        hand.training("fire")
        hand.tag("fire", "category", "safety")
        hand.person("ann")
        hand.enrol("ann", "fire", "2026-02-01")

    plain = await make_store(tmp_path, nothing_said)
    async with dashboard_on(plain, size=WIDE) as (app, pilot):
        await press(pilot, "F")
        assert [each[0] for each in cells(app)] == ["person", "group", "training"]


async def test_people_are_chosen_from_a_list_too(store: Path) -> None:
    async with dashboard_on(store, size=WIDE) as (app, pilot):
        await press(pilot, "F", *"per", "enter")
        # Bo and Cy did two things each in March, Ann one.
        assert cells(app) == [("Bo", "2"), ("Cy", "2"), ("Ann", "1")]
        assert isinstance(app.screen, FilterDialog)
        assert [each.heading for each in app.screen.picks.columns] == ["Person", "Actions"]
        await press(pilot, *"cy", "enter")
        assert people(app) == 1
        assert "only person Cy" in state(app)


async def test_filters_hold_on_the_next_level_too(store: Path) -> None:
    async with dashboard_on(store, size=WIDE) as (app, pilot):
        await burst(pilot, "F", *"training=fire", "enter")
        assert people(app) == 2
        await burst(pilot, "4", *["enter"])
        assert level_of(app).LEVEL is Level.CLASS
        assert "only training Fire" in state(app)
        # Ann alone of North is enrolled in Fire.
        assert people(app) == 1
