"""The legend: a sample of every series, its name and total, hidden ones in brackets.

A letter stands for a series that has no sample, and for all of them while the legend has the keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.comparison import Against
from termstats.data.model.table import show
from termstats.widgets.charts.painter import Painter
from termstats.widgets.charts.series import (
    LETTERS,
    all_series,
    parts_in_order,
    series_style,
    total_of,
)
from termstats.widgets.text import fit

MAX_NAME = 18


@dataclass(frozen=True)
class Entry:
    """One series in the legend."""

    name: str
    title: str
    style: str = ""
    """Name of its colour."""
    sample: str = ""
    """The character it is drawn with, where that is not its letter."""
    total: str = ""
    """What it adds up to, where it is a part of a whole."""


def entries_of(
    painter: Painter[Any], plain: bool, hidden: frozenset[str] = frozenset()
) -> tuple[Entry, ...]:
    """Return the series that can be hidden; none where there is one.

    Parts of nothing are left out, unless they are hidden: another period may have some of them.
    """
    columns = painter.series
    if len(columns) < 2:
        return ()
    looks = painter.looks()
    if not looks:
        return tuple(
            Entry(column.name, column.heading, series_style(index))
            for index, column in enumerate(columns)
        )
    entries = []
    for one in parts_in_order(all_series(painter.table, columns), looks):
        column, look = one.column, looks[one.column.name]
        if not total_of(one) and column.name not in hidden:
            continue
        sample = look.fill if plain else "█"
        total = show(total_of(one), column.kind)
        entries.append(Entry(column.name, column.heading, look.style, sample, total))
    return tuple(entries)


def legend(
    entries: Sequence[Entry],
    hidden: frozenset[str],
    width: int,
    lines: int,
    *,
    current: int | None = None,
    has_keys: bool = False,
    extra: str = "",
) -> tuple[Text, ...]:
    """Return at most `lines` lines. `current` is marked; what has no room is counted.

    `has_keys`: letters hide and show series now.
    """
    words = [_entry(entry, index, hidden, has_keys=has_keys) for index, entry in enumerate(entries)]
    for index, word in enumerate(words):
        word.apply_meta({"@click": f"toggle_series({index})"})
    if current is not None and current < len(words):
        words[current].stylize("reverse")
    if extra:
        words.append(Text(extra, "muted"))
    legend_lines = [Text()]
    for number, word in enumerate(words):
        left = len(words) - number - 1
        room = width - (len(f"  +{left} more") if len(legend_lines) == lines and left else 0)
        line = legend_lines[-1]
        if line and cell_len(line.plain) + 2 + cell_len(word.plain) > room:
            if len(legend_lines) == lines:
                line.append(f"  +{left + 1} more", "muted")
                break
            legend_lines.append(Text())
            line = legend_lines[-1]
        if line:
            line.append("  ")
        line.append_text(word)
    return tuple(legend_lines)


def _entry(entry: Entry, index: int, hidden: frozenset[str], *, has_keys: bool) -> Text:
    letter = LETTERS[index] if index < len(LETTERS) else "?"
    title = fit(entry.title, MAX_NAME)
    if entry.name in hidden:
        return Text(f"{letter} ({title})", "muted")
    if has_keys or not entry.sample:
        return Text.assemble((letter + entry.sample, entry.style), f" {title}")
    total = f" {entry.total}" if entry.total else ""
    return Text.assemble((entry.sample, entry.style), f" {title}{total}")


def then_note(words: str, why_none: str, *, is_drawn: bool) -> str:
    """Return what is said of the period that is compared; `words` are its name."""
    if is_drawn:
        return f"dim: {words}"
    name = "no period before" if words == Against.BEFORE.words else words
    return f"{name}: {why_none}" if why_none else ""
