"""The first line: the store, the levels and the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit


@dataclass(frozen=True)
class LevelName:
    """One level on the level line: its key, its name, and what is open on it."""

    key: str
    name: str
    subject: str = ""


class LevelLine(LinesWidget):
    """Store, levels with their numbers, and the viewer."""

    store: reactive[str] = reactive("")
    """Name of the store."""
    mark: reactive[str] = reactive("")
    """`SAMPLE`, `SNAPSHOT 12 Mar` or `live`."""
    levels: reactive[tuple[LevelName, ...]] = reactive(())
    current: reactive[str] = reactive("")
    """Key of the level that is shown."""
    viewer: reactive[str] = reactive("")
    """`as tina (coach)`, or nothing for who sees everything."""

    def picture(self) -> Sequence[Text]:
        """Return the line; subjects give way first, then the store, then the mark."""
        for subject, store, mark in (
            (40, 24, 24),
            (24, 16, 20),
            (14, 12, 16),
            (0, 12, 16),
            (0, 6, 16),
            (0, 0, 16),
            (0, 0, 0),
        ):
            line = self._line(subject, store, mark)
            viewer = fit(clean(self.viewer), 30)
            space = self.size.width - cell_len(line.plain) - cell_len(viewer)
            if space >= (1 if viewer else 0):
                break
        if viewer:
            line.append(" " * max(1, space) + viewer, "muted")
        return (line,)

    def _line(self, subject: int, store: int, mark: int) -> Text:
        line = Text(" ")
        line.append(fit(clean(self.store), store), "bold")
        if self.mark and mark:
            line.append("  " if store else "")
            line.append(fit(clean(self.mark), mark), "bold" if self.mark != "live" else "muted")
        if len(line.plain) > 1:
            line.append("   ")
        for number, level in enumerate(self.levels):
            line.append(" " if number else "")
            words = f"{level.key} {level.name}"
            if level.subject and subject:
                words += f": {fit(clean(level.subject), subject)}"
            if level.key == self.current:
                line.append(f"[{words}]", "reverse")
            else:
                line.append(words)
        return line
