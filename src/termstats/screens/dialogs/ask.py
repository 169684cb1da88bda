"""A dialog with one line to type: the filter of a table."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from termstats.screens.dialogs.base import Dialog, field


class AskDialog(Dialog[str]):
    """Asks for one line; an empty line is an answer too."""

    def __init__(self, title: str, hint: str, value: str = "") -> None:
        super().__init__()
        self._heading = title
        self._hint = hint
        self._value = value

    def compose(self) -> ComposeResult:
        """Compose the line and its hint."""
        with Vertical(classes="dialog short") as box:
            box.border_title = Text(self._heading)
            yield field("", self._value)
            yield Static(self._hint, markup=False, classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the line back."""
        event.stop()
        self.dismiss(event.value.strip())
