"""`=`: what the platform's own page shows, with its faults, beside our numbers."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Row, Table
from termstats.keys import RECONCILE, bindings
from termstats.screens.dialogs.text_dialog import TextDialog
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.pages import PANES
from termstats.screens.frame.session import Session
from termstats.screens.pages.reconcile_rows import (
    as_figure,
    for_reading,
    on_page,
    page_words,
    reason_line,
    reason_text,
    subject_of,
)
from termstats.widgets.frame import KeyLine, StateLine
from termstats.widgets.tables.figure_table import FigureTable

FIRST_YEAR = 1970


class ReconcileScreen(FigureScreen):
    """One page of the platform: the dashboard, or that of a training, class or learner."""

    BINDINGS = bindings(RECONCILE)

    def __init__(
        self, session: Session, level: Level, figure_id: str, entities: dict[Param, Entity]
    ) -> None:
        pages = find_figure(figure_id).pages or PlatformPages("")
        about = on_page(entities) if pages.of_things else {}
        super().__init__(session, level, figure_id, about)
        self.pages = pages
        self.only_differences = False
        self._read: Table | None = None
        self._period = session.view.period
        self._month = (self._period.last.year, self._period.last.month)

    def compose(self) -> ComposeResult:
        """Compose the figure with a line for the reason of the row under the cursor."""
        for widget in super().compose():
            if isinstance(widget, KeyLine):
                yield Static("", id="reason", markup=False)
            yield widget

    @property
    def is_of_period(self) -> bool:
        """Return whether the platform's pages are of the period, not of a month."""
        return not self.pages.monthly

    @property
    def month(self) -> str:
        """Return the month of the page; empty where the page has none."""
        if self.is_of_period or subject_of(self.entities) is Param.LEARNER:
            return ""
        year, month = self._month
        return f"{year}-{month:02}"

    # ---- frame -----------------------------------------------------------------------------------

    def refresh_view(self) -> None:
        """Load; another period brings the month of its end."""
        period = self.session.view.period
        if period != self._period:
            self._period = period
            self._month = (period.last.year, period.last.month)
        super().refresh_view()

    def refresh_lines(self) -> None:
        """Say which page, and of which month where it is not that of the period."""
        super().refresh_lines()
        if not self.has_lines:
            return
        state = self.query_one(StateLine)
        when = f"month {self.month}" if self.month else "the page of today"
        when = f"{when} {self.session.store.info.zone}"
        only = ("only what differs",) if self.only_differences else ()
        state.wordings = tuple(
            (*((period, before) if self.is_of_period else (when,)), *only, *others)
            for period, before, *others in state.wordings
        )

    @property
    def way(self) -> tuple[str, ...]:
        """Return the platform's page that is compared."""
        words = page_words(self.pages, self.entities)
        return (words[:1].upper() + words[1:],)

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys of the comparison."""
        months = (
            [("reconcile.earlier", "Earlier"), ("reconcile.later", "Later")]
            if self.month or self.is_of_period
            else []
        )
        return [
            ("screen.open", "Why"),
            *months,
            ("reconcile.differences", "All" if self.only_differences else "Differences"),
            ("screen.back", "Back"),
            ("app.help", "All keys"),
        ]

    # ---- content ---------------------------------------------------------------------------------

    def request_for(self, slot: Slot) -> Request:
        """Return the question with the page's things, which the figure does not insist on."""
        request = super().request_for(slot)
        return replace(request, entities=slot.entities, month=self.month or None)

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show the rows that differ first."""
        self._read = table
        super().arrived(name, self._for_reading(table), request)
        if not table.rows:
            self.query_one("#reason", Static).update("")

    def failed(self, name: str, text: str) -> None:
        """Show the error; the reason of a row that is no longer there goes with it."""
        super().failed(name, text)
        self._forget()

    def _show_waiting(self, name: str, seconds: float) -> None:
        super()._show_waiting(name, seconds)
        self._forget()

    def _forget(self) -> None:
        self._read = None
        self.query_one("#reason", Static).update("")

    def _for_reading(self, table: Table) -> Table:
        return for_reading(
            table,
            only_differences=self.only_differences,
            plain=self.session.options.ascii,
            narrow=self.size.width < PANES,
        )

    async def place_panels(self) -> None:
        """Fit the columns to the width."""
        self._show_again()

    def _show_again(self) -> None:
        if self._read is not None:
            self.panels[self.figure_id].show(self._for_reading(self._read))

    def on_figure_table_row_moved(self, message: FigureTable.RowMoved) -> None:
        """Say why the row under the cursor differs."""
        message.stop()
        shown = self.panels[self.figure_id].rows.table
        read = self._read
        if read is not None and shown is not None and message.row_index < len(shown.rows):
            # Three lines, less what wrapping leaves empty, the mark and the way to the rest.
            line = reason_line(read, shown, message.row_index, 3 * self.size.width - 60)
            self.query_one("#reason", Static).update(line)

    def open_row(self, name: str, row: Row) -> None:
        """Show all there is to say about a row."""
        shown = self.panels[name].table
        if shown is None or self._read is None:
            return
        body = reason_text(self._read, shown, shown.rows.index(row))
        self.app.push_screen(TextDialog(str(row[2]), body, body.plain, "y copy · Esc close"))

    async def complete_table(self, slot: Slot) -> Table:
        """Return the figure's own columns of the rows that are shown.

        Raises:
            TermstatsError: the figure cannot be computed.
        """
        shown = await super().complete_table(slot)
        is_own = shown.columns == find_figure(slot.figure_id).columns
        return shown if is_own or self._read is None else as_figure(shown, self._read)

    # ---- keys ------------------------------------------------------------------------------------

    def action_month(self, by: int) -> None:
        """Show the page of another month, up to that of the data; or of another period."""
        if self.is_of_period:
            view = self.session.view
            self.session.view = replace(view, period=view.period.shifted(by))
            self.refresh_view()
            return
        if not self.month:
            self.app.notify("This page is the same in every month", timeout=3, markup=False)
            return
        year, month = self._month
        number = year * 12 + month - 1 + by
        today = self.session.store.info.today
        if by > 0 and number > today.year * 12 + today.month - 1:
            self.app.notify(f"The data end in {today:%Y-%m}", timeout=3, markup=False)
            return
        self._month = (max(FIRST_YEAR, number // 12), number % 12 + 1)
        self.refresh_view()

    def action_differences(self) -> None:
        """Show only rows that differ, or all."""
        self.only_differences = not self.only_differences
        self._show_again()
        self.refresh_lines()

    def action_reconcile(self) -> None:
        """Leave by the key that led here."""
        self.leave()
