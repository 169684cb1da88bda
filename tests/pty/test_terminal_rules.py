"""The terminal rules, each in a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.pty.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

C1 = re.compile(rb"\xc2[\x80-\x9f]")
"""Control characters of the second block, as UTF-8."""


@contextmanager
def dashboard(
    what: str = "plain", columns: int = 80, rows: int = 24, **env: str
) -> Iterator[Terminal]:
    argv = [sys.executable, "-m", "tests.pty.dashboard", what]
    with Terminal(argv, columns, rows, env) as terminal:
        terminal.wait_for("Active users")
        terminal.wait_until_quiet()
        yield terminal


def is_restored(terminal: Terminal) -> bool:
    """Whether the alternate screen is left, the cursor shown, and all modes as they were."""
    last = terminal.raw.rfind
    left = last(b"\x1b[?1049l") > last(b"\x1b[?1049h")
    cursor = last(b"\x1b[?25h") > last(b"\x1b[?25l")
    return left and cursor and termios.tcgetattr(terminal.fd) == terminal.usual


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_end_it_and_restore_the_terminal(number: int, code: int) -> None:
    with dashboard() as terminal:
        assert not is_restored(terminal)
        os.kill(terminal.pid, number)
        assert terminal.wait_for_exit() == code
        assert is_restored(terminal)


@pytest.mark.parametrize("key", ["q", "\x11", "\x03"], ids=["q", "ctrl+q", "ctrl+c"])
def test_quitting_restores_the_terminal_and_succeeds(key: str) -> None:
    with dashboard() as terminal:
        terminal.send(key)
        assert terminal.wait_for_exit() == 0
        assert is_restored(terminal)


def test_quitting_does_not_wait_for_a_query_that_never_ends() -> None:
    # How long it takes is for `make bench` to say: benchmarks/terminal.py.
    with dashboard("slow") as terminal:
        assert "reading" in terminal.text
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_ctrl_z_suspends_and_fg_comes_back() -> None:
    with dashboard() as terminal:
        terminal.send(b"\x1a")
        terminal.wait_for_stop()
        assert is_restored(terminal)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait_until_quiet()
        assert not is_restored(terminal)
        terminal.wait_for("Active users")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_nothing_is_written_while_nothing_happens() -> None:
    with dashboard() as terminal:
        assert terminal.read(3.0) == b""
        terminal.send("/")
        terminal.wait_for("Find")
        terminal.wait_until_quiet()
        assert terminal.read(3.0) == b""


def test_little_is_written_while_a_figure_is_slow() -> None:
    """Only how long it takes, once a second, in the place of the word."""
    with dashboard("slow") as terminal:
        assert "reading" in terminal.text
        written = terminal.read(3.5)
        assert re.search(r"reading, \d s", terminal.text)
        assert len(written) < 3 * 300


def test_hostile_text_reaches_the_terminal_as_harmless_text() -> None:
    with dashboard("hostile", columns=120, rows=40) as terminal:
        for keys in ("2", "\r", "3", "4", "1", "\t", "i", "\x1b", "?"):
            terminal.send(keys)
            terminal.wait_until_quiet(0.3)
        terminal.send("\x1b")
        terminal.wait_until_quiet(0.3)
        assert b"\x1b]52" not in terminal.raw
        assert not C1.search(terminal.raw)
        assert "\u202e".encode() not in terminal.raw
        assert b"]52;c;aGk=" in terminal.raw


def test_copying_writes_the_clipboard_sequence_once() -> None:
    with dashboard() as terminal:
        terminal.send("y")
        terminal.wait_until_quiet()
        assert terminal.raw.count(b"\x1b]52;c;") == 1


def test_a_small_terminal_says_so_and_a_larger_one_goes_on() -> None:
    with dashboard() as terminal:
        terminal.resize(50, 12)
        os.kill(terminal.pid, signal.SIGWINCH)
        terminal.wait_for("This terminal is 50x12")
        terminal.resize(80, 24)
        os.kill(terminal.pid, signal.SIGWINCH)
        terminal.wait_for("Active users")


def test_no_color_is_honoured() -> None:
    with dashboard(NO_COLOR="1") as terminal:
        colours = set(re.findall(rb"\x1b\[[0-9;]*38;2;(\d+);(\d+);(\d+)", terminal.raw))
        assert all(red == green == blue for red, green, blue in colours)
        assert "1 Global" in terminal.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15), (100, 24)])
def test_frames_fill_the_terminal_at_every_size(size: tuple[int, int]) -> None:
    columns, rows = size
    with dashboard(columns=columns, rows=rows) as terminal:
        lines = terminal.screen.display
        assert "1 Global" in lines[0]
        assert "22 Oct–20 Nov 2026" in lines[1]
        assert "? All keys" in lines[-1]


def test_without_a_terminal_it_ends_before_textual_is_imported() -> None:
    argv = [sys.executable, "-X", "importtime", "-m", "termstats"]
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(said) == 1 and "termstats report" in said[0]
    assert re.search(r"\|\s+click\b", done.stderr)
    assert not re.search(r"\|\s+textual\b", done.stderr)


def test_a_dumb_terminal_gets_lines() -> None:
    with Terminal([sys.executable, "-m", "termstats"], env={"TERM": "dumb"}) as terminal:
        terminal.wait_for("shows no dashboard: here are lines")
        terminal.wait_for("All numbers of this level")
        terminal.wait_for("termstats:")
        terminal.send("dance\n")
        terminal.wait_for("error: no command dance")
        terminal.send("half a line")
        terminal.wait_for("half a line")
        terminal.send("\x03")  # begins the line anew
        terminal.wait_until_quiet()
        terminal.send("quit\n")
        assert terminal.wait_for_exit() == 0
        assert b"\x1b" not in terminal.raw
