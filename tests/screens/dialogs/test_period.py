"""`p`: names with their dates and days, anything that can be read, and the switches below."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from termstats.app import TermStatsApp
from termstats.data.model.period import Period
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.dialogs.period_choices import (
    Calendar,
    choice_of,
    named_periods,
    typed_period,
)
from termstats.widgets.picking.radios import Radios
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, level_of, press, settle, state

TODAY = date(2026, 11, 20)
CALENDAR = Calendar(datetime(2026, 11, 20, 19, 0, tzinfo=UTC), (date(2025, 5, 20), TODAY))


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("7d", ("last 7 days", "14–20 Nov 2026", "7")),
        ("this-month", ("this month so far", "1–20 Nov 2026", "20 of 30")),
        ("last-month", ("last month", "1–31 Oct 2026", "31")),
        ("this-quarter", ("this quarter so far", "1 Oct–20 Nov 2026", "51 of 92")),
        ("this-year", ("this year so far", "1 Jan–20 Nov 2026", "324 of 365")),
        ("all", ("all data", "20 May 2025–20 Nov 2026", "550")),
    ],
)
def test_a_name_stands_with_its_dates_and_days(name: str, cells: tuple[str, ...]) -> None:
    assert choice_of(name, CALENDAR.read(name), TODAY).cells == cells


def test_the_period_in_use_is_there_also_without_a_name() -> None:
    assert "now" not in named_periods(CALENDAR, CALENDAR.read("30d"))
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert next(iter(named_periods(CALENDAR, march).items())) == ("now", march)


def test_what_has_a_name_is_not_offered_twice() -> None:
    assert typed_period(CALENDAR, "Last  Month") is None
    assert typed_period(CALENDAR, "30d") is None
    assert typed_period(CALENDAR, "nonsense") is None
    assert typed_period(CALENDAR, "14d") == CALENDAR.read("14d")


def said(app: TermStatsApp) -> str:
    return str(app.screen.query_one(".said", Static).render())


def radios(app: TermStatsApp) -> list[str]:
    return [line.plain for line in app.screen.query_one(Radios).picture()]


async def click_radio(pilot: Pilot[None], app: TermStatsApp, word: str) -> None:
    """Click a word of the last line."""
    lines = radios(app)
    await pilot.click(Radios, offset=(lines[-1].index(word), len(lines) - 1))
    await settle(pilot)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("las", "2026-11-14", "2026-11-20"),
        ("last m", "2026-10-01", "2026-10-31"),
        ("2026-03", "2026-03-01", "2026-03-31"),
        ("14d", "2026-11-07", "2026-11-20"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("before 2026-02-01", "2024-10-04", "2026-01-31"),
    ],
)
async def test_what_is_typed_is_chosen_or_read(
    world: World, typed: str, first: str, last: str
) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "p", *typed, "enter")
        period = app.session.view.period
        assert (str(period.first), str(period.last)) == (first, last)
        assert not app.screen.is_modal


async def test_it_is_shown_resolved_while_typing(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert said(app) == "now: 22 Oct–20 Nov 2026 · 30 days"
        await press(pilot, *"2026-03")
        assert said(app) == "1–31 Mar 2026 · 31 days"
        await press(pilot, "0")
        assert "2026-030" in said(app)
        assert app.screen.query_one(".said").has_class("wrong")
        await press(pilot, "backspace", "enter")
        assert "1–31 Mar 2026" in state(app)
        assert world.asked[-1][1].period == app.session.view.period


async def test_what_cannot_be_read_keeps_the_period(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        before = app.session.view.period
        for text, words in (
            ("2026-02-30..2026-03-01", "is not a date"),
            ("2026-03-02..2026-03-01", "swap the two"),
            ("yesterdayish", "no period is written 'yesterdayish'"),
        ):
            await press(pilot, "p")
            dialog = app.screen
            assert isinstance(dialog, PeriodDialog)
            dialog.query_one(Input).value = text
            await press(pilot, "enter")
            assert app.screen is dialog
            assert words in said(app)
            await press(pilot, "escape")
        assert app.session.view.period == before


async def test_presets_are_chosen_with_the_arrows(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "p", "down", "enter")
        assert app.session.view.period.words == "last 90 days"
        await press(pilot, "left_square_bracket")
        assert app.session.view.period.days == 90
        assert str(app.session.view.period.last) == "2026-08-22"


async def test_the_bucket_is_typed_or_clicked(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        before = app.session.view.period
        await press(pilot, "p", *"by w", "enter")
        assert (app.session.view.by, app.session.view.period) == ("week", before)
        await press(pilot, "p")
        assert "◉ week" in radios(app)[-1]
        await click_radio(pilot, app, "month")
        assert "◉ month" in radios(app)[-1]
        assert app.session.view.by == "week"
        await press(pilot, "down", "enter")
        assert (app.session.view.by, app.session.view.period.words) == ("month", "last 90 days")
        await press(pilot, "p")
        await click_radio(pilot, app, "day")
        await press(pilot, "escape")
        assert app.session.view.by == "month"


async def test_the_comparison_is_that_of_the_figure_under_the_focus(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).action_panel("global.activity")
        await settle(pilot)
        await press(pilot, "p", *"compare the", "enter")
        assert app.session.view.compared == {"global.activity"}
        await press(pilot, "p")
        assert "◉ the period before" in radios(app)[0]
        await press(pilot, *"compare off", "enter")
        assert app.session.view.compared == frozenset()
