"""The colours of the dashboard, each by what it is for. No colour is named anywhere else.

A colour is `#rrggbb`, or `ansi_...`: one of the terminal's own sixteen.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Tokens:
    """One theme's colours. Text reads on all three grounds; marks differ from the first two."""

    ground: str
    """Of the screen."""
    surface: str
    """Of lines and cards around the panels, and of dialogs."""
    raised: str
    """Below the mouse."""
    rule: str
    """Thin borders, grids, tracks; never text."""
    text: str
    muted: str
    """Labels and headings."""
    accent: str
    """What has the focus, what is current, keys."""
    on_accent: str
    link: str
    """What opens something; underlined as well."""
    cursor: str
    """Ground of the row under the cursor."""
    on_cursor: str
    better: str
    worse: str
    alert: str
    """Warnings, and the cursor on a chart."""
    s1: str
    """The first series; s2 to s5 are the others."""
    s2: str
    s3: str
    s4: str
    s5: str
    other: str
    """The rest of the series, the period before, older bars of small charts."""


DARK = Tokens(
    ground="#10151d",
    surface="#171e29",
    raised="#222c3b",
    rule="#5f6e84",
    text="#e8ecf2",
    muted="#a3afc0",
    accent="#5cc4ff",
    on_accent="#06121d",
    link="#8fd3ff",
    cursor="#2a6fae",
    on_cursor="#ffffff",
    better="#4fd6a4",
    worse="#ff9466",
    alert="#ffcf5c",
    s1="#429ef6",
    s2="#f0a93b",
    s3="#83ead1",
    s4="#954daf",
    s5="#f6efb4",
    other="#8e929e",
)
LIGHT = Tokens(
    ground="#fbfcfd",
    surface="#f0f3f7",
    raised="#dfe6ee",
    rule="#7b8797",
    text="#17202c",
    muted="#4d5a6b",
    accent="#00609f",
    on_accent="#ffffff",
    link="#00568f",
    cursor="#1b66a8",
    on_cursor="#ffffff",
    better="#006b4a",
    worse="#a83c00",
    alert="#7a5600",
    s1="#3788dd",
    s2="#b96a00",
    s3="#00604a",
    s4="#9a3a94",
    s5="#4a3d10",
    other="#928987",
)
CONTRAST = Tokens(
    ground="#000000",
    surface="#000000",
    raised="#1c1c1c",
    rule="#c0c0c0",
    text="#ffffff",
    muted="#e0e0e0",
    accent="#ffe000",
    on_accent="#000000",
    link="#9fdcff",
    cursor="#ffe000",
    on_cursor="#000000",
    better="#5dffb0",
    worse="#ffb08a",
    alert="#ffe000",
    s1="#5ca8ff",
    s2="#ffae00",
    s3="#6ff0c8",
    s4="#c049bd",
    s5="#fff7ae",
    other="#8a8a8a",
)
ANSI = Tokens(
    ground="ansi_default",
    surface="ansi_default",
    raised="ansi_default",
    rule="ansi_bright_black",
    text="ansi_default",
    muted="ansi_default",  # grey cannot be read on every palette
    accent="ansi_cyan",
    on_accent="ansi_default",
    link="ansi_cyan",
    cursor="ansi_default",
    on_cursor="ansi_default",
    better="ansi_green",
    worse="ansi_red",
    alert="ansi_yellow",
    s1="ansi_blue",
    s2="ansi_yellow",
    s3="ansi_cyan",
    s4="ansi_magenta",
    s5="ansi_green",
    other="ansi_bright_black",
)
SERIES = ("s1", "s2", "s3", "s4", "s5")
"""Colours of the series of a chart, in order."""
NAMES = tuple(field.name.replace("_", "-") for field in fields(Tokens))
"""Names of the tokens in style sheets and in styles of text."""


def by_name(tokens: Tokens) -> dict[str, str]:
    """Return name -> colour, as style sheets name them."""
    return {
        name: getattr(tokens, field.name) for name, field in zip(NAMES, fields(tokens), strict=True)
    }
