"""The dashboard in a real pseudo-terminal of 80x24: start, bytes, memory, quitting."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.bare_app import WORD
from benchmarks.console import Console
from benchmarks.results import Line
from benchmarks.subjects import Subjects
from termstats.data.model.request import Param

STARTS = 9
IDLE = 5.0
TAB, DOWN = "\t", "\x1b[B"
FIRST_FIGURES = "┈┈"
"""A line of the first chart, there only when its figure has been read."""


class Moment(NamedTuple):
    """When words were there: milliseconds by the clock, and of the processor."""

    wall: float
    cpu: float


def dashboard(store: Path, subjects: Subjects) -> list[Line]:
    """Return what the terminal sees of the dashboard on `store`."""
    argv = [sys.executable, "-m", "termstats", "--store", str(store), "--screen", "global"]
    starts = _starts(argv)
    for param in (Param.TRAINING, Param.LEARNER, Param.CLASS):
        if param in subjects:
            argv += [f"--{param}", subjects[param].key]
    return [*starts, *_keys(argv), _quits(store)]


def _starts(argv: list[str]) -> list[Line]:
    """Return the start beside a bare app, by turns; the first of each is not counted."""
    bare_argv = [sys.executable, "-m", "benchmarks.bare_app"]
    rounds = []
    for _ in range(STARTS + 1):
        (bare,) = _moments(bare_argv, WORD)
        rounds.append((bare, *_moments(argv, "Global", FIRST_FIGURES)))
    bare, paint, figures = (
        Moment(*(statistics.median(values) for values in zip(*moments, strict=True)))
        for moments in zip(*rounds[1:], strict=True)
    )
    after = statistics.median(figures.cpu - paint.cpu for _, paint, figures in rounds[1:])
    return [
        Line("first paint", paint.wall, "ms", bare.wall),
        Line("first paint, processor", paint.cpu, "ms", bare.cpu),
        Line("first figures on the screen", figures.wall, "ms", bare.wall),
        Line("from the paint to the figures, processor", after, "ms", bare.cpu),
    ]


def _moments(argv: list[str], *words: str) -> list[Moment]:
    with Console(argv) as console:
        return [Moment(console.until(each), console.processor()) for each in words]


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
        console.until("reading")
        console.settle()
        console.send("q")
        return Line("quit with a query under way", console.ends())
