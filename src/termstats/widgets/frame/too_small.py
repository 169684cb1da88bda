"""What stands instead of a screen that has no room."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from rich.text import Text

from termstats.widgets.lines import LinesWidget


class TooSmall(LinesWidget):
    """What stands when the terminal is smaller than 60x15."""

    LEAST = (60, 15)

    def picture(self) -> Sequence[Text]:
        """Return the sentence with both sizes."""
        width, height = self.app.size
        words = (
            f"This terminal is {width}x{height}.",
            f"Please make it at least {self.LEAST[0]}x{self.LEAST[1]}, or use termstats report.",
        )
        room = max(1, self.size.width)
        return [Text(line) for sentence in words for line in wrap(sentence, room)]

    @classmethod
    def applies(cls, width: int, height: int) -> bool:
        """Return whether a terminal of that size is too small."""
        return width < cls.LEAST[0] or height < cls.LEAST[1]
