"""The lines around the panels."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from termstats.widgets.frame import (
    KeyLine,
    LevelLine,
    LevelName,
    PanelStrip,
    StateLine,
    TooSmall,
)
from tests.widgets.host import Host


async def test_the_level_line_marks_the_current_level_and_fits() -> None:
    line = LevelLine()
    app = Host(line)
    async with app.run_test(size=(80, 24)):
        line.store, line.mark, line.current = "Academy", "SNAPSHOT 20 Nov", "2"
        names = ["Global", "Training", "Learner", "Class", "Backoffice"]
        line.levels = tuple(
            LevelName(str(n), name, "A training with a long name" if n == 2 else "")
            for n, name in enumerate(names, start=1)
        )
        assert app.lines() == [
            " Academy  SNAPSHOT 20 Nov   1 Global [2 Training] 3 Learner 4 Class 5 Backoffice"
        ]
        line.viewer = "as tina (coach)"
        (text,) = app.lines()
        assert text.endswith("as tina (coach)")
        assert cell_len(text) <= 80


async def test_the_state_line_shortens_its_longest_part() -> None:
    line = StateLine()
    app = Host(line)
    async with app.run_test(size=(60, 24)):
        line.parts = ("2026-10-22..11-20 UTC", "412 of 431 people, and a very long reason", "18:00")
        (text,) = app.lines()
        assert text.startswith(" 2026-10-22..11-20 UTC · 412 of")
        assert text.endswith(" · 18:00")
        assert cell_len(text) == 60


async def test_the_state_line_keeps_the_period_longest() -> None:
    line = StateLine()
    app = Host(line)
    period = "[2026-11-20 17:30, 19:00) Europe/Paris"
    async with app.run_test(size=(80, 24)):
        line.parts = (period, "only person ana or bo", "412 of 431 people")
        (text,) = app.lines()
        assert text.startswith(f" {period} · ")
        assert cell_len(text) <= 80


@pytest.mark.parametrize("current", range(6))
async def test_the_strip_shows_the_current_panel_and_counts_the_rest(current: int) -> None:
    strip = PanelStrip()
    app = Host(strip)
    names = ("Active users", "Activity", "Progress", "Trainings", "Classes", "Attention 57")
    async with app.run_test(size=(40, 24)):
        strip.names, strip.current = names, current
        (text,) = app.lines()
        assert f"‹{names[current]}›" in text
        shown = sum(name in text for name in names)
        assert f"more {6 - shown}" in text
        assert cell_len(text) <= 40


async def test_the_key_line_never_drops_the_way_to_the_other_keys() -> None:
    line = KeyLine()
    app = Host(line)
    async with app.run_test(size=(30, 24)):
        line.keys = (
            ("/", "find"),
            ("p", "period"),
            ("tab", "panel"),
            ("e", "export"),
            ("?", "keys"),
        )
        (text,) = app.lines()
        assert text == " / find  p period  ? keys"


async def test_too_small_says_both_sizes() -> None:
    app = Host(TooSmall())
    async with app.run_test(size=(50, 10)):
        text = " ".join(app.lines())
        assert "50x10" in text
        assert "60x15" in text
    assert TooSmall.applies(59, 15)
    assert not TooSmall.applies(60, 15)
