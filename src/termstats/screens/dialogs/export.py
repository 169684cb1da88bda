"""`e`: which rows and columns are exported, and where to. Enter alone exports what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from termstats.data.model.text import clean
from termstats.screens.dialogs.pick import PickDialog, Picking
from termstats.screens.frame.exporting import is_folder
from termstats.widgets.picking.choices import Choice, Narrowed, PickColumn, narrowed

_PICKING = Picking(
    "Export",
    (PickColumn("CSV of"), PickColumn("Rows", is_right=True), PickColumn("Columns", is_right=True)),
    placeholder="type a folder to export elsewhere",
    example="or type a folder: /tmp, ~/reports, or . for where you are in the shell",
    keys="Enter export · Esc close",
)
SHOWN, ALL = "shown", "all"


@dataclass(frozen=True)
class Sizes:
    """What an export would hold, in words: `120`, `all 180`."""

    shown: str
    every: str
    columns: str


@dataclass(frozen=True)
class Export:
    """What is exported where."""

    everything: bool
    folder: Path


class ExportDialog(PickDialog[Export]):
    """Gives what to export; what is typed as a folder is where to."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        choices = (
            Choice(SHOWN, ("the rows shown, in their order", sizes.shown, sizes.columns)),
            Choice(ALL, ("all rows, no filter on them", sizes.every, sizes.columns)),
        )
        super().__init__(_PICKING, choices)
        self._folder = folder

    def left_of(self, choices: Sequence[Choice], typed: str) -> Narrowed:
        """Return the choices; a folder narrows nothing."""
        return narrowed(choices, "" if is_folder(typed) else typed)

    def reading(self, typed: str) -> tuple[str, bool]:
        """Say where to."""
        if typed and not is_folder(typed):
            return super().reading(typed)
        return f"into {clean(self._target(typed))}", False

    def _target(self, typed: str) -> Path:
        return Path(typed) if is_folder(typed) else self._folder

    def answer(self, typed: str, keys: tuple[str, ...]) -> Export:
        """Return what is exported."""
        return Export(ALL in keys, self._target(typed))
