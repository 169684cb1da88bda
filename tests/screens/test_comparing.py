"""What everything is compared with: the period before, or a year before; each says which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.cli import main as cli
from termstats.data.figures.definition.figure import Level
from termstats.data.model.comparison import Against
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import SentenceLine
from tests.cli.shell.voice import listening
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.screens.keyboard import WIDE, level_of, press, settle, state
from tests.screens.opened import dashboard_on

ACTIVE = "global.active-users"
YEAR: dict[str, Any] = {"against": Against.YEAR}


def two_years(hand: Hand) -> None:
    """Make three active in March 2026, two in the 31 days before, one in March 2025."""
    hand.training("t")
    for name in ("ana", "ben", "cem"):
        hand.person(name)
        hand.enrol(name, "t", "2025-01-10")
        hand.event("2026-03-10 10:00", name, "page", "t")
    for name in ("ana", "ben"):
        hand.event("2026-02-20 10:00", name, "page", "t")
    hand.event("2025-03-10 10:00", "ana", "page", "t")
    hand.event("2025-02-10 10:00", "ana", "page", "t")


def one_year(hand: Hand) -> None:
    """Make one active in March 2026, and nothing a year before."""
    hand.training("t")
    hand.person("ana")
    hand.enrol("ana", "t", "2026-01-10")
    hand.event("2026-01-20 10:00", "ana", "page", "t")
    hand.event("2026-03-10 10:00", "ana", "page", "t")


async def test_cards_have_the_number_of_a_year_before(tmp_path: Path) -> None:
    path = await make_store(tmp_path, two_years, as_of="2026-03-31 18:00")
    cases: tuple[tuple[dict[str, Any], int, int], ...] = (({}, 2, 1), (YEAR, 1, 2))
    for asked, previous, change in cases:
        table = await report(path, "global.totals", "2026-03", **asked)
        card = next(row for row in dicts(table) if row["metric"] == "active_users")
        assert (card["value"], card["previous"], card["change"]) == (3, previous, change)
    assert table.columns[2].title == "A year before"
    assert ("--against", "year") in table.params


async def test_where_nothing_was_recorded_then_no_change_is_said(tmp_path: Path) -> None:
    path = await make_store(tmp_path, one_year, as_of="2026-03-31 18:00")
    table = await report(path, "global.totals", "2026-03", **YEAR)
    assert {(row["previous"], row["change"]) for row in dicts(table)} == {(None, None)}
    assert any(note.startswith("Nothing was recorded a year before") for note in table.notes)
    reasons = await report(path, "global.attention-reasons", "2026-03", **YEAR)
    assert {row["change"] for row in dicts(reasons)} == {None}


@asynccontextmanager
async def march(folder: Path, fill: object) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    path = await make_store(folder, fill, as_of="2026-03-31 18:00")  # type: ignore[arg-type]
    async with dashboard_on(path, size=WIDE) as opened:
        yield opened


def above(app: TermStatsApp) -> str:
    """Return the cards and the sentence."""
    lines = (*app.screen.query_one(Cards).picture(), *app.screen.query_one(SentenceLine).picture())
    return "\n".join(map(str, lines))


async def test_c_walks_through_the_comparisons_and_everything_names_its_own(
    tmp_path: Path,
) -> None:
    async with march(tmp_path, two_years) as (app, pilot):
        chart = level_of(app).panels[ACTIVE].chart
        assert "▲ 1" in above(app) and "y/y" not in above(app)
        assert "1 more than before" in above(app)
        await press(pilot, "c")
        assert chart.then_words == "the period before"
        assert chart.previous is not None
        await press(pilot, "c")
        assert "vs 1–31 Mar 2025" in state(app)
        assert "▲ 2 y/y" in above(app)
        # The course of a number is the same, whatever it is compared with.
        assert "active_users" in app.screen.query_one(Cards).sparks
        assert "2 more than a year before" in above(app)
        assert chart.previous is not None
        assert chart.then_words == "a year before"
        chart.select(9)
        await settle(pilot)
        assert chart.cursor_text.endswith(", 1 on Mon 10 Mar 2025, 2 more")
        await press(pilot, "c")
        assert chart.previous is None
        assert "y/y" not in above(app)


async def test_the_dialog_of_the_period_has_it_too(tmp_path: Path) -> None:
    async with march(tmp_path, two_years) as (app, pilot):
        await press(pilot, "p", *"compare a year", "enter")
        await settle(pilot)
        assert app.session.view.against is Against.YEAR
        assert "▲ 2 y/y" in above(app)


async def test_nothing_recorded_then_is_said_in_line_and_chart(tmp_path: Path) -> None:
    async with march(tmp_path, one_year) as (app, pilot):
        await press(pilot, "c", "c")
        assert "(nothing then)" in state(app)
        chart = level_of(app).panels[ACTIVE].chart
        assert "a year before: nothing recorded then" in "\n".join(map(str, chart.picture()))
        assert "▲" not in above(app)


async def test_linear_mode_says_it(tmp_path: Path) -> None:
    path = await make_store(tmp_path, two_years, as_of="2026-03-31 18:00")
    async with listening(path) as voice:
        await voice.say(f"show {ACTIVE}")
        said = await voice.say("compare year")
        assert said[0].endswith("beside a year before:")
        assert any(line.endswith("1 on Mon 10 Mar 2025, 2 more") for line in said)
        numbers = await voice.say("numbers")
        assert any("2 more than 1 a year before" in line for line in numbers)
        assert (await voice.fails("compare never")).endswith("Say compare before or year")


def test_commands_have_the_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = asyncio.run(make_store(tmp_path, two_years, as_of="2026-03-31 18:00"))
    words = ["report", "global.totals", "--store", str(path), "--period", "2026-03"]
    assert cli.main([*words, "--format", "csv", "--against", "year"]) == 0
    assert "active_users,3,1,2" in capsys.readouterr().out
    assert cli.main(["report", ACTIVE, "--store", str(path), "--against", "year"]) == 2
    assert "--against is for headline numbers" in capsys.readouterr().err


async def test_where_rows_stand_the_key_says_what_changes_are_compared_with(
    tmp_path: Path,
) -> None:
    path = await make_store(tmp_path, two_years, as_of="2026-03-31 18:00")
    async with dashboard_on(path, Level.GLOBAL, WIDE) as (app, pilot):
        screen = level_of(app)
        await screen.show_panel(ACTIVE)
        await press(pilot, "v", "c")
        assert screen.panels[ACTIVE].face == "table"
        said = [toast.message for toast in app._notifications]
        assert said == ["Compared with a year before"]
        # The chart draws nothing that was not asked for.
        assert ACTIVE not in screen.session.view.compared
        await press(pilot, "v", "c")
        assert ACTIVE in screen.session.view.compared
