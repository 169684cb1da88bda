"""Runs a program in a real pseudo-terminal and shows what it would look like."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

SYNC = (b"\x1b[?2026h", b"\x1b[?2026l")
"""Marks of one update; the emulator does not know them."""


class Terminal:
    """A program with its terminal: `raw` is every byte that it wrote."""

    def __init__(
        self,
        argv: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.status: int | None = None
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        for name in ("COLUMNS", "LINES"):  # test runners set them; they go before the real size
            environment.pop(name, None)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), environment)  # noqa: S606 - the program under test
        self.usual = termios.tcgetattr(self.fd)
        """All modes, as they were before the program began."""
        self.resize(columns, rows)

    def __enter__(self) -> Terminal:
        """Give the running terminal."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing running."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped link does."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def resize(self, columns: int, rows: int) -> None:
        """Change the size, as a person pulling the window would."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """Return the screen as lines of text."""
        return "\n".join(self.screen.display)

    def send(self, keys: bytes | str) -> None:
        """Type."""
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def read(self, seconds: float) -> bytes:
        """Return what is written within `seconds`."""
        found = b""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            if not data:
                break
            found += data
            self._show(data)
        return found

    def wait_for(self, words: str, seconds: float = 30.0) -> None:
        """Read until `words` stand on the screen."""
        end = time.monotonic() + seconds
        while words not in self.text:
            if time.monotonic() > end:
                raise AssertionError(f"{words!r} never appeared in:\n{self.text}")
            self.read(0.05)

    def wait_until_quiet(self, quiet: float = 0.6, seconds: float = 30.0) -> None:
        """Read until nothing was written for `quiet` seconds."""
        end = time.monotonic() + seconds
        while self.read_once(quiet):
            assert time.monotonic() < end, "the program never stops writing"

    def read_once(self, seconds: float) -> bytes:
        """Return the next bytes, or nothing when none come within `seconds`."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return b""
        self._show(data)
        return data

    def wait_for_exit(self, seconds: float = 10.0) -> int:
        """Return the exit code, or minus the signal that ended the program."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self.read(0.1)
                return self.status
        raise AssertionError(f"still running after {seconds} s:\n{self.text}")

    def wait_for_stop(self, seconds: float = 10.0) -> None:
        """Wait until the program is suspended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):
                return
        raise AssertionError("never suspended")

    def _show(self, data: bytes) -> None:
        self.raw += data
        for mark in SYNC:
            data = data.replace(mark, b"")
        # The emulator chokes on queries with a private marker that real terminals answer.
        for query in (b"\x1b[?2026$p", b"\x1b[?2048$p", b"\x1b[>9u", b"\x1b[>25u", b"\x1b[<u"):
            data = data.replace(query, b"")
        self._stream.feed(data)


def python(script: str, *arguments: str) -> list[str]:
    """Return the command that runs `script` with this Python."""
    return [sys.executable, "-c", script, *arguments]
