"""The last line: the keys that matter now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.widgets.lines import LinesWidget


@dataclass(frozen=True)
class FootKey:
    """One entry: the key as it is written, what it does, and the key that a click presses."""

    shown: str
    words: str
    pressed: str = ""


class KeyLine(LinesWidget):
    """Keys that matter here and now, the most important first, and the way to the rest."""

    keys: reactive[tuple[FootKey, ...]] = reactive(())

    def picture(self) -> Sequence[Text]:
        """Return the line; keys without room are left out whole, the last one never."""
        keys = list(self.keys)
        while True:
            line = Text(" ")
            for number, key in enumerate(keys):
                line.append("   " if number else "")
                start = len(line.plain)
                line.append(key.shown, "key")
                line.append(f" {key.words}", "text")
                line.apply_meta({"@click": f"screen.press({key.pressed!r})"}, start)
            if cell_len(line.plain) <= self.size.width or len(keys) < 2:
                return (line,)
            del keys[-2]
