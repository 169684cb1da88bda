"""`python -m benchmarks`: measure everything, or only some of it."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.commands import commands
from benchmarks.devices import measure_devices
from benchmarks.export import measure_export
from benchmarks.figures import beside_sql, every_figure
from benchmarks.importing import make_store
from benchmarks.log import measure_log
from benchmarks.moving import moved
from benchmarks.painting import painted
from benchmarks.readers import READERS, many_readers
from benchmarks.results import show
from benchmarks.screens import every_screen
from benchmarks.since_last import measure_since_last
from benchmarks.ssh import measure_ssh
from benchmarks.terminal import dashboard
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.query.largest import Subjects, largest
from termstats.data.store.opening import open_store

PARTS = ("sql", "figures", "screens", "readers", "terminal", "moving", "painting", "commands")
LOG = "log"
EXPORT, DEVICES = "export", "devices"
APART = {
    LOG: measure_log,
    EXPORT: measure_export,
    DEVICES: measure_devices,
    "since-last": measure_since_last,
    "ssh": measure_ssh,
}
"""Parts with stores of their own; measured only where they are asked for."""


def main() -> None:
    """Read the options, make or open the store, and print a table per part."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join((*PARTS, *APART))}; all"
    )
    parser.add_argument("--store", type=Path, help="measure this store instead of a new sample")
    parser.add_argument("--events", type=int, default=1_000_000, help="size of the new sample")
    parser.add_argument(
        "--folder",
        type=Path,
        help="keep what `log`, `export` and `since-last` make here, for again",
    )
    parser.add_argument("--period", default="30d", help="what the figures are asked for")
    options = parser.parse_args()
    unknown = set(options.parts) - {*PARTS, *APART}
    if unknown:
        there = ", ".join((*PARTS, *APART))
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {there}")
    print(
        f"{os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
    for name in [part for part in options.parts if part in APART]:
        with tempfile.TemporaryDirectory() as folder:
            APART[name](options.folder or Path(folder), options.events)
    parts = [part for part in options.parts or PARTS if part not in APART]
    if not parts:
        return
    if options.store:
        measure(options.store, options.period, parts)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "bench.sqlite3"
        learners = max(60, min(50_000, options.events // 200))
        lines = make_store(store, learners, options.events)
        show(f"Import of {options.events:,} events", lines, "bare executemany")
        measure(store, options.period, parts)


def measure(path: Path, period: str, parts: Sequence[str]) -> None:
    """Print the tables of the parts asked for."""
    subjects = asyncio.run(_data(path, period, parts))
    if "readers" in parts:
        show(f"{READERS} readers at once, {period}", many_readers(path, period), "bare SQL")
    if "terminal" in parts:
        show("The dashboard at 80x24", dashboard(path, subjects), "bare app")
    if "moving" in parts:
        show("From a key to its figures, processor", moved(path, subjects), "budget")
    if "painting" in parts:
        show("Bytes at 80x24 with 256 colours", painted(path, subjects), "budget")
    if "commands" in parts:
        show("Commands", commands(path), "python -c pass")


async def _data(path: Path, period: str, parts: Sequence[str]) -> Subjects:
    store = await open_store(path)
    try:
        subjects = await largest(store)
        base = Request(parse_period(period, store.info.today, store.info.coverage))
        if "sql" in parts:
            lines = await beside_sql(store, path, base, subjects)
            show(f"Figures beside SQL by hand, {period}", lines, "bare SQL")
        if "figures" in parts:
            show(f"Every figure, {period}", await every_figure(store, base, subjects))
        if "screens" in parts:
            show(f"Screens, {period}", await every_screen(store, base, subjects))
        return subjects
    finally:
        await store.close()


if __name__ == "__main__":
    main()
