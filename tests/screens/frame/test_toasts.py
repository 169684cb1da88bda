"""Toasts: a line above the last one, over no content; and cards and keys at every height."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.screens.frame import toasts
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import KeyLine, ToastLine
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, current_panel, files, level_of, press, settle


def said(app: TermStatsApp) -> str:
    return " ".join(str(line) for each in app.screen.query(ToastLine) for line in each.picture())


def bottom(app: TermStatsApp) -> int:
    """Return the line below the lowest panel."""
    return max(panel.region.bottom for panel in level_of(app).panels.values() if panel.display)


async def test_a_toast_takes_a_line_of_the_page_and_gives_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toasts, "SECONDS", 0.05)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert bottom(app) == 23
        app.say("Something was done")
        await settle(pilot)
        if said(app):
            line = app.screen.query_one(ToastLine)
            assert bottom(app) == line.region.y == 22
            assert app.screen.query_one(KeyLine).region.y == 23
        while app.toast is not None:
            await pilot.pause(0.01)
        await settle(pilot)
        assert said(app) == "" and bottom(app) == 23


async def test_an_error_stays_until_a_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toasts, "SECONDS", 0.01)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        level_of(app).complain("the store is locked")
        await settle(pilot)
        await pilot.pause(0.05)
        assert said(app) == " ▲ the store is locked"
        await press(pilot, "tab")
        assert said(app) == "" and bottom(app) == 23


async def test_what_is_said_follows_to_the_screen_in_sight(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        app.say("Said on the way")
        await press(pilot, "2")
        assert said(app) == " Said on the way"
        await press(pilot, "1")
        assert said(app) == " Said on the way"
        # A dialog has no such line: the screen below shows it.
        await press(pilot, "T")
        app.say("Said again")
        await settle(pilot)
        await press(pilot, "escape")
        assert said(app) == " Said again"


@pytest.mark.parametrize("key", ["y", "o"])
async def test_the_path_of_an_export_is_copied(world: World, tmp_path: Path, key: str) -> None:
    app = make_app(folder=tmp_path)
    async with app.run_test(size=(200, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "enter")
        (path,) = files(tmp_path)
        assert said(app).startswith(f" Exported to {path}")
        await press(pilot, key)
        assert app.clipboard == str(path)
        # Once something else is said, `y` copies the figure again.
        await press(pilot, "y")
        assert app.clipboard.count("\n") > 10


async def test_a_key_of_the_last_line_can_be_clicked(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        line = app.screen.query_one(KeyLine)
        (text,) = line.picture()
        assert text.plain.rstrip().endswith("? All keys")
        await pilot.click(line, offset=(text.plain.index("Next panel"), 0))
        await settle(pilot)
        assert level_of(app).current == "global.trainings"
        await pilot.click(line, offset=(text.plain.index("Find"), 0))
        await settle(pilot)
        assert len(app.screen_stack) == 2


async def test_below_20_lines_a_card_is_one_line(world: World) -> None:
    app = make_app()
    async with app.run_test(size=(80, 19)) as pilot:
        await settle(pilot)
        cards = app.screen.query_one(Cards)
        assert cards.size.height == 1
        (line,) = cards.picture()
        shown = [card.strip() for card in line.plain.split("▎")[1:]]
        assert shown[0] == "ACTIVE 231 ▲12" and "NEVER STARTED 57 ▼4" in shown
        assert current_panel(app).region.height >= 10
        await pilot.resize_terminal(80, 20)
        await settle(pilot)
        assert cards.size.height == 3
