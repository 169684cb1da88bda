"""`termstats snapshot`: a copy of a store to hand out."""

from __future__ import annotations

from pathlib import Path

import click

from termstats.cli.options import store_options
from termstats.cli.settings import settings_of
from termstats.data.model.errors import UsageError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_options
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Events of the last N days.")
@click.option("--pseudonyms", is_flag=True, help="Replace names, logins and ids of people.")
@click.option("--without-events", is_flag=True, help="Day tables only: no logs, no timelines.")
@click.option("--expires", metavar="DATE", help="Last day on which the snapshot opens.")
@click.option("--force", is_flag=True, help="Replace FILE.")
@click.pass_context
def snapshot(
    context: click.Context,
    file: Path,
    days: int | None,
    pseudonyms: bool,
    without_events: bool,
    expires: str | None,
    force: bool,
) -> None:
    """Write a copy of the store to FILE, cut to what --viewer may see."""
    import asyncio

    from termstats.data.model.dates import parse_day
    from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
    from termstats.data.store.opening import store_path

    settings = settings_of(context)
    location = settings.location()
    if file.exists() and (file.samefile(store_path(location)) or not force):
        raise UsageError(f"{file}: exists already; choose another name or add --force")
    options = SnapshotOptions(
        viewer=settings.viewer,
        days=days,
        pseudonyms=pseudonyms,
        without_events=without_events,
        expires=parse_day(expires) if expires else None,
    )
    asyncio.run(make_snapshot(location, file, options))
    click.echo(f"wrote {file} ({file.stat().st_size / 1e6:,.1f} MB)", err=True)
