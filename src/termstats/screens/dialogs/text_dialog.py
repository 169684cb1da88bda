"""Dialogs that show text: a figure explained, the keys. They scroll, and `y` copies."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from termstats.screens.dialogs.base import Dialog


class TextDialog(Dialog[None]):
    """Shows a text in a box with a title; `copies` is what `y` puts on the clipboard."""

    BINDINGS = [
        Binding("y", "copy", "Copy", id="dialog.copy"),
        Binding("q,i,question_mark", "close", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, body: Text, copies: str = "", hint: str = "") -> None:
        super().__init__()
        self._heading = title
        self._body = body
        self._copies = copies
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Compose one scrolling box."""
        with VerticalScroll(classes="dialog tall") as box:
            box.border_title = Text(self._heading)
            box.border_subtitle = Text(self._hint or "Esc closes")
            yield Static(self._body, markup=False)

    def on_mount(self) -> None:
        """Focus the box, so that the arrows scroll it."""
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_copy(self) -> None:
        """Copy what there is to copy."""
        if self._copies:
            self.app.copy_to_clipboard(self._copies)
            self.app.notify("Copied", markup=False, timeout=2)
