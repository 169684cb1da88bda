"""The base of widgets that draw whole lines themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from termstats.log import fault_words

CLICK = "@click"
"""In the meta of a text: the action that a click on it does."""


class LinesWidget(Widget):
    """A widget of ready-made lines; nothing is wrapped and no markup is read."""

    COMPONENT_CLASSES = {"line--hover"}

    _lines: Sequence[Text] = ()
    _lines_size: Size | None = None
    """The size `_lines` are made for; None: they are out of date."""

    _hover = ""
    """The action of what is under the mouse, where that can be clicked."""

    def picture(self) -> Sequence[Text]:
        """Return the lines to show, top first. Called once a change, not once a line."""
        return ()

    @property
    def plain(self) -> bool:
        """Return whether to draw with ASCII only."""
        return bool(getattr(self.app, "ascii_only", False))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw anew."""
        self._lines_size = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def fit_height(self) -> None:
        """Have everything laid out anew where the lines that are needed are others than before."""
        if self.get_content_height(self.size, self.size, self.size.width) != self.size.height:
            self.refresh(layout=True)

    def _picture_or_fault(self) -> Sequence[Text]:
        try:
            return self.picture()
        except Exception as error:  # noqa: BLE001 - one broken picture must not end the others
            return (Text(fault_words(error)),)

    def render_line(self, y: int) -> Strip:
        """Return one line, cut or filled to the widget's width."""
        if self._lines_size != self.size:
            self._lines, self._lines_size = self._picture_or_fault(), self.size
        width, style = self.size.width, self.rich_style
        if y >= len(self._lines):
            return Strip.blank(width, style)
        line, console = self._lines[y], self.app.console
        # A text without spans is rendered without its style.
        own = console.get_style(line.style, default="none")
        segments = list(Segment.apply_style(line.render(console), own))
        if self._hover:
            raised = self.get_component_rich_style("line--hover", partial=True)
            segments = [
                Segment(text, (look or Style()) + raised)
                if look and look.meta.get(CLICK) == self._hover
                else Segment(text, look)
                for text, look, _ in segments
            ]
        return Strip(segments).apply_style(style).adjust_cell_length(width, style)

    # ---- mouse -----------------------------------------------------------------------------------

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Raise what can be clicked under the mouse."""
        self._raise(str(event.style.meta.get(CLICK, "")))

    def on_leave(self) -> None:
        """Raise nothing any more."""
        self._raise("")

    def _raise(self, action: str) -> None:
        if action != self._hover:
            self._hover = action
            super().refresh()
