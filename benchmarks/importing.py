"""Making a store: how fast, beside SQLite alone writing the same rows."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.results import Line
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.sample import SampleImporter
from termstats.data.store import schema
from termstats.data.store.ddl import create_tables

CHUNK = 50_000
"""Rows held in memory at once while the baseline copies them."""


def make_store(path: Path, learners: int, events: int) -> list[Line]:
    """Import a sample into `path` and measure it."""
    start = time.perf_counter()
    sample = SampleImporter(learners=learners, events=events)
    asyncio.run(run_import(sample, "sample", path, ImportOptions(zone="Europe/Paris")))
    whole = time.perf_counter() - start
    rows, bare = bare_copy(path, path.with_name("bare.sqlite3"))
    return [
        Line(
            "import, rows a second",
            rows / whole,
            "",
            rows / bare,
            f"{rows:,} rows in {whole:.1f} s",
        ),
        Line("size of the store", path.stat().st_size / 1e6, "MB"),
    ]


def bare_copy(store: Path, target: Path) -> tuple[int, float]:
    """Return how many rows the source tables hold, and the seconds SQLite alone needs for them.

    No checks, no keys to look up, no indexes, no day tables: `executemany` and one commit.
    """
    rows, seconds = 0, 0.0
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(target)) as copy:
        create_tables(copy, schema.CANONICAL_TABLES)
        for table in schema.CANONICAL_TABLES:
            marks = ", ".join("?" * len(table.columns))
            cursor = source.execute(f'SELECT * FROM "{table.name}"')  # noqa: S608 - of the schema
            while chunk := cursor.fetchmany(CHUNK):
                start = time.perf_counter()
                copy.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', chunk)  # noqa: S608
                seconds += time.perf_counter() - start
                rows += len(chunk)
        start = time.perf_counter()
        copy.commit()
        seconds += time.perf_counter() - start
    target.unlink()
    return rows, seconds
