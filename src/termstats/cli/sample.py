"""`termstats sample`: a store of an invented academy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from termstats.data.model.errors import UsageError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same store.")
@click.option("--learners", type=click.IntRange(min=22), help="Accounts, staff included.")
@click.option("--events", type=click.IntRange(min=0), help="Events.")
@click.option("--zone", default="Europe/Paris", show_default=True, help="Reporting zone.")
@click.option("--force", is_flag=True, help="Replace FILE.")
def sample(
    file: Path, seed: int, learners: int | None, events: int | None, zone: str, force: bool
) -> None:
    """Make a sample store: an invented academy of any size."""
    from termstats.cli.progress import run_with_progress
    from termstats.data.importers.writing.base import ImportOptions
    from termstats.data.model.period import check_zone
    from termstats.data.sample import SampleImporter
    from termstats.data.store.opening import check_store_file

    check_zone(zone)
    if file.exists():
        if not force:
            raise UsageError(f"{file}: exists already; choose another name or add --force")
        check_store_file(file)  # --force replaces a store, nothing else
    sizes: dict[str, Any] = {"learners": learners, "events": events}
    importer = SampleImporter(seed, **{k: v for k, v in sizes.items() if v is not None})
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        report = run_with_progress(importer, "sample", fresh, ImportOptions(zone=zone))
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    event_count = sum(table.kept for table in report.tables.values())
    click.echo(f"{file}: {event_count:,} events, seed {seed}", err=True)
    click.echo(f"open it with: termstats --store {file}", err=True)
