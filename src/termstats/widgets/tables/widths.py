"""How wide the columns of a table are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from termstats.data.model.table import Kind, Table
from termstats.widgets.tables.cells import cell_words

NARROWEST, WIDEST = 12, 60
NARROWEST_FIRST, READABLE = 20, 24
"""The first column says what a row is and gives way last."""


LEAST_BAR, MOST_BAR = 6, 10
"""Cells of a bar beside a share."""


def column_widths(
    table: Table, columns: Sequence[int], page: Sequence[int], width: int, *, plain: bool = False
) -> list[int]:
    """Return cells per column: what these rows need, at most 60.

    Where that is more than `width`, the widest column of text gives way, to 12 cells at least; if
    even that is too much and columns lie beyond the edge anyway, only to 24. Numbers are never cut.
    """
    needed, numbers = [], []
    for c in columns:
        heading = cell_len(table.columns[c].heading) + 2
        texts, others = (
            [
                cell_len(cell_words(table, n, c, plain=plain))
                for n in page
                if (table.kind(n, c) is Kind.TEXT) is text
            ]
            for text in (True, False)
        )
        numbers.append(max([heading, *others]) if others else 0)
        needed.append(max(heading, min(max([*texts, *others], default=0), WIDEST)))
    room = width - 2 * len(needed) - 2
    soft = (Kind.TEXT, Kind.VALUE)
    elastic = [place for place, c in enumerate(columns) if table.columns[c].kind in soft]
    shortest = sum(
        min(cells, max(NARROWEST, numbers[place])) if place in elastic else cells
        for place, cells in enumerate(needed)
    )
    floor = NARROWEST if shortest + NARROWEST_FIRST - NARROWEST <= room else READABLE
    least = [max(floor, n, 0 if place else NARROWEST_FIRST) for place, n in enumerate(numbers)]
    while sum(needed) > room:
        able = [place for place in elastic if needed[place] > least[place]]
        if not able:
            break
        needed[max(able, key=lambda place: needed[place])] -= 1
    return needed


def shown_places(widths: Sequence[int], width: int, chosen: int) -> list[int]:
    """Return the columns that have room, each whole: the first, and others around the chosen.

    Those on the left stay as long as the chosen one is among them.
    """
    room = width - widths[0] - 2 if widths else 0
    start = 1
    while True:
        places, left = [0], room
        for place in range(start, len(widths)):
            left -= widths[place] + 2
            if left < 0:
                break
            places.append(place)
        if chosen <= places[-1] or start >= min(chosen, len(widths) - 1):
            if chosen not in places and chosen < len(widths):
                places.append(chosen)
            return places
        start += 1


def bar_widths(
    table: Table, columns: Sequence[int], widths: Sequence[int], width: int
) -> list[int]:
    """Return the cells of a bar in each column, out of the room that is left; 0: it has none.

    Shares have bars, all of one length; where there is no room for all, those on the left.
    """
    left = width - 2 - sum(cells + 2 for cells in widths)
    shares = [place for place, at in enumerate(columns) if table.columns[at].kind is Kind.PERCENT]
    count = min(len(shares), left // (LEAST_BAR + 1))
    cells = min(MOST_BAR, left // count - 1) if count > 0 else 0
    return [cells if place in shares[: max(0, count)] else 0 for place in range(len(columns))]
