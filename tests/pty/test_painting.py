"""What the real program wrote in parts is what it writes when it draws everything anew."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from tests.pty.test_terminal_rules import dashboard
from tests.screens.frame.test_painting import seen_cells

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

WAYS = (
    ("\t", "\x1b[B", "\t", "v", "\t"),
    ("2", "\r", "\t", "\x1b[B", "1"),
    ("i", "\x1b", "p", "la", "\x1b", "c"),
    ("5", "\t", "\t", "4", "?", "\x1b", "T", "\x1b[B"),
    ("z", "\t", "z", "]", "[", "b", "/", "be", "\r"),
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("keys", WAYS, ids=lambda keys: "".join(keys).encode("unicode_escape"))
def test_drawing_anew_changes_nothing(keys: Sequence[str], size: tuple[int, int]) -> None:
    with dashboard(columns=size[0], rows=size[1]) as terminal:
        for key in keys:
            terminal.send(key)
            terminal.wait_until_quiet(0.2)
        # Also what comes late has come: the courses of cards.
        terminal.wait_until_quiet(1.5)
        before, written = seen_cells(terminal.screen), len(terminal.raw)
        terminal.send("\x0c")
        terminal.wait_until_quiet()
        assert len(terminal.raw) > written
        assert seen_cells(terminal.screen) == before
