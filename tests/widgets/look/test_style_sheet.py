"""Each style sheet is parsed once, and anew only when a colour changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.css import stylesheet
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.screen import Screen
from textual.widgets import Static

from termstats.widgets.look.themed import Themed

BASES = ("Screen", "Widget")
OURS = "Static { color: $accent; }"


class Other(Screen[None]):
    CSS = "Static { color: $text; }"

    def compose(self) -> ComposeResult:
        yield Static("other")


class Small(Themed[None]):
    CSS = OURS

    def compose(self) -> ComposeResult:
        yield Static("one")


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """Return what is parsed from now on: (scope, source) -> how often."""
    counts: Counter[tuple[str, str]] = Counter()

    def counting(scope: str, css: str, *more: Any, **settings: Any) -> Iterable[RuleSet]:
        counts[scope, css] += 1
        return parse(scope, css, *more, **settings)

    monkeypatch.setattr(stylesheet, "parse", counting)
    return counts


async def test_a_style_sheet_is_parsed_once(parsed: Counter[tuple[str, str]]) -> None:
    app = Small("dark")
    async with app.run_test() as pilot:
        await app.push_screen(Other())
        await pilot.pause()
    assert parsed["", OURS] == 1
    # Where that of all screens stands in the order depends on the classes of screens.
    assert {times for (scope, _css), times in parsed.items() if scope not in BASES} == {1}


async def test_another_theme_has_other_colours(parsed: Counter[tuple[str, str]]) -> None:
    app = Small("dark")
    async with app.run_test() as pilot:
        dark = app.query_one(Static).styles.color
        app.theme = "light"
        await pilot.pause()
        light = app.query_one(Static).styles.color
        app.theme = "dark"
        await pilot.pause()
        assert app.query_one(Static).styles.color == dark != light
    assert parsed["", OURS] == 3
