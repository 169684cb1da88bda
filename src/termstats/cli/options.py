"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click

from termstats.cli.completing import complete_keys, complete_periods
from termstats.cli.setting_names import FIXED
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.redaction import holds_password

P = ParamSpec("P")
R = TypeVar("R")


def store_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add --store, --viewer, --demo: before or after the name of a command, the later one wins."""

    @click.option("--store", metavar="FILE|URL", help="The store to read.")
    @click.option("--viewer", metavar="NAME", help="See only what this person may see.")
    @click.option("--demo", is_flag=True, help="Show people under pseudonyms.")
    @functools.wraps(command)
    def wrapped(*args: Any, **options: Any) -> R:
        settings = click.get_current_context().ensure_object(dict)
        for name in ("store", "viewer", "demo"):
            value = options.pop(name)
            if value not in (None, False):
                if name != "demo" and settings.get(FIXED):
                    raise NotAllowed(f"--{name} is not for you to choose here; leave it out")
                settings[name] = value
                if name == "store":
                    warn_of_password(value)
        return command(*args, **options)

    return wrapped


def csv_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add --raw and --bom, which hold for CSV files only."""

    @click.option("--raw", is_flag=True, help="CSV for programs: formulas in text are not guarded.")
    @click.option("--bom", is_flag=True, help="CSV for Excel: with a byte order mark.")
    @functools.wraps(command)
    def wrapped(*args: Any, **options: Any) -> R:
        settings = click.get_current_context().ensure_object(dict)
        for name in ("raw", "bom"):
            if options.pop(name):
                if options.get("format_", "csv") != "csv":
                    raise UsageError(f"--{name} is for --format csv")
                settings[name] = True
        return command(*args, **options)

    return wrapped


def warn_of_password(location: str) -> None:
    """Say on stderr that a password on the command line can be seen by others."""
    if holds_password(location):
        click.echo(
            "termstats: warning: a password on the command line is seen by everybody on this "
            "machine; put the URL into TERMSTATS_STORE or the configuration file",
            err=True,
        )


def format_option(*formats: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Add --format; the first format is the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to write it.",
    )


def key_option(*names: str, help: str) -> Callable[[Callable[P, R]], Callable[P, R]]:  # noqa: A002
    """Add an option that takes the KEY of something in the store; a shell completes it."""
    return click.option(*names, metavar="KEY", shell_complete=complete_keys, help=help)


period_option = click.option(
    "--period",
    metavar="P",
    shell_complete=complete_periods,
    help="7d, last-month, 2026-03, FROM..TO, last 30 minutes...",
)
"""Adds --period."""
