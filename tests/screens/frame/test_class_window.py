"""A class with dates opens on them; the period can be changed, and elsewhere it is as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.period import Period
from termstats.data.model.request import Param
from termstats.data.query.class_dates import class_period
from termstats.data.query.scope import EVERYTHING
from termstats.data.query.search import resolve
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from tests.cli.command import Capture, prints
from tests.cli.shell.voice import listening
from tests.data.figures.hand_store import Hand, make_store, when
from tests.screens.keyboard import press, settle

USUAL = "2026-03-02..2026-03-31"
AUTUMN = "2025-09-01..2025-12-19"


def fill(hand: Hand) -> None:
    hand.person("ana")
    hand.training("fire")
    hand.class_("plain", ("fire",))
    dates = {"starts_at": when("2025-09-01 08:00"), "ends_at": when("2025-12-19 17:00")}
    hand.class_("autumn", ("fire",), **dates)
    hand.class_("endless", ("fire",), starts_at=when("2025-09-01"))
    hand.class_("planned", starts_at=when("2027-01-01"), ends_at=when("2027-02-01"))
    for name in ("plain", "autumn"):
        hand.member(name, "ana")
    hand.event("2025-10-01 10:00", "ana", "page", "fire")
    hand.event("2026-03-30 10:00", "ana", "page", "fire")


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


@asynccontextmanager
async def opened(path: Path, class_: str, period: str = "") -> AsyncIterator[TermStatsApp]:
    store = await open_store(str(path))
    try:
        start = StartAt(keys=((Param.CLASS, class_),), period=period)
        yield TermStatsApp(await begin(store, EVERYTHING, start, Options()), Level.CLASS)
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("key", "dates"), [("autumn", AUTUMN), ("plain", ""), ("endless", ""), ("planned", "")]
)
async def test_the_days_from_start_to_end_of_a_class_that_has_both(
    path: Path, key: str, dates: str
) -> None:
    store = await open_store(str(path))
    try:
        class_ = await resolve(store, EVERYTHING, Param.CLASS, key)
        period = await class_period(store, class_)
    finally:
        await store.close()
    assert (period.typed if period else "") == dates


async def test_it_opens_on_its_dates_and_other_levels_keep_the_period(path: Path) -> None:
    async with opened(path, "autumn") as app, app.run_test() as pilot:
        await settle(pilot)
        assert app.session.view.period.typed == AUTUMN
        assert app.session.view.period.words == "class dates"
        await press(pilot, "1")
        assert app.session.view.period.typed == USUAL
        await press(pilot, "4")
        assert app.session.view.period.typed == AUTUMN


async def test_another_period_is_kept_everywhere(path: Path) -> None:
    async with opened(path, "autumn") as app, app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "left_square_bracket")
        before = Period.shifted(await _autumn(app), -1).typed
        assert app.session.view.period.typed == before
        await press(pilot, "1")
        await press(pilot, "4")
        assert app.session.view.period.typed == before


async def _autumn(app: TermStatsApp) -> Period:
    period = await class_period(app.session.store, app.session.chosen[Param.CLASS])
    assert period
    return period


async def test_a_period_asked_for_at_the_start_holds_for_classes_too(path: Path) -> None:
    async with opened(path, "autumn", "7d") as app, app.run_test() as pilot:
        await settle(pilot)
        assert app.session.view.period.days == 7


async def test_the_list_of_classes_is_of_the_usual_period(path: Path) -> None:
    async with opened(path, "autumn") as app, app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "escape")
        assert app.session.view.period.typed == USUAL


async def test_linear_mode_does_the_same(path: Path) -> None:
    async with listening(path, period="") as voice:
        await voice.say("class autumn")
        assert voice.state.view.period.typed == AUTUMN
        await voice.say("global")
        assert voice.state.view.period.typed == USUAL


def test_a_report_of_a_class_is_of_its_dates_unless_a_period_is_given(
    tmp_path: Path, capsys: Capture
) -> None:
    path = asyncio.run(make_store(tmp_path, fill))
    base = ["report", "class.activity", "--class", "autumn", "--store", str(path), "--by", "month"]
    base += ["--format", "csv"]
    months = [line[:7] for line in prints(base, capsys).splitlines()[1:]]
    assert months == ["2025-09", "2025-10", "2025-11", "2025-12"]
    months = [line[:7] for line in prints([*base, "--period", "2026-03"], capsys).splitlines()[1:]]
    assert months == ["2026-03"]
