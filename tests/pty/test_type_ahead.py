"""Keys that come in one write, in a real pseudo-terminal: nothing ends, nothing is lost."""

from __future__ import annotations

import pytest

from tests.pty.test_terminal_rules import dashboard

ENTER, ESCAPE = "\r", "\x1b"
OPENERS = {"/": "Find", "p": "Period", "f": "Filter rows", "i": "Who counts", "?": "This panel"}
OPENERS |= {"\x10": "Search for commands"}


@pytest.mark.parametrize("keys", [ENTER * 2, ENTER * 6, ENTER + "q"], ids=repr)
def test_keys_behind_a_dialog_leave_the_program_running(keys: str) -> None:
    with dashboard() as terminal:
        for opener, words in OPENERS.items():
            terminal.send(opener)
            terminal.wait_for(words)
            # A search and a list of commands take `q` for a letter; the others let it through.
            terminal.send(keys.replace("q", "1"))
            terminal.wait_until_quiet()
            terminal.send(ESCAPE)
            terminal.wait_until_quiet()
            terminal.send("1")
            terminal.wait_for("1 Global")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_a_search_typed_in_one_write_opens_what_was_meant() -> None:
    with dashboard() as terminal:
        terminal.send("/be" + ENTER)
        terminal.wait_for("Ben Bauer")
        terminal.wait_until_quiet()
        # A training, its failed module, the only attempt; then back again.
        terminal.send(ENTER * 2)
        terminal.wait_for("Foam or CO2")
        terminal.send("1/nor" + ENTER)
        terminal.wait_for("· North ·")
        terminal.send("1p2026-03" + ENTER)
        terminal.wait_for("1–31 Mar 2026")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
