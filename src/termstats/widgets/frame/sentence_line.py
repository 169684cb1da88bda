"""The line that says in one sentence what happened; its numbers open what they count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive

from termstats.data.model.sentence import Sentence
from termstats.widgets.lines import LinesWidget
from termstats.widgets.messages import FromWidget


class SentenceLine(LinesWidget, can_focus=True):
    """The longest wording that fits; left and right walk its numbers, Enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Number before", show=False, id="sentence.left"),
        Binding("right", "move(1)", "Next number", show=False, id="sentence.right"),
        Binding("enter", "open", "Open", show=False, id="sentence.open"),
    ]

    wordings: reactive[tuple[Sentence, ...]] = reactive(())
    """The same in words, the longest first; empty: nothing to say, no line."""
    is_waiting: reactive[bool] = reactive(True)
    """Whether the numbers are on their way: the line keeps its place, and what it said, dimmed."""
    doors: reactive[frozenset[str]] = reactive(frozenset())
    """The metrics behind whose numbers something lies."""
    current: reactive[int] = reactive(0)

    class Opened(FromWidget["SentenceLine"]):
        """A number was chosen."""

        def __init__(self, line: SentenceLine, metric: str) -> None:
            super().__init__(line)
            self.metric = metric

    @property
    def shown(self) -> Sentence | None:
        """Return the wording that stands there; None: not even the shortest has room."""
        room = self.size.width - 2
        return next((each for each in self.wordings if cell_len(each.words) <= room), None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the metrics in it that can be opened, in order."""
        if self.is_waiting or self.shown is None:
            return ()
        return tuple(each for each in self.shown.metrics if each in self.doors)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return 1, or 0 where there is nothing to say."""
        return 1 if self.wordings or self.is_waiting else 0

    def picture(self) -> Sequence[Text]:
        """Return the line."""
        line = Text(" ")
        doors = 0
        for part in self.shown.parts if self.shown else ():
            start = len(line.plain)
            if self.is_waiting or part.metric not in self.doors:
                line.append(part.words, "heading" if part.metric else "")
                continue
            line.append(part.words, "link")
            line.apply_meta({"@click": f"number({doors})"}, start)
            if self.has_focus and doors == self.current:
                line.stylize("reverse", start)
            doors += 1
        return (line,)

    def watch_is_waiting(self) -> None:
        """Dim what was said of another question."""
        self.set_class(self.is_waiting, "waiting")
        self.fit_height()

    def watch_wordings(self) -> None:
        """Take a line, or none."""
        self.fit_height()

    def on_focus(self) -> None:
        """Mark the current number."""
        self.current = min(self.current, max(0, len(self.numbers) - 1))
        self.refresh()

    def on_blur(self) -> None:
        """Unmark it."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Go to the next number."""
        self.current = max(0, min(self.current + by, len(self.numbers) - 1))

    def action_number(self, at: int) -> None:
        """Open one of the numbers."""
        if at >= len(self.numbers):
            raise SkipAction
        self.post_message(self.Opened(self, self.numbers[at]))

    def action_open(self) -> None:
        """Open the current number."""
        self.action_number(self.current)
