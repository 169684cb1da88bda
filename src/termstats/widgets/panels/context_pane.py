"""What belongs to the selected point, bar or row: its fields, totals, who and what, counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.panels.parts import Part
from termstats.widgets.text import fit

FEWEST = 3
"""Lines that a list keeps where the pane is too small for all; the rest is counted."""
LEAST_NAME = 8
"""Cells that a name keeps beside its value."""


class ContextPane(LinesWidget, can_focus=False):
    """Lines about the selection; scrolls by keys where it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_lines(1)", "Down", show=False),
        Binding("up,k", "scroll_lines(-1)", "Up", show=False),
        Binding("pagedown", "scroll_lines(10)", "Further down", show=False),
        Binding("pageup", "scroll_lines(-10)", "Further up", show=False),
    ]

    parts: reactive[tuple[Part, ...]] = reactive(())
    words: reactive[str] = reactive("")
    """What stands instead while there are no parts."""
    top: reactive[int] = reactive(0)
    """The first line shown."""

    def show(self, title: str, parts: Sequence[Part]) -> None:
        """Show what is selected; `title` stands in the border."""
        self.border_title = Text(clean(title))
        self.set_reactive(ContextPane.top, 0)
        self.parts = tuple(part for part in parts if part.lines or part.diff)

    def say(self, title: str, words: str) -> None:
        """Show a sentence."""
        self.words = clean(words)
        self.show(title, ())

    def action_scroll_lines(self, by: int) -> None:
        """Scroll, and stop at either end."""
        lines = sum(1 for _ in self._all_lines())
        self.top = max(0, min(self.top + by, lines - self.size.height))

    def picture(self) -> Sequence[Text]:
        """Return the lines from `top` on; what does not fit is counted in the last one.

        Where nobody can scroll, lists give way first.
        """
        lines = list(self._all_lines())[self.top :]
        most = max((len(part.lines) for part in self.parts if part.rest is not None), default=0)
        while len(lines) > self.size.height and not self.can_focus and most > FEWEST:
            most -= 1
            lines = list(self._all_lines(most))
        over = len(lines) - self.size.height
        if over > 0 and self.size.height:
            lines = [*lines[: self.size.height - 1], Text(f"{over + 1} more lines", "muted")]
        return lines

    def _all_lines(self, most: int | None = None) -> Iterator[Text]:
        """Yield all lines, of a list at most so many names."""
        width = self.size.width
        if not self.parts:
            yield from Text(self.words, "muted").wrap(self.app.console, max(1, width))
        for number, part in enumerate(self.parts):
            if number:
                yield Text()
            if part.title:
                yield Text(fit(clean(part.title), width), "bold")
            shown = part.lines if part.rest is None else part.lines[:most]
            for name, value in shown:
                yield from self._pair(clean(name), clean(value), width)
            if rest := (part.rest or 0) + len(part.lines) - len(shown):
                yield Text(f"{rest:,} more", "muted")
            for line in part.diff:
                style = {"+": "better", "-": "worse"}.get(line[:1], "")
                yield from Text(clean(line), style).wrap(self.app.console, max(1, width))

    def _pair(self, name: str, value: str, width: int) -> Iterator[Text]:
        """Yield name and value on one line, a long value on lines of its own."""
        room = width - cell_len(value) - 1
        if room >= min(cell_len(name), LEAST_NAME):
            yield Text(fit(name, room).ljust(room) + " " + value)
        else:
            yield Text(fit(name, width), "muted")
            yield from Text(f"  {value}").wrap(self.app.console, max(1, width))
