"""The line that says what the numbers on the screen are about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit

LEAST_PART = 16
"""Cells to which parts of the state line are shortened at most."""


class StateLine(LinesWidget):
    """One line that is always true: what a picture of the screen needs to be evidence.

    Where there is no room the longest part is shortened, and then the next, down to 16 cells; the
    first, the period, after all the others.
    """

    parts: reactive[tuple[str, ...]] = reactive(())

    def picture(self) -> Sequence[Text]:
        """Return the line."""
        parts = [clean(part) for part in self.parts if part]
        room = self.size.width - 1
        dots = ".." if self.plain else "…"
        over = cell_len(" · ".join(parts)) - room
        for first in (1, 0):
            while over > 0 and len(parts) > first:
                longest = max(range(first, len(parts)), key=lambda n: cell_len(parts[n]))
                width = max(LEAST_PART, cell_len(parts[longest]) - over)
                if width >= cell_len(parts[longest]):
                    break
                parts[longest] = fit(parts[longest], width, dots)
                over = cell_len(" · ".join(parts)) - room
        return (Text(" " + fit(" · ".join(parts), room, dots), "muted"),)
