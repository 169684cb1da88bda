"""What a measurement gives, how it is taken, and how it is printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

RUNS = 7
"""Measured runs after one that warms up; the median counts."""


@dataclass(frozen=True)
class Line:
    """One measured thing, beside a baseline of the same run where there is one."""

    what: str
    value: float
    unit: str = "ms"
    baseline: float | None = None
    note: str = ""

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """Return what, value, baseline, ratio and note as text."""
        ratio = f"{self.value / self.baseline:.1f}x" if self.baseline else ""
        base = _amount(self.baseline, self.unit) if self.baseline is not None else ""
        return self.what, _amount(self.value, self.unit), base, ratio, self.note


def _amount(value: float, unit: str) -> str:
    digits = 1 if unit == "ms" and value < 100 else 0
    return f"{value:,.{digits}f} {unit}"


def show(title: str, lines: Sequence[Line], baseline: str = "baseline") -> None:
    """Print one table in Markdown, so that it can be kept as it is."""
    print(f"\n### {title}\n")
    rows = [("what", "measured", baseline, "ratio", ""), *(line.cells for line in lines)]
    used = [at for at in range(5) if at < 2 or any(row[at] for row in rows[1:])]
    wide = {at: max(len(row[at]) for row in rows) for at in used}
    for number, row in enumerate(rows):
        cells = [
            f"{row[at]:<{wide[at]}}" if at in (0, 4) else f"{row[at]:>{wide[at]}}" for at in used
        ]
        print(f"| {' | '.join(cells)} |")
        if not number:
            rules = ["-" * wide[at] if at in (0, 4) else "-" * (wide[at] - 1) + ":" for at in used]
            print(f"| {' | '.join(rules)} |", flush=True)


def median(run: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median of `runs` calls in milliseconds, after one that is not counted."""
    run()
    return statistics.median(_timed(run) for _ in range(runs))


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)


async def median_of(run: Callable[[], Awaitable[object]], runs: int = RUNS) -> float:
    """Return the median of `runs` awaited calls in milliseconds, after one that is not counted."""
    await run()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        await run()
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found)
