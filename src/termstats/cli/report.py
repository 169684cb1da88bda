"""`termstats report`: the same numbers as the screens, as text or data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from termstats.cli.report_options import ReportOptions, report_options
from termstats.cli.settings import settings_of
from termstats.cli.target import STDOUT
from termstats.data.model.errors import TermstatsError

if TYPE_CHECKING:
    from termstats.data.model.table import Table


@click.command()
@click.argument("figure", metavar="ID")
@report_options
@click.pass_context
def report(context: click.Context, /, **typed: Any) -> None:
    """Print the figure ID. `termstats figures` lists them; `i` on a screen shows the line."""
    import asyncio

    options = ReportOptions(**typed)
    options.check()

    from termstats.cli.asking import answer
    from termstats.data.model.writing import to_csv, to_json

    table = asyncio.run(answer(settings_of(context), options))
    text = {"text": _as_text, "csv": to_csv, "json": to_json}[options.format_](table)
    if not text.endswith("\n"):
        text += "\n"
    if options.output in (None, STDOUT):
        sys.stdout.write(text)
    else:
        write_text(options.output, text)
        click.echo(f"wrote {len(table.rows):,} rows to {options.output}", err=True)


def _as_text(table: Table) -> str:
    from rich.cells import cell_len

    from termstats.data.model.writing import to_text

    return to_text(table, cell_len)


def write_text(path: Path, text: str) -> None:
    """Write a file of text, a new one or in the place of another one of text.

    Raises:
        TermstatsError: the file cannot be written, or holds something other than text.
    """
    from termstats.cli.ending import ended_by_signals
    from termstats.data.model.private_files import file_to_write, write_private

    real = file_to_write(path)
    if real.exists() and _is_binary(real):
        raise TermstatsError(f"{path}: is there and holds no text; choose another place with -o")
    with ended_by_signals():
        write_private(path, text)


def _is_binary(path: Path) -> bool:
    """Return whether a file is a store, a picture or whatever a report should not replace."""
    with path.open("rb") as file:
        return b"\0" in file.read(4096)
