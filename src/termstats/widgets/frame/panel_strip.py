"""The line of names of panels, where only one of them is shown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget


class PanelStrip(LinesWidget):
    """The names of a screen's panels, the current one underlined, in ASCII in brackets."""

    names: reactive[tuple[str, ...]] = reactive(())
    current: reactive[int] = reactive(0)

    def picture(self) -> Sequence[Text]:
        """Return the line: the names around the current one, the others counted."""
        names = [clean(name) for name in self.names]
        if not names:
            return ()
        opened, closed = ("<", ">") if self.plain else (" ", " ")
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
            line.append(words[i][:1], "muted")
            line.append(words[i][1:-1], "tab" if i == current else "muted")
            line.append(words[i][-1:], "muted")
        rest = len(words) - (last - first)
        if rest:
            line.append(f" more {rest}", "muted")
        return (line,)

    @staticmethod
    def _cells(words: Sequence[str], first: int, last: int) -> int:
        rest = len(words) - (last - first)
        return sum(cell_len(w) for w in words[first:last]) + (len(f" more {rest}") if rest else 0)
