"""The line that says what was done or went wrong, above the last line and over no content."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit
from termstats.widgets.toast import Toast

MOST = 3
"""Lines that a long toast takes at most."""


class ToastLine(LinesWidget):
    """Says one thing at a time; without one it takes no room."""

    toast: reactive[Toast | None] = reactive(None, layout=True)

    def watch_toast(self) -> None:
        """Give the room back when there is nothing to say."""
        self.display = self.toast is not None

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Return the lines that are needed."""
        return len(self._wrapped(width))

    def picture(self) -> Sequence[Text]:
        """Return the lines; the key that copies stands behind the words where it has room."""
        if self.toast is None:
            return ()
        style = "alert" if self.toast.is_error else "heading"
        lines = [Text(f" {line}", style) for line in self._wrapped(self.size.width)]
        for hint in ("   y copies the path", "   y copies"):
            if self.toast.copies and cell_len(lines[-1].plain + hint) <= self.size.width:
                lines[-1].append(hint, "muted")
                break
        return lines

    def _wrapped(self, width: int) -> list[str]:
        """Return the words in lines of whole words; only one longer than a line is shortened."""
        if self.toast is None:
            return []
        sign = ("! " if self.plain else "▲ ") if self.toast.is_error else ""
        room = max(1, width - 2)
        lines = [""]
        for word in (sign + clean(self.toast.words)).split():
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if cell_len(longer) <= room:
                lines[-1] = longer
            elif lines[-1]:
                lines.append(fit(word, room))
            else:
                lines[-1] = fit(word, room)
        if len(lines) > MOST:
            lines = [*lines[: MOST - 1], fit(" ".join(lines[MOST - 1 :]), room)]
        return lines
