"""`termstats snapshot`: a copy of a store to hand out."""

from __future__ import annotations

from pathlib import Path

import click

from termstats.cli.options import store_options
from termstats.cli.settings import settings_of
from termstats.cli.target import STDOUT, check_replaceable, file_or_stdout
from termstats.data.model.errors import UsageError
from termstats.data.model.group_sizes import LARGEST, SMALLEST


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_options
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Events of the last N days.")
@click.option("--pseudonyms", is_flag=True, help="Replace names, logins and ids of people.")
@click.option("--without-events", is_flag=True, help="Day tables only: no logs, no timelines.")
@click.option(
    "--min-group",
    type=click.IntRange(SMALLEST, LARGEST),
    metavar="N",
    help="Who opens it sees no numbers about fewer than N people.",
)
@click.option("--expires", metavar="DATE", help="Last day on which the snapshot opens.")
@click.option("--force", is_flag=True, help="Replace FILE, if that is a store.")
@click.pass_context
def snapshot(
    context: click.Context,
    file: Path,
    days: int | None,
    pseudonyms: bool,
    without_events: bool,
    min_group: int | None,
    expires: str | None,
    force: bool,
) -> None:
    """Write a copy of the store to FILE, cut to what --viewer may see.

    FILE may be -, which is stdout.
    """
    import asyncio

    from termstats.cli.ending import ended_by_signals
    from termstats.data.model.dates import parse_day
    from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
    from termstats.data.store.opening import store_path

    settings = settings_of(context)
    location = settings.location()
    if file != STDOUT and file.exists() and file.samefile(store_path(location)):
        raise UsageError(f"{file}: is the store itself; choose another name")
    check_replaceable(file, force=force)
    options = SnapshotOptions(
        viewer=settings.viewer,
        audit=settings.audit,
        days=days,
        pseudonyms=pseudonyms or settings.demo,
        without_events=without_events,
        groups=settings.groups,
        min_group=min_group or 0,
        expires=parse_day(expires) if expires else None,
    )
    with file_or_stdout(file) as target:
        with ended_by_signals():
            asyncio.run(make_snapshot(location, target, options))
        click.echo(f"wrote {file} ({target.stat().st_size / 1e6:,.1f} MB)", err=True)
