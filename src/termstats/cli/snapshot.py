"""`termstats snapshot`: a copy of a store to hand out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from termstats.cli.options import key_option, store_options
from termstats.cli.settings import keys_of, settings_of
from termstats.cli.target import STDOUT, check_replaceable, file_or_stdout
from termstats.data.model.errors import UsageError
from termstats.data.model.group_sizes import LARGEST, SMALLEST

_DIGITS = 5
"""Digits of a number of days: centuries."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_options
@key_option("--training", help="Of this training only.")
@key_option("--class", "class_", help="Of this class and its sub-classes only.")
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Events of the last N days.")
@click.option("--pseudonyms", is_flag=True, help="Replace names, logins and ids of people.")
@click.option(
    "--without-events",
    "--no-events",
    "without_events",
    is_flag=True,
    help="Day tables only: no logs, no timelines.",
)
@click.option(
    "--without-answers",
    "--no-answers",
    "without_answers",
    is_flag=True,
    help="Scores only: nothing that people answered.",
)
@click.option(
    "--min-group",
    type=click.IntRange(SMALLEST, LARGEST),
    metavar="N",
    help="Who opens it sees no numbers about fewer than N people.",
)
@click.option("--expires", metavar="DATE|30d", help="Last day on which the snapshot opens.")
@click.option(
    "--password-command",
    metavar="CMD",
    help="Encrypt FILE by age, with the password that CMD prints.",
)
@click.option("--force", is_flag=True, help="Replace FILE, if that is a store.")
@click.pass_context
def snapshot(
    context: click.Context,
    file: Path,
    training: str | None,
    class_: str | None,
    days: int | None,
    pseudonyms: bool,
    without_events: bool,
    without_answers: bool,
    min_group: int | None,
    expires: str | None,
    password_command: str | None,
    force: bool,
) -> None:
    """Write a copy of the store to FILE, cut to what --viewer may see.

    FILE may be -, which is stdout.
    """
    import asyncio

    from termstats.cli.ending import ended_by_signals
    from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
    from termstats.data.store.opening import store_path
    from termstats.data.store.servers.address import is_server

    settings = settings_of(context)
    location = settings.location()
    is_there = file != STDOUT and file.exists() and not is_server(location)
    if is_there and file.samefile(store_path(location)):
        raise UsageError(f"{file}: is the store itself; choose another name")
    check_replaceable(file, force=force)
    options = SnapshotOptions(
        viewer=settings.viewer,
        about=keys_of({"training": training, "class": class_}),
        audit=settings.audit,
        days=days,
        pseudonyms=pseudonyms or settings.demo,
        without_answers=without_answers,
        without_events=without_events,
        groups=settings.groups,
        min_group=min_group or 0,
        expires=_last_day(expires) if expires else None,
        password=_password(password_command),
    )
    with file_or_stdout(file) as target:
        with ended_by_signals():
            asyncio.run(make_snapshot(location, target, options))
        click.echo(f"wrote {file} ({target.stat().st_size / 1e6:,.1f} MB)", err=True)


def _last_day(typed: str) -> date:
    """Return the day that `2026-12-31` names, or `30d`: so many days from today.

    Raises:
        UsageError: it is neither.
    """
    from termstats.data.model.dates import parse_day

    number = typed.removesuffix("d")
    if typed != number and number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
        return datetime.now(UTC).date() + timedelta(days=int(number))
    return parse_day(typed)


def _password(command: str | None) -> str | None:
    """Return the password that a command prints; None: there is none.

    Raises:
        UsageError: it fails, or prints nothing.
    """
    if command is None:
        return None
    from termstats.cli.passwords import printed

    password = printed(command, "--password-command")
    if not password:
        raise UsageError("--password-command prints no password; run it by hand to see")
    return password
