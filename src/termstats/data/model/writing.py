"""Writes tables as CSV, JSON and text. Numbers in full precision, no value is an empty cell.

Tables come a page at a time, and what was written is not remembered.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import IO, Protocol

from termstats.data.model.table import NUMERIC, Cell, Table

_IN_MEMORY = 1 << 20
"""Bytes of a text that need no file of their own while the widths of its columns are not known."""
_FORMULA = frozenset("=+-@\t\r＝＋－＠﹦﹢﹣﹫")
"""First characters of a formula, full-width and small forms of them too: some programs, and input
methods that convert them, take one for the other."""
_WIDEST = 1_000
"""Cells up to which a column of text is filled up: one huge text must not make all rows so."""
_BOM = "\ufeff"
_AMOUNT = r"[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?(?: ?(?:%|°?[^\W\d_]+))?"
_NO_FORMULA = re.compile(rf"-(?:{_AMOUNT}(?: {_AMOUNT})*)?")
"""A lone dash, and a minus with numbers and their units: `-11 sec`, `-1 min 30 s`, `-2.5 %`."""


@dataclass(frozen=True)
class CsvStyle:
    """What a CSV file is for."""

    raw: bool = False
    """For programs: text as it is, also where a spreadsheet would take it for a formula."""
    bom: bool = False
    """For Excel, which reads UTF-8 only behind a byte order mark."""


def _plain(value: float) -> float:
    """Return 12 digits of a number: more only show in which order a sum was added."""
    return float(f"{value:.12g}")


def raw(value: Cell) -> str:
    """Return a cell for a machine: ISO dates, moments with offset, 12 digits of a number."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        value = _plain(value)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def guarded(value: Cell) -> str:
    """Return a cell for a spreadsheet: text that would be a formula gets a leading `'`."""
    if not isinstance(value, str):
        return raw(value)
    if value[:1] not in _FORMULA or _NO_FORMULA.fullmatch(value):
        return value
    return f"'{value}"


def _written_column(cells: Sequence[Cell], write: Callable[[Cell], str]) -> Iterable[Cell]:
    """Return the cells of a column as `write` writes each, or as `csv` writes them alike.

    A column at a time, and equal cells once: a log of millions repeats few of them.
    """
    types = set(map(type, cells)) - {NoneType}
    if types <= {int}:
        return cells
    if types in ({str}, {float}):
        # Of one type: 1 and 1.0 are equal, but not written alike.
        written = {cell: write(cell) for cell in set(cells)}
        return [written[cell] for cell in cells]
    return map(write, cells)


def _json_cell(value: Cell) -> object:
    if isinstance(value, float):
        return _plain(value)
    return raw(value) if isinstance(value, date) else value


def to_csv(table: Table) -> str:
    """Return a table as a CSV file."""
    out = io.StringIO()
    return _written(CsvFile(out), out, table)


def to_json(table: Table) -> str:
    """Return a table as a JSON file."""
    out = io.StringIO()
    return _written(JsonFile(out), out, table)


def to_text(table: Table, cells_of: Callable[[str], int] = len) -> str:
    """Return a table as a file of text."""
    out = io.StringIO()
    return _written(TextFile(out, cells_of), out, table)


def _written(file: TableFile, out: io.StringIO, table: Table) -> str:
    file.add(table)
    file.end()
    return out.getvalue()


class TableFile(Protocol):
    """Writes the pages of one figure."""

    def add(self, page: Table) -> None:
        """Write the rows of a page; the first gives columns and title.

        Raises:
            OSError: the disk is full, or nobody reads any more.
        """
        ...

    def end(self) -> None:
        """Write what comes after all rows: notes of every page."""
        ...


class CsvFile:
    """One header line of machine column names, then the rows."""

    def __init__(self, out: IO[str], style: CsvStyle = CsvStyle()) -> None:  # noqa: B008 - frozen
        self._out, self._has_bom = out, style.bom
        self._write = raw if style.raw else guarded
        self._writer = csv.writer(out, lineterminator="\n")
        self._has_begun = False

    def add(self, page: Table) -> None:
        """Write the rows of a page."""
        page = page.in_files()
        if not self._has_begun:
            self._has_begun = True
            self._out.write(_BOM if self._has_bom else "")
            self._writer.writerow([self._write(column.name) for column in page.columns])
        columns = (_written_column(cells, self._write) for cells in zip(*page.rows, strict=True))
        self._writer.writerows(zip(*columns, strict=True))

    def end(self) -> None:
        """Write nothing: notes are no rows."""


