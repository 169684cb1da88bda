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
    """One level on the level line: its key and its name."""

    key: str
    name: str


class LevelLine(LinesWidget):
    """Store and mark on the left, levels and viewer on the right; a level can be clicked."""

    store: reactive[str] = reactive("")
    """Name of the store."""
    mark: reactive[str] = reactive("")
    """`SAMPLE`, `SNAPSHOT 12 Mar` or `LIVE`."""
    levels: reactive[tuple[LevelName, ...]] = reactive(())
    current: reactive[str] = reactive("")
    """Key of the level that is shown."""
    viewer: reactive[str] = reactive("")
    """`as tina (coach)`, or nothing for who sees everything."""

    def picture(self) -> Sequence[Text]:
        """Return the line: what is too long gives way.

        First the store's name but for its first word, then the room around the mark, the names of
        levels, and the mark. Who looks is never left out: what he sees is not everything.
        """
        viewer = f"  {fit(clean(self.viewer), 30)}" if self.viewer else ""
        words = clean(self.store).split()
        first = words[0] if words else ""
        pad = " "
        for store, names, around in (
            (clean(self.store), True, pad),
            (first, True, pad),
            (first, True, ""),
            (first, False, pad),
            (fit(first, 12), False, pad),
            ("", False, None),
        ):
            left = self._left(store, around)
            right = self._levels(names=names)
            right.append(viewer, "muted")
            space = self.size.width - cell_len(left.plain) - cell_len(right.plain)
            if space >= 1:
                break
        return (Text.assemble(left, " " * max(0, space), right),)

    def _left(self, store: str, around: str | None) -> Text:
        """Return store and mark, `around` which stands some room; None: without the mark."""
        line = Text(" ")
        line.append(store, "heading")
        if self.mark and around is not None:
            line.append(f" {around}" if store else "")
            line.append(f"{around}{clean(self.mark)}{around}", "badge")
        return line

    def _levels(self, *, names: bool) -> Text:
        """Return the levels; without `names` all but the current one are numbers."""
        opened, closed = ("[", "]") if self.plain else (" ", " ")
        line = Text()
        for level in self.levels:
            is_current = level.key == self.current
            words = f"{level.key} {level.name}" if names or is_current else level.key
            start = len(line.plain)
            if is_current:
                line.append(f"{opened}{words}{closed}", "current")
            else:
                line.append(f" {words} ", "muted")
            line.apply_meta({"@click": f"app.level('{level.name.lower()}')"}, start)
        return line
