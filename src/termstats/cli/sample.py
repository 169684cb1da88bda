"""`termstats sample`: a store of an invented academy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from termstats.cli.target import check_replaceable, file_or_stdout


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same store.")
@click.option("--learners", type=click.IntRange(min=22), help="Accounts, staff included.")
@click.option("--events", type=click.IntRange(min=0), help="Events.")
@click.option("--zone", default="Europe/Paris", show_default=True, help="Reporting zone.")
@click.option("--force", is_flag=True, help="Replace FILE, if that is a store.")
def sample(
    file: Path, seed: int, learners: int | None, events: int | None, zone: str, force: bool
) -> None:
    """Make a sample store: an invented academy of any size.

    FILE may be -, which is stdout.
    """
    from termstats.cli.import_report import next_command
    from termstats.cli.progress import run_with_progress
    from termstats.data.importers.writing.base import ImportOptions
    from termstats.data.model.period import check_zone
    from termstats.data.model.plural import counted
    from termstats.data.sample import SampleImporter

    check_zone(zone)
    check_replaceable(file, force=force)
    sizes: dict[str, Any] = {"learners": learners, "events": events}
    importer = SampleImporter(seed, **{k: v for k, v in sizes.items() if v is not None})
    with file_or_stdout(file) as target:
        report = run_with_progress(importer, "sample", target, ImportOptions(zone=zone, anew=True))
    event_count = sum(table.kept for table in report.tables.values())
    click.echo(f"{file}: {counted(event_count, 'event')}, seed {seed}", err=True)
    click.echo(f"open it with: {next_command(file)}", err=True)
