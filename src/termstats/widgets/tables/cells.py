"""How one cell is written: a sign before the word of a state, a bar before a share."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model import blocks, text
from termstats.data.model.table import NUMERIC, Cell, Column, Kind, Table, show_cell
from termstats.widgets.text import clipped

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
    "wrong": ("✗", "x", "worse"),
    "partly": ("~", "~", "alert"),
    "unanswered": ("–", "-", "muted"),
    "withdrawn": ("–", "-", "muted"),
    "never started": ("○", "o", "muted"),
    "stalled": ("◐", "~", "s1"),
    "failing": ("✗", "x", "worse"),
    "certificate expired": ("◌", "!", "alert"),
    "certificate expiring": ("…", "?", "alert"),
}
"""State, or reason to help -> its sign, that in ASCII, and what it means."""


def is_right(column: Column) -> bool:
    """Return whether a column stands at the right: numbers and dates."""
    return column.kind in NUMERIC or column.kind in (Kind.DATE, Kind.MOMENT)


def written(column: Column, cell: Cell, kind: Kind, *, plain: bool) -> str:
    """Return a cell as it is shown, the word of a state behind its sign."""
    if cell is None:
        return text.NO_VALUE if plain else "–"
    words = show_cell(column, cell, kind)
    if column.more and isinstance(cell, (int, float)):
        return f"+{words}" if cell > 0 else words if cell else "="
    if kind is Kind.BLOCKS:
        return _block_words(words)
    if column.is_state and words in _SIGNS:
        sign, letter, _ = _SIGNS[words]
        return f"{letter if plain else sign} {words}"
    return words


def cell_text(
    table: Table,
    row: int,
    at: int,
    width: int,
    bar: int,
    *,
    plain: bool,
    short: Mapping[str, str] | None = None,
) -> Text:
    """Return a cell in so many cells, of which `bar` draw its share of 100; 0: none do.

    `short` are texts in fewer cells, so that those of one column are told apart.
    """
    column, cell, kind = table.columns[at], table.rows[row][at], table.kind(row, at)
    words = written(column, cell, kind, plain=plain)
    if kind is Kind.BLOCKS and isinstance(cell, str):
        shown = _blocks(cell, plain=plain)
    elif bar:
        shown = share_bar(cell if isinstance(cell, (int, float)) else None, bar, plain=plain)
        shown.append(f" {words:>{width - bar - 1}}")
    else:
        fitted = (short or {}).get(words) or clipped(words, width, ".." if plain else "…")
        shown = Text(fitted if kind is Kind.TEXT else words, no_wrap=True)
        style = _style_of_change(column, cell) or _style_of(column, table.shown(row, at))
        shown.stylize(style, 0, _styled_length(column, words))
    shown.no_wrap = True
    shown.justify = "right" if is_right(column) else "left"
    return shown


def as_door(cell: Text, number: str) -> None:
    """Let a cell look as if it opened something: its number, not the bar beside it."""
    end = len(cell.plain)
    cell.stylize("door", max(0, end - len(number)), end)


_BLOCKS = {
    blocks.DONE: ("▣", "better"),
    blocks.UNDER_WAY: ("◧", "s1"),
    blocks.NOT_STARTED: ("▢", "muted"),
    blocks.FAILED: ("✗", "worse"),
    blocks.WAITING: ("…", "alert"),
}
"""Sign in ASCII -> the sign of screens, and what it means."""
MOST_BLOCKS, BLOCKS_BAR = 12, 6
"""Modules that have a sign each; of more a bar is drawn, of so many cells."""


def _block_words(signs: str) -> str:
    """Return a text as long as the blocks are."""
    done, number = blocks.done_of(signs)
    return signs if number <= MOST_BLOCKS else f"{'-' * BLOCKS_BAR} {done} of {number}"


def _blocks(signs: str, *, plain: bool) -> Text:
    """Return a sign per module; of many modules how many are done, behind a bar."""
    done, number = blocks.done_of(signs)
    if number > MOST_BLOCKS:
        return share_bar(100 * done / number, BLOCKS_BAR, plain=plain).append(
            f" {done} of {number}"
        )
    shown = Text()
    for sign in signs:
        mark, style = _BLOCKS[sign]
        shown.append(sign if plain else mark, style)
    return shown


def _style_of(column: Column, words: str) -> str:
    """Return the style of a cell by what its word means."""
    if column.is_state and words in _SIGNS:
        return _SIGNS[words][2]
    return dict(column.meanings).get(words, "")


def _style_of_change(column: Column, cell: Cell) -> str:
    """Return the style of a change by whether it is for the better; empty: it is none."""
    if not column.more or not isinstance(cell, (int, float)) or not cell:
        return ""
    other = {"better": "worse", "worse": "better"}[column.more]
    return column.more if cell > 0 else other


def _styled_length(column: Column, words: str) -> int:
    """Return how many characters have the style: of a state its sign, else the whole word."""
    return 1 if column.is_state else len(words)


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
