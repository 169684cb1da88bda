"""`termstats report`: the same numbers as the screens, as text or data."""

from __future__ import annotations

from contextlib import aclosing
from typing import IO, Any

import click

from termstats.cli.completing import complete_figures
from termstats.cli.output import opened_output, rows_read, say_written, table_file
from termstats.cli.report_options import ReportOptions, report_options
from termstats.cli.settings import Settings, settings_of


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
        with opened_output(options.output) as out:
            rows = _write(settings, options, out)
        say_written(rows, options.output)


def _write(settings: Settings, options: ReportOptions, out: IO[str]) -> int:
    """Write the answer page by page and return its number of rows."""
    import asyncio
    from collections.abc import Callable

    from termstats.cli.asking import answer

    async def write(progress: Callable[[int], None]) -> int:
        file, rows = table_file(options.format_, out, settings.csv), 0
        async with aclosing(answer(settings, options)) as pages:
            async for page in pages:
                file.add(page)
                rows += len(page.rows)
                progress(rows)
        file.end()
        return rows

    with rows_read(options.figure, out) as progress:
        return asyncio.run(write(progress))
