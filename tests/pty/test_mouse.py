"""`M` leaves the mouse to the terminal, for marking text, and takes it back."""

from __future__ import annotations

from tests.pty.terminal import Terminal
from tests.pty.test_terminal_rules import dashboard

MODES = (b"1000", b"1003", b"1006")
"""Clicks, moves, and how places are written."""
WORDS = "marking text (M)"


def is_on(terminal: Terminal) -> list[bool]:
    """Return for each mode whether it was switched on last."""
    last = terminal.raw.rfind
    return [last(b"\x1b[?%sh" % mode) > last(b"\x1b[?%sl" % mode) for mode in MODES]


def test_the_mouse_is_given_and_taken_back() -> None:
    with dashboard() as terminal:
        assert is_on(terminal) == [True] * 3
        terminal.send("M")
        terminal.wait_for(WORDS)
        terminal.wait_until_quiet()
        assert is_on(terminal) == [False] * 3
        terminal.send("M")
        terminal.wait_until_quiet()
        assert is_on(terminal) == [True] * 3
        assert WORDS not in terminal.text


def test_without_mouse_nothing_is_asked_of_the_terminal() -> None:
    with dashboard("no-mouse") as terminal:
        assert all(b"\x1b[?%sh" % mode not in terminal.raw for mode in MODES)
        assert WORDS not in terminal.text
