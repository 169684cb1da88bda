"""The words in the border of a panel: two ends, and the line between them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from termstats.widgets.text import fit

CORNERS = 6
"""Cells of a border that words leave free."""
NAME = 16
"""Cells without which the name of somebody or something is left out of a title."""


@dataclass(frozen=True)
class BorderWords:
    """What stands at the ends of a border, and how many cells of line are between them."""

    start: str
    end: str
    gap: int


def titled(title: str, unit: str, summary: str, width: int) -> str:
    """Return the title, with its unit where that is no repetition and leaves room."""
    with_unit = f"{title} ({unit})"
    fits = cell_len(with_unit) + cell_len(summary) + 9 <= width
    return with_unit if unit and unit.casefold() not in title.casefold() and fits else title


def shortened(words: str, room: int) -> str:
    """Return as many whole clauses as have room: a number is never cut; empty: there is none."""
    if cell_len(words) <= room:
        return words
    for between, more in ((" · ", ""), (", ", " …")):
        clauses = words.split(between)
        while len(clauses) > 1:
            del clauses[-1]
            shorter = between.join(clauses) + more
            if cell_len(shorter) <= room:
                return shorter
    return ""


def _titled_within(title: str, room: int) -> str:
    """Return a title with its first clauses cut or left out, where they have no room.

    The last clause is what it is; of a name so much is left that it can be told from others.
    """
    while cell_len(title) > room and " · " in title:
        name, between, title = title.partition(" · ")
        left = room - cell_len(between + title)
        if left >= NAME:
            return fit(name, left) + between + title
    return fit(title, room)


def border_words(start: str, end: str, width: int, *, below: bool = False) -> BorderWords:
    """Return words for both ends of a border so wide, each whole or not at all.

    Above, the title at the start is worth more than the value at its end; below, the read-out at
    the end more than what starts the line. A title that is too long alone is cut in the middle.
    """
    room = width - CORNERS
    if room < 10:
        return BorderWords("", "", 0)
    if below:
        end = shortened(end, room)
        start = start if cell_len(start) + cell_len(end) + 3 <= room else ""
    else:
        start = _titled_within(start, room)
        end = shortened(end, room - cell_len(start) - 3)
    if not start or not end:
        return BorderWords(start, end, 0)
    return BorderWords(start, end, room - cell_len(start) - cell_len(end) - 2)
