"""The configuration file: TOML, every key optional, every mistake named."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.data.model.errors import UsageError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.group_sizes import LARGEST, SMALLEST
from termstats.data.model.period import EPOCH
from termstats.data.model.period_text import parse_period
from termstats.data.model.private_files import make_folder, write_private

EXAMPLE = """\
store = "/data/academy.sqlite3"    # what `termstats` opens; TERMSTATS_STORE goes before it
password_command = "pass show db"  # of a store on a server, or of a sealed file
viewer = "tina"                    # see only what this person may see; TERMSTATS_VIEWER goes before
period = "30d"                     # the period to begin with; none: what suits the store
clock = "device"                   # where a source has two: device or server; `o` switches
export_folder = "~/termstats-exports"
csv_bom = false                    # begin CSV files with a byte order mark, for Excel
exports_in = "/srv/exports"        # files are written there only; default: everywhere
audit_log = "/var/log/termstats/audit.jsonl"  # who gets whose data; default: written nowhere
min_group = 5                      # viewers see no numbers about fewer people; default: they do
stalled_days = 14                  # without activity: what was begun counts as stalled
demo = false                       # show people under pseudonyms; `A` switches
low_bandwidth = false              # 16 colours, nothing that moves
ascii = false                      # no box or braille characters
mouse = true

[viewers]                          # user of this machine = who that is; "*" sees everything
"tina" = "tina@example.org"        # whoever is not listed sees nothing
"omar" = { viewer = "omar", min_group = 10 }  # no numbers about fewer people

[look]
theme = "auto"                     # auto, dark, light, contrast, ansi, ascii or another of T
charts = "auto"                    # auto, blocks, braille (lines only) or ascii

[columns]                          # of a figure's table, as `C` chooses them
"training.learners" = "learner, state, progress"

[keymap]                           # binding id = keys; the ids are listed in docs/keys.md
"app.find" = "slash,f3"
"""


_KINDS = {
    str: "text",
    bool: "true or false",
    dict: "a table",
    int: "a number",
    float: "a number",
    list: "a list",
}


CLOCKS = ("device", "server")
EVERYTHING = "*"
"""The viewer who sees everything, and may look as any other."""


@dataclass(frozen=True)
class MappedViewer:
    """What `[viewers]` says of one user of this machine."""

    viewer: str
    """A viewer, or `EVERYTHING`."""
    min_group: int = 0
    """Of how many people at least numbers are shown to them; 0: as to others."""


@dataclass(frozen=True)
class Config:
    """What the file says, or the default."""

    store: str = ""
    """File or URL; may hold a password, so never shown unmasked."""
    password_command: str = ""
    """Prints the password of a store on a server, or of a sealed file; empty: there is none."""
    viewer: str | None = None
    """None: everything is shown. An empty one is refused where the settings are made."""
    period: str = ""
    """Empty: what suits the store."""
    clock: str = CLOCKS[0]
    """One of `CLOCKS`: which time events are placed by, where a source has two."""
    export_folder: str = "~/termstats-exports"
    csv_bom: bool = False
    """Whether CSV files begin with a byte order mark."""
    exports_in: str = ""
    """The only folder in which files are written; empty: everywhere."""
    audit_log: str = ""
    """The file in which is written who gets whose data; empty: nowhere."""
    min_group: int = 0
    """Of how many people at least numbers are shown to who does not see everything; 0: of any."""
    stalled_days: int = STALLED_DAYS
    """Days without activity after which a training that was begun counts as stalled."""
    demo: bool = False
    """Whether people are shown under pseudonyms."""
    low_bandwidth: bool = False
    ascii: bool = False
    mouse: bool = True
    viewers: Mapping[str, MappedViewer] | None = None
    """User of this machine -> who that is; None: nobody is mapped."""
    look: Mapping[str, str] = field(default_factory=dict)
    """How it looks; names in `LOOK`."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Figure -> the names of the columns that its table shows."""
    keymap: Mapping[str, str] = field(default_factory=dict)


LOOK: Mapping[str, tuple[str, ...]] = {
    "theme": (),
    "charts": ("auto", "blocks", "braille", "ascii"),
}
"""What `[look]` may hold, and what each may be; nothing: any text, which is looked at later."""


