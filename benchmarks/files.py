"""Reports of a long log: seconds, and the most memory that the process took."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Line

FORMATS = ("csv", "json", "text")
FEW = "2025-01-01..2025-01-04"
"""About one row in a hundred of the log."""
_CHILD = """
import resource, sys
from termstats.cli.main import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Prints the peak of its memory, in kB, as the last word."""


def reports(log: Path, folder: Path) -> list[Line]:
    """Return a line per length and format, of a whole process each."""
    lines = []
    for period in (FEW, "all"):
        for name in FORMATS:
            target = folder / f"report.{name}"
            command = [
                *("report", "backoffice.log", "--store", str(log), "--period", period),
                *("--format", name, "-o", str(target), "--force"),
            ]
            lines.append(_line(name, command, target))
    return lines


def _line(name: str, command: Sequence[str], target: Path) -> Line:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *command], stderr=subprocess.PIPE, text=True, check=True
    )
    seconds = time.perf_counter() - start
    rows = done.stderr.partition("wrote ")[2].partition(" rows")[0]
    peak = int(done.stderr.split()[-1]) / 1000
    size = target.stat().st_size / 1e6
    target.unlink()
    return Line(f"{rows} rows, {name}", seconds, "s", note=f"{peak:,.0f} MB memory, {size:,.0f} MB")
