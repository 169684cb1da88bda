"""One figure in a titled box: its chart, its table, or a sentence."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from termstats.data.model.plural import counted
from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.widgets.charts.view import ChartView
from termstats.widgets.panels.below_rows import BelowRows
from termstats.widgets.panels.border import border_words, titled
from termstats.widgets.panels.hidden import with_hidden
from termstats.widgets.panels.summary import summary_of
from termstats.widgets.tables.figure_table import FigureTable
from termstats.widgets.text import reading_words

Face = Literal["chart", "table", "words"]


class Words(Static, can_focus=True):
    """The sentence that stands where there is nothing to show; it can be left and retried."""


NOTHING_FITS = "No row fits the filter. f changes it; an empty one shows all rows."


class FigurePanel(Container):
    """Shows a figure. `v` toggles between chart and table where there are both."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "swap", "Chart or table", show=False, id="panel.toggle"),
        Binding("greater_than_sign", "look_on", "Look further", show=False, id="panel.look-on"),
    ]

    face: reactive[Face] = reactive[Face]("words")
    """What is shown now."""

    def __init__(
        self,
        figure_id: str,
        title: str,
        *,
        unit: str = "",
        table_first: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.figure_id = figure_id
        self.title = title
        self.unit = unit
        self.table: Table | None = None
        self._prefers_table = table_first
        self._words = ""
        self._reading = ""
        """What is said while the answer to another question stands there."""
        # Not looked for on the screen: a panel may be taken off before they are put there.
        self.chart = ChartView()
        self.rows = FigureTable()
        self.below = BelowRows()
        self.words = Words("", markup=False)
        self.fault = Static("", markup=False, classes="fault")

    def compose(self) -> ComposeResult:
        """Yield chart, table and sentence, of which one is displayed, and the line of a fault."""
        yield self.chart
        yield self.rows
        yield self.below
        yield self.words
        yield self.fault

    def on_mount(self) -> None:
        """Show nothing but the title."""
        self._display()

    # ---- what is shown ---------------------------------------------------------------------------

    def show(self, table: Table) -> None:
        """Show a result. The same figure keeps its face, cursor, order and hidden series."""
        self._end_waiting()
        self.table = table
        self.figure_id = table.figure_id
        self.chart.show(table)
        if not table.rows:
            if table.after is not None:
                self.rows.show(table)
            more = " (>: look further)" if table.after is not None else ""
            self._say(f"{table.empty or 'Nothing in this period.'}{more}")
            return
        self._words = ""
        self.face = "table" if table.chart is None or self._prefers_table else "chart"
        if self.face == "table":
            self.rows.show(table)
        self.below.follow(table, self.rows.row)
        self._make_room()
        self._label()

    def extend(self, more: Table) -> None:
        """Append the next page of a paged figure, which may hold nothing and not be the last."""
        self.rows.extend(more)
        self._end_waiting()
        if self.rows.table is None:
            return
        if self.face == "words":
            self.show(self.rows.table)
        self.table = self.rows.table
        self._label()

    def action_look_on(self) -> None:
        """Look further back for rows that fit, where there was none so far."""
        if self.face == "words" and self.table is not None and self.table.after is not None:
            self.rows.turn(1)

    def wait(self, seconds: float = 0, *, keeps: bool = False, holds: bool = False) -> None:
        """Say that the figure is on its way, and since when.

        Args:
            seconds: how long it has been.
            keeps: what stands there stays, dimmed, and opens nothing; else only the words do.
            holds: it stays as it is: only more of it, or the same again, is on its way.
        """
        if holds or keeps:
            self._reading = reading_words(seconds)
            self.set_class(not holds, "waiting")
            self.table = self.table if holds else None
            self._label()
        else:
            self._end_waiting()
            self.table = None
            self._say(reading_words(seconds))

    def _end_waiting(self) -> None:
        """Show what stands there as what it is again."""
        self._reading = ""
        self.remove_class("waiting")

    def fail(self, message: str) -> None:
        """Say in one line why there is no result."""
        self._end_waiting()
        self.table = None
        self.chart.clear()
        self.rows.clear()
        self._say(f"{message} (r: try again)")

    def complain(self, message: str) -> None:
        """Say below what is shown what went wrong with it; empty: nothing any more."""
        if message or self.fault.display:
            self.fault.display = bool(message)
            self.fault.update(Text(f"{'!' if self.chart.plain else '▲'} {clean(message)}"))

    def _say(self, words: str) -> None:
        self._words = clean(words)
        self.words.update(Text(self._words), layout=False)
        self.face = "words"
        self._label()

    def current_table(self) -> Table | None:
        """Return what an export writes: rows as shown; hidden series are whole, and named."""
        table = self.table
        if table is None:
            return None
        if self.face == "table":
            return self.rows.shown_table()
        return with_hidden(table, self.chart.hidden_names)

    @property
    def target(self) -> Widget:
        """Return the part that takes the keys."""
        if self.face == "chart":
            return self.chart
        return self.rows.grid if self.face == "table" else self.words

    @property
    def is_filling(self) -> bool:
        """Return whether the rows that are there wait for the layout before they are shown.

        What is not displayed gets no place in it.
        """
        return self.display and self.face == "table" and self.rows.is_filling

    def select(self, row: int) -> None:
        """Put the cursor on a row of the table, also where the chart is shown."""
        self.chart.select(row)
        if self.rows.table is self.table:
            self.rows.select(row)

    def action_swap(self) -> None:
        """Show the table instead of the chart, or the chart instead of the table."""
        table = self.table
        if table is None or table.chart is None or not table.rows:
            return
        self._prefers_table = self.face == "chart"
        if self._prefers_table:
            if self.rows.table is not table:
                self.rows.show(table)
            if self.chart.row is not None:
                self.rows.select(self.chart.row)
        self.face = "table" if self._prefers_table else "chart"

    def watch_face(self) -> None:
        """Display one of the three; the keys go with it."""
        if self.is_mounted:
            self._display()

    def _display(self) -> None:
        had_focus = self.has_focus_within
        self.chart.display = self.face == "chart"
        self.rows.display = self.face == "table"
        self.words.display = self.face == "words"
        self._make_room()
        if had_focus:
            self.target.focus()
        self._label()

    # ---- the border ------------------------------------------------------------------------------

    def on_chart_view_moved(self) -> None:
        """Read out the point under the cursor."""
        self._label()

    def on_figure_table_row_moved(self) -> None:
        """Say what the number of this row opens, and show below what belongs to the row."""
        if self.table is not None:
            self.below.follow(self.table, self.rows.row)
        if self.face == "table" and self.rows.number:
            self._label()

    def on_figure_table_changed(self) -> None:
        """Say order, page and row search; a sentence stands where no row fits."""
        if self.face == "table" and self.rows.nothing_fits:
            self._say(NOTHING_FITS)
        elif self.face == "words" and self._words == NOTHING_FITS and not self.rows.nothing_fits:
            self.face = "table"
        self._make_room()
        self._label()

    def on_resize(self) -> None:
        """Fit the border's words, and what stands below the rows."""
        self._make_room()
        self._label()

    def watch_virtual_size(self) -> None:
        """Fit them also where Textual tells nothing of another size."""
        self.on_resize()

    def allow_below(self, *, is_allowed: bool) -> None:
        """Leave room below the rows for what belongs to one of them, or keep it."""
        self.below.is_allowed = is_allowed
        self._make_room()

    def show_below(self, given: Table | str) -> None:
        """Show rows, or why there are none, below those of the panel where there is room."""
        if isinstance(given, str):
            self.below.fail(given)
        else:
            self.below.show(given)
        if self.table is not None:
            self.below.follow(self.table, self.rows.row)
        self._make_room()

    def _make_room(self) -> None:
        """Show what belongs to the row below the rows, where they leave room for it."""
        if self._reading:
            return
        lines = 1 + len(self.table.rows) if self.table else 0
        has_room = self.face == "table" and self.below.fits(self.size.height - lines)
        self.below.display = has_room
        self.rows.styles.height = lines if has_room else "1fr"

    def _label(self) -> None:
        """Write title and summary above, read-out and notes below."""
        if not self.is_mounted:
            return
        table = self.table
        title = clean(self.title)
        summary = (table.summary or summary_of(table)) if table else ""
        if self.face == "table" and (order := self.rows.order_words):
            summary = f"{summary}, {order}" if summary else order
        hidden = len(self.chart.hidden) if self.face == "chart" else 0
        if hidden:
            summary = f"{hidden} hidden" + (f" · {summary}" if summary else "")
        status = ""
        if self._reading:
            summary = self._reading
        elif self.face != "words":
            status = self.chart.status if self.face == "chart" else self.rows.status
        notes = len(table.notes) if table else 0
        note = f"{counted(notes, 'note')} i" if notes else ""
        title = titled(title, clean(self.unit), summary, self.outer_size.width)
        self.border_title = self._border(title, summary)
        self.styles.border_subtitle_align = "left" if note else "right"
        self.border_subtitle = self._border(note, status, below=True)

    def _border(self, start: str, end: str, *, below: bool = False) -> Content | None:
        words = border_words(start, end, self.outer_size.width, below=below)
        if not words.start and not words.end:
            return None
        has_focus = self.has_focus_within
        line = "-" if self.chart.plain else "━" if has_focus else "─"
        return Content.assemble(
            words.start,
            (f" {line * words.gap} ", "not bold $accent" if has_focus else "not bold $rule")
            if words.gap
            else "",
            (words.end, "not bold" if below and has_focus else "not bold $muted"),
        )

    def on_descendant_focus(self) -> None:
        """Draw the line between the words as the rest of the frame."""
        self._label()

    on_descendant_blur = on_descendant_focus
