"""A figure's rows: one page at a time, sorted and filtered here, exported as shown."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import DataTable

from termstats.data.model.row_filter import cell_fits
from termstats.data.model.table import NUMERIC, Column, Kind, Row, Table
from termstats.widgets.tables.grid import Rows, column_widths, sort_key
from termstats.widgets.text import fit

PAGE = 200
"""Rows in the DataTable at once; each costs half a millisecond."""


class FigureTable(Container):
    """Shows a Table. Columns of platform ids are not shown but identify the rows."""

    chosen: reactive[int] = reactive(0)
    """Position among the shown columns of the one `s` sorts by and Enter opens."""

    class RowOpened(Message):
        """Enter on a row. `row_index` is its place in `FigureTable.table`.

        `number` names the chosen column whose numbers open something (`Table.number_opens`).
        """

        def __init__(self, widget: FigureTable, row_index: int, row: Row, number: str = "") -> None:
            super().__init__()
            self.widget = widget
            self.row_index = row_index
            self.row = row
            self.number = number

        @property
        def control(self) -> FigureTable:
            """Return the sender."""
            return self.widget

    class RowMoved(Message):
        """The cursor stands on another row. `row_index` is its place in `FigureTable.table`."""

        def __init__(self, widget: FigureTable, row_index: int) -> None:
            super().__init__()
            self.widget = widget
            self.row_index = row_index

        @property
        def control(self) -> FigureTable:
            """Return the sender."""
            return self.widget

    class NeedMore(Message):
        """The end of a paged figure is reached; ask it for the rows `after` and `extend`."""

        def __init__(self, widget: FigureTable, after: str) -> None:
            super().__init__()
            self.widget = widget
            self.after = after

        @property
        def control(self) -> FigureTable:
            """Return the sender."""
            return self.widget

    class Changed(Message):
        """Order, filter or page changed: `status` has other words."""

        def __init__(self, widget: FigureTable) -> None:
            super().__init__()
            self.widget = widget

        @property
        def control(self) -> FigureTable:
            """Return the sender."""
            return self.widget

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self._order: list[int] = []
        self._columns: list[int] = []
        self._page = 0
        self._text = ""
        self._fields: tuple[tuple[str, str], ...] = ()
        self._sorted: tuple[str, bool] | None = None
        self._asked = ""
        self._turn_when_more = False
        self.lead: tuple[str, ...] = ()
        """Names of columns to show first, where not all fit; exports keep the figure's order."""
        self._waiting: int | None = None
        self._filled_for = 0

    def compose(self) -> ComposeResult:
        """Yield the DataTable."""
        yield Rows(cursor_type="row", zebra_stripes=False)

    @property
    def rows(self) -> Rows:
        """Return the DataTable."""
        return self.query_one(Rows)

    @property
    def nothing_fits(self) -> bool:
        """Return whether there are rows and the filter leaves none of them."""
        return self.table is not None and bool(self.table.rows) and not self._order

    # ---- what is shown ---------------------------------------------------------------------------

    def show(self, table: Table, *, more: bool = False) -> None:
        """Show `table`; the same figure keeps order, filter and the row under the cursor.

        `more`: it is what was shown and further rows, so that its columns stay where they are.
        """
        before, key = self.table, self._key(self.row_index)
        self.table = table
        self._asked = ""
        same = before is not None and before.figure_id == table.figure_id
        names = [column.name for column in table.columns]
        if not same:
            # What was asked for before the first rows came, holds for them.
            if before is not None:
                self._text, self._fields = "", ()
            self._sorted, self._page = None, 0
        elif self._sorted and self._sorted[0] not in names:
            self._sorted = None
        if not more:
            self._columns = self._arrange_columns(table)
        if not same or self.chosen >= len(self._columns):
            self.set_reactive(FigureTable.chosen, 0)
        self._arrange()
        self._fill(self._find(key) if same and key is not None else 0)

    def extend(self, more: Table) -> None:
        """Append the next page of a paged figure."""
        if self.table is None or self.table.figure_id != more.figure_id:
            self.show(more)
            return
        turn, self._turn_when_more = self._turn_when_more, False
        rows = (*self.table.rows, *more.rows)
        self.show(
            replace(
                self.table, rows=rows, after=more.after, empty=more.empty, summary=more.summary
            ),
            more=True,
        )
        if turn and (self._page + 1) * PAGE < len(self._order):
            self.turn(1)

    def clear(self) -> None:
        """Show nothing."""
        self.table = None
        self._order, self._columns = [], []
        self.rows.clear(columns=True)

    def filter(self, text: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
        """Keep the rows in which a shown cell contains `text`, and those of `fields` theirs."""
        self._text, self._fields = text.strip().casefold(), fields
        key = self._key(self.row_index)
        self._arrange()
        self._fill(self._find(key) if key is not None else 0)

    def sort(self, column: str | None = None, *, reverse: bool | None = None) -> None:
        """Sort by `column` (default: the chosen one).

        `reverse` None: words upwards and numbers downwards first, then the other way round, then
        the figure's own order. Rows without a value stand last either way.
        """
        table = self.table
        if table is None or not self._columns:
            return
        if column is None:
            column = table.columns[self._columns[self.chosen]].name
        at = table.position(column)
        first = table.columns[at].kind in NUMERIC
        if reverse is not None:
            self._sorted = (column, reverse)
        elif self._sorted is None or self._sorted[0] != column:
            self._sorted = (column, first)
        elif self._sorted[1] is first:
            self._sorted = (column, not first)
        else:
            self._sorted = None
        # At the top nobody has picked a row yet: the new top is shown.
        at_top = self._page * PAGE + self.rows.cursor_row == 0
        key = None if at_top else self._key(self.row_index)
        self._arrange()
        self._fill(self._find(key) if key is not None else 0)

    def choose(self, by: int) -> None:
        """Choose another column to sort by and bring it into view."""
        if self._columns:
            self.chosen = (self.chosen + by) % len(self._columns)

    def turn(self, by: int) -> None:
        """Show the next or the previous page; past the end of a paged figure ask for more."""
        table = self.table
        if table is None:
            return
        last = max(0, (len(self._order) - 1) // PAGE)
        if by > 0 and self._page + by > last:
            if table.after is not None and self._asked != table.after:
                self._turn_when_more = True
                self._need_more(table.after)
            return
        self._fill(max(0, self._page + by) * PAGE)

    def shown_table(self) -> Table | None:
        """Return all rows in the order shown, filtered: what an export writes."""
        table = self.table
        if table is None:
            return None
        kinds = tuple(table.row_kinds[n] for n in self._order) if table.row_kinds else ()
        return table.with_rows(tuple(table.rows[n] for n in self._order), kinds)

    def select(self, row_index: int) -> None:
        """Put the cursor on a row of `table`, on whatever page it is shown."""
        if row_index in self._order:
            self._fill(self._order.index(row_index))

    @property
    def row_index(self) -> int | None:
        """Return the row under the cursor as its place in `table`."""
        at = self._page * PAGE + (self.rows.cursor_row if self.is_mounted else 0)
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
        """Return the name of the chosen column where something lies behind its numbers."""
        column = self.chosen_column
        if self.table is None or self.table.number_opens is None or column is None:
            return ""
        return column.name if self.table.number_opens.action_of(column.name) else ""

    @property
    def status(self) -> str:
        """Return in words: how many rows, which page, order and filter; empty when all plain."""
        table = self.table
        if table is None:
            return ""
        words = []
        if self._text or self._fields:
            read = " read so far" if table.after is not None else ""
            words.append(f"{len(self._order):,} of {len(table.rows):,} rows{read}")
        pages = (len(self._order) - 1) // PAGE + 1
        if pages > 1 or table.after is not None:
            more = " or more" if table.after is not None else ""
            words.append(f"page {self._page + 1} of {max(1, pages)}{more} (< >)")
        column = self.chosen_column
        if table.number_opens is not None and column is not None:
            words.append(
                f"Enter: who is behind {column.heading}"
                if self.number
                else "left/right to a number, Enter: who did it"
            )
        elif self._filled_for and self.rows.virtual_size.width > self.rows.size.width:
            words.append("left/right: more columns")
        if self._sorted:
            by = table.columns[table.position(self._sorted[0])]
            read = " (rows read so far)" if table.after is not None else ""
            words.append(f"sorted by {by.heading} {self._arrow(self._sorted[1])}{read}")
        return " · ".join(words)

    # ---- inside ----------------------------------------------------------------------------------

    def _arrow(self, reverse: bool) -> str:
        plain = bool(getattr(self.app, "ascii_only", False))
        return ("v" if reverse else "^") if plain else ("▼" if reverse else "▲")

    def _arrange(self) -> None:
        """Work out which rows are shown in which order."""
        table = self.table
        if table is None:
            return
        order = list(range(len(table.rows)))
        if self._text:
            order = [
                n
                for n in order
                if any(self._text in table.shown(n, c).casefold() for c in self._columns)
            ]
        names = [column.name for column in table.columns]
        for name, text in self._fields:
            if name not in names:
                continue
            at = names.index(name)
            order = [n for n in order if cell_fits(table.rows[n][at], table.kind(n, at), text)]
        if self._sorted:
            at = table.position(self._sorted[0])
            valued = [n for n in order if table.rows[n][at] is not None]
            valued.sort(key=lambda n: sort_key(table.rows[n][at]), reverse=self._sorted[1])
            order = valued + [n for n in order if table.rows[n][at] is None]
        self._order = order

    def _fill(self, at: int) -> None:
        """Fill the DataTable with the page around the place `at` of the order."""
        table, rows = self.table, self.rows
        if table is None or not self.size.width:
            self._waiting = at
            self.post_message(self.Changed(self))
            return
        at = max(0, min(at, len(self._order) - 1))
        self._page = at // PAGE
        page = self._order[self._page * PAGE : (self._page + 1) * PAGE]
        scroll, self._filled_for = rows.scroll_x, self.size.width
        with self.prevent(DataTable.RowHighlighted):
            rows.clear(columns=True)
            widths = column_widths(table, self._columns, page, self.size.width)
            for place, (n, width) in enumerate(zip(self._columns, widths, strict=True)):
                rows.add_column(self._heading(place, n, width), width=width, key=str(n))
            rows.pointed = self.chosen if self.number else None
            rows.fixed_columns = 1 if len(self._columns) > 1 else 0
            for n in page:
                rows.add_row(*self._cells(table, n, widths))
            rows.move_cursor(row=at - self._page * PAGE, animate=False)
        rows.scroll_to(x=scroll, animate=False)
        self.post_message(self.Changed(self))
        self._told()

    def _told(self) -> None:
        at = self.row_index
        if at is not None:
            self.post_message(self.RowMoved(self, at))

    def _heading(self, place: int, n: int, width: int) -> Text:
        """Return the heading with the order's arrow; the chosen column is underlined."""
        assert self.table is not None  # noqa: S101 - filled only with a table
        column = self.table.columns[n]
        arrow = ""
        if self._sorted and self._sorted[0] == column.name:
            arrow = " " + self._arrow(self._sorted[1])
        text = Text(fit(column.heading, width - cell_len(arrow)) + arrow, no_wrap=True)
        if place == self.chosen:
            text.stylize("underline")
        if column.kind in NUMERIC:
            text.justify = "right"
        return text

    def _cells(self, table: Table, n: int, widths: list[int]) -> list[Text]:
        found = []
        for c, width in zip(self._columns, widths, strict=True):
            numeric = table.columns[c].kind in NUMERIC
            words = table.shown(n, c)
            colour = dict(table.columns[c].colours).get(words, "")
            text = Text(fit(words, width), colour, no_wrap=True)
            text.justify = "right" if numeric else "left"
            found.append(text)
        return found

    def _key(self, index: int | None) -> Row | None:
        """Return what identifies a row: its ids, else its first cell."""
        if self.table is None or index is None:
            return None
        row = self.table.rows[index]
        ids = tuple(
            cell
            for cell, column in zip(row, self.table.columns, strict=True)
            if column.kind is Kind.IDENT
        )
        return ids or row[:1]

    def _arrange_columns(self, table: Table) -> list[int]:
        """Return the columns to show: those that lead, the others, and last those without a value.

        Ids are not shown. Otherwise the order is the figure's.
        """

        def rank(n: int) -> tuple[bool, int]:
            name = table.columns[n].name
            empty = all(row[n] in (None, "") for row in table.rows)
            return empty, self.lead.index(name) if name in self.lead else len(self.lead)

        shown = [n for n, c in enumerate(table.columns) if c.kind is not Kind.IDENT]
        return sorted(shown, key=rank)

    def _find(self, key: Row) -> int:
        """Return the place in the order of the row identified so, or where the cursor was."""
        for place, n in enumerate(self._order):
            if self._key(n) == key:
                return place
        return min(self._page * PAGE + self.rows.cursor_row, max(0, len(self._order) - 1))

    def watch_chosen(self) -> None:
        """Underline the chosen heading and scroll it into view."""
        if self.table is None or not self.is_mounted:
            return
        rows = self.rows
        rows.pointed = self.chosen if self.number else None
        for place, (n, column) in enumerate(zip(self._columns, rows.ordered_columns, strict=False)):
            column.label = self._heading(place, n, column.width)
        rows._clear_caches()
        rows.refresh()
        if self._columns and rows.row_count:
            region = rows._get_column_region(self.chosen)
            rows.scroll_to_region(region, animate=False, force=True, y_axis=False)
        self.post_message(self.Changed(self))

    def on_resize(self) -> None:
        """Fit the columns anew; what was shown before there was a size is filled now."""
        at, self._waiting = self._waiting, None
        if self.table is not None and (at is not None or self._filled_for != self.size.width):
            self._fill(self._page * PAGE + self.rows.cursor_row if at is None else at)

    def on_rows_asked(self, event: Rows.Asked) -> None:
        """Sort, choose a column or turn the page."""
        event.stop()
        match event.what:
            case "choose":
                self.choose(event.by)
            case "turn":
                self.turn(event.by)
            case "sort":
                self.sort()
            case "click":
                self.chosen = event.by
                if self.number:
                    self._open()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Pass the cursor on; near the end of a paged figure ask for more."""
        event.stop()
        self._told()
        table = self.table
        at_end = self._page * PAGE + event.cursor_row >= len(self._order) - 1
        if table is not None and at_end and table.after is not None and self._asked != table.after:
            self._need_more(table.after)

    def _need_more(self, after: str) -> None:
        self._asked = after
        self.post_message(self.NeedMore(self, after))

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """Sort by the column whose heading was clicked."""
        event.stop()
        self.chosen = event.column_index
        self.sort()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Pass Enter on."""
        event.stop()
        self._open()

    def _open(self) -> None:
        at = self.row_index
        if at is not None and self.table is not None:
            self.post_message(self.RowOpened(self, at, self.table.rows[at], self.number))
