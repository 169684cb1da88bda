"""The DataTable inside a FigureTable, how wide its columns are and how its cells compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widgets import DataTable
from textual.widgets.data_table import CursorType

from termstats.data.model.table import Cell, Kind, Table

NARROWEST, WIDEST = 12, 60
NARROWEST_FIRST, READABLE = 20, 24
"""The first column says what a row is and gives way last."""


class Rows(DataTable[Text]):
    """The DataTable inside; left and right choose the column to sort by, or the number to open."""

    pointed: int | None = None
    """Place of the column whose cell stands out of the cursor's row: Enter opens that number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "column(-1)", "Column before", show=False, id="table.left"),
        Binding("right", "column(1)", "Next column", show=False, id="table.right"),
        Binding("s", "sort", "Sort", show=False, id="table.sort"),
        Binding("greater_than_sign", "page(1)", "Next page", show=False, id="table.next-page"),
        Binding("less_than_sign", "page(-1)", "Page before", show=False, id="table.last-page"),
        Binding("home", "scroll_top", "First row", show=False, id="table.home"),
        Binding("end", "scroll_bottom", "Last row", show=False, id="table.end"),
    ]

    class Asked(Message):
        """A key, or a click on a cell (`by` is its column), that the FigureTable answers."""

        def __init__(self, what: Literal["choose", "sort", "turn", "click"], by: int = 0) -> None:
            super().__init__()
            self.what = what
            self.by = by

    def on_click(self, event: events.Click) -> None:
        """Tell which cell was clicked; the base moves the cursor there."""
        place = event.style.meta
        if place.get("row", -1) >= 0 and place.get("column", -1) >= 0:
            self.move_cursor(row=place["row"], animate=False)
            self.post_message(self.Asked("click", place["column"]))

    def _should_highlight(
        self, cursor: Coordinate, target_cell: Coordinate, type_of_cursor: CursorType
    ) -> bool:
        """Leave the pointed cell out of the cursor's row, so that it is seen, colours or not."""
        inside = super()._should_highlight(cursor, target_cell, type_of_cursor)
        return inside and target_cell.column != self.pointed

    def action_column(self, by: int) -> None:
        """Choose the next column to sort by."""
        self.post_message(self.Asked("choose", by))

    def action_sort(self) -> None:
        """Sort by the chosen column; again: the other way round, then as the figure gave it."""
        self.post_message(self.Asked("sort"))

    def action_page(self, by: int) -> None:
        """Show another page."""
        self.post_message(self.Asked("turn", by))


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


def sort_key(cell: Cell) -> tuple[int, float | str]:
    """Return a key that compares cells of one column, whatever they hold."""
    if isinstance(cell, (int, float)):
        return (0, cell)
    return (1, str(cell).casefold())
