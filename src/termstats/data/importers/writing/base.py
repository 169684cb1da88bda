"""What all importers share: the protocol, the report and the import itself (atomic, idempotent)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.moments import Order
from termstats.data.importers.sources.withheld import NOT_KEPT, is_network, without_network
from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.errors import SourceError
from termstats.data.model.private_files import file_to_write, open_private, put_in_place
from termstats.data.model.text import clean, with_example
from termstats.data.model.units import RowId, Second

Progress = Callable[[str, int, int | None], None]
"""Called with (table, rows done, rows in all or None)."""
_UNTOUCHED = "nothing was imported, the old store is untouched"
_STEP = 1_000
"""Rows between two reports of progress."""
_LONGEST_EXAMPLE = 40
"""Characters of a cell that a report shows."""


def bad_rows_path(store: Path) -> Path:
    """Return where the refused rows of the last import into `store` are kept."""
    return store.with_name(f"{store.name}.bad-rows.csv")


@dataclass
class TableReport:
    """Rows of one source table: `read` = `kept` + the refused."""

    read: int = 0
    kept: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    """Reason -> what the first row refused for it holds, and where it stands."""

    def refuse(self, reason: str, example: str = "") -> None:
        """Count one row that could not be used."""
        self.refused[reason] = self.refused.get(reason, 0) + 1
        if example:
            self.examples.setdefault(reason, example)


@dataclass
class ImportReport:
    """What an import read, kept and refused, per source table, and what the source lacks."""

    platform: str
    source: str
    tables: dict[str, TableReport] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, name: str) -> TableReport:
        """Return the counts of one source table, made on first use."""
        return self.tables.setdefault(name, TableReport())

    @property
    def refused(self) -> int:
        """Return the number of refused rows over all tables."""
        return sum(sum(t.refused.values()) for t in self.tables.values())

    def to_json(self) -> str:
        """Return the report as JSON, as kept in `source.report`."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


class BadRows:
    """Collects refused rows in a CSV file; no file when nothing was refused."""

    def __init__(
        self, path: Path, report: ImportReport, *, with_network_data: bool = False
    ) -> None:
        self.path = path
        self.report = report
        self.withheld: set[str] = set()
        """Columns of this platform that are kept with network data only, beside the usual."""
        self._with_network_data = with_network_data
        self._file: Any = None
        self._csv: Any = None

    def add(
        self,
        table: str,
        reason: str,
        row: object,
        *,
        columns: Sequence[str] = (),
        place: str = "",
    ) -> None:
        """Keep one row that cannot be used, without what the import was told not to keep."""
        written = json.dumps(self._kept(row, columns), ensure_ascii=False, default=str)
        self._start().writerow((table, reason, cells.text(written), cells.text(place)))

    def _start(self) -> Any:
        """Return the writer of the file, which is made for the first row."""
        if self._csv is None:
            self._file = open_private(self.path)
            self._csv = csv.writer(self._file)
            self._csv.writerow(("table", "reason", "row", "place"))
        return self._csv

    def _kept(self, row: object, columns: Sequence[str]) -> object:
        if isinstance(row, list | tuple) and len(row) == len(columns):
            row = dict(zip(columns, row, strict=True))
        if self._with_network_data:
            return row
        withheld = self.withheld.union(filter(is_network, columns))
        if not isinstance(row, dict) and not withheld.isdisjoint(columns):
            return NOT_KEPT  # which of its cells is the address, nobody knows
        return without_network(row, withheld)

    def carry_over(self, before: Path, is_meant: Callable[[str, dict[str, Any]], bool]) -> None:
        """Keep rows of the file of the import before: those of which (table, row) is meant."""
        if not before.exists():
            return
        with before.open(encoding="utf-8", newline="") as file:
            for table, reason, written, place in islice(csv.reader(file), 1, None):
                row = json.loads(written)
                if is_meant(table, row if isinstance(row, dict) else {}):
                    self._start().writerow((table, reason, written, place))

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def keep_as(self, final: Path) -> None:
        """Put the file in its final place; where nothing was refused, an older one goes."""
        if self._file is None:
            file_to_write(final).unlink(missing_ok=True)
        else:
            put_in_place(self.path, final)
            self.path = final


@dataclass(frozen=True)
class Intake:
    """Counts the rows of one source table: each is kept until it is refused."""

    table: str
    counts: TableReport
    bad_rows: BadRows
    progress: Progress

    def read(self, rows: int = 1, total: int | None = None) -> None:
        """Count rows that were read, as kept; `total`: how many there are, where it is told."""
        self.counts.read += rows
        self.counts.kept += rows
        if total is not None or self.counts.read % _STEP < rows:
            self.progress(self.table, self.counts.read, total)

    def refuse(
        self,
        reason: str,
        row: object,
        *,
        found: str = "",
        place: str = "",
        columns: Sequence[str] = (),
    ) -> None:
        """Count a row that was read as refused, and keep it in the bad-rows file.

        `found`: the cell that cannot be used; `place`: where the row is, such as `line 7`;
        `columns` names the cells of a list.
        """
        self.counts.kept -= 1
        if not (found or place or columns) and isinstance(row, list | tuple):
            found = ", ".join(map(cells.text, row))
        self.counts.refuse(reason, _example(found, place))
        self.bad_rows.add(self.table, reason, row, columns=columns, place=place)

    def refuse_unread(self, reason: str, row: object) -> None:
        """Count a row as read and refused, and keep it in the bad-rows file."""
        self.read()
        self.refuse(reason, row)

    def pass_over(self, reason: str, rows: int = 1) -> None:
        """Count rows that were read as refused, where nobody misses them."""
        self.counts.kept -= rows
        for _ in range(rows):
            self.counts.refuse(reason)


