"""`T`: the colours. The theme under the cursor is tried at once; Esc goes back."""

from __future__ import annotations

from termstats.screens.dialogs.pick import Picking, PickOne
from termstats.widgets.look.themes import CHOICES, names
from termstats.widgets.picking.choices import Choice, PickColumn

_PICKING = Picking(
    "Colours",
    (PickColumn("Theme"), PickColumn("What it is for")),
    example="seen at once; kept in the configuration, --theme wins for one run",
    rows=12,
)


class ThemeDialog(PickOne):
    """Gives the name of the theme chosen."""

    def __init__(self, current: str) -> None:
        words = {choice.name: choice.words for choice in CHOICES}
        choices = [Choice(name, (name, words.get(name, "of Textual"))) for name in names()]
        super().__init__(_PICKING, choices, current=current)
        self._before = current

    def moved(self, key: str) -> None:
        """Try a theme."""
        if key:
            self.app.theme = key

    def action_close(self) -> None:
        """Leave everything as it was."""
        self.app.theme = self._before
        super().action_close()
