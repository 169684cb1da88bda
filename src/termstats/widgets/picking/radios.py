"""Lines of which each names one of a few: `By  ◉ day  ○ week  ○ month`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.message import Message
from textual.reactive import reactive

from termstats.widgets.lines import LinesWidget

_SIGNS = {(True, False): "◉", (False, False): "○", (True, True): "(x)", (False, True): "( )"}
"""(is set, ASCII only) -> what stands before an option."""


@dataclass(frozen=True)
class Radio:
    """One of a few."""

    name: str
    """What is set."""
    title: str
    options: tuple[tuple[str, str], ...]
    """(value, word)"""
    value: str


class Radios(LinesWidget):
    """Shows what is set; an option can be clicked."""

    radios: reactive[tuple[Radio, ...]] = reactive((), layout=True)

    class Set(Message):
        """An option was clicked."""

        def __init__(self, name: str, value: str) -> None:
            super().__init__()
            self.name = name
            self.value = value

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Return a line for each."""
        return len(self.radios)

    def picture(self) -> Sequence[Text]:
        """Return a line for each."""
        wide = max((len(radio.title) for radio in self.radios), default=0)
        return [self._line(radio, wide) for radio in self.radios]

    def _line(self, radio: Radio, wide: int) -> Text:
        line = Text.assemble((f"{radio.title:<{wide}}", "muted"))
        for value, word in radio.options:
            is_set = value == radio.value
            line.append("  ")
            start = len(line.plain)
            line.append(f"{_SIGNS[is_set, self.plain]} {word}", "heading" if is_set else "text")
            line.apply_meta({"@click": f"set({radio.name!r}, {value!r})"}, start)
        return line

    def action_set(self, name: str, value: str) -> None:
        """Tell that an option was clicked."""
        self.post_message(self.Set(name, value))
