"""`termstats report`: the same numbers as the screens, as text or data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from termstats.cli.report_options import ReportOptions, report_options
from termstats.cli.settings import settings_of
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
    if options.output is None:
        sys.stdout.write(text)
    else:
        _write(options.output, text)
        click.echo(f"wrote {len(table.rows):,} rows to {options.output}", err=True)


def _as_text(table: Table) -> str:
    from rich.cells import cell_len

    from termstats.data.model.writing import to_text

    return to_text(table, cell_len)


def _write(path: Path, text: str) -> None:
    from termstats.data.model.private_files import write_private

    try:
        write_private(path, text)
    except OSError as error:
        raise TermstatsError(
            f"{path}: cannot be written ({error.strerror}); choose another place with -o"
        ) from error
