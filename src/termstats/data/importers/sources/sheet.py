"""One opened file of rows, and what counts them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.refused import Refused
from termstats.data.model.errors import SourceError

Row = dict[str, str]
"""Our name of a column -> cell."""


class RefusedCell(ValueError):
    """A row that cannot be used, and the cell that is why."""

    def __init__(self, reason: str, cell: str = "") -> None:
        super().__init__(reason)
        self.cell = cell


class RowCounter(Protocol):
    """What counts the rows of a sheet; see `Intake`."""

    def read(self) -> None:
        """Count a row that was read, as kept."""

    def refuse(
        self,
        reason: str,
        row: object,
        *,
        found: str = "",
        place: str = "",
        columns: Sequence[str] = (),
    ) -> None:
        """Count a row that was read as refused; see `Intake.refuse`."""


@dataclass
class Sheet:
    """One opened file: its header, and its rows."""

    path: Path
    header: tuple[str, ...]
    """As the file writes it; empty for JSON without any row."""
    columns: tuple[str, ...]
    """Our names of what is read; unknown columns keep their own."""
    orders: Mapping[str, cells.Order]
    """What the dates of a column are: see `cells.instant`."""
    notes: list[str]
    """What the report should say of the file."""
    decimal: cells.Mark
    """What stands before decimals; nothing where the file does not tell, and in JSON."""
    place: str
    """Words for where a row is, with `{}` for its line or, in a JSON document, its number."""
    line: int = 0
    """Where the row is that was read last, from 1."""
    _rows: Callable[[], Iterator[tuple[int, Row | Refused]]] = field(repr=False, kw_only=True)
    _counter: RowCounter | None = None

    def order(self, column: str) -> cells.Order:
        """Return what the dates of a column are."""
        return self.orders.get(column, "dmy")

    def rows(self, counter: RowCounter) -> Iterator[Row]:
        """Yield the rows; each is counted as read.

        Rows of another width than the header's, and what is no JSON object, are refused.

        Raises:
            SourceError: damaged or truncated.
        """
        self._counter = counter
        with readable(self.path):
            for line, row in self._rows():
                self.line = line
                counter.read()
                if isinstance(row, Refused):
                    self.refuse(row.reason, row.item, row.found)
                else:
                    yield row

    def refuse(self, reason: str, row: object, found: str = "") -> None:
        """Refuse the row that was read last; `found`: the cell that cannot be used."""
        if self._counter is not None:
            place = self.place.format(self.line)
            self._counter.refuse(reason, row, found=found, place=place, columns=self.columns)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say in one line what is wrong with a file that is damaged while it is read.

    Raises:
        SourceError: it is.
    """
    try:
        yield
    except csv.Error as error:
        raise SourceError(f"{path}: damaged or truncated ({error}); export it again") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise SourceError(f"{path}: not JSON ({error}); export it again") from error
