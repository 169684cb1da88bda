"""The line that says what the numbers on the screen are about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive

from termstats.data.model.part import Part
from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit

BETWEEN = " · "


class StateLine(LinesWidget):
    """What a picture of the screen needs to be evidence: whole parts, never cut ones.

    Where even the shortest wording has no room in one line, it takes as many as it needs. A part
    that is a `Part` can be clicked.
    """

    wordings: reactive[tuple[tuple[str, ...], ...]] = reactive(())
    """The parts in words, the longest wording first."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the parts in their longest wording."""
        return self.wordings[0] if self.wordings else ()

    def picture(self) -> Sequence[Text]:
        """Return the lines."""
        lines = self._wrapped(self.size.width - 1)
        return [_drawn(line, is_first=not at) for at, line in enumerate(lines)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that are needed."""
        return max(1, len(self._wrapped(width - 1)))

    def watch_wordings(self) -> None:
        """Take as many lines as they need."""
        self.fit_height()

    def _wrapped(self, width: int) -> list[list[tuple[str, str]]]:
        """Return the longest wording that fits one line, or the shortest in several.

        Of each part its words and what it opens.
        """
        parts: list[tuple[str, str]] = []
        for wording in self.wordings:
            parts = [
                (clean(part), part.door if isinstance(part, Part) else "")
                for part in wording
                if part
            ]
            if _cells(parts) <= width:
                return [parts]
        lines: list[list[tuple[str, str]]] = [[]]
        for words, door in parts:
            if lines[-1] and _cells([*lines[-1], (words, door)]) > width:
                lines.append([])
            lines[-1].append((fit(words, width), door))
        return lines


def _cells(parts: Sequence[tuple[str, str]]) -> int:
    return cell_len(BETWEEN.join(words for words, _ in parts))


def _drawn(parts: Sequence[tuple[str, str]], *, is_first: bool) -> Text:
    """Return a line, the first part of the first one in full light; each knows what it opens."""
    line = Text(" ", "muted")
    for number, (words, door) in enumerate(parts):
        line.append(BETWEEN if number else "")
        start = len(line.plain)
        line.append(words, "text" if is_first and not number else "")
        if door:
            line.apply_meta({"@click": door}, start)
    return line
