"""What stands around a table: how many rows, which page, what Enter opens, and the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from termstats.data.model.doors import NOTHING_BEHIND
from termstats.data.model.plural import counted
from termstats.data.model.table import Column, Row, Table

PAGE = 200
"""Rows in the grid at once; each costs half a millisecond."""


@dataclass(frozen=True)
class ShownRows:
    """What a FigureTable shows of its table."""

    rows: int
    """How many rows there are on all pages."""
    page: int
    is_searched: bool
    hidden: int
    """How many columns have no room."""
    chosen: Column | None
    row: Row | None
    """The row under the cursor."""


def status_of(table: Table, shown: ShownRows) -> str:
    """Return in words what is shown; empty where all rows are, on one page as they came."""
    return " · ".join(_parts(table, shown))


def _parts(table: Table, shown: ShownRows) -> Iterator[str]:
    is_all = table.after is None
    if shown.is_searched:
        so_far = "" if is_all else " read so far"
        yield f"{shown.rows:,} of {counted(len(table.rows), table.noun)}{so_far}"
    pages = (shown.rows - 1) // PAGE + 1
    if pages > 1 or not is_all:
        more = "" if is_all else " or more"
        yield f"page {shown.page + 1} of {max(1, pages)}{more} (< >)"
    chosen, row = shown.chosen.name if shown.chosen else "", shown.row
    if table.opens(chosen):
        door = table.door(row, chosen) if row else None
        words = door.words(table.cell_of(row, chosen)) if door and row else ""
        yield f"Enter: {words}" if words else "nothing behind"
    elif table.behind and chosen in NOTHING_BEHIND:
        yield f"nothing behind: {NOTHING_BEHIND[chosen]}"
    else:
        if shown.hidden:
            yield f"{counted(shown.hidden, 'more column')} →"
        if table.behind:
            yield "→ to a number, Enter: who it counts"


def order_words(table: Table, column: str) -> str:
    """Return `by score`, for the border above."""
    heading = table.columns[table.position(column)].heading
    so_far = "" if table.after is None else " (rows read so far)"
    is_word = heading[1:] == heading[1:].lower()
    return f"by {heading.lower() if is_word else heading}{so_far}"