def _example(found: str, place: str) -> str:
    """Return a cell and its place as a report shows them; nothing where neither is known."""
    cell = found if len(found) <= _LONGEST_EXAMPLE else f"{found[:_LONGEST_EXAMPLE]}..."
    shown = repr(cell) if cell else ""
    return " in ".join(part for part in (shown, place) if part)


@dataclass(frozen=True)
class ImportOptions:
    """How to import: zones, as-of and what to leave out."""

    zone: str | None = None
    """Reporting zone of a new store (IANA); None: UTC, or the zone the store has."""
    source_zone: str | None = None
    """Zone of source dates that carry none; None: the platform's rule."""
    as_of: Second | None = None
    """The moment the data describe, seconds UTC; None: when read."""
    as_of_latest: bool = False
    """Take the newest record as the moment the data describe."""
    name: str | None = None
    """Name of the source in the store; None: the platform's."""
    language: str = "en"
    """Language of multilingual titles."""
    with_network_data: bool = False
    """Keep IP addresses and user agents."""
    dates: Order | None = None
    """What numeric dates in files of rows are; None: the files tell."""
    map: str | None = None
    """File that names the columns of files of rows; None: the one beside each file, if any."""
    only: tuple[str, ...] = ()
    """Keys of the trainings to import; empty: all. Replaces only these."""
    more: tuple[str, ...] = ()
    """Further locations, read as one source with the first."""
    anew: bool = False
    """Leave out everything that the store held."""
    log_stays: bool = False
    """Leave the events where they lie; keep only what is made of them."""


@dataclass(frozen=True)
class LastImport:
    """What the last import of a source left in the store."""

    store: Path
    source_id: RowId
    marks: Mapping[str, Any]
    """JSON of the importer. `mark`: the events after this key are read again."""
    seen: bytes
    """What the importer has seen, packed its own way."""
    tables: Mapping[str, TableReport]
    """What was read of each table of the source."""


@dataclass
class ImportContext:
    """Everything an importer is handed."""

    writer: StoreWriter
    report: ImportReport
    bad_rows: BadRows
    options: ImportOptions
    progress: Progress
    zone: str
    """Reporting zone of the store."""
    needed: dict[str, bool] = field(default_factory=dict)
    """Tables of which rows must be kept -> even where the source has none."""
    needs_rows: bool = False
    last: LastImport | None = None
    """What the last import left, where only what is new is to be read; None: read everything."""
    before: LastImport | None = None
    """What the last import left, where everything is written anew; None: nothing is known."""
    left: tuple[Mapping[str, Any], bytes] | None = None
    """Marks and what was seen, for the next import; None: that has to read everything."""
    pairs: dict[tuple[RowId, RowId], Second | None] = field(default_factory=dict)
    """(training, person) of whom something other than events has changed since the last import ->
    the earliest moment of an attempt or completion that has; None: only something else."""

    def note_changed(self, pair: tuple[RowId, RowId], *moments: Second | None) -> None:
        """Note of whom something other than events has changed, and when that was."""
        known = [at for at in (*moments, self.pairs.get(pair)) if at is not None]
        self.pairs[pair] = min(known, default=None)

    def intake(self, table: str) -> Intake:
        """Return what counts the rows of one source table."""
        return Intake(table, self.report.table(table), self.bad_rows, self.progress)

    def need(self, *tables: str, rows: bool = True) -> None:
        """Say that an import which keeps no row of one of the tables is a failure.

        `rows=False`: unless the source has no rows there at all. An import that needs anything
        has to keep a row of some table.
        """
        self.needs_rows = True
        self.needed |= {table: rows or self.needed.get(table, False) for table in tables}

    def check_needed(self) -> None:
        """Check that rows of every needed table were kept.

        Raises:
            SourceError: none of a table, or none at all; one line with the most common reason.
        """
        for table, even_without_rows in self.needed.items():
            counts = self.report.tables.get(table, TableReport())
            if counts.kept or not (counts.read or even_without_rows):
                continue
            if not counts.read:
                raise SourceError(f"{self.report.source}: holds no row of {table}; {_UNTOUCHED}")
            reason = max(counts.refused, key=counts.refused.__getitem__, default="unknown")
            reason = with_example(reason, counts.examples.get(reason))
            raise SourceError(
                f"{self.report.source}: none of the {counts.read:,} rows of {table} can be used "
                f"({clean(reason)}); {_UNTOUCHED}"
            )
        if self.needs_rows and not any(table.kept for table in self.report.tables.values()):
            raise SourceError(f"{self.report.source}: holds no row that can be used; {_UNTOUCHED}")


class Importer(Protocol):
    """One platform. `run` writes every canonical row; day tables are built afterwards.

    With `keeps_history = True` rows that the source no longer has stay in the store (`history.py`);
    then every event needs a `key` that later imports find again. With `takes_several = True` it
    reads `options.more` too.
    """

    platform: str
    title: str
    """What a person calls the platform."""
    help: str
    """One line for `termstats import --help`: what SOURCE may be."""
    example: str
    """What to type after `termstats import PLATFORM`."""

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the source at `location` and fill the store through `context.writer`.

        Raises:
            SourceError: the location is not this platform, lacks a table, or is damaged.
        """
        ...


@runtime_checkable
class ResumingImporter(Importer, Protocol):
    """A platform of which what is new can be read alone.

    `run` then heeds `context.last` and fills `context.left`; keys of its events are numbers that
    grow. It raises `EverythingNeeded` where the rest has changed as well.
    """

    async def is_news(self, location: str, options: ImportOptions, last: LastImport) -> bool:
        """Return whether an import would change anything since the `last` one.

        Raises:
            SourceError: as `run`.
        """
        ...
