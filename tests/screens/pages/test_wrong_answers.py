"""From one wrong answer to the next, through all modules of a training; how a class answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Static

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.screens.frame.start import StartAt
from termstats.screens.pages.answers import AnswersScreen
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.keyboard import burst, level_of, press
from tests.screens.opened import dashboard_on


def fill(hand: Hand) -> None:
    """Ann is wrong in the first module twice, right in the second, wrong in the third once."""
    hand.training("t", "Fire")
    for who in ("ann", "bo", "cy"):
        hand.person(who, who.capitalize())
        hand.enrol(who, "t", "2026-02-01")
    hand.class_("c", ("t",), title="North")
    for who in ("ann", "bo"):
        hand.member("c", who)
    given = {
        "one": ("wrong", "correct", "wrong"),
        "two": ("correct", "correct", "correct"),
        "three": ("correct", "wrong", "correct"),
    }
    for position, (module, states) in enumerate(given.items(), start=1):
        hand.module(module, "t", kind="quiz", position=position)
        for n in range(3):
            title = f"{module} {n + 1}?"
            hand.question(f"{module}{n}", module, title=title, max_score=1.0, position=n)
        attempt = {"number": 1, "started_at": "2026-03-05", "finished_at": "2026-03-06"}
        for who in ("ann", "bo", "cy"):
            tried = f"{who} {module}"
            hand.attempt(tried, who, "t", module, **attempt, in_score=1, score=50.0)
            for n, state in enumerate(states):
                # Bo is right where Ann is not; Cy answers as Ann does.
                right = state == "correct" or who == "bo"
                hand.answer(
                    *(tried, f"{module}{n}"),
                    position=n,
                    answer="yes" if right else "no",
                    state="correct" if right else "wrong",
                    points=float(right),
                    max_points=1.0,
                )


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


@asynccontextmanager
async def dossier(store: Path) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    """Give the learner level of Ann, the cursor on the last of her wrong answers."""
    async with dashboard_on(store, Level.LEARNER) as (app, pilot):
        await burst(pilot, "slash", *"ann", "enter")
        await press(pilot, "tab", "down", "down")
        yield app, pilot


def here(app: TermStatsApp) -> str:
    """Return the question under the cursor."""
    assert isinstance(app.screen, AnswersScreen)
    return str(app.screen.query_one("#answer", Static).render()).splitlines()[0]


def said(app: TermStatsApp) -> list[str]:
    return [each.message for each in app._notifications]


async def test_enter_on_a_wrong_answer_opens_its_attempt_at_it(store: Path) -> None:
    async with dossier(store) as (app, pilot):
        await press(pilot, "up", "enter")
        assert here(app) == "one 3?"
        assert app.screen.query_one(DataTable).cursor_row == 2


async def test_the_next_wrong_answer_is_looked_for_in_the_modules_after(store: Path) -> None:
    async with dossier(store) as (app, pilot):
        await press(pilot, "up", "up", "enter")
        assert here(app) == "one 1?"
        await press(pilot, "n")
        assert here(app) == "one 3?"
        await press(pilot, "n")
        assert here(app) == "three 2?"
        assert not said(app)
        await press(pilot, "n")
        assert here(app) == "three 2?"
        assert said(app) == ["That is the last wrong answer in Fire"]
        await press(pilot, "N")
        assert here(app) == "one 3?"
        await press(pilot, "N", "N")
        assert here(app) == "one 1?"
        assert said(app)[-1] == "That is the first wrong answer in Fire"


async def test_keys_typed_ahead_walk_through_the_modules(store: Path) -> None:
    async with dossier(store) as (app, pilot):
        await burst(pilot, "up", "up", "enter", "n", "n", "N")
        assert here(app) == "one 3?"


async def test_how_all_and_how_the_class_answered_are_said_with_their_counts(store: Path) -> None:
    async with dossier(store) as (app, pilot):
        await press(pilot, "enter")
        lines = str(app.screen.query_one("#answer", Static).render()).splitlines()
        # Ann and Cy are wrong, Bo is right; Ann and Bo are the class.
        (of_all,) = [line for line in lines if line.startswith("All ")]
        (of_class,) = [line for line in lines if line.startswith("Class ")]
        assert of_all.endswith("33 % right of 3; 2 answered the same")
        assert of_class.endswith("50 % right of 2; 1 answered the same")


async def test_no_key_waits_for_trainings_on_a_terminal_too_small_to_show_them(
    store: Path,
) -> None:
    start = StartAt(period="2026-03", keys=((Param.LEARNER, "ann"),))
    async with dashboard_on(store, Level.LEARNER, (20, 30), start) as (app, pilot):
        assert app.screen.has_class("too-small")
        async with asyncio.timeout(20):
            await burst(pilot, "n", "1")
        assert level_of(app).level is Level.GLOBAL


async def test_keys_that_come_while_screens_are_closed_do_nothing(store: Path) -> None:
    async with dashboard_on(store) as (app, pilot):
        app._screen_stacks[app.current_mode].clear()
        app.key_pressed()
        assert app.screen_stack == []


async def test_the_answers_are_those_of_one_learner_whatever_comes_last(store: Path) -> None:
    async with dossier(store) as (app, pilot):
        await press(pilot, "n")
        screen = app.screen
        assert isinstance(screen, AnswersScreen) and len(screen.tables) > 1
        others = [name for name in screen.tables if name != screen.FIGURE]
        assert any(screen.tables[name].population != "one learner" for name in others)
        assert not any(map(screen.says_who_counts, others))
        assert screen.population == "one learner"
