"""What an import did: rows read, kept and refused, and why."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from termstats.cli.drawing import show, table_of
from termstats.data.model.plural import counted
from termstats.data.model.text import clean, with_example

if TYPE_CHECKING:
    from termstats.data.importers.writing.base import ImportReport

_MOST_GAPS = 8
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
    for note in report.notes:
        click.echo(f"note: {clean(note)}", err=True)
    if report.refused:
        bad_rows = bad_rows_path(store)
        refused = counted(report.refused, "row")
        if bad_rows.exists():
            click.echo(f"{refused} could not be used, see {bad_rows}", err=True)
        else:
            click.echo(f"{refused} passed over, for the reasons above", err=True)
    for line in summary_lines(report, store):
        click.echo(line, err=True)


def summary_lines(report: ImportReport, store: Path) -> list[str]:
    """Return what is in the store now, what its source cannot show, and what to type next."""
    from termstats.data.store.contents import contents_of

    held = contents_of(store)
    days = "no day with data"
    if held.first is not None and held.last is not None:
        length = counted((held.last - held.first).days + 1, "day")
        days = f"{length} from {held.first} to {held.last}"
    things = ", ".join((counted(held.people, "person"), counted(held.trainings, "training"), days))
    lines = [f"store: {store} ({store.stat().st_size / 1e6:,.1f} MB): {things}"]
    if report.gaps:
        gaps = [clean(gap) for gap in report.gaps[:_MOST_GAPS]]
        more = len(report.gaps) - len(gaps)
        rest = f"; {more:,} more, see: termstats check" if more else ""
        lines.append(f"not in the source, so not shown: {'; '.join(gaps)}{rest}")
    return [*lines, f"open it with: {next_command(store)}"]


def next_command(store: Path) -> str:
    """Return the line that opens a store."""
    return f"termstats --store {shlex.quote(str(store))}"
