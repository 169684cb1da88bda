"""Loads a plain dump of PostgreSQL, as pg_dump writes it, into a temporary SQLite database.

Tables are `CREATE TABLE` and their rows `COPY ... FROM stdin`, a line a row. Statements between
them are passed over.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from termstats.data.importers.sources.dumps.grammar import grammar
from termstats.data.importers.sources.dumps.tables import Table, name_of, names_of, read_table
from termstats.data.importers.sources.dumps.text import LONGEST
from termstats.data.importers.sources.dumps.values import decoded, number
from termstats.data.importers.sources.tables import BATCH_ROWS, Needed, SqliteSource, quoted
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

MARK = b"PostgreSQL database"
"""What a dump says of itself in its first lines."""
_END = b"-- PostgreSQL database dump complete"
_NAME = rb'(?:"(?:[^"]|"")+"|[\w$]+)'
_PATH = rb"(?:" + _NAME + rb"\.)?(" + _NAME + rb")"
_CREATE = re.compile(rb"CREATE (?:UNLOGGED )?TABLE " + _PATH + rb" \(\s*$")
_COPY = re.compile(rb"COPY " + _PATH + rb" (?:\((.*)\) )?FROM stdin;\s*$")
_INSERT = b"INSERT INTO "
_NUMBERS = re.compile(r"(?:small|big)?int|integer|numeric|real|double", re.IGNORECASE)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_NULL = b"\\N"
_HINT = "the dump was cut off, copy it or make it again"


def load_postgres_dump(path: Path, needed: Needed | None = None) -> SqliteSource:
    """Load the `needed` tables and columns of a dump (None: all) and serve them as a source.

    All tables of the dump are listed, also those that are not loaded. The temporary database is
    SQLite's own: readable by this process only, and gone with it.

    Raises:
        SourceError: rows are written as INSERT, or it is cut off or damaged; names the line.
    """
    connection = sqlite3.connect("")
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        with open_unpacked(path) as file:
            _Dump(connection, path, file, needed).load()
        connection.commit()
        return SqliteSource(connection, str(path), [])
    except BaseException:
        connection.close()
        raise


class _Dump:
    """The state of one pass over the lines of a dump."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, file: IO[bytes], needed: Needed | None
    ) -> None:
        self._connection = connection
        self._path = path
        self._file = file
        self._needed = needed
        self._line = 0
        self._tables: dict[str, Table] = {}

    def load(self) -> None:
        """Read the whole dump."""
        is_whole = has_copies = has_inserts = False
        for line in self._lines():
            if found := _CREATE.match(line):
                self._create(name_of(found[1]))
            elif found := _COPY.match(line):
                self._copy(name_of(found[1]), found[2])
                has_copies = True
            elif line.startswith(_INSERT):
                has_inserts = True  # or a function does
            elif line.startswith(_END):
                is_whole = True
        if not is_whole:
            raise self._error(f"ends before its last lines; {_HINT}")
        if has_inserts and not has_copies:
            raise self._error("rows are written as INSERT; make the dump without --inserts")
        if not has_copies:
            raise self._error("no rows; make the dump without --schema-only")

    def _lines(self) -> Iterator[bytes]:
        while line := self._file.readline(LONGEST):
            self._line += 1
            yield line

    def _error(self, what: str) -> SourceError:
        return SourceError(f"{self._path}, line {self._line}: {clean(what)}")

    def _create(self, name: str) -> None:
        if name in self._tables:
            raise self._error(f"a second table {name}; dump one schema only (pg_dump --schema)")
        inside = b""
        for line in self._lines():
            inside += line
            if line.startswith(b")"):
                break
        else:
            raise self._error(f"ends in the middle of a table; {_HINT}")
        table = read_table(name, inside, grammar(False))
        listed = ", ".join(map(quoted, table.columns))
        try:
            self._connection.execute(f"CREATE TABLE {quoted(name)} ({listed})")
        except (sqlite3.Error, ValueError) as error:
            raise self._error(f"table {name} cannot be made ({error})") from error
        self._tables[name] = table

    def _copy(self, name: str, listed: bytes | None) -> None:
        """Read the lines of a COPY up to its end, or pass over them."""
        table = self._tables.get(name)
        if table is None:
            raise self._error(f"rows of {name} before its CREATE TABLE; dump the structure too")
        columns = list(table.columns) if listed is None else names_of(listed)
        wanted = set(columns if self._needed is None else self._needed.get(name, ()))
        places = [at for at, each in enumerate(columns) if each in wanted & table.columns.keys()]
        readers = [_reader_of(table.columns[columns[at]]) for at in places]
        rows: list[list[object]] = []
        into = ", ".join(quoted(columns[at]) for at in places)
        marks = ", ".join("?" * len(places))
        insert = f"INSERT INTO {quoted(name)} ({into}) VALUES ({marks})"  # noqa: S608
        for line in self._lines():
            if line.rstrip(b"\r\n") == b"\\.":
                if rows:
                    self._connection.executemany(insert, rows)
                return
            if not places:
                continue
            cells = line.rstrip(b"\r\n").split(b"\t")
            if len(cells) != len(columns) or not line.endswith(b"\n"):
                raise self._error(
                    f"a row of {name} with {len(cells)} of {len(columns)} columns; {_HINT}"
                )
            rows.append([read(cells[at]) for read, at in zip(readers, places, strict=True)])
            if len(rows) >= BATCH_ROWS:
                self._connection.executemany(insert, rows)
                rows.clear()
        raise self._error(f"ends in the middle of the rows of {name}; {_HINT}")


def _reader_of(declared: str) -> Callable[[bytes], object]:
    """Return what reads the cells of a column by its declared type, such as `bigint NOT NULL`."""
    convert = _text
    if _NUMBERS.match(declared):
        convert = _number
    elif declared.lower().startswith("bool"):
        convert = _truth
    elif declared.lower().startswith("bytea"):
        convert = _bytes

    def read(cell: bytes) -> object:
        if cell == _NULL:
            return None
        return convert(_ESCAPE.sub(_unescaped, cell) if b"\\" in cell else cell)

    return read


def _unescaped(match: re.Match[bytes]) -> bytes:
    return _ESCAPED.get(match[1], match[1])


def _text(cell: bytes) -> object:
    return decoded(cell, "utf-8")


def _number(cell: bytes) -> object:
    """Return a number; NaN and infinity, which PostgreSQL knows too, stay words."""
    return (
        number(written) if (written := cell.decode("ascii", "replace"))[-1:].isdigit() else written
    )


def _truth(cell: bytes) -> object:
    return int(cell == b"t")


def _bytes(cell: bytes) -> object:
    try:
        return bytes.fromhex(cell.removeprefix(b"\\x").decode("ascii"))
    except ValueError:
        return cell
