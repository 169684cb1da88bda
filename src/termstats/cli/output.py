"""Where the rows of a command go, and how they are written: --format, -o, --force."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from termstats.cli.options import csv_options, format_option
from termstats.cli.target import STDOUT
from termstats.cli.terminals import draws
from termstats.data.model.errors import TermstatsError, UsageError

if TYPE_CHECKING:
    from termstats.data.model.audit import Deed
    from termstats.data.model.writing import CsvStyle, TableFile

OUTPUT_OPTIONS = (
    format_option("text", "csv", "json"),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write here (-: stdout).",
    ),
    click.option("--force", is_flag=True, help="Overwrite FILE."),
    csv_options,
)
"""The options, in the order in which help lists them."""


def check_output(output: Path | None, *, force: bool) -> None:
    """Check that no file is overwritten unasked.

    Raises:
        UsageError: it is there, and `force` is not given.
    """
    # A link that leads nowhere is there too: who made it may want a file written elsewhere.
    if output is not None and output != STDOUT and os.path.lexists(output) and not force:
        raise UsageError(f"{output}: exists already; choose another name or add --force")


def deed_of(output: Path | None) -> Deed:
    """Return what the audit log calls it when rows go there."""
    from termstats.data.model.audit import Deed

    return Deed.REPORTED if output in (None, STDOUT) else Deed.EXPORTED


@contextmanager
def opened_output(output: Path | None) -> Iterator[IO[str]]:
    """Open what is written to: stdout, a new file of text, or one in the place of another.

    Raises:
        TermstatsError: the file cannot be written, or holds something other than text.
    """
    from termstats.data.model.private_files import file_to_write, writing_private

    if output is None or output == STDOUT:
        yield sys.stdout
        return
    real = file_to_write(output)
    if real.exists() and _is_binary(real):
        raise TermstatsError(f"{output}: is there and holds no text; choose another place with -o")
    with writing_private(output) as file:
        yield file


def say_written(rows: int, output: Path | None) -> None:
    """Say on stderr what a file holds now."""
    if output is not None and output != STDOUT:
        click.echo(f"wrote {rows:,} rows to {output}", err=True)


def table_file(name: str, out: IO[str], style: CsvStyle) -> TableFile:
    """Return what writes tables in a format."""
    from termstats.data.model.writing import CsvFile, JsonFile, TextFile

    if name == "csv":
        return CsvFile(out, style)
    if name == "json":
        return JsonFile(out)
    from rich.cells import cell_len

    return TextFile(out, cell_len)


@contextmanager
def rows_read(name: str, out: IO[str]) -> Iterator[Callable[[int], None]]:
    """Give what says on stderr how many rows were read, where the rows themselves are not seen."""
    if not draws(sys.stderr) or out.isatty():
        yield lambda rows: None
        return
    from termstats.cli.progress import progress_bar

    with progress_bar(sys.stderr) as paint:
        yield lambda rows: paint(name, rows, None)


def _is_binary(path: Path) -> bool:
    """Return whether a file is a store, a picture or whatever rows should not replace."""
    with path.open("rb") as file:
        return b"\0" in file.read(4096)
