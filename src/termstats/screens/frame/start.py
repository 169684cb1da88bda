"""What the command line hands to the dashboard. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.data.model.request import Param
from termstats.data.model.small_numbers import ANY_GROUP, MinGroup
from termstats.data.model.writing import CsvStyle


@dataclass(frozen=True)
class StartAt:
    """Where the dashboard opens: a level, the things chosen on it, a period."""

    screen: str = ""
    """A level's name; empty: the level of the last key, or the first the viewer may see."""
    keys: tuple[tuple[Param, str], ...] = ()
    """Ids or unique names, as typed; resolved in the viewer's scope."""
    period: str = ""
    """Empty: what suits the store."""


@dataclass(frozen=True)
class Options:
    """How the dashboard behaves in this terminal."""

    low_bandwidth: bool = False
    """16 colours of the terminal itself, nothing that moves."""
    ascii: bool = False
    theme: str = "dark"
    """A name of `termstats.widgets.look.themes.names()`, or `auto`."""
    auto_theme: str = "dark"
    """What `auto` is in this terminal: `theme_of` says what a choice stands for."""
    charts: str = "blocks"
    """`blocks`, `braille` (step lines only) or `ascii`."""
    mouse: bool = True
    export_folder: Path = Path("~/termstats-exports")
    csv: CsvStyle = CsvStyle()
    """What CSV files are for."""
    audit: Path | None = None
    """The file in which is written who gets whose data; None: nowhere."""
    groups: MinGroup = ANY_GROUP
    """Of how many people at least numbers are shown."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Binding id -> keys, as `termstats.keys` names them."""
    hint: bool = False
    """Whether to say the first steps: on the first start."""
    server_clock: bool = False
    """Whether events are placed by the server's time to begin with, where a source has two."""
    stalled_days: int = STALLED_DAYS
    """Days without activity after which a training that was begun counts as stalled."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Figure -> the columns that its table shows, where that was chosen."""

    demo: bool = False
    """Whether people are shown under pseudonyms to begin with."""

    def theme_of(self, chosen: str) -> str:
        """Return the theme that a choice stands for."""
        return self.auto_theme if chosen == "auto" else chosen
