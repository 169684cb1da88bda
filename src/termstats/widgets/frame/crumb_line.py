"""The line that says how one came here: `Global › Needs attention › Never started`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit


class Crumb(NamedTuple):
    """One part of the way: what it is called, and how many screens back it is."""

    words: str
    back: int


class CrumbLine(LinesWidget):
    """The way here; earlier parts can be clicked. At the right how many are listed."""

    crumbs: reactive[tuple[Crumb, ...]] = reactive(())
    count: reactive[str] = reactive("")
    """`57 learners`; empty: not known yet."""

    def picture(self) -> Sequence[Text]:
        """Return the line: the middle parts give way first, then the last one is shortened."""
        crumbs = [crumb._replace(words=clean(crumb.words)) for crumb in self.crumbs]
        room = self.size.width - 2 - (cell_len(self.count) + 2 if self.count else 0)
        line = self._line(crumbs)
        dropped = 1
        while cell_len(line.plain) > room and len(crumbs) - dropped >= 2:
            shown = [*crumbs[:1], Crumb("…", crumbs[dropped].back), *crumbs[dropped + 1 :]]
            line, dropped = self._line(shown), dropped + 1
        if cell_len(line.plain) > room and crumbs:
            line = self._line([crumbs[-1]._replace(words=fit(crumbs[-1].words, max(1, room)))])
        gap = self.size.width - 2 - cell_len(line.plain) - cell_len(self.count)
        return (Text.assemble(" ", line, " " * max(0, gap), (clean(self.count), "muted")),)

    def _line(self, crumbs: Sequence[Crumb]) -> Text:
        line = Text()
        for at, crumb in enumerate(crumbs):
            if at:
                line.append(" > " if self.plain else " › ", "muted")
            start, words = len(line.plain), crumb.words
            if self.plain:
                words = words.replace("…", "...")
            line.append(words, "link" if crumb.back else "heading")
            if crumb.back:
                line.apply_meta({"@click": f"screen.go_back({crumb.back})"}, start)
        return line
