"""A program in a real pseudo-terminal: what it writes, and when."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

_CONTROL = re.compile(
    rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]"
)
IDLE = 8.0
"""Milliseconds of processor time up to which nobody works on anything while it is silent."""


class Console:
    """A running program; `written` is every byte so far."""

    def __init__(
        self,
        argv: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.written = b""
        self.began = time.perf_counter()
        base = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        # As it is installed: there is bytecode, after the first start at the latest.
        base.pop("PYTHONDONTWRITEBYTECODE", None)
        environment = {**base, **(environment or {})}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), environment)  # noqa: S606 - the program measured
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Console:
        """Give the running program."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing running."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self.fd, keys.encode())

    def read(self, seconds: float) -> bytes:
        """Return the next bytes; nothing when none come within `seconds`."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return b""
        self.written += data
        return data

    def until(self, words: str, seconds: float = 60.0) -> float:
        """Return the milliseconds since the start until `words` were written.

        Raises:
            TimeoutError: they never were.
        """
        wanted = words.encode()
        while wanted not in _CONTROL.sub(b"", self.written):
            if time.perf_counter() - self.began > seconds:
                shown = _CONTROL.sub(b"", self.written)[-300:].decode("utf-8", "replace")
                raise TimeoutError(f"{words!r} was never written; the last was: {shown}")
            self.read(0.05)
        return 1000 * (time.perf_counter() - self.began)

    def settle(self, quiet: float = 0.7) -> int:
        """Read until nothing comes for `quiet` seconds; return how many bytes came."""
        before = len(self.written)
        while self.read(quiet):
            pass
        return len(self.written) - before

    def rest(self, quiet: float = 0.4) -> int:
        """Read until nothing comes and nothing is worked on; return how many bytes came.

        On a busy machine a figure may take longer than any silence.
        """
        before = len(self.written)
        while True:
            worked = self.processor()
            self.settle(quiet)
            if self.processor() - worked < IDLE:
                return len(self.written) - before

    def bytes_of(self, keys: str) -> int:
        """Return how many bytes one key press makes the program write."""
        self.settle()
        self.send(keys)
        return self.settle()

    def memory(self) -> float:
        """Return the resident memory in MB."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor(self) -> float:
        """Return the milliseconds of processor time of all threads so far, ended ones too."""
        # What clock_getcpuclockid(3) gives for a process; /proc forgets threads that have ended.
        return time.clock_gettime_ns(~self.pid << 3 | 2) / 1_000_000

    def ends(self, seconds: float = 30.0) -> float:
        """Return the milliseconds until the program has ended.

        Raises:
            TimeoutError: it never did.
        """
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            self.read(0.01)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return 1000 * (time.perf_counter() - start)
        raise TimeoutError("the program never ended")
