"""An app around one widget of lines."""

from __future__ import annotations

from textual.app import ComposeResult

from termstats.widgets import STYLES
from termstats.widgets.lines import LinesWidget
from termstats.widgets.look.themed import Themed


class Host(Themed[None]):
    """Shows the widget alone; `ascii_only` as the dashboard has it."""

    CSS_PATH = STYLES

    def __init__(self, widget: LinesWidget, ascii_only: bool = False) -> None:
        super().__init__(always_ascii=ascii_only)
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget

    def lines(self) -> list[str]:
        """Return the lines that the widget draws."""
        return [line.plain for line in self.widget.picture()]
