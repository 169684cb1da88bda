"""`termstats check`: is a store sound, and how fresh are its data."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from termstats.cli.options import format_option, store_options
from termstats.cli.settings import settings_of
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK

if TYPE_CHECKING:
    from rich.console import RenderableType

    from termstats.data.snapshots.checks import SourceCheck, StoreCheck


@click.command()
@store_options
@format_option("text", "json")
@click.pass_context
def check(context: click.Context, format_: str) -> int:
    """Check a store: whole, how fresh, what its imports refused, day tables against events."""
    import asyncio
    import json

    from termstats.data.snapshots.checks import check_store

    settings = settings_of(context)
    result = asyncio.run(
        check_store(settings.location(or_sample=True), settings.viewer, settings.groups)
    )
    if format_ == "json":
        click.echo(json.dumps(asdict(result), ensure_ascii=False, indent=1))
    else:
        _print(result)
    if result.problems:
        click.echo("termstats: error: the store is not sound; import its source again", err=True)
    return EXIT_FAILED if result.problems else EXIT_OK


def _print(result: StoreCheck) -> None:
    from rich.text import Text

    from termstats.cli.drawing import show, table_of

    lines: list[tuple[str | RenderableType, str | RenderableType]] = []
    lines.append(("store", f"{result.store}, zone {result.zone}"))
    for source in result.sources:
        lines += _lines_of(source)
    lines += [(Text("ok", style="green"), line) for line in result.passed]
    lines += [("note", line) for line in result.notes]
    lines += [(Text("PROBLEM", style="bold red"), line) for line in result.problems]
    show(table_of(lines), sys.stdout)


def _lines_of(source: SourceCheck) -> list[tuple[str, str | RenderableType]]:
    from termstats.cli.import_report import report_table

    version = f" {source.version}" if source.version else ""
    lines: list[tuple[str, str | RenderableType]] = [
        ("source", f"{source.name}: {source.platform}{version}"),
        ("", f"as of {source.as_of}, {source.age_days:,} days ago"),
        ("", f"records from {source.first_day} to {source.last_day}"),
    ]
    if source.tables:
        lines.append(
            (
                "",
                report_table(
                    (t.table, t.read, t.kept, t.refused, t.examples) for t in source.tables
                ),
            )
        )
    return [*lines, *(("", f"note: {note}") for note in source.notes)]
