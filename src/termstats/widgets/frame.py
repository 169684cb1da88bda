"""The lines around the panels, the same on every screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit

LEAST_PART = 16
"""Cells to which parts of the state line are shortened at most."""


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
            line.append(" " * max(1, space) + viewer, "dim")
        return (line,)

    def _line(self, subject: int, store: int, mark: int) -> Text:
        line = Text(" ")
        line.append(fit(clean(self.store), store), "bold")
        if self.mark and mark:
            line.append("  " if store else "")
            line.append(fit(clean(self.mark), mark), "bold" if self.mark != "live" else "dim")
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
        return (Text(" " + fit(" · ".join(parts), room, dots), "dim"),)


class PanelStrip(LinesWidget):
    """The names of a screen's panels, the current one in brackets."""

    names: reactive[tuple[str, ...]] = reactive(())
    current: reactive[int] = reactive(0)

    def picture(self) -> Sequence[Text]:
        """Return the line: the names around the current one, the others counted."""
        names = [clean(name) for name in self.names]
        if not names:
            return ()
        opened, closed = ("<", ">") if self.plain else ("‹", "›")
        current = min(self.current, len(names) - 1)
        words = [f"{opened}{n}{closed}" if i == current else f" {n} " for i, n in enumerate(names)]
        first, last = current, current + 1
        while True:
            if last < len(words) and self._cells(words, first, last + 1) <= self.size.width:
                last += 1
            elif first > 0 and self._cells(words, first - 1, last) <= self.size.width:
                first -= 1
            else:
                break
        line = Text()
        for i in range(first, last):
            line.append(words[i], "bold reverse" if i == current else "")
        rest = len(words) - (last - first)
        if rest:
            line.append(f" more {rest}", "dim")
        return (line,)

    @staticmethod
    def _cells(words: Sequence[str], first: int, last: int) -> int:
        rest = len(words) - (last - first)
        return sum(cell_len(w) for w in words[first:last]) + (len(f" more {rest}") if rest else 0)


class KeyLine(LinesWidget):
    """At most six keys that matter here and now, and the way to the rest."""

    keys: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """(key, what it does)"""

    def picture(self) -> Sequence[Text]:
        """Return the line; keys without room are left out, the last one never."""
        keys = list(self.keys[:6])
        while True:
            line = Text(" ")
            for number, (key, words) in enumerate(keys):
                line.append("  " if number else "")
                line.append(key, "bold")
                line.append(f" {words}", "dim")
            if cell_len(line.plain) <= self.size.width or len(keys) < 2:
                return (line,)
            del keys[-2]


class TooSmall(LinesWidget):
    """What stands when the terminal is smaller than 60x15."""

    LEAST = (60, 15)

    def picture(self) -> Sequence[Text]:
        """Return the sentence with both sizes."""
        width, height = self.app.size
        words = (
            f"This terminal is {width}x{height}.",
            f"Please make it at least {self.LEAST[0]}x{self.LEAST[1]}, or use",
            "termstats report.",
        )
        return [Text(fit(line, self.size.width)) for line in words]

    @classmethod
    def applies(cls, width: int, height: int) -> bool:
        """Return whether a terminal of that size is too small."""
        return width < cls.LEAST[0] or height < cls.LEAST[1]
