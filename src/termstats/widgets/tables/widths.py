"""How wide the columns of a table are, and which of them have room: each whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from termstats.data.model.table import Cell, Kind, Table
from termstats.widgets.tables.cells import written

WIDEST = 60
"""Cells that a text gets at most."""
NAME, TEXT, LEAST = 18, 14, 12
"""Cells that a name and another text keep as long as there is room, and that both keep at least."""
BETWEEN = 2
"""Cells around the words of a column."""
ARROW = 2
"""Cells of the arrow behind the heading of the order."""
LEAST_BAR, MOST_BAR = 6, 10
"""Cells of a bar beside a share."""
WITH_BAR = 70
"""Cells of a table from which the first share has a bar, even where a column goes for it."""
LED_BY_BAR = 40
"""The same where the share stands first behind the names: it is what the table is about."""
_DATES = {Kind.DATE: 10, Kind.MOMENT: 16}


@dataclass(frozen=True)
class Need:
    """What a column needs: cells for its heading, its texts, and what is never cut."""

    heading: int
    texts: int = 0
    others: int = 0
    is_share: bool = False

    @property
    def natural(self) -> int:
        """Return the cells in which nothing is cut, or 60."""
        return max(self.heading, self.others, min(self.texts, WIDEST))

    def least(self, cells: int) -> int:
        """Return the cells that it keeps where a text is shortened to so many."""
        return max(self.heading, self.others, min(self.texts, cells))

    def with_bar(self, cells: int) -> int:
        """Return the cells that it takes with a bar of so many before its values."""
        return max(self.heading, self.others + 1 + cells)

    def with_rows(self, other: Need) -> Need:
        """Return what is needed by the rows of both."""
        texts, others = max(self.texts, other.texts), max(self.others, other.others)
        return Need(max(self.heading, other.heading), texts, others, self.is_share)


@dataclass(frozen=True)
class Needs:
    """What each column of a table needs, for so many of its rows."""

    columns: tuple[Need, ...] = ()
    rows: int = 0

    def of(self, table: Table, columns: Sequence[int], *, plain: bool) -> Needs:
        """Return the needs for all rows of the table, whose first rows are measured already."""
        if self.columns and self.rows == len(table.rows):
            return self
        rest = table.with_rows(table.rows[self.rows :], table.row_kinds[self.rows :])
        needs = [_need(rest, at, plain) for at in columns]
        if self.columns:
            needs = [one.with_rows(other) for one, other in zip(self.columns, needs, strict=True)]
        return Needs(tuple(needs), len(table.rows))


def _need(table: Table, at: int, plain: bool) -> Need:
    column = table.columns[at]
    heading = cell_len(column.heading)
    cells = {row[at] for row in table.rows}
    if column.kind in _DATES:
        return Need(heading, others=_DATES[column.kind] if cells - {None} else 1)
    lengths = {True: 0, False: 0}
    for cell, kind in _with_kinds(table, at, cells):
        words = written(column, cell, kind, plain=plain)
        is_text = kind is Kind.TEXT and not column.is_whole
        lengths[is_text] = max(lengths[is_text], cell_len(words))
    return Need(heading, lengths[True], lengths[False], column.kind is Kind.PERCENT)


def _with_kinds(table: Table, at: int, cells: set[Cell]) -> set[tuple[Cell, Kind]]:
    """Return the different cells of a column, each with its kind."""
    kind = table.columns[at].kind
    if kind is not Kind.VALUE:
        return {(cell, kind) for cell in cells}
    return {(row[at], table.kind(n, at)) for n, row in enumerate(table.rows)}


@dataclass(frozen=True)
class Fitted:
    """Which columns have room, how wide each is, and how much of that is a bar."""

    places: list[int]
    widths: list[int]
    bars: list[int]


def fitted(needs: Sequence[Need], width: int, chosen: int, sorted_by: int | None = None) -> Fitted:
    """Return which columns have room in `width` cells; the first and the chosen always have.

    Behind the heading of the column `sorted_by` stands an arrow.

    Names shrink to 18 cells and other texts to 14 before a column goes; with two columns left,
    to 12. What is left over goes to the bars of shares, 6 cells each, those on the left first; then
    to texts, and last to longer bars.
    """
    room = width - BETWEEN
    needs = [
        replace(need, heading=need.heading + ARROW) if place == sorted_by else need
        for place, need in enumerate(needs)
    ]
    least = [need.least(TEXT if place else NAME) for place, need in enumerate(needs)]
    first = _first_share(needs)
    if first is not None and room < (LED_BY_BAR if first == 1 else WITH_BAR):
        first = None
    if first is not None:
        least[first] = needs[first].with_bar(LEAST_BAR)
    places = shown_places(least, room, chosen)
    widths = [needs[place].least(TEXT if place else NAME) for place in places]
    if sum(widths) + BETWEEN * len(widths) > room:
        widths = [needs[place].least(LEAST) for place in places]
    shown = [needs[place] for place in places]
    left = room - sum(widths) - BETWEEN * len(widths)
    kept = sum(
        need.with_bar(LEAST_BAR) - cells
        for need, cells, bar in zip(shown, widths, _bars(shown, widths, left), strict=True)
        if bar
    )
    _widen(widths, shown, left - kept)
    bars = _bars(shown, widths, room - sum(widths) - BETWEEN * len(widths))
    with_bars = [
        need.with_bar(bar) if bar else cells
        for need, cells, bar in zip(shown, widths, bars, strict=True)
    ]
    return Fitted(places, with_bars, bars)


def _first_share(needs: Sequence[Need]) -> int | None:
    """Return the place of the first share if it is among the first columns."""
    return next((place for place, need in enumerate(needs[:4]) if need.is_share), None)


def _widen(widths: list[int], needs: Sequence[Need], left: int) -> None:
    """Give what is left to the columns that lack it, always to the narrowest of them."""
    while left > 0:
        lacking = [n for n, need in enumerate(needs) if widths[n] < need.natural]
        if not lacking:
            return
        widths[min(lacking, key=lambda n: widths[n])] += 1
        left -= 1


def shown_places(widths: Sequence[int], room: int, chosen: int) -> list[int]:
    """Return the columns that have room, each whole: the first, and others around the chosen.

    Those on the left stay as long as the chosen one is among them.
    """
    room -= widths[0] + BETWEEN if widths else 0
    start = 1
    while True:
        places, left = [0], room
        for place in range(start, len(widths)):
            left -= widths[place] + BETWEEN
            if left < 0:
                break
            places.append(place)
        if chosen <= places[-1] or start >= min(chosen, len(widths) - 1):
            if chosen not in places and chosen < len(widths):
                places.append(chosen)
            if len(places) == 1 and len(widths) > 1:
                places.append(1)
            return places
        start += 1


def _bars(needs: Sequence[Need], widths: Sequence[int], left: int) -> list[int]:
    """Return the cells of a bar in each column, out of the room that is left; 0: it has none.

    Shares have bars, all of one length; where there is no room for all, those on the left.
    """
    shares = [place for place, need in enumerate(needs) if need.is_share]
    for count in range(len(shares), 0, -1):
        for cells in range(MOST_BAR, LEAST_BAR - 1, -1):
            more = (needs[place].with_bar(cells) - widths[place] for place in shares[:count])
            if sum(more) <= left:
                return [cells if place in shares[:count] else 0 for place in range(len(needs))]
    return [0] * len(needs)
