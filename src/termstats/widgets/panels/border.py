"""The words in the border of a panel: two ends, and the line between them."""

from __future__ import annotations

from rich.cells import cell_len

from termstats.widgets.text import fit

CORNERS = 6
"""Cells of a border that words leave free."""
SHORTEST_TITLE = 24


def titled(title: str, unit: str, summary: str, width: int) -> str:
    """Return the title, with its unit where that is no repetition and leaves room."""
    with_unit = f"{title} ({unit})"
    fits = cell_len(with_unit) + cell_len(summary) + 9 <= width
    return with_unit if unit and unit.casefold() not in title.casefold() and fits else title


def border_words(start: str, end: str, width: int, dash: str, *, below: bool = False) -> str:
    """Return words for both ends of a border so wide; empty: there is no room, or no words.

    The read-out `below` is worth more than what ends the line; a title above gives way to it.
    """
    room = width - CORNERS
    if room < 10:
        return ""
    if cell_len(start) + cell_len(end) + 3 > room:
        end = "" if below else fit(end, max(0, room - min(cell_len(start), SHORTEST_TITLE) - 3))
    start = fit(start, room - cell_len(end) - (3 if end else 0))
    if not end or not start:
        return start or end
    gap = room - cell_len(start) - cell_len(end) - 2
    return f"{start} {dash * gap} {end}"
