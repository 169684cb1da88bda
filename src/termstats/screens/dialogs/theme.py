"""`T`: the colours. The theme under the cursor is tried at once; Esc goes back."""

from __future__ import annotations

from termstats.screens.dialogs.pick import Picking, PickOne
from termstats.widgets.look.themes import AUTO, CHOICES, names
from termstats.widgets.picking.choices import Choice, PickColumn

_PICKING = Picking(
    "Colours",
    (PickColumn("Theme"), PickColumn("What it is for")),
    example="seen at once; kept in the configuration, --theme wins for one run",
    rows=12,
)


class ThemeDialog(PickOne):
    """Gives the name of the theme chosen, or `auto`.

    `current` is what was chosen before, `auto` the theme that suits the terminal.
    """

    def __init__(self, current: str, auto: str) -> None:
        words = {choice.name: choice.words for choice in CHOICES}
        choices = [Choice(name, (name, words.get(name, "of Textual"))) for name in names()]
        by_itself = Choice(AUTO, (AUTO, f"what suits the terminal: here {auto}"))
        super().__init__(_PICKING, [by_itself, *choices], current=current)
        self._auto = auto
        self._before = current

    def moved(self, key: str) -> None:
        """Try a theme."""
        if key:
            self._try(key)

    def _try(self, name: str) -> None:
        self.app.theme = self._auto if name == AUTO else name

    def action_close(self) -> None:
        """Leave everything as it was."""
        self._try(self._before)
        super().action_close()
