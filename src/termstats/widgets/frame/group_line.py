"""The line of groups: the pages of a level by one word each, the current one marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget

GAPS = (4, 3, 2)
"""Cells between two names, the widest first that leaves room for all."""


class GroupLine(LinesWidget):
    """Names of groups, which can be clicked; those without room stand behind `More`."""

    names: reactive[tuple[str, ...]] = reactive(())
    current: reactive[int] = reactive(0)
    place: reactive[str] = reactive("")
    """Which panels of the group are in sight, `1-4 of 6`; empty: all."""
    hint: reactive[str] = reactive("")
    """The keys that walk the groups, where there is room to say it."""

    def picture(self) -> Sequence[Text]:
        """Return the line: names first, then what is in sight, then the hint."""
        names = [clean(name) for name in self.names]
        if not names:
            return ()
        room = self.size.width - 2 - (cell_len(self.place) + GAPS[-1] if self.place else 0)
        every = range(len(names))
        gap = next((gap for gap in GAPS if self._cells(names, every, gap) <= room), GAPS[-1])
        shown = self._shown(names, room, gap)
        line = Text(" ")
        for number, at in enumerate(shown):
            line.append(" " * gap if number else "")
            self._append_name(line, names[at], is_current=at == self.current)
        if len(shown) < len(names):
            line.append(" " * gap)
            start = len(line.plain)
            line.append(self._more, "muted")
            line.apply_meta({"@click": "screen.more_groups"}, start)
        return (self._with_end(line),)

    @property
    def _more(self) -> str:
        return "More v" if self.plain else "More ▾"

    def _shown(self, names: Sequence[str], room: int, gap: int) -> list[int]:
        """Return the places of the names that have room: the first ones, and the current one."""
        shown = list(range(len(names)))
        current = min(self.current, len(names) - 1)
        while len(shown) > 1 and self._cells(names, shown, gap) > room:
            shown.remove(next(at for at in reversed(shown) if at != current))
        return shown

    def _cells(self, names: Sequence[str], shown: Sequence[int], gap: int) -> int:
        words = [names[at] + ("<>" if self.plain and at == self.current else "") for at in shown]
        words += [self._more] if len(shown) < len(names) else []
        return sum(map(cell_len, words)) + gap * (len(words) - 1)

    def _append_name(self, line: Text, name: str, *, is_current: bool) -> None:
        start = len(line.plain)
        if is_current:
            opened, closed = ("<", ">") if self.plain else ("", "")
            line.append(f"{opened}{name}{closed}", "tab")
        else:
            line.append(name, "muted")
        line.apply_meta({"@click": f"screen.go_group({name!r})"}, start)

    def _with_end(self, line: Text) -> Text:
        """Return the line with what stands at its right end, whole or not at all."""
        for words in ("   ".join(filter(None, (self.place, self.hint))), self.place):
            space = self.size.width - cell_len(line.plain) - cell_len(words) - 1
            if words and space >= GAPS[-1]:
                return Text.assemble(line, " " * space, (words, "muted"))
        return line
