"""Reads one file of rows for a test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.tabular import Sheet, Sheets

COLUMNS = SheetColumns(
    {"at": (), "who": ("Person",), "kind": (), "course": ()}, dates=("at",), only_mapped=True
)


class Counter:
    """Counts the rows of a sheet, and keeps the refused ones."""

    def __init__(self) -> None:
        self.number = 0
        self.refused: list[tuple[str, object]] = []
        self.places: list[str] = []

    def read(self) -> None:
        self.number += 1

    def refuse(
        self,
        reason: str,
        row: object,
        *,
        found: str = "",
        place: str = "",
        columns: Sequence[str] = (),
    ) -> None:
        self.refused.append((reason, row))
        self.places.append(place)


def read(
    path: Path, columns: SheetColumns = COLUMNS, sheets: Sheets | None = None
) -> tuple[Sheet, list[dict[str, str]], Counter]:
    """Return the sheet of a file, its rows, and what counted them."""
    counter = Counter()
    with (sheets or Sheets(columns)).open(path) as sheet:
        return sheet, list(sheet.rows(counter)), counter
