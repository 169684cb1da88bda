"""What all dialogs share: a box over the screen, Esc closes, nothing blinks."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

from termstats.keys import DIALOG, bindings
from termstats.screens.gate import TypedAhead

Answer = TypeVar("Answer")

_TYPABLE = r"[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]*"
"""What may be pasted into a field: it is echoed, so the rules for untrusted text hold."""


CHOOSING = frozenset(("enter", "up", "down", "pageup", "pagedown", "home", "end"))
"""Keys that are about the lines of a list, and wait for them."""


class Dialog(TypedAhead, ModalScreen[Answer | None]):
    """A box over the screen; gives None when closed with Esc."""

    BINDINGS = bindings(DIALOG)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close this dialog, never the screen below: nothing happens where it is closed already."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def takes(self, key: str) -> bool:
        """Return whether the dialog has a use for a key that would be text in its line."""
        return False

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_accept(self) -> None:
        """Take what is chosen; dialogs that only show something close."""
        self.dismiss(None)


class Choices(OptionList):
    """Lines to choose from; without room for a single one there are no pages to turn."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action can be done."""
        return bool(self.scrollable_content_region) or not action.startswith("page_")


class Line(Input):
    """A line to type in."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether the key is text; what the dialog has a use for may be none."""
        return super().check_consume_key(key, character) and not (
            isinstance(self.screen, Dialog) and self.screen.takes(key)
        )


def field(placeholder: str, value: str = "") -> Line:
    """Return an input line that neither blinks nor takes control characters."""
    line = Line(value=value, placeholder=placeholder, restrict=_TYPABLE, select_on_focus=False)
    line.cursor_blink = False
    return line
