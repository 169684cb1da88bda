"""The first steps: a hint once, and a period that holds data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.widget import Widget

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.screens.frame.first_period import first_period
from termstats.screens.frame.first_start import FirstHint, hint_file, is_first_start
from termstats.screens.frame.start import Options
from tests.screens.fakes import INFO, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, settle

LAST = date(2026, 8, 3)


def test_the_usual_period_where_it_holds_data() -> None:
    info = replace(INFO, event_days=(date(2025, 1, 1), date(2026, 10, 22)))
    period, why = first_period("", info)
    assert (period.first, period.last, why) == (date(2026, 10, 22), date(2026, 11, 20), "")


def test_the_last_period_with_data_where_the_usual_one_is_empty() -> None:
    info = replace(INFO, event_days=(date(2025, 1, 1), LAST))
    period, why = first_period("", info)
    assert (period.first, period.last) == (date(2026, 7, 5), LAST)
    assert period.words == "last 30 days with data"
    assert why.startswith("Nothing happened 22 Oct–20 Nov 2026:") and "3 Aug 2026" in why


def test_a_period_that_is_asked_for_stays() -> None:
    info = replace(INFO, event_days=(date(2025, 1, 1), LAST))
    period, why = first_period("7d", info)
    assert (period.last, why) == (date(2026, 11, 20), "")


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
