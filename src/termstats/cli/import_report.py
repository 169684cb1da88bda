"""What an import did: rows read, kept and refused, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from termstats.cli.drawing import show, table_of
from termstats.data.model.text import clean, with_example

if TYPE_CHECKING:
    from termstats.data.importers.writing.base import ImportReport

_HEAD = ("table", "read", "kept", "refused", "why")


def report_table(
    rows: Iterable[tuple[str, int, int, Mapping[str, int], Mapping[str, str]]],
) -> Table:
    """Return an import report: (table, read, kept, refused by reason, an example by reason)."""
    lines = []
    for table, read, kept, refused, examples in rows:
        lost = sum(refused.values())
        lines.append((clean(table), f"{read:,}", f"{kept:,}", f"{lost:,}", ""))
        lines.extend(
            ("", "", "", f"{count:,}", clean(with_example(why, examples.get(why))))
            for why, count in refused.items()
        )
    return table_of(lines, _HEAD, right=(1, 2, 3))


def print_report(report: ImportReport, store: Path, format_: str) -> None:
    """Print the report to stdout as JSON, or to stderr for a person, and the notes."""
    from termstats.data.importers.writing.run import bad_rows_path

    if format_ == "json":
        click.echo(report.to_json())
    else:
        tables = report.tables.items()
        show(
            report_table((name, t.read, t.kept, t.refused, t.examples) for name, t in tables),
            sys.stderr,
        )
    for note in (*report.gaps, *report.notes):
        click.echo(f"note: {clean(note)}", err=True)
    if report.refused:
        bad_rows = bad_rows_path(store)
        click.echo(f"{report.refused:,} rows could not be used; they are in {bad_rows}", err=True)
    click.echo(f"store: {store} ({store.stat().st_size / 1e6:,.1f} MB)", err=True)
