"""`T` tries themes at once, and keeps the one that is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.config import load
from termstats.data.model.private_files import write_private
from termstats.paths import CONFIG_VARIABLE
from termstats.widgets.frame import LevelLine
from termstats.widgets.look.tokens import DARK, LIGHT
from termstats.widgets.picking.pick_list import PickList
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, settle


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    return path


def kept(config: Path) -> str:
    return config.read_text(encoding="utf-8") if config.exists() else ""


async def test_a_theme_is_seen_before_it_is_taken(world: World, config: Path) -> None:
    write_private(config, 'period = "7d"  # what we look at\n')
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert app.screen.styles.background.hex.lower() == DARK.ground
        await pilot.press("T", "down")
        await settle(pilot)
        assert app.theme == "light"
        assert not load(config).look
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen.styles.background.hex.lower() == LIGHT.ground
        assert app.console.get_style("accent").color.name == LIGHT.accent  # type: ignore[union-attr]
    assert load(config).look == {"theme": "light"}
    assert kept(config).startswith('period = "7d"  # what we look at\n')


async def test_auto_comes_first_and_is_what_suits_the_terminal(world: World, config: Path) -> None:
    app = make_app(theme="contrast", auto_theme="light")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("T", "home")
        await settle(pilot)
        first = app.screen.query_one(PickList).narrowed.choices[0]
        assert first.cells == ("auto", "what suits the terminal: here light")
        assert app.theme == "light"
        await pilot.press("escape")
        await settle(pilot)
        assert app.theme == "contrast"
        await pilot.press("T", "home", "enter")
        await settle(pilot)
        assert app.screen.styles.background.hex.lower() == LIGHT.ground
        # The name is kept, not what it is here.
        assert load(config).look == {"theme": "auto"}
        await pilot.press("T")
        await settle(pilot)
        marked = app.screen.query_one(PickList).current
        assert marked is not None and marked.key == "auto"


async def test_what_began_as_auto_is_marked_so(world: World, config: Path) -> None:
    app = make_app(theme="auto", auto_theme="light")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert app.theme == "light"
        await pilot.press("T", "down", "escape")
        await settle(pilot)
        assert app.theme == "light"


async def test_esc_goes_back_to_the_theme_before(world: World, config: Path) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("T", "down", "down", "escape")
        await settle(pilot)
        assert app.theme == "dark"
    assert not kept(config)


async def test_ascii_holds_from_the_next_paint_on(world: World, config: Path) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("T", "end")
        for _ in range(40):
            if app.theme == "ascii":
                break
            await pilot.press("up")
        await pilot.press("enter")
        await settle(pilot)
        line = "".join(part.text for part in app.screen.query_one(LevelLine).render_line(0))
        assert app.ascii_only
        assert line.isascii()


async def test_a_theme_that_cannot_be_kept_is_used_and_said(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "file" / "config.toml"))
    write_private(tmp_path / "file", "not a folder")
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.press("T", "down", "enter")
        await settle(pilot)
        assert app.theme == "light"
        assert any("cannot be kept" in str(note.message) for note in app._notifications)
