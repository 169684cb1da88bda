"""The headline numbers of a screen, each with its change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.widgets.cards.card import card_lines, card_words
from termstats.widgets.lines import LinesWidget
from termstats.widgets.messages import FromWidget
from termstats.widgets.text import reading_words

LEAST_WIDTH, MOST = 16, 10
"""Cells of a card at least, and cards at most."""


class Cards(LinesWidget, can_focus=True):
    """Shows a `*.totals` table: heading, value, change. Enter, a click: what is behind a card.

    Cards with nothing behind them cannot be reached.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Card before", show=False, id="cards.left"),
        Binding("right", "move(1)", "Next card", show=False, id="cards.right"),
        Binding("home", "end(0)", "First card", show=False, id="cards.home"),
        Binding("end", "end(-1)", "Last card", show=False, id="cards.end"),
        Binding("enter", "open", "Open", show=False, id="cards.open"),
    ]

    current: reactive[int] = reactive(0)
    is_waiting: reactive[bool] = reactive(False)
    """Whether what stands there is the answer to another question."""

    class Opened(FromWidget["Cards"]):
        """Enter on a card, or a click."""

        def __init__(self, cards: Cards, metric: str) -> None:
            super().__init__(cards)
            self.metric = metric

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self.sparks: Mapping[str, Sequence[float]] = {}
        self._words = ""
        self._first = 0
        self._opening: frozenset[str] | None = None

    def show(
        self,
        totals: Table,
        sparks: Mapping[str, Sequence[float]] | None = None,
        opening: Collection[str] | None = None,
    ) -> None:
        """Show one card a row.

        Args:
            totals: a `*.totals` table.
            sparks: metric -> values over time, drawn where there is room.
            opening: metrics of the cards that open something; None: all do.
        """
        self.table, self.sparks, self._words = totals, sparks or {}, ""
        self.is_waiting = False
        self._opening = None if opening is None else frozenset(opening)
        self.current = min(self.current, max(0, len(totals.rows) - 1))
        if self.doors and self.current not in self.doors:
            self.current = min(self.doors, key=lambda at: abs(at - self.current))
        self.refresh()

    def wait(self, seconds: float = 0) -> None:
        """Know that the numbers are on their way: those that stand there stay, and open nothing.

        Where there are none, it is said, and since when.
        """
        self.is_waiting = True
        if self.table is None or self._words:
            self._words = reading_words(seconds)
        self.refresh()

    def clear(self) -> None:
        """Show nothing: the numbers are about something else."""
        self.table, self._words, self.is_waiting = None, "", False

    def fail(self, message: str) -> None:
        """Say in one line why there are no numbers."""
        self._words, self.is_waiting = clean(message), False
        self.refresh()

    def watch_is_waiting(self) -> None:
        """Dim the numbers of another question."""
        self.set_class(self.is_waiting, "waiting")

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the ids of the cards in order."""
        return tuple(str(cell) for cell in self.table.column("metric")) if self.table else ()

    def in_sight(self, width: int) -> tuple[str, ...]:
        """Return the ids of the first cards that have room in so many cells."""
        return self.metrics[: self._fitting(width)]

    def _fitting(self, width: int) -> int:
        return max(1, min(MOST, len(self.metrics), width // LEAST_WIDTH))

    @property
    def doors(self) -> list[int]:
        """Return the places of the cards that open something."""
        opening = frozenset() if self.is_waiting else self._opening
        return [at for at, name in enumerate(self.metrics) if opening is None or name in opening]

    def picture(self) -> Sequence[Text]:
        """Return the three lines: headings, values with their changes, sparks."""
        if self._words or self.table is None or not self.table.rows:
            words = self._words or (self.table.empty if self.table else "")
            said = wrap(words, max(1, self.size.width - 2)) or [""]
            return [Text(f" {line}", "muted") for line in said[: max(1, self.size.height)]]
        if self.size.height == 1:
            return (self._in_one_line(self.table),)
        count = len(self.metrics)
        shown = self._fitting(self.size.width)
        width = self.size.width // shown
        first = max(self.current - shown + 1, min(self._first, self.current))
        # There may be fewer cards than before.
        self._first = max(0, min(first, count - shown))
        lines = [Text(), Text(), Text()]
        for at in range(self._first, self._first + shown):
            values = self.sparks.get(self.metrics[at], ())
            for line, text in zip(
                lines, card_lines(self.table, at, values, width, plain=self.plain), strict=True
            ):
                if at == self.current and self.has_focus:
                    text.stylize("reverse", 1, -1)
                text.apply_meta({"card": at})
                line.append_text(text)
        for line in lines:
            line.append(" " * (self.size.width - shown * width), "" if self.plain else "on-ground")
        return lines

    def _in_one_line(self, totals: Table) -> Text:
        """Return as many cards as fit one line whole, the current one among them."""
        words = [card_words(totals, at, plain=self.plain) for at in range(len(self.metrics))]
        for at, card in enumerate(words):
            card.apply_meta({"card": at})
        if self.has_focus:
            words[self.current].stylize("reverse", 1)
        first = 0
        while first < self.current and _cells(words[first : self.current + 1]) > self.size.width:
            first += 1
        last = first + 1
        while last < min(len(words), first + MOST) and (
            _cells(words[first : last + 1]) <= self.size.width
        ):
            last += 1
        return Text("  ").join(words[first:last])

    def on_focus(self) -> None:
        """Mark the current card."""
        self.refresh()

    def on_blur(self) -> None:
        """Unmark the current card."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Go to the next card."""
        doors = self.doors
        beyond = [at for at in doors if (at > self.current) is (by > 0) and at != self.current]
        if beyond:
            self.current = beyond[0] if by > 0 else beyond[-1]

    def action_end(self, to: int) -> None:
        """Go to the first (0) or last (-1) card."""
        if doors := self.doors:
            self.current = doors[to]

    def action_open(self) -> None:
        """Open what is behind the card."""
        if self.current not in self.doors:
            raise SkipAction
        self.post_message(self.Opened(self, self.metrics[self.current]))

    def on_click(self, event: events.Click) -> None:
        """Open what is behind the card that was clicked."""
        at = event.style.meta.get("card", -1)
        if at in self.doors:
            self.current = at
            self.action_open()


def _cells(cards: Sequence[Text]) -> int:
    """Return the cells of cards with the gaps between them."""
    return sum(cell_len(card.plain) for card in cards) + 2 * (len(cards) - 1)
