"""The store and viewer that options, environment and configuration file together settle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from termstats.data.model.errors import UsageError

if TYPE_CHECKING:
    from termstats.cli.config import Config
    from termstats.data.model.request import Param


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
