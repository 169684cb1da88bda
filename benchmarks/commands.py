"""Whole processes: how long a command takes from the shell."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.results import Line, median

RUNS = 5


def commands(store: Path) -> list[Line]:
    """Return the commands beside a Python that does nothing."""
    nothing = median(partial(_run, "-c", "pass"), RUNS)
    wanted = {
        "termstats --help": ("-m", "termstats", "--help"),
        "termstats report global.totals": (
            *("-m", "termstats", "report", "global.totals", "--store", str(store)),
        ),
        "termstats report global.attention --format csv": (
            *("-m", "termstats", "report", "global.attention", "--store", str(store)),
            *("--format", "csv"),
        ),
    }
    return [
        Line(name, median(partial(_run, *argv), RUNS), "ms", nothing)
        for name, argv in wanted.items()
    ]


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
