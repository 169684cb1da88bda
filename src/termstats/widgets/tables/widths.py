"""How wide the columns of a table are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from termstats.data.model.table import Kind, Table

NARROWEST, WIDEST = 12, 60
NARROWEST_FIRST, READABLE = 20, 24
"""The first column says what a row is and gives way last."""


def column_widths(
    table: Table, columns: Sequence[int], page: Sequence[int], width: int
) -> list[int]:
    """Return cells per column: what these rows need, at most 60.

    Where that is more than `width`, the widest column of text gives way, to 12 cells at least; if
    even that is too much and columns lie beyond the edge anyway, only to 24. Numbers are never cut.
    """
    needed, numbers = [], []
    for c in columns:
        heading = cell_len(table.columns[c].heading) + 2
        texts, others = (
            [cell_len(table.shown(n, c)) for n in page if (table.kind(n, c) is Kind.TEXT) is text]
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
