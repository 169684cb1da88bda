"""The terminal's own cursor stands where the eye is, and moving it costs little."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pty.terminal import Terminal
from tests.pty.test_terminal_rules import dashboard

DOWN, ENTER, LEFT = "\x1b[B", "\r", "\x1b[D"
MOST = 1024
"""Bytes of a cursor move in a table at 80x24."""


@pytest.fixture
def learners() -> Iterator[Terminal]:
    """Show the learners of a training: bars, and signs before states."""
    with dashboard() as terminal:
        terminal.send("2" + ENTER)
        terminal.wait_until_quiet()
        for _ in range(12):
            if "Ben Bauer" in terminal.text:
                break
            terminal.send("\t")
            terminal.wait_until_quiet()
        yield terminal


def at_cursor(terminal: Terminal) -> str:
    """Return the line of the terminal's cursor from there on."""
    cursor = terminal.screen.cursor
    return terminal.screen.display[cursor.y][cursor.x :]


def test_the_cursor_stands_on_the_focused_row(learners: Terminal) -> None:
    assert at_cursor(learners).startswith("Ana Alvarez")
    for name in ("Ben Bauer", "Cho Chen"):
        learners.send(DOWN)
        learners.wait_until_quiet()
        assert at_cursor(learners).startswith(name)


def test_a_cursor_move_costs_at_most_a_kilobyte(learners: Terminal) -> None:
    assert "in progress" in learners.text and "━" in learners.text
    before = len(learners.raw)
    learners.send(DOWN)
    learners.wait_until_quiet()
    assert 0 < len(learners.raw) - before <= MOST


def test_the_cursor_stands_on_the_marked_bucket_and_in_the_field() -> None:
    with dashboard() as terminal:
        terminal.send(LEFT)
        terminal.wait_until_quiet()
        first = terminal.screen.cursor.x
        terminal.send(LEFT)
        terminal.wait_until_quiet()
        assert terminal.screen.cursor.x < first
        terminal.send("/be")
        terminal.wait_for("Ben Bauer")
        terminal.wait_until_quiet()
        cursor = terminal.screen.cursor
        assert terminal.screen.display[cursor.y][: cursor.x].endswith("be")
