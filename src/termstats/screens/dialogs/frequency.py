"""`#`: how often each value of a column occurs; Enter keeps only one of them, x leaves it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from termstats.data.model.frequency import MOST, counted_values, frequency_table, value_words
from termstats.data.model.table import Cell, Column, Table
from termstats.data.model.text import clean
from termstats.keys import FREQUENCY, bindings
from termstats.screens.dialogs.base import Dialog
from termstats.screens.workers import start_worker
from termstats.widgets.tables.figure_table import FigureTable

Pages = AsyncGenerator[Table, None]
ShownRows = Callable[[Table], Sequence[int]]


@dataclass(frozen=True)
class PickedValue:
    """The value that was picked; `words` None: rows without a value."""

    column: str
    words: str | None
    keeps: bool
    """Whether only it stays, or all but it."""


class FrequencyDialog(Dialog[PickedValue]):
    """Counts the values of a column, page by page, then shows them with their shares."""

    BINDINGS = bindings(FREQUENCY)

    def __init__(self, title: str, column: Column, pages: Pages, shown: ShownRows) -> None:
        super().__init__()
        self._heading = title
        self._column = column
        self._pages = pages
        self._shown = shown
        self._is_read = False

    def compose(self) -> ComposeResult:
        """Compose the table of values, and the line that stands there before it."""
        with Vertical(classes="dialog tall") as box:
            box.border_title = Text(clean(f"{self._column.heading} · {self._heading}"))
            box.border_subtitle = Text("Enter only this · x without it · Esc close")
            yield Static("reading", markup=False, classes="hint")
            yield FigureTable()

    def on_mount(self) -> None:
        """Begin to count."""
        start_worker(self, self._count, self._say, group="count")

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether the key is about values that are not there yet."""
        return key != "escape" and not self._is_read

    async def _count(self) -> None:
        counts: Counter[Cell] = Counter()
        async with aclosing(self._pages) as pages:
            async for page in pages:
                counts += counted_values(page, page.position(self._column.name), self._shown(page))
                if len(counts) > MOST:
                    self._say(f"More than {MOST:,} different values: too many to count. Esc closes")
                    return
                if page.after is not None:
                    self._say(f"reading: {counts.total():,} rows so far")
        table = frequency_table(page.figure_id, self._column, counts)
        self._say(table.summary or "")
        values = self.query_one(FigureTable)
        values.show(table)
        values.grid.focus()
        self._is_read = True

    def _say(self, words: str) -> None:
        self.query_one(".hint", Static).update(Text(words))

    def on_figure_table_row_opened(self, message: FigureTable.RowOpened) -> None:
        """Keep only the value."""
        message.stop()
        self._pick(keeps=True)

    def action_leave_out(self) -> None:
        """Leave the value out."""
        self._pick(keeps=False)

    def _pick(self, *, keeps: bool) -> None:
        row = self.query_one(FigureTable).row
        if row is not None:
            words = value_words(row[0], self._column.kind)
            self.dismiss(PickedValue(self._column.name, words, keeps))
