"""Which theme is used, and that no colour is named outside the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

import termstats
from termstats.widgets.look.themes import chosen, names, styles_of, themes, tokens_of
from termstats.widgets.look.tokens import ANSI, DARK, NAMES, by_name

SOURCE = Path(termstats.__file__).parent


@pytest.mark.parametrize(
    ("wanted", "environment", "frugal", "theme"),
    [
        ("", {"TERM": "xterm-256color"}, False, "dark"),
        ("auto", {"TERM": "xterm", "COLORTERM": "truecolor"}, False, "dark"),
        ("", {"TERM": "xterm"}, False, "ansi"),
        ("", {"TERM": "xterm-256color"}, True, "ansi"),
        ("", {"TERM": "xterm-256color", "COLORFGBG": "0;15"}, False, "light"),
        ("", {"TERM": "xterm-256color", "COLORFGBG": "15;default;0"}, False, "dark"),
        ("", {"TERM": "xterm-256color", "NO_COLOR": "1"}, False, "ascii"),
        ("contrast", {"TERM": "xterm"}, True, "contrast"),
    ],
)
def test_the_theme_suits_the_terminal(
    wanted: str, environment: dict[str, str], frugal: bool, theme: str
) -> None:
    assert chosen(wanted, environment, is_frugal=frugal) == theme


def test_themes_of_textual_can_be_chosen_too() -> None:
    assert set(BUILTIN_THEMES) <= set(names())
    for theme in BUILTIN_THEMES.values():
        for colour in by_name(tokens_of(theme)).values():
            Color.parse(colour)  # raises where it is none


def test_every_theme_has_a_style_for_every_token() -> None:
    for theme in (*themes(), *BUILTIN_THEMES.values()):
        styles = styles_of(tokens_of(theme)).styles
        assert set(NAMES) <= set(styles), theme.name


def test_the_terminal_keeps_its_own_colours() -> None:
    assert all(colour.startswith("ansi_") for colour in by_name(ANSI).values())
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in by_name(DARK).values())


def test_no_colour_is_named_elsewhere() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|\bansi_\w+|color\(\d")
    for path in (*SOURCE.rglob("*.tcss"), *(SOURCE / "widgets").rglob("*.py")):
        if path.parent.name != "look":
            assert not literal.search(path.read_text(encoding="utf-8")), path
