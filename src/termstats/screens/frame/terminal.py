"""The terminal of the dashboard: it may stall, be taken away for a while, or be gone for good."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import time
from queue import Full
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from termstats.screens.frame.painting import Screenful

LOST = select.POLLHUP | select.POLLERR
"""What `poll` says of a terminal that nobody holds any more."""
_AGAIN = 0.1
"""Seconds after which a write that has to wait looks whether the terminal is still there."""
_INSIST = 0.5
"""Seconds to get the last bytes into a terminal that nobody reads."""
_RESTORE = (
    "\x18\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    "\x1b[?1016l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Ends a half-written sequence, then undoes everything that the driver has switched on."""


def terminals() -> list[int]:
    """Return the handles through which the driver reads and writes, where they are terminals."""
    return [handle for handle in (0, 2) if os.isatty(handle)]


def is_lost(handles: list[int]) -> bool:
    """Return whether nobody is at the other end of one of them any more."""
    poll = select.poll()
    for handle in handles:
        poll.register(handle, 0)
    return any(event & LOST for _handle, event in poll.poll(0))


def is_in_background() -> bool:
    """Return whether the terminal belongs to another job of the shell now."""
    with contextlib.suppress(OSError):
        return os.tcgetpgrp(0) != os.getpgrp()
    return False


class TerminalDriver(LinuxDriver):
    """Textual's driver, with two differences.

    Writing does not wait for ever for a terminal that is gone. And SIGCONT sets the terminal anew
    whoever stopped the process: after SIGSTOP, which no process notices, the terminal is as the
    shell left it; Textual would take that for its usual state, and start its threads twice.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._terminals = terminals()
        self._is_started = False
        self._is_suspended = False
        super().__init__(*arguments, **options)
        self._screenful: Screenful = getattr(self._app, "screenful", Screenful())
        # The signal may come to a thread that wakes nobody: the loop has to watch for it.
        self._loop.add_signal_handler(signal.SIGCONT, self._take_again)

    def write(self, data: str) -> None:
        """Hand `data` to the thread that writes, unless the terminal is lost."""
        writer = self._writer_thread
        while writer is not None and writer.is_alive():
            try:
                writer._queue.put(data, timeout=_AGAIN)
            except Full:
                if is_lost(self._terminals):
                    return
            else:
                return

    def close(self) -> None:
        """Wait until everything is written, unless the terminal is lost."""
        if not is_lost(self._terminals):
            super().close()

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._screenful.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_started = True

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self._is_started = False
        super().stop_application_mode()

    def set_mouse(self, *, is_ours: bool) -> None:
        """Take the mouse, or leave it to the terminal, which then marks text with it."""
        if not is_ours:
            self._disable_mouse_support()
        self._mouse = is_ours
        if is_ours:
            self._enable_mouse_support()
            if self._mouse_pixels:
                self._enable_mouse_pixels()

    def run_input_thread(self) -> None:
        """Read keys until the end, or until the terminal is lost."""
        try:
            super().run_input_thread()
        except OSError:
            if not is_lost(self._terminals):
                raise

    def _sigtstp_application(self, *_: object) -> None:
        if self._is_started:
            self._is_suspended = True
            super()._sigtstp_application()
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _take_again(self) -> None:
        """Take the terminal after a stop; keys typed meanwhile are not lost."""
        if is_lost(self._terminals) or not (self._is_started or self._is_suspended):
            return
        if self._is_started:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self._is_suspended = False
        self.resume_application_mode()
        self._app.refresh(layout=True)


class UsualState:
    """How the terminal was before the dashboard took it, to be put back in an emergency."""

    def __init__(self) -> None:
        self._handles = terminals()
        self._attributes = termios.tcgetattr(self._handles[0]) if self._handles else None

    def put_back(self) -> None:
        """Restore modes and screen without waiting for whoever reads. What is unread is dropped."""
        if self._attributes is None or is_lost(self._handles) or is_in_background():
            return
        keyboard, screen = self._handles[0], self._handles[-1]
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(keyboard, termios.TCSANOW, self._attributes)
            # A handle of its own: what is not to wait here has to wait elsewhere.
            handle = os.open(os.ttyname(screen), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
            os.dup2(os.open(os.devnull, os.O_WRONLY), screen)  # whatever else wants to write
            end = time.monotonic() + _INSIST
            while time.monotonic() < end:
                termios.tcflush(handle, termios.TCOFLUSH)
                try:
                    os.write(handle, _RESTORE.encode())
                except BlockingIOError:
                    # A thread waits within a write; that there is room now it learns only so.
                    termios.tcflow(handle, termios.TCOOFF)
                    termios.tcflow(handle, termios.TCOON)
                    time.sleep(0.001)
                    continue
                break