class JsonFile:
    """One object: figure, title, period, zone, as_of, population, rows as objects, notes."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._notes: dict[str, None] = {}
        self._names: list[str] = []
        self._rows = 0

    def add(self, page: Table) -> None:
        """Write the rows of a page."""
        page = page.in_files()
        if not self._names:
            self._begin(page)
        self._notes.update(dict.fromkeys(page.notes))
        for row in page.rows:
            cells = (
                f"   {name}: {_json(_json_cell(cell))}"
                for name, cell in zip(self._names, row, strict=True)
            )
            self._out.write(",\n" if self._rows else "\n")
            self._out.write("  {\n" + ",\n".join(cells) + "\n  }")
            self._rows += 1

    def end(self) -> None:
        """Write the notes and close the object."""
        self._out.write("\n ],\n" if self._rows else "],\n")
        notes = json.dumps(list(self._notes), ensure_ascii=False, indent=1).replace("\n", "\n ")
        self._out.write(f' "notes": {notes}\n}}\n')

    def _begin(self, page: Table) -> None:
        self._names = [_json(column.name) for column in page.columns]
        head = {
            "figure": page.figure_id,
            "title": page.title,
            "period": page.period,
            "zone": page.zone,
            "as_of": page.as_of,
            "population": page.population,
        }
        lines = [f" {_json(name)}: {_json(value)}" for name, value in head.items()]
        self._out.write("{\n" + ",\n".join([*lines, ' "rows": [']))


_json = json.JSONEncoder(ensure_ascii=False).encode


class TextFile:
    """Aligned text for a person, notes included.

    `cells_of` tells how many cells of a terminal a text takes: wide characters take two. Rows wait
    in a file without a name until the widths of all are known.
    """

    def __init__(self, out: IO[str], cells_of: Callable[[str], int] = len) -> None:
        self._out, self._cells_of = out, cells_of
        self._first: Table | None = None
        self._empty = ""
        self._notes: dict[str, None] = {}
        self._widths: list[int] = []
        self._rows = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed in `end`
            _IN_MEMORY, "w+", encoding="utf-8", newline="\n", prefix="termstats-"
        )
        self._count = 0

    def add(self, page: Table) -> None:
        """Keep the rows of a page as a person reads them."""
        page = page.in_files()
        if self._first is None:
            self._first = page
            self._widths = [self._cells_of(column.heading) for column in page.columns]
        self._empty = page.empty
        self._notes.update(dict.fromkeys(page.notes))
        for row in range(len(page.rows)):
            cells = [page.shown(row, at) for at in range(len(page.columns))]
            self._widths = [
                max(width, self._cells_of(cell))
                for width, cell in zip(self._widths, cells, strict=True)
            ]
            self._rows.write(_json(cells) + "\n")
        self._count += len(page.rows)

    def end(self) -> None:
        """Write everything."""
        first = self._first
        if first is None:
            return
        period = f"{first.period} {first.zone}" if first.period else ""
        scope = " · ".join(part for part in (period, first.population, first.as_of) if part)
        self._out.write(f"{first.title}\n{scope}\n\n")
        if self._count:
            right = [column.kind in NUMERIC for column in first.columns]
            self._out.write(self._line([column.heading for column in first.columns], right))
            self._rows.seek(0)
            self._out.writelines(self._line(json.loads(row), right) for row in self._rows)
        else:
            self._out.write(f"{self._empty or 'Nothing to show.'}\n")
        self._rows.close()
        if self._notes:
            self._out.write("".join(["\n", *(f"note: {note}\n" for note in self._notes)]))

    def _line(self, cells: Iterable[str], right: Iterable[bool]) -> str:
        parts = []
        for cell, width, is_right in zip(cells, self._widths, right, strict=True):
            space = " " * (min(width, _WIDEST) - self._cells_of(cell))
            parts.append(f"{space}{cell}" if is_right else f"{cell}{space}")
        return "  ".join(parts).rstrip() + "\n"
