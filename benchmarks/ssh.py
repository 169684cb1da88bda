"""Sessions through a real sshd on loopback, on one store: one alone, then twenty at once.

`python -m benchmarks ssh --events 1000000`, set up as docs/ssh.md says. Clients, server and
dashboards share the processors; the processor time is that of the dashboards.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from tests.pty.terminal import Terminal
from tests.ssh.server import Server, serving, why_not

from benchmarks.importing import make_store
from benchmarks.results import Line, show

SESSIONS = 20
KEYS = 5
_PATIENCE = 100.0
_ADMINISTRATOR = (
    'SELECT p.username FROM person AS p JOIN "grant" AS g ON g.person_id = p.id '
    "WHERE g.role = 'administrator' AND g.training_id IS NULL AND g.class_id IS NULL "
    "AND p.username IS NOT NULL LIMIT 1"
)
_TICKS = os.sysconf("SC_CLK_TCK")


def measure_ssh(folder: Path, events: int) -> None:
    """Make a store of that many events, look at it through SSH, and print a table."""
    if reason := why_not():
        print(f"Sessions through SSH: not measured, {reason}")
        return
    store = folder / f"ssh-{events}.sqlite3"
    if not store.exists():
        make_store(store, max(60, min(50_000, events // 200)), events)
    with closing(sqlite3.connect(store)) as connection:
        (viewer,) = connection.execute(_ADMINISTRATOR).fetchone()
    with serving(folder, store, [viewer]) as server:
        lines = [line for many in (1, SESSIONS) for line in _lines(server, viewer, many)]
    show(f"Sessions through SSH, {events:,} events", lines)


def _lines(server: Server, viewer: str, many: int) -> list[Line]:
    with ExitStack() as stack:
        opened: list[Terminal] = []

        def open_one() -> None:
            terminal = stack.enter_context(Terminal(server.client(viewer, options=("-t",))))
            opened.append(terminal)
            terminal.wait_for("Enter: ", _PATIENCE)

        opening = _at_once([open_one] * many)
        for terminal in opened:
            terminal.wait_until_quiet(seconds=_PATIENCE)
        cpu = 1000 * _cpu_seconds(server) / many
        dialog = _each(_at_once([partial(_help, each) for each in opened]))
        before = _cpu_seconds(server)
        period = _each(_at_once([partial(_periods, each) for each in opened]))
        cpu_period = 1000 * (_cpu_seconds(server) - before) / many / KEYS
        for terminal in opened:
            terminal.send("q")
            terminal.wait_for_exit(_PATIENCE)
    words = f"{many} at once" if many > 1 else "one alone"
    return [
        _line(f"{words}: opened", opening, cpu),
        _line(f"{words}: the help opens and closes", dialog),
        _line(f"{words}: the period before, shown", period, cpu_period),
    ]


def _line(what: str, times: Sequence[float], cpu: float | None = None) -> Line:
    worst = f"worst {1000 * max(times):,.0f} ms"
    return Line(what, 1000 * statistics.median(times), "ms", note=worst, cpu=cpu)


def _each(times: Sequence[float]) -> list[float]:
    return [seconds / KEYS for seconds in times]


def _help(terminal: Terminal) -> None:
    """Open the help some times, and close it."""
    words = "type to search"
    for _ in range(KEYS):
        terminal.send("?")
        terminal.wait_for(words, _PATIENCE)
        terminal.send(b"\x1b")
        end = time.monotonic() + _PATIENCE
        while words in terminal.text and time.monotonic() < end:
            terminal.read_once(0.5)


def _periods(terminal: Terminal) -> None:
    """Look at the period before some times, each until all its figures are there."""
    for _ in range(KEYS):
        shown = terminal.screen.display[1]
        terminal.send("[")
        end = time.monotonic() + _PATIENCE
        while terminal.screen.display[1] == shown or "reading" in terminal.text:
            assert time.monotonic() < end, terminal.text
            terminal.read_once(0.2)


def _at_once(works: Sequence[Callable[[], None]]) -> list[float]:
    """Run everything at the same time and return how long each took, in seconds."""
    times: list[float] = []

    def run(work: Callable[[], None]) -> None:
        began = time.monotonic()
        work()
        times.append(time.monotonic() - began)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == len(works), "a session failed"
    return times


def _cpu_seconds(server: Server) -> float:
    """Return the processor time of all dashboards so far."""
    ticks = 0
    for pid in server.running():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS
