"""Options that several commands share, and the store and viewer that they settle."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from termstats.data.model.errors import UsageError

if TYPE_CHECKING:
    from termstats.cli.config import Config
    from termstats.data.model.request import Param

P = ParamSpec("P")
R = TypeVar("R")

_PASSWORD = re.compile(r"^[^:/]+://[^:/@]*:[^@]+@|[?&][^=&]*pass[^=&]*=", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """What the command line, the environment and the configuration file together say."""

    config: Config
    store: str
    """File or URL; empty: none was named. May hold a password."""
    viewer: str | None

    def location(self, *, or_sample: bool = False) -> str:
        """Return the store to open.

        Raises:
            UsageError: none was named, and the sample may not stand in.
        """
        from termstats.paths import STORE_VARIABLE, sample_store

        if self.store:
            return self.store
        if or_sample:
            return str(sample_store())
        raise UsageError(f"which store? give --store FILE, or set {STORE_VARIABLE}")


def store_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add --store and --viewer: before or after the name of a command, the later one wins."""

    @click.option("--store", metavar="FILE|URL", help="The store to read.")
    @click.option("--viewer", metavar="NAME", help="See only what this person may see.")
    @functools.wraps(command)
    def wrapped(*args: Any, **options: Any) -> R:
        settings = click.get_current_context().ensure_object(dict)
        for name in ("store", "viewer"):
            value = options.pop(name)
            if value is not None:
                settings[name] = value
                if name == "store":
                    warn_of_password(value)
        return command(*args, **options)

    return wrapped


def warn_of_password(location: str) -> None:
    """Say on stderr that a password on the command line can be seen by others."""
    if _PASSWORD.search(location):
        click.echo(
            "termstats: warning: a password on the command line is seen by everybody on this "
            "machine; put the URL into TERMSTATS_STORE or the configuration file",
            err=True,
        )


def settings_of(context: click.Context) -> Settings:
    """Return the settings for a command: options, then the environment, then the file."""
    from termstats import paths
    from termstats.cli import config

    typed: Mapping[str, str] = context.ensure_object(dict)
    loaded = config.load(paths.config_file())
    return Settings(
        loaded,
        typed.get("store") or os.environ.get(paths.STORE_VARIABLE, "") or loaded.store,
        typed.get("viewer") or loaded.viewer or None,
    )


def masked(location: str) -> str:
    """Return a store or source as it may be shown: without the password of a URL."""
    from termstats.data.importers.sources.location import masked as without_password

    return without_password(location)


def keys_of(subjects: Mapping[str, str | None]) -> tuple[tuple[Param, str], ...]:
    """Return the parameters that were given, in order."""
    from termstats.data.model.request import Param

    return tuple((Param(name), key) for name, key in subjects.items() if key)


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
