"""The headline numbers of a screen, each with its change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.widgets.cards.card import card_of
from termstats.widgets.lines import LinesWidget
from termstats.widgets.messages import FromWidget

SPARK_FROM = 100
"""Columns of the terminal from which there is room for sparks."""


class Cards(LinesWidget, can_focus=True):
    """Shows a `*.totals` table: heading, value, change. Enter opens the figure behind a card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Card before", show=False, id="cards.left"),
        Binding("right", "move(1)", "Next card", show=False, id="cards.right"),
        Binding("home", "end(0)", "First card", show=False, id="cards.home"),
        Binding("end", "end(-1)", "Last card", show=False, id="cards.end"),
        Binding("enter", "open", "Open", show=False, id="cards.open"),
    ]

    current: reactive[int] = reactive(0)

    class Opened(FromWidget["Cards"]):
        """Enter on a card."""

        def __init__(self, cards: Cards, metric: str) -> None:
            super().__init__(cards)
            self.metric = metric

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self.sparks: Mapping[str, Sequence[float]] = {}
        self._words = ""
        self._first = 0

    def show(self, totals: Table, sparks: Mapping[str, Sequence[float]] | None = None) -> None:
        """Show one card a row. `sparks`: metric -> values over time, drawn where there is room."""
        self.table, self.sparks, self._words = totals, sparks or {}, ""
        self.current = min(self.current, max(0, len(totals.rows) - 1))
        self.refresh()

    def wait(self) -> None:
        """Say that the numbers are on their way."""
        self._words = "loading"
        self.refresh()

    def fail(self, message: str) -> None:
        """Say in one line why there are no numbers."""
        self._words = clean(message)
        self.refresh()

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the ids of the cards in order."""
        return tuple(str(cell) for cell in self.table.column("metric")) if self.table else ()

    def picture(self) -> Sequence[Text]:
        """Return the three lines: headings, values, changes."""
        if self._words or self.table is None or not self.table.rows:
            return (Text(f" {self._words or (self.table.empty if self.table else '')}", "muted"),)
        cards = self._cards(self.table)
        widths = [max(cell_len(text.plain) for text in card) for card in cards]
        first, last = self._visible(widths)
        lines = [Text(" "), Text(" "), Text(" ")]
        for at in range(first, last):
            for line, text in zip(lines, cards[at], strict=True):
                text.append(" " * (widths[at] - cell_len(text.plain)))
                if at == self.current and self.has_focus:
                    text.stylize("reverse")
                line.append_text(text)
                line.append("  ")
        if first:
            lines[0].append(f"+{first} ", "muted")
        if last < len(cards):
            lines[1].append(f"+{len(cards) - last} >", "muted")
        return lines

    def _visible(self, widths: Sequence[int]) -> tuple[int, int]:
        """Return the range of cards with room, the current one among them."""
        room = self.size.width - 6
        first = min(self._first, self.current)
        while sum(w + 2 for w in widths[first : self.current + 1]) > room and first < self.current:
            first += 1
        last = first + 1
        while last < len(widths) and sum(w + 2 for w in widths[first : last + 1]) <= room:
            last += 1
        self._first = first
        return first, last

    def _cards(self, table: Table) -> list[tuple[Text, Text, Text]]:
        """Return the lines of all cards."""
        has_room = self.app.size.width >= SPARK_FROM and not self.plain
        return [
            card_of(table, row, self.sparks.get(metric, ()) if has_room else (), plain=self.plain)
            for row, metric in enumerate(self.metrics)
        ]

    def on_focus(self) -> None:
        """Mark the current card."""
        self.refresh()

    def on_blur(self) -> None:
        """Unmark the current card."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Go to the next card."""
        self.current = max(0, min(self.current + by, len(self.metrics) - 1))

    def action_end(self, to: int) -> None:
        """Go to the first (0) or last (-1) card."""
        self.current = 0 if to == 0 else max(0, len(self.metrics) - 1)

    def action_open(self) -> None:
        """Open the figure behind the card."""
        if not self.metrics:
            raise SkipAction
        self.post_message(self.Opened(self, self.metrics[self.current]))
