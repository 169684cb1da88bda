"""How one cell is written: a sign before the word of a state, a bar before a share."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import NUMERIC, Column, Table
from termstats.widgets.text import fit

_SIGNS = {
    "passed": ("●", "*", "better"),
    "completed": ("●", "*", "better"),
    "done": ("●", "*", "better"),
    "in progress": ("◐", "~", "s1"),
    "started": ("◐", "~", "s1"),
    "not started": ("○", "o", "muted"),
    "failed": ("✗", "x", "worse"),
    "expired": ("◌", "!", "alert"),
    "waiting": ("…", "?", "alert"),
    "pending": ("…", "?", "alert"),
    "withdrawn": ("–", "-", "muted"),
}
"""State -> its sign, that in ASCII, and what it means."""
STATE_COLUMN = "state"


def cell_words(table: Table, row: int, at: int, *, plain: bool) -> str:
    """Return a cell as it is shown, the word of a state behind its sign."""
    words = table.shown(row, at)
    if table.columns[at].name == STATE_COLUMN and words in _SIGNS:
        sign, letter, _ = _SIGNS[words]
        return f"{letter if plain else sign} {words}"
    return words


def cell_text(table: Table, row: int, at: int, width: int, bar: int, *, plain: bool) -> Text:
    """Return a cell in so many cells, of which `bar` draw its share of 100; 0: none do."""
    column, words = table.columns[at], cell_words(table, row, at, plain=plain)
    if bar:
        share = table.rows[row][at]
        text = share_bar(share if isinstance(share, (int, float)) else None, bar, plain=plain)
        text.append(f" {words:>{width - bar - 1}}")
    else:
        text = Text(fit(words, width), no_wrap=True)
        text.stylize(_style_of(column, table.shown(row, at)), 0, _styled_length(column, words))
    text.no_wrap = True
    text.justify = "right" if column.kind in NUMERIC else "left"
    return text


def _style_of(column: Column, words: str) -> str:
    """Return the style of a cell by what its word means."""
    if column.name == STATE_COLUMN and words in _SIGNS:
        return _SIGNS[words][2]
    return dict(column.meanings).get(words, "")


def _styled_length(column: Column, words: str) -> int:
    """Return how many characters have the style: of a state its sign, else the whole word."""
    return 1 if column.name == STATE_COLUMN else len(words)


def share_bar(share: float | None, cells: int, *, plain: bool) -> Text:
    """Return a bar out of 100 on its track, in exactly so many cells; blank: no value."""
    if share is None:
        return Text(" " * cells)
    halves = round(max(0.0, min(100.0, share)) / 100 * 2 * cells)
    if share > 0:
        halves = max(1, halves)
    line, half, track = ("=", "-", ".") if plain else ("━", "╸", "┄")
    filled = line * (halves // 2) + half * (halves % 2)
    return Text.assemble((filled, "s1"), (track * (cells - cell_len(filled)), "rule"))
