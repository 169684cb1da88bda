"""What a measurement gives, how it is taken, and how it is printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

RUNS = 7
"""Measured runs after one that warms up; the median counts."""


COLUMNS = 6
LEFT = (0, COLUMNS - 1)
"""Columns of words; the others are numbers."""


@dataclass(frozen=True)
class Timing:
    """Medians in milliseconds: by the clock, and of the processor, which a busy machine leaves."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Line:
    """One measured thing, beside a baseline of the same run where there is one."""

    what: str
    value: float
    unit: str = "ms"
    baseline: float | None = None
    note: str = ""
    cpu: float | None = None
    """Processor time of all threads, where the work is done in this process."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what, value, processor time, baseline, ratio and note as text."""
        ratio = f"{self.value / self.baseline:.1f}x" if self.baseline else ""
        numbers = [
            "" if number is None else _amount(number, self.unit)
            for number in (self.value, self.cpu, self.baseline)
        ]
        return self.what, *numbers, ratio, self.note


def timed(what: str, timing: Timing, baseline: float | None = None, note: str = "") -> Line:
    """Return the line of something that took time."""
    return Line(what, timing.wall, "ms", baseline, note, timing.cpu)


def _amount(value: float, unit: str) -> str:
    digits = 1 if unit == "ms" and value < 100 else 0
    return f"{value:,.{digits}f} {unit}".rstrip()


def show(title: str, lines: Sequence[Line], baseline: str = "baseline") -> None:
    """Print one table in Markdown, so that it can be kept as it is."""
    print(f"\n### {title}\n")
    rows = [("what", "measured", "processor", baseline, "ratio", ""), *(x.cells for x in lines)]
    used = [at for at in range(COLUMNS) if at < 2 or any(row[at] for row in rows[1:])]
    wide = {at: max(len(row[at]) for row in rows) for at in used}
    rule = [("-" * wide[at] if at in LEFT else "-" * (wide[at] - 1) + ":") for at in used]
    for number, row in enumerate(rows):
        cells = [row[at].ljust(wide[at]) if at in LEFT else row[at].rjust(wide[at]) for at in used]
        print(f"| {' | '.join(cells)} |")
        if not number:
            print(f"| {' | '.join(rule)} |", flush=True)


def median(run: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median of `runs` calls in milliseconds, after one that is not counted."""
    run()
    milliseconds = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        milliseconds.append(1000 * (time.perf_counter() - start))
    return statistics.median(milliseconds)


async def median_of(run: Callable[[], Awaitable[object]], runs: int = RUNS) -> Timing:
    """Return the medians of `runs` awaited calls, after one that is not counted."""
    await run()
    walls, cpus = [], []
    for _ in range(runs):
        start, worked = time.perf_counter(), time.process_time()
        await run()
        walls.append(1000 * (time.perf_counter() - start))
        cpus.append(1000 * (time.process_time() - worked))
    return Timing(statistics.median(walls), statistics.median(cpus))
