"""One reader for files of rows: CSV, JSON arrays and JSON Lines, wrapped or flat, plain or gzip.

What a file is, its content tells, not its name. Every cell is a text; no value is an empty text.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.column_names import Aliases, our_columns
from termstats.data.importers.sources.text_files import UTF_8, open_text
from termstats.data.model.errors import SourceError

LONGEST_CELL = 64 * 1024 * 1024
"""Characters; a difference of a whole page may be one cell."""
_DELIMITERS = ";,\t"
_LISTS = ("records", "results")
"""Names under which a JSON document may hold its rows."""


class RowCounter(Protocol):
    """What counts the rows of a sheet; see `Intake`."""

    def read(self) -> None:
        """Count a row that was read, as kept."""

    def refuse(self, reason: str, row: object, *, columns: Sequence[str] = ()) -> None:
        """Count a row that was read as refused; `columns` names the cells of a list."""


@dataclass(frozen=True)
class Sheet:
    """One opened file: its header, and its rows."""

    path: Path
    header: tuple[str, ...]
    """As the file writes it; empty for JSON without any row."""
    columns: tuple[str, ...]
    """Our names, in the order of `header`; unknown columns keep their own."""
    encoding: str
    """`utf-8`, or what the file was read as."""
    _raw: Iterator[Any]

    @property
    def notes(self) -> list[str]:
        """Return what the report should say of the file."""
        notes = [] if self.header else [f"{self.path.name} holds no rows"]
        if self.encoding != UTF_8:
            notes.append(f"{self.path.name} is not UTF-8: read as {self.encoding}")
        return notes

    def rows(self, counter: RowCounter) -> Iterator[dict[str, str]]:
        """Yield the rows as our name of a column -> cell; each is counted as read.

        Rows of another width than the header's, and what is no JSON object, are refused.

        Raises:
            SourceError: damaged or truncated.
        """
        ours = dict(zip(self.header, self.columns, strict=True))
        with _readable(self.path):
            for raw in self._raw:
                if isinstance(raw, list) and not raw:
                    continue  # an empty line
                counter.read()
                if isinstance(raw, _Refused):
                    counter.refuse("not a JSON object", raw.item, columns=self.columns)
                elif isinstance(raw, dict):
                    yield {ours.get(str(name), str(name)): cell for name, cell in raw.items()}
                elif len(raw) == len(self.columns):
                    yield dict(zip(self.columns, map(cells.text, raw), strict=True))
                else:
                    counter.refuse("wrong number of cells", raw, columns=self.columns)


@dataclass(frozen=True)
class _Refused:
    """An item of a JSON file that is no row."""

    item: object


@contextmanager
def open_sheet(path: Path, aliases: Aliases, given_map: str | None = None) -> Iterator[Sheet]:
    """Open one file of rows; `given_map`: see `our_columns`.

    Raises:
        SourceError: unreadable, truncated, no header, or two columns mean the same.
    """
    # Global in Python: the default of 131,072 refuses a long difference.
    csv.field_size_limit(LONGEST_CELL)
    with open_text(path) as (file, encoding), _readable(path):
        start = _first_character(file)
        raw: Iterator[Any]
        if start in ("{", "["):
            items = map(_json_row, _items(file, start))
            head = list(itertools.islice(items, 100))
            names = (name for row in head if isinstance(row, dict) for name in row)
            header = tuple(dict.fromkeys(names))
            raw = itertools.chain(head, items)
        else:
            lines = csv.reader(file, delimiter=_delimiter(file), strict=True)
            header = tuple(map(cells.text, next(lines, ())))
            if not any(name.strip() for name in header):
                raise SourceError(f"{path}: empty, or without a line of column names")
            raw = lines
        columns = our_columns(path, header, aliases, given_map)
        yield Sheet(path, header, columns, encoding, raw)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise SourceError(f"{path}: a damaged gzip file ({error}); copy it again") from error
    except csv.Error as error:
        raise SourceError(f"{path}: damaged or truncated ({error}); export it again") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise SourceError(f"{path}: not JSON ({error}); export it again") from error


def _first_character(file: IO[str]) -> str:
    start = file.read(4096).lstrip()[:1]
    file.seek(0)
    return start


def _delimiter(file: IO[str]) -> str:
    """Return the delimiter that cuts the header into most columns; `;` before `,`."""
    begin = file.read(65_536)
    file.seek(0)

    def width(delimiter: str) -> int:
        return len(next(csv.reader(io.StringIO(begin, newline=""), delimiter=delimiter), ()))

    return max(_DELIMITERS, key=width)


def _json_row(item: Any) -> dict[str, str] | _Refused:
    """Return the fields of one record: flat, `fields` (v1), or `record.fields` (v2)."""
    row = item
    for wrapping in ("record", "fields"):
        if isinstance(row, dict) and isinstance(row.get(wrapping), dict):
            row = row[wrapping]
    if not isinstance(row, dict):
        return _Refused(item)
    return {cells.text(name): cell_text(value) for name, value in row.items()}


def _items(file: IO[str], start: str) -> Iterator[Any]:
    """Yield the rows of a JSON document, or of JSON Lines, which is read line by line."""
    if start == "{":
        first = next((line for line in file if line.strip()), "")
        try:
            item = json.loads(first)
        except ValueError:
            pass  # an object over several lines
        else:
            rows = _listed(item)
            yield from [item] if rows is None else rows
            for line in file:
                if line.strip():
                    yield json.loads(line)
            return
        file.seek(0)
    document = json.load(file)
    rows = document if isinstance(document, list) else _listed(document)
    yield from [document] if rows is None else rows


def _listed(document: dict[str, Any]) -> list[Any] | None:
    for name in _LISTS:
        if isinstance(document.get(name), list):
            rows: list[Any] = document[name]
            return rows
    return None


def _unwrapped(item: Any) -> dict[str, Any] | None:
    """Return the fields of one record: flat, `fields` (v1), or `record.fields` (v2)."""
    if isinstance(item, dict) and isinstance(item.get("record"), dict):
        item = item["record"]
    if isinstance(item, dict) and isinstance(item.get("fields"), dict):
        item = item["fields"]
    return item if isinstance(item, dict) else None


def cell_text(value: Any) -> str:
    """Return a JSON value as a CSV would hold it: nothing for null, JSON for lists and objects."""
    if isinstance(value, str):
        return cells.text(value)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return cells.text(json.dumps(value, ensure_ascii=False))
