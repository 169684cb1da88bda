"""Runs an import with a bar on stderr, where somebody watches."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click
from rich.progress import BarColumn, Progress, TextColumn

from termstats.cli.drawing import console_on
from termstats.cli.ending import ended_by_signals
from termstats.cli.terminals import draws
from termstats.data.importers.writing import base
from termstats.data.importers.writing.run import News, quiet, run_import, run_since_last
from termstats.data.model.text import clean
from termstats.data.store.lock import Patience

log = logging.getLogger(__name__)
Result = TypeVar("Result")
_REPAINT = 0.1
"""Seconds between two paintings of one table's bar."""
WAIT = 30.0
"""Seconds to wait for another import into the same store, where nothing else is said."""
_WIDEST = 40
"""Characters of a table's name."""


def run_with_progress(
    importer: base.Importer,
    source: str,
    store: Path,
    options: base.ImportOptions,
    wait: float = WAIT,
) -> base.ImportReport:
    """Import `source` into `store` and return the report.

    `wait`: seconds to wait for somebody else who writes the store.

    Raises:
        EndedBySignal: Ctrl-C, or another signal; nothing is left behind.
        SourceError: the source cannot be used; the old store is untouched.
        StoreError: the store cannot be written.
    """
    report = _shown(
        lambda progress, patience: run_import(importer, source, store, options, progress, patience),
        wait,
    )
    _log(report)
    return report


def run_since_last_with_progress(
    importer: base.ResumingImporter,
    source: str,
    store: Path,
    options: base.ImportOptions,
    wait: float = 0,
) -> News:
    """Bring what is new in `source` into `store`; see `run_with_progress`."""
    news = _shown(
        lambda progress, patience: run_since_last(
            importer, source, store, options, progress, patience
        ),
        wait,
    )
    if news.report is not None:
        _log(news.report)
    return news


def _shown(
    start: Callable[[base.Progress, Patience], Coroutine[Any, Any, Result]], wait: float
) -> Result:
    """Run an import; what there is to see of it is on stderr."""
    patience = Patience(wait, lambda words: click.echo(clean(words), err=True))
    # An import seldom yields to the event loop, whose own handler would wait for that.
    with ended_by_signals(), shown_on(sys.stderr) as progress:
        return asyncio.run(start(progress, patience))


def _log(report: base.ImportReport) -> None:
    for name, table in report.tables.items():
        log.info("%s: %d rows read, %d kept", name, table.read, table.kept)


def shown_on(stream: TextIO) -> AbstractContextManager[base.Progress]:
    """Return what shows how far an import is: a bar, lines where none can be drawn, or nothing."""
    if not stream.isatty():
        return nullcontext(quiet)
    return progress_bar(stream) if draws(stream) else nullcontext(progress_lines(stream))


def progress_lines(stream: TextIO) -> base.Progress:
    """Return a callback that writes a line for each table when its reading begins."""
    table_before = ""

    def tell(table: str, done: int, total: int | None) -> None:
        nonlocal table_before
        if table == table_before:
            return
        table_before = table
        rows = f", {total:,} rows" if total else ""
        stream.write(f"reading {clean(table)[:_WIDEST]}{rows}\n")
        stream.flush()

    return tell


@contextmanager
def progress_bar(stream: TextIO) -> Iterator[base.Progress]:
    """Give a callback that paints a bar for the table being read; the bar goes at the end."""
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(20),
        TextColumn("{task.fields[rows]}", markup=False),
        console=console_on(stream),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task("", total=None, rows="", visible=False)
    last, table_before = 0.0, ""

    def paint(table: str, done: int, total: int | None) -> None:
        nonlocal last, table_before
        now = time.monotonic()
        if table == table_before and now - last < _REPAINT:
            return
        last, table_before = now, table
        rows = f"{done:,} rows of {total:,}" if total else f"{done:,} rows" if done else "..."
        name = clean(table)[:_WIDEST]
        bar.update(
            task, description=name, completed=done, total=total or None, rows=rows, visible=True
        )
        bar.refresh()

    with bar:
        yield paint
