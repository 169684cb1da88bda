"""A dropped link ends the process, whatever it is doing; one that only stalls does not."""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal
from tests.pty.test_terminal_rules import dashboard, is_restored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

LIMIT = 2.0
"""Seconds that a process may live without its terminal."""
REPAINTING = "1234" * 60
"""Keys each of which paints the whole screen."""


def _idle(terminal: Terminal) -> None:
    pass


def _painting(terminal: Terminal) -> None:
    terminal.send(REPAINTING)
    time.sleep(0.5)  # unread, as behind a link that is gone: the very case


def _dialog(terminal: Terminal) -> None:
    terminal.send("/")
    terminal.wait_for("Find")


def _quitting(terminal: Terminal) -> None:
    terminal.send(REPAINTING + "q")
    time.sleep(0.5)


def _suspended(terminal: Terminal) -> None:
    terminal.send(b"\x1a")
    terminal.wait_for_stop()


def _stopped(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGSTOP)
    terminal.wait_for_stop()


STATES: list[tuple[str, Callable[[Terminal], None]]] = [
    ("plain", _idle),
    ("plain", _painting),
    ("plain", _dialog),
    ("plain", _quitting),
    ("plain", _suspended),
    ("plain", _stopped),
    ("slow", _idle),
    ("slow", _painting),
]


def ended_within(terminal: Terminal, seconds: float) -> bool:
    """Whether the process ends, without anybody reading what it writes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            terminal.status = os.waitstatus_to_exitcode(status)
            return True
        time.sleep(0.01)
    return False


def test_a_lost_terminal_ends_it_in_the_middle_of_painting() -> None:
    with dashboard(columns=120, rows=40) as terminal:
        _painting(terminal)
        terminal.hang_up()
        assert ended_within(terminal, LIMIT)


@pytest.mark.slow
@pytest.mark.parametrize("run", range(30))
def test_none_of_thirty_dropped_links_leaves_a_process(run: int) -> None:
    what, do = STATES[run % len(STATES)]
    with dashboard(what, columns=120, rows=40) as terminal:
        do(terminal)
        terminal.hang_up()
        assert ended_within(terminal, LIMIT)


@pytest.mark.parametrize("how", ["lost", "told", "quit"])
def test_an_export_that_is_cut_short_leaves_no_file(how: str, tmp_path: Path) -> None:
    with dashboard("endless", columns=120, rows=40, EXPORTS=str(tmp_path)) as terminal:
        terminal.send("5")
        terminal.wait_for("F Filters")
        terminal.send(".e\r")
        terminal.wait_for("Exporting the whole log")
        while not list(tmp_path.iterdir()):
            terminal.read(0.05)
        if how == "lost":
            terminal.hang_up()
            assert ended_within(terminal, LIMIT)
        else:
            if how == "told":
                os.kill(terminal.pid, signal.SIGTERM)
            else:
                terminal.send("q")
            terminal.wait_for_exit()
        assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(("what", "do"), [STATES[1], STATES[3]])
def test_sigterm_ends_it_while_nobody_reads(what: str, do: Callable[[Terminal], None]) -> None:
    with dashboard(what, columns=120, rows=40) as terminal:
        do(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        assert ended_within(terminal, LIMIT)
        assert terminal.status == 143
        terminal.read(0.2)
        assert is_restored(terminal)


@pytest.mark.slow
def test_a_stalled_link_ends_nothing() -> None:
    with dashboard(columns=120, rows=40) as terminal:
        _painting(terminal)
        assert not ended_within(terminal, 3 * LIMIT)
        terminal.wait_until_quiet()
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert is_restored(terminal)


def test_a_stop_from_outside_leaves_the_terminal_as_it_was() -> None:
    with dashboard() as terminal:
        os.kill(terminal.pid, signal.SIGSTOP)
        terminal.wait_for_stop()
        terminal.send("q")
        os.kill(terminal.pid, signal.SIGCONT)
        assert terminal.wait_for_exit() == 0
        assert is_restored(terminal)


@pytest.mark.slow
def test_it_goes_on_after_a_stop_from_outside_on_whatever_the_shell_left() -> None:
    with dashboard() as terminal:
        os.kill(terminal.pid, signal.SIGSTOP)
        terminal.wait_for_stop()
        termios.tcsetattr(terminal.fd, termios.TCSANOW, terminal.usual)
        terminal.screen.reset()
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait_for("Active users")
        terminal.send("/")
        terminal.wait_for("Find")
        terminal.send("\x1b")
        terminal.wait_until_quiet()
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert is_restored(terminal)
