"""The dashboard in a real pseudo-terminal of 80x24: start, bytes, memory, quitting."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from benchmarks.console import Console
from benchmarks.results import Line
from benchmarks.subjects import Subjects
from termstats.data.model.request import Param

STARTS = 5
IDLE = 5.0
TAB, DOWN = "\t", "\x1b[B"
FIRST_FIGURES = " people · mean "
"""Words of the first panel's figure, there only when it has been read."""


def dashboard(store: Path, subjects: Subjects) -> list[Line]:
    """Return what the terminal sees of the dashboard on `store`."""
    argv = [sys.executable, "-m", "termstats", "--store", str(store), "--screen", "global"]
    for param in (Param.TRAINING, Param.LEARNER, Param.CLASS):
        if param in subjects:
            argv += [f"--{param}", subjects[param].key]
    return [*_starts(argv), *_keys(argv), _quits(store)]


def _starts(argv: list[str]) -> list[Line]:
    paints, figures = [], []
    for _ in range(STARTS):
        with Console(argv) as console:
            paints.append(console.until("Global"))
            figures.append(console.until(FIRST_FIGURES))
            console.settle()
            console.send("q")
            console.ends()
    return [
        Line("first paint", statistics.median(paints)),
        Line("first figures on the screen", statistics.median(figures)),
    ]


def _keys(argv: list[str]) -> list[Line]:
    with Console(argv) as console:
        console.until(FIRST_FIGURES)
        tabs = [console.bytes_of(TAB) for _ in range(3)]
        downs = [console.bytes_of(DOWN) for _ in range(5)]
        levels = [console.bytes_of(key) for key in "234512345"]
        idle = _idle(console)
        memory = console.memory()
        console.send("q")
        quiet = console.ends()
    return [
        Line("cursor down in a table", statistics.median(downs), "bytes"),
        Line("tab to the next panel", statistics.median(tabs), "bytes"),
        Line("another level, first visit", statistics.median(levels[:4]), "bytes"),
        Line("another level, again", statistics.median(levels[4:]), "bytes"),
        Line(f"nothing happens for {IDLE:g} s", idle, "bytes"),
        Line("memory after all five levels", memory, "MB"),
        Line("quit", quiet),
    ]


def _idle(console: Console) -> int:
    console.settle(1.5)
    before, end = len(console.written), time.perf_counter() + IDLE
    while (left := end - time.perf_counter()) > 0:
        console.read(left)
    return len(console.written) - before


def _quits(store: Path) -> Line:
    with Console([sys.executable, "-m", "benchmarks.slow", str(store)]) as console:
        console.until("loading")
        console.settle()
        console.send("q")
        return Line("quit with a query under way", console.ends())
