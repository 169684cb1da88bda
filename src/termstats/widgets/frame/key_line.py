"""The last line: the keys that matter now."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.widgets.lines import LinesWidget


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
                line.append("   " if number else "")
                line.append(key, "key")
                line.append(f" {words}", "text")
            if cell_len(line.plain) <= self.size.width or len(keys) < 2:
                return (line,)
            del keys[-2]
