"""The store and viewer that options, environment and configuration file together settle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from termstats.cli.setting_names import AUDIT, MIN_GROUP
from termstats.data.model.confined import only_folder
from termstats.data.model.errors import UsageError
from termstats.data.model.redaction import remember
from termstats.data.model.small_numbers import ANY_GROUP, MinGroup
from termstats.data.model.writing import CsvStyle

if TYPE_CHECKING:
    from termstats.config import Config
    from termstats.data.model.request import Param
    from termstats.data.store.opening import Store


@dataclass(frozen=True)
class Settings:
    """What the command line, the environment and the configuration file together say."""

    config: Config
    store: str
    """File or URL; empty: none was named. May hold a password."""
    demo: bool
    """Whether people are shown under pseudonyms."""
    named: str | None
    """The viewer who was named; None: nobody was. Never empty."""
    csv: CsvStyle
    audit: Path | None = None
    """The file in which is written who gets whose data; None: nowhere."""
    groups: MinGroup = ANY_GROUP
    """Of how many people at least numbers are shown."""

    @property
    def viewer(self) -> str | None:
        """Return who looks; None: whoever sees everything, for the store is theirs.

        Raises:
            NotAllowed: nobody is known to look, or somebody as another than they are.
        """
        from termstats.cli.owner import check_personal, mapped

        if self.config.viewers is not None:
            return mapped(self.config.viewers, self.named)
        if self.named is None and self.store:
            check_personal(self.store)
        return self.named

    def location(self, *, or_sample: bool = False) -> str:
        """Return the store to open, the password of a server included.

        Raises:
            UsageError: none was named, and the sample may not stand in; no password is given.
        """
        from termstats.cli.passwords import unsealed, with_password
        from termstats.paths import STORE_VARIABLE, sample_store

        if self.store:
            command = self.config.password_command
            return unsealed(with_password(self.store, command), command)
        if or_sample:
            return str(sample_store())
        raise UsageError(f"which store? give --store FILE, or set {STORE_VARIABLE}")

    def check_names(self, what: str) -> None:
        """Check that people are not under pseudonyms, for `what` names them.

        Raises:
            UsageError: they are.
        """
        if self.demo:
            raise UsageError(f"{what} with names: leave out --demo, and demo in the configuration")

    def face_of(self, store: Store) -> Store:
        """Return the open store as it is to be shown: with names, or under pseudonyms."""
        from termstats.data.snapshots.demo import with_pseudonyms

        return with_pseudonyms(store) if self.demo else store


def settings_of(context: click.Context) -> Settings:
    """Return the settings for a command: options, then the environment, then the file.

    Raises:
        UsageError: the file cannot be read, or a viewer is named by nothing.
    """
    from termstats import config, paths

    typed: Mapping[str, Any] = context.ensure_object(dict)
    loaded = config.load(paths.config_file())
    store = typed.get("store") or os.environ.get(paths.STORE_VARIABLE, "") or loaded.store
    remember(store)
    style = CsvStyle(raw=bool(typed.get("raw")), bom=bool(typed.get("bom")) or loaded.csv_bom)
    if (only := only_folder()) is not None:
        loaded = replace(loaded, export_folder=str(only))
    return Settings(
        loaded,
        store,
        bool(typed.get("demo")) or loaded.demo,
        _named(typed, loaded),
        style,
        _audit(typed, loaded),
        _groups(typed.get(MIN_GROUP, 0), loaded),
    )


def _groups(typed: int, loaded: Config) -> MinGroup:
    """Return the smallest groups: of the option, of the file, and of its viewers."""
    from termstats.cli.owner import user_name, user_number
    from termstats.config import EVERYTHING, MappedViewer

    entries = loaded.viewers or {}
    user = user_name(user_number()) if entries else ""
    own = entries.get(user, MappedViewer(EVERYTHING)).min_group
    named = ((each.viewer, each.min_group) for each in entries.values() if each.min_group)
    return MinGroup(
        everybody=max(typed, own),
        viewers=loaded.min_group,
        named=tuple(pair for pair in named if pair[0] != EVERYTHING),
    )


def _audit(typed: Mapping[str, Any], loaded: Config) -> Path | None:
    """Return where the audit log is: the option, then the file."""
    named = typed.get(AUDIT) or loaded.audit_log
    return Path(named) if named else None


def _named(typed: Mapping[str, Any], loaded: Config) -> str | None:
    """Return the viewer who was named first; a name that is there and empty names nobody.

    Raises:
        UsageError: it is empty, as where a script's variable was never set: that is no
            administrator.
    """
    from termstats.paths import VIEWER_VARIABLE

    for place, name in (
        ("--viewer", typed.get("viewer")),
        (VIEWER_VARIABLE, os.environ.get(VIEWER_VARIABLE)),
        ("viewer in the configuration file", loaded.viewer),
    ):
        if name is not None and not name.strip():
            raise UsageError(f"{place} is empty; name somebody, or leave it out to see everything")
        if name is not None:
            return name
    return None


def keys_of(subjects: Mapping[str, str | None]) -> tuple[tuple[Param, str], ...]:
    """Return the parameters that were given, in order."""
    from termstats.data.model.request import Param

    return tuple((Param(name), key) for name, key in subjects.items() if key)
