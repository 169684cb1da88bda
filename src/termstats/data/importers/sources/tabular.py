"""One reader for files of rows: CSV, JSON arrays and JSON Lines, wrapped or flat, plain or packed.

What a file is, its content tells, not its name. Every cell is a text; no value is an empty text.
A file is read twice: first for what only all of its rows tell, the columns of JSON, whether quotes
quote, and the order of day and month; then for its rows.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.column_maps import ColumnMap, near, read_map
from termstats.data.importers.sources.column_names import Naming, SheetColumns, check_missing
from termstats.data.importers.sources.date_order import DateEvidence, decide
from termstats.data.importers.sources.delimited import (
    LONGEST_CELL,
    Layout,
    find_layout,
    rows_of,
    settle_quotes,
)
from termstats.data.importers.sources.json_rows import JsonRows, cell_text, paths_beside, value_at
from termstats.data.importers.sources.map_values import Composed, Words
from termstats.data.importers.sources.refused import Refused
from termstats.data.importers.sources.sheet import RefusedCell, Row, RowCounter, Sheet, readable
from termstats.data.importers.sources.text_files import UTF_8, open_text
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

__all__ = ["RefusedCell", "RowCounter", "Sheet", "Sheets"]

_FIRST_LINES = 1_000
_SAID: Mapping[cells.Order, str] = {
    "dmy": "day first",
    "mdy": "month first",
    "serial": "days since 1900",
}


@dataclass
class Sheets:
    """The files of rows of one import."""

    columns: SheetColumns
    given_map: str | None = None
    given_order: cells.Order | None = None
    files: int = 1
    """How many there are: of several, each need not have all columns of a map for all."""
    _missing: set[str] | None = None
    """What no file had so far that a map for all names."""
    _headers: set[str] = field(default_factory=set)
    _map: ColumnMap = field(default_factory=ColumnMap)

    @contextmanager
    def open(self, path: Path) -> Iterator[Sheet]:
        """Open one of the files.

        Raises:
            SourceError: unreadable, truncated, no header, two columns mean the same, or the order
                of day and month is open.
            UsageError: the map names what neither the file nor the importer has.
        """
        # Global in Python: the default of 131,072 refuses a long difference.
        csv.field_size_limit(LONGEST_CELL)
        with open_text(path) as (file, encoding), readable(path):
            map_ = read_map(path, self.given_map, self.columns.maps)
            naming = Naming(path, self.columns, map_)
            reader = _JsonReader if _first_character(file) in ("{", "[") else _CsvReader
            yield reader(file, naming, self).sheet(encoding)

    def check_map(self) -> None:
        """Check, after the last file, that each name of a map for all was in one of them.

        Raises:
            UsageError: it was not.
        """
        check_missing(
            self._map, "no file has a", sorted(self._missing or ()), sorted(self._headers)
        )

    def note_missing(self, naming: Naming, header: Sequence[str], missing: Sequence[str]) -> None:
        """Take note of what a file lacks that its map names.

        Raises:
            UsageError: the map is for this file.
        """
        if self.files == 1 or not naming.map.is_shared:
            check_missing(naming.map, f"{naming.path.name} has no", missing, header)
            return
        self._map = naming.map
        self._headers |= set(header)
        self._missing = set(missing) & (set(missing) if self._missing is None else self._missing)


class _Reader:
    """What the two kinds of files share: naming, value maps, dates."""

    def __init__(self, file: IO[str], naming: Naming, sheets: Sheets) -> None:
        self.file = file
        self.naming = naming
        self.sheets = sheets
        self.evidence: dict[str, DateEvidence] = {}
        """Our name of a column of dates -> what its cells show."""
        self.paths: dict[str, str] = {}
        """Path of a value inside a value -> our name."""
        self.found: set[str] = set()
        """Those of them that lead to a value, and our columns that are made of one."""
        self.composed: dict[str, Composed] = {}
        """Our name -> what it is made of."""
        self.beside: dict[str, None] = {}
        """Paths there are beside those that lead nowhere, in the first rows."""
        self.marks: set[str] = set()
        """What stands before decimals."""
        self.unit = "line"
        """What the numbers of rows count."""
        self.words: list[tuple[str, Words]] = []
        """(our name, what its words are in ours)."""

    def evidence_of(self, ours: str | None) -> DateEvidence | None:
        """Return what is to take note of the cells of a column; None: it holds no dates."""
        if ours is None or ours not in self.sheets.columns.dates:
            return None
        return self.evidence.setdefault(ours, DateEvidence(self.unit))

    @property
    def decimal(self) -> cells.Mark:
        """Return what stands before decimals; nothing where rows contradict each other."""
        return "" if len(self.marks) != 1 else "," if "," in self.marks else "."

    def look_inside(self, fields: Mapping[str, Any], line: int) -> None:
        """Take note of the values inside values of one row."""
        for path, ours in self.paths.items():
            value = value_at(fields, path)
            if value is not None:
                self.found.add(path)
                if evidence := self.evidence_of(ours):
                    evidence.see(cell_text(value), line)
            elif line <= _FIRST_LINES:
                self.beside.update(dict.fromkeys(paths_beside(fields, path)))
        columns = self.sheets.columns
        for ours, composed in self.composed.items():
            if ours in self.found and ours not in (*columns.dates, *columns.numbers):
                continue  # there is nothing more to learn of it
            if cell := composed.value(fields):
                self.found.add(ours)
                self.see_composed(ours, cell, line)
            elif line <= _FIRST_LINES:
                for source in composed.plain_sources:
                    self.beside.update(dict.fromkeys(paths_beside(fields, source)))

    def see_composed(self, ours: str, cell: str, line: int) -> None:
        """Take note of a cell that is made of others."""
        if evidence := self.evidence_of(ours):
            evidence.see(cell, line)

    def settle(self, header: Sequence[str], names: Sequence[str | None]) -> None:
        """Settle which values inside values are read, and the words of the columns."""
        self.paths = {
            path: ours
            for path, ours in sorted(self.paths.items())
            if path in self.found and path not in header
        }
        self.composed = {
            ours: composed
            for ours, composed in self.composed.items()
            if ours in self.found or composed.names or composed.constant
        }
        pairs = [*zip(header, names, strict=True), *self.paths.items()]
        meant = [(ours, self.naming.words(name)) for name, ours in pairs]
        self.words = [(ours, words) for ours, words in meant if ours and words]

    def finished(self, row: Row, fields: Mapping[str, Any]) -> Row:
        """Return a row with what is inside its values, in our words."""
        for path, ours in self.paths.items():
            row[ours] = cell_text(value_at(fields, path))
        for ours, words in self.words:
            row[ours] = words.of(row.get(ours, ""))
        for ours, composed in self.composed.items():
            row[ours] = composed.value(fields)
        return row

    def made(
        self,
        encoding: str,
        header: Sequence[str],
        names: Sequence[str | None],
        rows: Callable[[], Iterator[tuple[int, Row | Refused]]],
    ) -> Sheet:
        """Return the sheet, after all rows were looked at.

        Raises:
            SourceError: the order of day and month is open.
        """
        path = self.naming.path
        known = self.sheets.columns
        orders = decide(path, self.evidence, self.sheets.given_order, known.order)
        notes = [] if header else [f"{path.name} holds no rows"]
        if encoding != UTF_8:
            notes.append(f"{path.name} is not UTF-8: read as {encoding}")
        notes += [
            f"{path.name}: the dates of {name!r} are read as {_SAID[orders[name]]}"
            for name, evidence in self.evidence.items()
            if evidence.is_numeric
        ]
        columns = tuple(dict.fromkeys((*filter(None, names), *self.paths.values(), *self.composed)))
        notes += self.naming.notes
        place = f"{self.unit} {{}}"
        if self.sheets.files > 1:
            place += " of " + path.name.replace("{", "{{").replace("}", "}}")
        return Sheet(path, tuple(header), columns, orders, notes, self.decimal, place, _rows=rows)


class _CsvReader(_Reader):
    """Reads rows with delimiters."""

    def sheet(self, encoding: str) -> Sheet:
        """Return the sheet.

        Raises:
            SourceError: no column names, or they contradict each other.
            UsageError: the map names what the file lacks.
        """
        naming, path = self.naming, self.naming.path
        layout = find_layout(self.file, naming.is_known)
        if not layout.header:
            raise SourceError(f"{path}: empty, or without a line of column names")
        header = naming.told_apart(layout.header)
        names = naming.columns(header)
        self.paths = {path: ours for path, ours in naming.paths.items() if path not in header}
        self.composed = naming.composed(header)
        if self._look(layout, header, names):
            plain = settle_quotes(self.file, layout, partial(self._is_row, names))
            if plain != layout:
                layout = plain
                self._look(layout, header, names)
                naming.notes.append(f"{path.name}: quotes are read as they stand")
        self.settle(header, names)
        missing = naming.missing([*header, *self.found, *self.beside], self.found)
        self.sheets.note_missing(naming, [*header, *self.beside], missing)
        if layout.titles:
            naming.notes.append(
                f"{path.name}: lines left out above the column names: {layout.titles}"
            )
        return self.made(encoding, header, names, partial(self._rows, layout, header, names))

    def _look(self, layout: Layout, header: Sequence[str], names: Sequence[str | None]) -> bool:
        """Look at every row; return whether something is odd that quotes may be the cause of."""
        self.evidence.clear()
        dated = [
            (place, evidence)
            for place, ours in enumerate(names)
            if (evidence := self.evidence_of(ours))
        ]
        numbers = [p for p, ours in enumerate(names) if ours in self.sheets.columns.numbers]
        self.marks.clear()
        odd = False
        try:
            for line, last, row in rows_of(self.file, layout):
                if isinstance(row, Refused):
                    odd = True
                    continue
                if last != line:
                    odd = True
                for place, evidence in dated:
                    evidence.see(row[place], line)
                for place in numbers:
                    self._see_number(row[place])
                if self.paths or self.composed:
                    self.look_inside(dict(zip(header, row, strict=True)), line)
        except csv.Error:
            return True
        return odd

    def see_composed(self, ours: str, cell: str, line: int) -> None:
        """Take note of a cell that is made of others; see `_Reader.see_composed`."""
        super().see_composed(ours, cell, line)
        if ours in self.sheets.columns.numbers:
            self._see_number(cell)

    def _see_number(self, cell: str) -> None:
        if "," in cell or "." in cell:
            self.marks.update(cells.decimal_mark(cell))

    def _is_row(self, names: Sequence[str | None], row: Sequence[str]) -> bool:
        """Return whether there is a date in a column of dates; True where there is none."""
        places = [place for place, name in enumerate(names) if name in self.sheets.columns.dates]
        orders: tuple[cells.Order, ...] = ("dmy", "mdy", "serial")
        return not places or any(
            cells.instant(row[place], order=order) for place in places for order in orders
        )

    def _rows(
        self, layout: Layout, header: Sequence[str], names: Sequence[str | None]
    ) -> Iterator[tuple[int, Row | Refused]]:
        kept = [name for name in names if name]
        is_kept = None if len(kept) == len(names) else [name is not None for name in names]
        has_more = bool(self.paths or self.words or self.composed)
        for line, _, raw in rows_of(self.file, layout):
            if isinstance(raw, Refused):
                yield line, raw
                continue
            taken = raw if is_kept is None else itertools.compress(raw, is_kept)
            row = dict(zip(kept, map(cells.text, taken), strict=True))
            if has_more:
                row = self.finished(row, dict(zip(header, raw, strict=True)))
            yield line, row


class _JsonReader(_Reader):
    """Reads JSON."""

    def sheet(self, encoding: str) -> Sheet:
        """Return the sheet; see `_CsvReader.sheet`."""
        naming, items = self.naming, JsonRows(self.file)
        self.unit = items.unit
        self.paths, self.composed = naming.paths, naming.composed(())
        written = self._look(items)
        header = [cells.text(name) for name in written]
        names = naming.columns(header)
        self.settle(header, names)
        have = [*header, *self.beside]
        missing = naming.missing([*header, *self.found, *self.beside], self.found) if header else []
        # A row may lack what others have: only what looks like another name is a mistake.
        mistaken = [name for name in missing if near(name, have)]
        naming.notes += [
            f"{naming.path.name}: no row has {clean(name)}, which the map names"
            for name in missing
            if name not in mistaken
        ]
        self.sheets.note_missing(naming, have, mistaken)
        ours = dict(zip(written, names, strict=True))
        return self.made(encoding, header, names, partial(self._rows, items, ours))

    def _look(self, items: JsonRows) -> list[str]:
        """Look at every row; return the names that occur, in the order in which they do."""
        dated: dict[str, DateEvidence | None] = {}
        for line, fields in items:
            if isinstance(fields, Refused):
                continue
            for name, value in fields.items():
                if name not in dated:
                    dated[name] = self.evidence_of(self.naming.ours(name))
                if evidence := dated[name]:
                    evidence.see(cell_text(value), line)
            self.look_inside(fields, line)
        return list(dated)

    def _rows(
        self, items: JsonRows, ours: Mapping[str, str | None]
    ) -> Iterator[tuple[int, Row | Refused]]:
        for line, fields in items:
            if isinstance(fields, Refused):
                yield line, fields
            else:
                row = {
                    column: cell_text(value)
                    for name, value in fields.items()
                    if (column := ours[name])
                }
                yield line, self.finished(row, fields)


def _first_character(file: IO[str]) -> str:
    start = file.read(4096).lstrip()[:1]
    file.seek(0)
    return start
