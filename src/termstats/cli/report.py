"""`termstats report`: the same numbers as the screens, as text or data."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from termstats.cli.completing import complete_figures
from termstats.cli.report_options import ReportOptions, report_options
from termstats.cli.settings import Settings, settings_of
from termstats.cli.target import STDOUT
from termstats.cli.terminals import draws
from termstats.data.model.errors import TermstatsError

if TYPE_CHECKING:
    from termstats.data.model.writing import TableFile


@click.command()
@click.argument("figure", metavar="ID", shell_complete=complete_figures)
@report_options
@click.pass_context
def report(context: click.Context, /, **typed: Any) -> None:
    """Print the figure ID. `termstats figures` lists them; `i` on a screen shows the line."""
    from termstats.cli.ending import ended_by_signals

    options = ReportOptions(**typed)
    options.check()
    settings = settings_of(context)
    with ended_by_signals():
        if options.output in (None, STDOUT):
            _write(settings, options, sys.stdout)
        else:
            with _text_file(options.output) as file:
                rows = _write(settings, options, file)
            click.echo(f"wrote {rows:,} rows to {options.output}", err=True)


def _write(settings: Settings, options: ReportOptions, out: IO[str]) -> int:
    """Write the answer page by page and return its number of rows."""
    import asyncio

    from termstats.cli.asking import answer

    async def write(progress: Callable[[int], None]) -> int:
        file, rows = _table_file(options.format_, out), 0
        async with aclosing(answer(settings, options)) as pages:
            async for page in pages:
                file.add(page)
                rows += len(page.rows)
                progress(rows)
        file.end()
        return rows

    with _progress(options, out) as progress:
        return asyncio.run(write(progress))


def _table_file(name: str, out: IO[str]) -> TableFile:
    from termstats.data.model.writing import CsvFile, JsonFile, TextFile

    if name == "csv":
        return CsvFile(out)
    if name == "json":
        return JsonFile(out)
    from rich.cells import cell_len

    return TextFile(out, cell_len)


@contextmanager
def _progress(options: ReportOptions, out: IO[str]) -> Iterator[Callable[[int], None]]:
    """Give what says on stderr how many rows were read, where the rows themselves are not seen."""
    if not draws(sys.stderr) or out.isatty():
        yield lambda rows: None
        return
    from termstats.cli.progress import progress_bar

    with progress_bar(sys.stderr) as paint:
        yield lambda rows: paint(options.figure, rows, None)


@contextmanager
def _text_file(path: Path) -> Iterator[IO[str]]:
    """Open a file of text for writing, a new one or in the place of another one of text.

    Raises:
        TermstatsError: the file cannot be written, or holds something other than text.
    """
    from termstats.data.model.private_files import file_to_write, writing_private

    real = file_to_write(path)
    if real.exists() and _is_binary(real):
        raise TermstatsError(f"{path}: is there and holds no text; choose another place with -o")
    with writing_private(path) as file:
        yield file


def _is_binary(path: Path) -> bool:
    """Return whether a file is a store, a picture or whatever a report should not replace."""
    with path.open("rb") as file:
        return b"\0" in file.read(4096)
