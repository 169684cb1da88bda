"""The dashboard in a real pseudo-terminal of 80x24: start, bytes, memory, quitting."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.bare_app import WORD
from benchmarks.bare_figure import FIGURE
from benchmarks.console import Console
from benchmarks.results import Line
from termstats.data.model.request import Param
from termstats.data.query.largest import Subjects

STARTS = 9
IDLE = 5.0
TAB, DOWN = "\t", "\x1b[B"
FIRST_FIGURES = "┈┈"
"""A line of the first chart, there only when its figure has been read."""
FRAME = "Global"
"""A word of the frame: the first that is painted."""
QUIET = 1.5
"""Seconds without a byte after which all figures of the first screen are painted."""


class Moment(NamedTuple):
    """When something was there: milliseconds by the clock and of the processor, and the memory."""

    wall: float
    cpu: float
    memory: float
    """Resident, in MB."""


def dashboard(store: Path, subjects: Subjects) -> list[Line]:
    """Return what the terminal sees of the dashboard on `store`."""
    argv = [sys.executable, "-m", "termstats", "--store", str(store), "--screen", "global"]
    starts = _starts(argv, store)
    for param in (Param.TRAINING, Param.LEARNER, Param.CLASS):
        if param in subjects:
            argv += [f"--{param}", subjects[param].key]
    return [*starts, *_keys(argv), _quits(store)]


def _starts(argv: list[str], store: Path) -> list[Line]:
    """Return the start beside bare apps, by turns; the first of each is not counted.

    All figures are there when the last byte was written, cards and their courses too.
    """
    bare_argv = [sys.executable, "-m", "benchmarks.bare_app"]
    figure_argv = [sys.executable, "-m", "benchmarks.bare_figure", str(store)]
    rounds, least = [], []
    for _ in range(STARTS + 1):
        bare = _moments(bare_argv, WORD)[-1]
        rounds.append((bare, *_moments(argv, FRAME, FIRST_FIGURES)))
        least.append(_moments(figure_argv, WORD, FIGURE))
    bare, paint, first, figures = (
        Moment(*(statistics.median(values) for values in zip(*moments, strict=True)))
        for moments in zip(*rounds[1:], strict=True)
    )
    after = statistics.median(figures.cpu - paint.cpu for _, paint, _, figures in rounds[1:])
    one_after = statistics.median(moments[-1].cpu - moments[0].cpu for moments in least[1:])
    one = statistics.median(moments[-1].cpu for moments in least[1:])
    return [
        Line("first paint", paint.wall, "ms", bare.wall),
        Line("first paint, processor", paint.cpu, "ms", bare.cpu),
        Line("first figure on the screen", first.wall, "ms", bare.wall),
        Line("all figures on the screen", figures.wall, "ms", bare.wall),
        Line("all figures on the screen, processor", figures.cpu, "ms", bare.cpu),
        Line("the same beside an app with one figure", figures.cpu, "ms", one),
        Line("from the paint to all figures, processor", after, "ms", bare.cpu),
        Line("the same beside an app with one figure", after, "ms", one_after),
        Line("memory with all figures", figures.memory, "MB", bare.memory),
    ]


def _moments(argv: list[str], *words: str) -> list[Moment]:
    """Return when each of the words was there, and when the last byte was written after them."""
    with Console(argv) as console:
        moments = [Moment(console.until(each), *_used(console)) for each in words]
        last = moments[-1]
        while console.read(QUIET):
            last = Moment(1000 * (time.perf_counter() - console.began), *_used(console))
        return [*moments, last]


def _used(console: Console) -> tuple[float, float]:
    return console.processor(), console.memory()


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
