"""The base of widgets that draw whole lines themselves."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget


class LinesWidget(Widget):
    """A widget of ready-made lines; nothing is wrapped and no markup is read."""

    def picture(self) -> Sequence[Text]:
        """Return the lines to show, top first. Called for every repaint: keep it cached."""
        return ()

    @property
    def plain(self) -> bool:
        """Return whether to draw with ASCII only."""
        return bool(getattr(self.app, "ascii_only", False))

    def render_line(self, y: int) -> Strip:
        """Return one line, cut or filled to the widget's width."""
        lines = self.picture()
        width, style = self.size.width, self.rich_style
        if y >= len(lines):
            return Strip.blank(width, style)
        segments = list(lines[y].render(self.app.console))
        return Strip(segments).apply_style(style).adjust_cell_length(width, style)
