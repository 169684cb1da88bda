"""The grid of cells inside a FigureTable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widgets import DataTable
from textual.widgets.data_table import CursorType

FAST = 1.0
"""Seconds between two letters of one name at most."""


class RowGrid(DataTable[Text]):
    """The cells of one page; left and right choose the column to sort by, or the number to open."""

    pointed: int | None = None
    """Place of the column whose cell stands out of the cursor's row: Enter opens that number."""

    typed: tuple[str, float] = ("", 0.0)
    """Letters that were pressed one after the other, and when the last of them was."""

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

        def __init__(
            self,
            what: Literal["choose", "sort", "turn", "click", "jump"],
            by: int = 0,
            text: str = "",
        ) -> None:
            super().__init__()
            self.what = what
            self.by = by
            self.text = text

    def fill(
        self,
        headings: Sequence[Text],
        widths: Sequence[int],
        rows: Sequence[Sequence[Text]],
        *,
        cursor: int,
    ) -> None:
        """Show these rows with the cursor on one of them; what was scrolled to stays in view."""
        scroll = self.scroll_x
        with self.prevent(DataTable.RowHighlighted):
            self.clear(columns=True)
            for heading, width in zip(headings, widths, strict=True):
                self.add_column(heading, width=width)
            self.fixed_columns = 1 if len(headings) > 1 else 0
            for row in rows:
                self.add_row(*row)
            self.move_cursor(row=cursor, animate=False)
        self.scroll_to(x=scroll, animate=False)

    def name_columns(self, headings: Sequence[Text]) -> None:
        """Write the headings anew."""
        for shown, heading in zip(self.ordered_columns, headings, strict=False):
            shown.label = heading
        self._clear_caches()
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Jump to the name that begins with the letters pressed, where they have no key."""
        letter = event.character or ""
        if not letter.isalpha() or event.key in self.screen.active_bindings:
            return
        event.stop()
        before, at = self.typed
        text = letter if event.time - at > FAST else before + letter
        self.typed = text, event.time
        self.post_message(self.Asked("jump", text=text))

    def _set_hover_cursor(self, active: bool) -> None:
        """Show or hide the row under the mouse; where nothing changes, nothing is drawn."""
        if active != self._show_hover_cursor:
            super()._set_hover_cursor(active)

    def on_click(self, event: events.Click) -> None:
        """Tell which cell was clicked; the base moves the cursor there."""
        place = event.style.meta
        if place.get("row", -1) >= 0 and place.get("column", -1) >= 0:
            self.move_cursor(row=place["row"], animate=False)
            self.post_message(self.Asked("click", place["column"]))

    def _should_highlight(
        self, cursor: Coordinate, target_cell: Coordinate, type_of_cursor: CursorType
    ) -> bool:
        """Leave the pointed cell out of the cursor's row, so that it is seen, colours or not.

        A table without the focus shows no cursor: its first row is no other than the rest.
        """
        if cursor == self.cursor_coordinate and not self.has_focus:
            return False
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