def load(path: Path) -> Config:
    """Return the configuration in `path`; the defaults when there is no such file.

    Raises:
        UsageError: unreadable, not TOML, an unknown key, a value of the wrong type.
    """
    try:
        check_plain(path)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: cannot be read ({reason}); correct or remove the file"
        ) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}; correct that line") from error
    defaults = {f.name: getattr(Config(), f.name) for f in fields(Config)}
    defaults["viewer"] = ""  # by default there is none; an empty one is no viewer either
    defaults["viewers"] = {}
    for name, value in values.items():
        if name not in defaults:
            raise UsageError(f"{path}: unknown key {name!r}; known: {', '.join(defaults)}")
        wanted = type(defaults[name])
        if type(value) is not wanted:  # true is no number
            raise UsageError(f"{path}: {name} must be {_KINDS[wanted]}, not {_kind(value)}")
    _check_values(path, values)
    _check_tables(path, values)
    if "viewers" in values:
        values["viewers"] = {
            name: _mapped_viewer(path, name, value) for name, value in values["viewers"].items()
        }
    config = Config(**values)
    try:
        parse_period(config.period or "all", EPOCH)
    except UsageError as error:
        raise UsageError(f"{path}: period: {error}") from error
    return config


def _check_values(path: Path, values: Mapping[str, Any]) -> None:
    """Check what a word may be, and a number.

    Raises:
        UsageError: it is another one.
    """
    if values.get("clock", CLOCKS[0]) not in CLOCKS:
        raise UsageError(f"{path}: clock must be {' or '.join(CLOCKS)}")
    if values.get("stalled_days", STALLED_DAYS) < 1:
        raise UsageError(f"{path}: stalled_days must be 1 or more")
    _check_group(path, "min_group", values.get("min_group", 0))


def _check_group(path: Path, name: str, value: int) -> None:
    """Check how small a group may be.

    Raises:
        UsageError: no group is so small, or so large.
    """
    if value not in (0, *range(SMALLEST, LARGEST + 1)):
        raise UsageError(f"{path}: {name} must be 0, or from {SMALLEST} to {LARGEST}")


def _mapped_viewer(path: Path, user: str, value: object) -> MappedViewer:
    """Return what `[viewers]` says of a user: a viewer, or a table that names one.

    Raises:
        UsageError: it names nobody, or says anything else; what is not understood opens nothing.
    """
    name = f"viewers.{user}"
    said = value if isinstance(value, dict) else {"viewer": value}
    for part, wanted in (("viewer", str), ("min_group", int)):
        where = name if said is not value else f"{name}.{part}"
        if type(said.get(part, wanted())) is not wanted:
            raise UsageError(f"{path}: {where} must be {_KINDS[wanted]}, not {_kind(said[part])}")
    if unknown := sorted(said.keys() - {"viewer", "min_group"}):
        raise UsageError(f"{path}: unknown key {name}.{unknown[0]}; known: viewer, min_group")
    if not str(said.get("viewer", "")).strip():
        raise UsageError(f"{path}: {name} is empty; name somebody, or leave it out")
    mapped = MappedViewer(**said)
    _check_group(path, f"{name}.min_group", mapped.min_group)
    return mapped


def _kind(value: object) -> str:
    """Return what a value is; itself it is not shown, for it may hold a password."""
    return _KINDS.get(type(value), "a date or time")


def _check_tables(path: Path, values: Mapping[str, Any]) -> None:
    """Check what stands in tables: names of the look, and text everywhere.

    Raises:
        UsageError: an unknown name, or a value that is no text.
    """
    for name, value in values.get("look", {}).items():
        if name not in LOOK:
            raise UsageError(f"{path}: unknown key look.{name}; known: {', '.join(LOOK)}")
        if LOOK[name] and isinstance(value, str) and value not in LOOK[name]:
            raise UsageError(f"{path}: look.{name} must be one of {', '.join(LOOK[name])}")
    for table in ("look", "columns", "keymap"):
        for name, value in values.get(table, {}).items():
            if not isinstance(value, str):
                raise UsageError(f"{path}: {table}.{name} must be text, not {_kind(value)}")


def keep_theme(path: Path, theme: str) -> None:
    """Write the theme into the configuration file; everything else in it stays as it is.

    Raises:
        As `_keep`.
    """
    _keep(path, "look", "theme", theme)


def keep_columns(path: Path, figure_id: str, names: Sequence[str]) -> None:
    """Write which columns a figure's table shows; none: what it shows by itself.

    Raises:
        As `_keep`.
    """
    _keep(path, "columns", figure_id, ", ".join(names))


def columns_of(config: Config) -> dict[str, tuple[str, ...]]:
    """Return figure -> the names of the columns to show."""
    return {
        figure_id: tuple(name.strip() for name in names.split(",") if name.strip())
        for figure_id, names in config.columns.items()
    }


def _keep(path: Path, table: str, name: str, value: str) -> None:
    """Write one value of a table of the file, or take it out where it is empty.

    Raises:
        UsageError: the file is there and cannot be read.
        OSError: it cannot be written.
    """
    import tomlkit  # only when something is chosen

    load(path)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    document = tomlkit.parse(text)
    values = document.setdefault(table, tomlkit.table())
    if value:
        values[name] = value
    else:
        values.pop(name, None)
    make_folder(path.parent)
    write_private(path, tomlkit.dumps(document))
