"""What goes wrong with a panel stands in that panel until the next key."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, current_panel, press, settle


def fault(app: TermStatsApp) -> str:
    line = current_panel(app).fault
    return str(line.render()) if line.display else ""


async def test_an_export_that_fails_is_said_in_its_panel(world: World, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("no folder")
    app = make_app(folder=place / "exports")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert fault(app) == ""
        await press(pilot, "tab", "e", "enter")
        assert fault(app).startswith("▲ not exported: ")
        assert current_panel(app).fault.region.height > 0
        await press(pilot, "down")
        assert fault(app) == ""


async def test_a_row_that_leads_nowhere_is_said_in_its_panel(world: World) -> None:
    world.rows["global.trainings"] = (("nobody", "Gone", 1, 1.0),)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "enter")
        assert fault(app) == "▲ no training 'nobody'"
        others = [
            panel
            for panel in app.screen.panels.values()  # type: ignore[attr-defined]
            if panel is not current_panel(app)
        ]
        assert others and not any(panel.fault.display for panel in others)


async def test_a_copy_that_fails_is_said_in_its_panel(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: TermStatsApp, text: str) -> None:
        raise OSError("no terminal")

    monkeypatch.setattr(TermStatsApp, "copy_to_clipboard", broken)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "y")
        assert "no terminal" in fault(app)


async def test_a_toast_stands_in_its_line_only(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "M")
        assert app.screen.query("Toast")
        assert not any(toast.region for toast in app.screen.query("Toast"))
