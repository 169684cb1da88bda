"""The line that says what the numbers on the screen are about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit

BETWEEN = " · "


class StateLine(LinesWidget):
    """What a picture of the screen needs to be evidence: whole parts, never cut ones.

    Where even the shortest wording has no room in one line, it takes as many as it needs.
    """

    wordings: reactive[tuple[tuple[str, ...], ...]] = reactive((), layout=True)
    """The parts in words, the longest wording first."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the parts in their longest wording."""
        return self.wordings[0] if self.wordings else ()

    def picture(self) -> Sequence[Text]:
        """Return the lines."""
        return [Text(f" {line}", "muted") for line in self._wrapped(self.size.width - 1)]

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Return the lines that are needed."""
        return max(1, len(self._wrapped(width - 1)))

    def _wrapped(self, width: int) -> list[str]:
        """Return the longest wording that fits one line, or the shortest in several."""
        parts: list[str] = []
        for wording in self.wordings:
            parts = [clean(part) for part in wording if part]
            line = BETWEEN.join(parts)
            if cell_len(line) <= width:
                return [line]
        lines = [""]
        for part in parts:
            longer = f"{lines[-1]}{BETWEEN}{part}" if lines[-1] else part
            if cell_len(longer) <= width or not lines[-1]:
                lines[-1] = fit(longer, width)
            else:
                lines.append(fit(part, width))
        return lines
