"""Pseudonyms in a real pseudo-terminal: no byte names anybody, though the store is replaced."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.data.query.scope_world import PEOPLE, make_world, mark
from tests.pty.terminal import Terminal
from tests.screens.frame.test_renewal import LATER, replace_with

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def test_nobody_is_named_in_any_byte_after_the_store_was_replaced(tmp_path: Path) -> None:
    store = asyncio.run(make_world(tmp_path))
    argv = [sys.executable, "-m", "termstats", "--store", str(store), "--period", "all"]
    with Terminal(argv, 120, 40) as terminal:
        terminal.wait_for(mark("name", "ben"))
        terminal.wait_until_quiet()
        terminal.send("3")
        terminal.wait_until_quiet()
        assert mark("name", "ana") in terminal.text
        terminal.send("A")
        terminal.wait_for("People stand under pseudonyms")
        terminal.wait_until_quiet()
        since = len(terminal.raw)
        # Letters of its own: what stood there before is on the screen in no part.
        replace_with(store, LATER, "UPDATE person SET name = 'ZQ' || id || 'XJ'")
        terminal.wait_for("New data, as of ")
        for key in "123453":
            terminal.send(key)
            terminal.wait_until_quiet()
            assert not any(mark("name", who) in terminal.text for who in PEOPLE)
        assert "Person 0" in terminal.text
        written = terminal.raw[since:]
        assert b"ZQ" not in written
        assert b"XJ" not in written
        assert not any(mark("username", who).encode() in written for who in PEOPLE)
        terminal.send("A")
        terminal.wait_for("ZQ1XJ")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
