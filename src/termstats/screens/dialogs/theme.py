"""`T`: the colours. The theme under the cursor is tried at once; Esc goes back."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from termstats.screens.dialogs.base import Dialog
from termstats.widgets.look.themes import CHOICES, names


class ThemeDialog(Dialog[str]):
    """Gives the name of the theme chosen."""

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def compose(self) -> ComposeResult:
        """Compose the list: our themes with what they are for, then Textual's."""
        with Vertical(classes="dialog tall") as box:
            box.border_title = Text("Colours")
            box.border_subtitle = Text("Enter take · Esc close")
            words = {choice.name: choice.words for choice in CHOICES}
            yield OptionList(
                *(Option(f"{name:<22} {words.get(name, '')}", id=name) for name in names()),
                markup=False,
            )

    def on_mount(self) -> None:
        """Start at the theme in use."""
        themes = self.query_one(OptionList)
        themes.highlighted = names().index(self._current)
        themes.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Try a theme."""
        if event.option.id:
            self.app.theme = event.option.id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a theme."""
        event.stop()
        self.dismiss(event.option.id)

    def action_close(self) -> None:
        """Leave everything as it was."""
        self.app.theme = self._current
        super().action_close()
