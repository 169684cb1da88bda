"""Toasts: one line of the screen in sight, for four seconds; errors stay until a key."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer

from termstats.data.model.text import clean
from termstats.widgets.frame import KeyLine, ToastLine
from termstats.widgets.toast import Toast

SECONDS = 4.0
"""How long a toast stands."""


class Toasts(App[None]):
    """An app that says things in a line above the last one, over no content."""

    toast: Toast | None = None
    """What is said now."""
    standing: str = ""
    """What is said as long as it holds, whenever there is nothing else to say."""
    _until: Timer | None = None

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something in a line of the screen; Textual keeps it as well, out of sight."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
        self.show_toast(Toast(message, severity == "error"))

    def show_toast(self, toast: Toast | None) -> None:
        """Show a toast in place of the one before; None: nothing."""
        self.toast = toast
        if self._until is not None:
            self._until.stop()
            self._until = None
        if toast is not None and not toast.is_error:
            self._until = self.set_timer(SECONDS, lambda: self.show_toast(None))
        self.place_toast()

    def keep_saying(self, words: str) -> None:
        """Say something as long as it holds, no key takes it away; empty: nothing any more."""
        if words != self.standing:
            self.standing = words
            self.place_toast()

    def place_toast(self) -> None:
        """Show the toast on the topmost screen that has a last line, and on no other."""
        shown = self.toast or (
            Toast(clean(self.standing), is_error=True) if self.standing else None
        )
        is_shown = shown is None
        for screen in reversed(self._stack()):
            line = _line_of(screen, is_needed=not is_shown)
            if line is not None:
                line.toast = None if is_shown else shown
                is_shown = True

    def key_pressed(self) -> None:
        """Take away an error: somebody has seen it."""
        if self.toast is not None and self.toast.is_error:
            self.show_toast(None)

    def _stack(self) -> list[Screen[Any]]:
        return list(self.screen_stack) if self.is_running and self._screen_stacks else []


def _line_of(screen: Screen[Any], *, is_needed: bool) -> ToastLine | None:
    """Return the line of a screen; where there is none it is put above the last line."""
    for line in screen.query(ToastLine):
        return line
    if not is_needed or not screen.is_attached:
        return None
    for last in screen.query(KeyLine):
        line = ToastLine()
        screen.mount(line, before=last)
        return line
    return None
