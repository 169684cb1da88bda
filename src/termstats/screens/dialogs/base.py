"""What all dialogs share: a box over the screen, Esc closes, nothing blinks."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen
from textual.widgets import Input

from termstats.keys import DIALOG, bindings

Answer = TypeVar("Answer")

_TYPABLE = r"[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]*"
"""What may be pasted into a field: it is echoed, so the rules for untrusted text hold."""


class Dialog(ModalScreen[Answer | None]):
    """A box over the screen; gives None when closed with Esc."""

    BINDINGS = bindings(DIALOG)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_accept(self) -> None:
        """Take what is chosen; dialogs that only show something close."""
        self.dismiss(None)


def field(placeholder: str, value: str = "") -> Input:
    """Return an input line that neither blinks nor takes control characters."""
    line = Input(value=value, placeholder=placeholder, restrict=_TYPABLE, select_on_focus=False)
    line.cursor_blink = False
    return line
