"""The first steps: a hint once, and a period that holds data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.widget import Widget

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.period import Period
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.screens.frame.first_period import first_period
from termstats.screens.frame.first_start import FirstHint, hint_file, is_first_start
from termstats.screens.frame.start import Options
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.fakes import INFO, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, settle

AUGUST = "2026-08-31 18:00"


def learner_in_march(hand: Hand) -> None:
    """Somebody who learns was active on 3 March; after that only staff, on 5 July."""
    hand.training("t")
    hand.person("ann")
    hand.person("head", staff=1)
    hand.enrol("ann", "t", "2026-03-01")
    hand.event("2026-03-03", "ann", "page", "t")
    # Nothing that counts as active: an account was made.
    hand.event("2026-04-10", "ann", "other", None, active=0)
    hand.event("2026-07-05", "head", "page", "t")


def only_staff(hand: Hand) -> None:
    hand.person("head", staff=1)
    hand.event("2026-07-05", "head", "login", None)


async def begun(
    folder: Path, fill: Callable[[Hand], None], typed: str = "", as_of: str = AUGUST
) -> tuple[Period, str]:
    store = await open_store(await make_store(folder, fill, as_of=as_of))
    try:
        return await first_period(typed, store, EVERYTHING)
    finally:
        await store.close()


async def test_the_usual_period_where_it_holds_data(tmp_path: Path) -> None:
    period, why = await begun(tmp_path, learner_in_march, as_of="2026-07-20 18:00")
    assert (period.first, period.last, why) == (date(2026, 6, 21), date(2026, 7, 20), "")


async def test_else_the_last_in_which_somebody_who_counts_was_active(tmp_path: Path) -> None:
    period, why = await begun(tmp_path, learner_in_march)
    assert (period.first, period.last) == (date(2026, 2, 2), date(2026, 3, 3))
    assert period.words == "last 30 days with data"
    assert why.startswith("Nothing happened 2–31 Aug 2026:") and "3 Mar 2026" in why


async def test_else_the_last_in_which_anybody_did_anything(tmp_path: Path) -> None:
    period, _why = await begun(tmp_path, only_staff)
    assert (period.first, period.last) == (date(2026, 6, 6), date(2026, 7, 5))


async def test_a_period_that_is_asked_for_stays(tmp_path: Path) -> None:
    period, why = await begun(tmp_path, learner_in_march, "7d")
    assert (period.last, why) == (date(2026, 8, 31), "")


def test_only_the_first_start_is_the_first(own_state: Path) -> None:
    assert [is_first_start() for _ in range(3)] == [True, False, False]
    assert hint_file().parent == own_state


def test_no_hint_where_it_would_come_each_time(own_state: Path) -> None:
    own_state.write_text("a file where a folder should be")
    assert not is_first_start()


def hinted(level: Level = Level.GLOBAL) -> TermStatsApp:
    app = make_app(level)
    app.session.options = Options(hint=True)
    return app


@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 15)], ids=str)
async def test_the_hint_lies_over_nothing(world: World, size: tuple[int, int]) -> None:
    app = hinted()
    app.session.store.info = replace(INFO, is_sample=True)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        hint = app.screen.query_one(FirstHint)
        words = "\n".join(line.plain for line in hint.picture())
        assert "SAMPLE" in words and "termstats import" in words and "1 / finds" in words
        assert all(len(line.plain.rstrip()) <= size[0] for line in hint.picture())
        others = [w for w in app.screen.children if w is not hint and w.display and w.region.area]
        assert not any(w.region.overlaps(hint.region) for w in others)
        assert hint.region.bottom == size[1] - 1


async def test_without_a_hint_there_is_none(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        hints: list[Widget] = list(app.screen.query(FirstHint))
        assert not hints


async def test_why_another_period_is_shown_is_said(world: World) -> None:
    app = make_app()
    app.session.notice = "Nothing happened in [this] month"
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert [note.message for note in app._notifications] == ["Nothing happened in [this] month"]
