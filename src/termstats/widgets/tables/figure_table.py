"""A figure's rows: one page at a time, sorted and searched here, exported as shown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive
from textual.widgets import DataTable

from termstats.data.model.table import Column, Row, Table
from termstats.widgets.messages import FromWidget
from termstats.widgets.tables.columns import shown_columns
from termstats.widgets.tables.grid import RowGrid
from termstats.widgets.tables.order import (
    RowSearch,
    Sorting,
    extended,
    identity_of,
    in_order,
    next_beginning,
    next_sorting,
    shown_rows,
    sorted_place,
)
from termstats.widgets.tables.page import cells_of, headings_of
from termstats.widgets.tables.status import PAGE, ShownRows, order_words, status_of
from termstats.widgets.tables.widths import Needs, fitted


class FigureTable(Container):
    """Shows a Table. Columns of platform ids are not shown but identify the rows."""

    chosen: reactive[int] = reactive(0)
    """Position among the shown columns of the one `s` sorts by and Enter opens."""

    class RowOpened(FromWidget["FigureTable"]):
        """Enter on a row. `row_index` is its place in `FigureTable.table`.

        `number` names the chosen column whose numbers open something (`Table.behind`).
        """

        def __init__(self, widget: FigureTable, row_index: int, row: Row, number: str = "") -> None:
            super().__init__(widget)
            self.row_index = row_index
            self.row = row
            self.number = number

    class RowMoved(FromWidget["FigureTable"]):
        """The cursor stands on another row. `row_index` is its place in `FigureTable.table`."""

        def __init__(self, widget: FigureTable, row_index: int) -> None:
            super().__init__(widget)
            self.row_index = row_index

    class NeedMore(FromWidget["FigureTable"]):
        """The end of a paged figure is reached; ask it for the rows `after` and `extend`."""

        def __init__(self, widget: FigureTable, after: str) -> None:
            super().__init__(widget)
            self.after = after

    class Changed(FromWidget["FigureTable"]):
        """Order, row search or page changed: `status` has other words."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self._order: list[int] = []
        self._columns: list[int] = []
        self._places: list[int] = []
        """Which of the columns have room."""
        self._needs = Needs()
        self._page = 0
        self._search = RowSearch()
        self._sorting: Sorting | None = None
        self._asked = ""
        self._turn_when_more = False
        self.lead: tuple[str, ...] = ()
        """Names of columns to show first, where not all fit; exports keep the figure's order."""
        self.picked: tuple[str, ...] = ()
        """Names of the only columns to show; none: all that have room."""
        self._waiting: int | None = None
        self._filled_for = 0
        self.grid = RowGrid(cursor_type="row", zebra_stripes=False)

    def compose(self) -> ComposeResult:
        """Yield the grid."""
        yield self.grid

    @property
    def nothing_fits(self) -> bool:
        """Return whether there are rows and the row search leaves none of them."""
        return bool(self.table and self.table.rows) and not self._order

    @property
    def is_filling(self) -> bool:
        """Return whether there are rows that wait for a size before they are shown."""
        return self.table is not None and self._waiting is not None

    def show(self, table: Table, *, more: bool = False) -> None:
        """Show `table`; the same figure keeps order, row search and the row under the cursor.

        `more`: it is what was shown and further rows, so that its columns stay where they are.
        """
        before, row = self.table, self._identity()
        self.table = table
        self._asked = ""
        same = before is not None and before.figure_id == table.figure_id
        names = [column.name for column in table.columns]
        if not same:
            # What was asked for before the first rows came, holds for them.
            if before is not None:
                self._search = RowSearch()
            self._sorting, self._page = None, 0
        elif self._sorting and self._sorting.column not in names:
            self._sorting = None
        if not more:
            self._columns, self._needs = shown_columns(table, self.lead, self.picked), Needs()
        if not same or self.chosen >= len(self._columns):
            self.set_reactive(FigureTable.chosen, 0)
        self._arrange(row if same else None)

    def extend(self, more: Table) -> None:
        """Append the next page of a paged figure."""
        if self.table is None or self.table.figure_id != more.figure_id:
            self.show(more)
            return
        turn, self._turn_when_more = self._turn_when_more, False
        self.show(extended(self.table, more), more=True)
        if turn and (self._page + 1) * PAGE < len(self._order):
            self.turn(1)

    def clear(self) -> None:
        """Show nothing."""
        self.table = None
        self._order, self._columns = [], []
        self.grid.clear(columns=True)

    def search(self, text: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
        """Show the rows in which a shown cell contains `text`, and those of `fields` theirs."""
        self._search = RowSearch(text.strip(), fields)
        self._arrange(self._identity())

    def pick(self, names: tuple[str, ...]) -> None:
        """Show these columns only; none: all that have room."""
        self.picked = names
        if self.table is not None:
            self._columns, self._needs = shown_columns(self.table, self.lead, names), Needs()
            self.set_reactive(FigureTable.chosen, 0)
            self._arrange(self._identity())

    def left_by(self, table: Table, text: str, fields: tuple[tuple[str, str], ...] = ()) -> int:
        """Return how many rows of `table` a search would leave, also before it is shown here."""
        columns = self._columns
        if self.table is not table:
            columns = shown_columns(table, self.lead, self.picked)
        return len(shown_rows(table, columns, RowSearch(text.strip(), fields), None))

    def fitting(self, page: Table) -> list[int]:
        """Return the rows of a page of the same figure that the search leaves."""
        return shown_rows(page, self._columns, self._search, None)

    def sort(self, column: str | None = None, *, reverse: bool | None = None) -> None:
        """Sort by `column` (default: the chosen one).

        `reverse` None: the next order of the column, see `next_sorting`.
        """
        if (table := self.table) is None or not self._columns:
            return
        at = self._columns[self.chosen] if column is None else table.position(column)
        by = table.columns[at]
        if reverse is None:
            self._sorting = next_sorting(self._sorting, by)
        else:
            self._sorting = Sorting(by.name, reverse)
        # At the top nobody has picked a row yet: the new top is shown.
        self._arrange(None if self._place == 0 else self._identity())

    def choose(self, by: int) -> None:
        """Choose another column to sort by and bring it into view."""
        if self._columns:
            self.chosen = (self.chosen + by) % len(self._columns)

    def turn(self, by: int) -> None:
        """Show the next or the previous page; past the end of a paged figure ask for more."""
        if self.table is None:
            return
        last = max(0, (len(self._order) - 1) // PAGE)
        if by > 0 and self._page + by > last:
            self._need_more(then_turn=True)
            return
        self._fill(max(0, self._page + by) * PAGE)

    def shown_table(self) -> Table | None:
        """Return the rows that the search leaves in the order shown: what an export writes."""
        return None if self.table is None else in_order(self.table, self._order)

    def select(self, row_index: int) -> None:
        """Put the cursor on a row of `table`, on whatever page it is shown."""
        if row_index in self._order:
            self._fill(self._order.index(row_index))

    @property
    def row_index(self) -> int | None:
        """Return the row under the cursor as its place in `table`."""
        at = self._place
        return self._order[at] if self.table is not None and 0 <= at < len(self._order) else None

    @property
    def row(self) -> Row | None:
        """Return the row under the cursor."""
        at = self.row_index
        return self.table.rows[at] if self.table is not None and at is not None else None

    @property
    def chosen_column(self) -> Column | None:
        """Return the column that is underlined."""
        if self.table is None or self.chosen >= len(self._columns):
            return None
        return self.table.columns[self._columns[self.chosen]]

    @property
    def number(self) -> str:
        """Return the name of the chosen column whose numbers open something; empty: they do not."""
        column = self.chosen_column
        if self.table is None or column is None or not self.table.opens(column.name):
            return ""
        return column.name

    @property
    def status(self) -> str:
        """Return in words: how many rows, which page, which search; empty when all plain."""
        table = self.table
        if table is None:
            return ""
        shown = ShownRows(
            rows=len(self._order),
            page=self._page,
            is_searched=self._search != RowSearch(),
            hidden=len(self._columns) - len(self._places) if self._filled_for else 0,
            chosen=self.chosen_column,
            row=self.row,
        )
        return status_of(table, shown)

    @property
    def order_words(self) -> str:
        """Return what the rows are sorted by; empty: as the figure gave them."""
        return order_words(self.table, self._sorting.column) if self.table and self._sorting else ""

    def jump_to(self, beginning: str) -> None:
        """Put the cursor on the next row whose first column begins so."""
        if (table := self.table) is not None and self._columns:
            at = next_beginning(table, self._columns[0], self._order, self._place, beginning)
            self._fill(self._place if at is None else at)

    @property
    def _plain(self) -> bool:
        return bool(getattr(self.app, "ascii_only", False))

    def _arrange(self, row: Row | None) -> None:
        """Work out which rows are shown in which order, and fill in the page of a row.

        `row` is its identity; None: the first row. Where it is gone, the cursor stays in place.
        """
        table = self.table
        if table is None:
            return
        self._order = shown_rows(table, self._columns, self._search, self._sorting)
        if row is None:
            self._fill(0)
            return
        stays = min(self._place, max(0, len(self._order) - 1))
        places = (place for place, n in enumerate(self._order) if identity_of(table, n) == row)
        self._fill(next(places, stays))

    def _fill(self, at: int) -> None:
        """Fill the grid with the page around the place `at` of the order."""
        table = self.table
        if table is None or not self.size.width:
            self._waiting = at
            self.post_message(self.Changed(self))
            return
        at = max(0, min(at, len(self._order) - 1))
        self._page, row = divmod(at, PAGE)
        page = self._order[self._page * PAGE : (self._page + 1) * PAGE]
        self._filled_for = self.size.width
        self._draw(table, page, row)
        self.post_message(self.Changed(self))
        self._tell_row()

    def _draw(self, table: Table, page: Sequence[int], cursor: int) -> None:
        """Fill the grid with these rows, and those columns that have room, each whole."""
        plain, room = self._plain, self.size.width
        self._needs = self._needs.of(table, self._columns, plain=plain)
        by = sorted_place(table, self._columns, self._sorting)
        fit = fitted(self._needs.columns, room, self.chosen, by)
        self._places = fit.places
        columns = [self._columns[place] for place in fit.places]
        cells = cells_of(table, page, columns, fit, plain=plain)
        self.grid.pointed = self._places.index(self.chosen) if self.number else None
        self.grid.fill(self._headings(table, fit.widths), fit.widths, cells, cursor=cursor)

    def _tell_row(self) -> None:
        """Tell which row is under the cursor."""
        if (at := self.row_index) is not None:
            self.post_message(self.RowMoved(self, at))

    def _headings(self, table: Table, widths: Sequence[int]) -> list[Text]:
        """Return the headings with the arrow of the order, the chosen one underlined."""
        shown = [self._columns[place] for place in self._places]
        chosen = self._columns[self.chosen]
        return headings_of(table, shown, widths, self._sorting, chosen, plain=self._plain)

    @property
    def _place(self) -> int:
        """Return the place of the cursor in the order."""
        return self._page * PAGE + (self.grid.cursor_row if self.is_mounted else 0)

    def _identity(self) -> Row | None:
        """Return what the row under the cursor is known by; None: there is none."""
        table, at = self.table, self.row_index
        return None if table is None or at is None else identity_of(table, at)

    def watch_chosen(self) -> None:
        """Underline the chosen heading, and show its column."""
        if self.table is None or not self.is_mounted:
            return
        if not self._filled_for:
            self.post_message(self.Changed(self))
        elif self.chosen in self._places:
            self.grid.pointed = self._places.index(self.chosen) if self.number else None
            widths = [column.width for column in self.grid.ordered_columns]
            self.grid.name_columns(self._headings(self.table, widths))
            self.post_message(self.Changed(self))
        else:
            self._fill(self._place)

    def on_resize(self) -> None:
        """Fit the columns anew; what was shown before there was a size is filled now."""
        at, self._waiting = self._waiting, None
        if self.table is not None and (at is not None or self._filled_for != self.size.width):
            self._fill(self._place if at is None else at)

    def watch_virtual_size(self) -> None:
        """Fit the columns also where Textual tells nothing of another size."""
        self.on_resize()

    def on_row_grid_asked(self, event: RowGrid.Asked) -> None:
        """Sort, choose a column or turn the page."""
        event.stop()
        match event.what:
            case "choose":
                self.choose(event.by)
            case "turn":
                self.turn(event.by)
            case "sort":
                self.sort()
            case "jump":
                self.jump_to(event.text)
            case "click" if event.by < len(self._places):  # as of headings below
                self.chosen = self._places[event.by]
                if self.number:
                    self._open()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Pass the cursor on; near the end of a paged figure ask for more."""
        event.stop()
        self._tell_row()
        if self._page * PAGE + event.cursor_row >= len(self._order) - 1:
            self._need_more()

    def _need_more(self, *, then_turn: bool = False) -> None:
        """Ask once for the rows after these, where there are more."""
        after = self.table.after if self.table is not None else None
        if after is None or after == self._asked:
            return
        self._asked = after
        self._turn_when_more = self._turn_when_more or then_turn
        self.post_message(self.NeedMore(self, after))

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """Sort by the column whose heading was clicked."""
        event.stop()
        if event.column_index < len(self._places):  # fewer columns may have room since the click
            self.chosen = self._places[event.column_index]
            self.sort()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Pass Enter on."""
        event.stop()
        self._open()

    def _open(self) -> None:
        if (at := self.row_index) is not None and self.table is not None:
            self.post_message(self.RowOpened(self, at, self.table.rows[at], self.number))
