"""What going somewhere takes at 80x24: processor time from a key to the painted figures."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.console import Console
from benchmarks.results import Line
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.data.query.largest import Subjects

BUDGET = 150
"""Milliseconds of processor time that a person may wait for."""
TAB, ENTER, ESCAPE = "\t", "\r", "\x1b"
BACK = "["
"""The key of one period back."""
TABS_TO_LEARNERS = 2
"""From the first panel of a training to the list of its learners."""


def moved(store: Path, subjects: Subjects) -> list[Line]:
    """Return what levels, periods and rows take: levels first as they are loaded, then known."""
    argv = [sys.executable, "-m", "termstats", "--store", str(store)]
    for param in (Param.TRAINING, Param.LEARNER, Param.CLASS):
        if param in subjects:
            argv += [f"--{param}", subjects[param].key]
    levels = [(str(number), level) for number, level in enumerate(Level, 1)]
    lines = []
    with Console([*argv, "--screen", "global"]) as console:
        console.until("All keys")
        for words in ("first visit", "again"):
            lines += [_line(console, key, f"{level}: {words}") for key, level in levels[1:]]
            lines.append(_line(console, "1", "global: again"))
        for key, level in levels:
            _line(console, key, "")
            lines.append(_line(console, BACK, f"{level}: one period back"))
    with Console([*argv, "--screen", "training"]) as console:
        console.until("All keys")
        for _ in range(TABS_TO_LEARNERS):
            _line(console, TAB, "")
        lines.append(_line(console, ENTER, "Enter on a learner: first visit"))
        _line(console, ESCAPE, "")
        lines.append(_line(console, ENTER, "Enter on a learner: again"))
    return list({line.what: line for line in lines}.values())


def _line(console: Console, key: str, words: str) -> Line:
    console.rest()
    before = console.processor()
    console.send(key)
    console.read(1.5)
    console.rest()
    return Line(words, console.processor() - before, "ms", BUDGET)
