"""What the dashboard writes at 80x24 with 256 colours, beside what a slow line may be asked for.

Every level is opened, and each of its panels is walked through with Tab.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import pyte

from benchmarks.console import Console
from benchmarks.results import Line
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.data.query.largest import Subjects
from termstats.screens.levels.panels import LEVELS

LEVEL, PANEL, CURSOR = 20_000, 8_000, 1_000
"""Bytes that a level, a panel and a move of the cursor may write."""
TAB, DOWN, RIGHT, LEFT = "\t", "\x1b[B", "\x1b[C", "\x1b[D"
PATIENCE = 1.5
"""Seconds in which something has to come."""


def painted(store: Path, subjects: Subjects) -> list[Line]:
    """Return the bytes of every level, and the median and the most of its panels and cursors."""
    argv = [sys.executable, "-m", "termstats", "--store", str(store), "--screen", "global"]
    argv += ["--theme", "dark"]
    for param in (Param.TRAINING, Param.LEARNER, Param.CLASS):
        if param in subjects:
            argv += [f"--{param}", subjects[param].key]
    lines = []
    with Console(argv, environment={"COLORTERM": "", "TEXTUAL_COLOR_SYSTEM": "256"}) as console:
        seen = Seen(console)
        console.until("All keys")
        for number, level in enumerate(Level, 1):
            # From level to level, also to the one where the program starts.
            seen.bytes_of("5" if number == 1 else "1")
            lines.append(Line(f"{level}: opens", seen.bytes_of(str(number)), "bytes", LEVEL))
            lines += _walked(level, list(_panels(seen, level)))
    return lines


@dataclass(frozen=True)
class Walked:
    """One panel: its title, and the bytes of coming to it and of moving its cursor."""

    title: str
    opened: int
    moved: int


def _walked(level: Level, panels: Sequence[Walked]) -> Iterator[Line]:
    for what, bytes_of, budget in (
        ("next panel", attrgetter("opened"), PANEL),
        ("cursor", attrgetter("moved"), CURSOR),
    ):
        numbers: list[int] = [bytes_of(panel) for panel in panels]
        most: Walked = max(panels, key=bytes_of)
        middle = statistics.median(numbers)
        yield Line(f"{level}: {what}, median", middle, "bytes", budget, f"{len(panels)} panels")
        yield Line(f"{level}: {what}, most", max(numbers), "bytes", budget, most.title)


def _panels(seen: Seen, level: Level) -> Iterator[Walked]:
    """Go through the panels with Tab."""
    for _ in range(sum(len(group.panels) for group in LEVELS[level].groups)):
        opened = seen.bytes_of(TAB)
        title = seen.focused_title()
        if title:
            moves = [seen.bytes_of(key) for key in (DOWN, RIGHT, LEFT, DOWN)]
            yield Walked(title, opened, max(moves))


class Seen:
    """The console of a program, and what its terminal shows."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._read = 0

    def bytes_of(self, keys: str) -> int:
        """Return how many bytes a key makes the program write."""
        self._console.rest()
        self._console.send(keys)
        return len(self._console.read(PATIENCE)) + self._console.rest()

    def focused_title(self) -> str:
        """Return the title in the heavy frame; empty: no panel has the focus."""
        self._stream.feed(self._console.written[self._read :])
        self._read = len(self._console.written)
        for line in self._screen.display:
            if "┏" in line:
                return line.split("┏", 1)[1].strip("━┓ ").split(" ━")[0]
        return ""
