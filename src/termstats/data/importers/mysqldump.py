"""Reads a mysqldump file, plain or gzip, into a private temporary SQLite database.

Support staff with only a dump need no server. The dump is streamed line by line: mysqldump
escapes line breaks in texts, so that a row never spans lines, while an INSERT may hold one row or
many, on one line or on one line each.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

from termstats.data.importers.sources import BATCH_ROWS, Needed, SqliteSource, quoted
from termstats.data.text import clean
from termstats.errors import SourceError

_CREATE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?`((?:[^`]|``)+)` \(")
_COLUMN = re.compile(r"\s+`((?:[^`]|``)+)`\s")
_PRIMARY_KEY = re.compile(r"\s+PRIMARY KEY \((.+)\)")
_INSERT = re.compile(
    r"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+`((?:[^`]|``)+)`\s*(\([^)]*\))?\s*VALUES\s*"
)
_NAME = re.compile(r"`((?:[^`]|``)+)`")
_VALUE = re.compile(
    r"\s*(?:(NULL)"
    r"|(?:_[a-z0-9]+\s*)?'([^'\\]*(?:(?:\\.|'')[^'\\]*)*)'"
    r"|([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"|0x([0-9A-Fa-f]*)"
    r"|b'([01]+)')\s*([,)])"
)
_ESCAPE = re.compile(r"\\(.)|''")
_ESCAPED = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_SET_NAMES = re.compile(rb"SET NAMES (\w+)")
_LARGEST = 2**63
_HINT = "the dump was cut off, copy it or make it again with mysqldump"


def load_dump(path: Path, needed: Needed | None = None) -> SqliteSource:
    """Load the `needed` tables and columns of a dump (None: all) and serve them as a source.

    All tables of the dump are listed, also those that are not loaded. The temporary database is
    SQLite's own: readable by this process only, and gone with it.

    Raises:
        SourceError: no mysqldump file, or damaged; names the line.
    """
    connection = sqlite3.connect("")
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        _Loader(connection, path, needed).load()
        connection.commit()
        return SqliteSource(connection, str(path))
    except BaseException:
        connection.close()
        raise


class _Loader:
    """The state of one pass over the lines of a dump."""

    def __init__(self, connection: sqlite3.Connection, path: Path, needed: Needed | None) -> None:
        self._connection = connection
        self._path = path
        self._needed = needed
        self._line = 0
        self._codec = "utf-8"
        self._columns: dict[str, list[str]] = {}
        self._key: list[str] = []
        self._creating = ""
        self._inserting = ""
        self._keep: list[int] = []
        self._width = 0
        self._sql = ""
        self._rows: list[list[object]] = []

    def load(self) -> None:
        """Read the whole dump."""
        complete = False
        for raw in self._lines():
            self._line += 1
            if self._inserting:
                self._values(self._text(raw), 0)
            elif self._creating:
                self._create_line(self._text(raw))
            elif raw.startswith((b"INSERT ", b"REPLACE ")):
                self._insert(raw)
            elif raw.startswith(b"CREATE TABLE "):
                self._create(raw)
            elif raw.startswith(b"-- Dump completed") or b"SET SQL_NOTES=@OLD_SQL_NOTES" in raw:
                complete = True
            elif match := _SET_NAMES.search(raw[:80]):
                self._codec = "cp1252" if match[1].lower() == b"latin1" else "utf-8"
        if self._inserting:
            raise self._error(f"ends in the middle of an INSERT into {self._inserting}; {_HINT}")
        if self._creating or not complete:
            raise self._error(f"ends without the line '-- Dump completed'; {_HINT}")
        if not self._columns:
            raise self._error("no CREATE TABLE before the end; dump the structure too")

    def _lines(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        opened = gzip.open if packed else open
        try:
            with opened(self._path, "rb") as lines:
                yield from lines
        except (EOFError, OSError, zlib.error) as error:
            raise self._error(f"the file ends early or is damaged ({error})") from error

    def _text(self, raw: bytes) -> str:
        return raw.decode(self._codec, "replace")

    def _error(self, what: str) -> SourceError:
        return SourceError(f"{self._path}, line {self._line}: {clean(what)}")

    def _create(self, raw: bytes) -> None:
        match = _CREATE.match(self._text(raw))
        if not match:
            raise self._error("not a CREATE TABLE as mysqldump writes it")
        name = match[1].replace("``", "`")
        if name in self._columns:
            raise self._error(f"a second table {name}; dump one database only")
        self._columns[name] = []
        self._key = []
        self._creating = name

    def _create_line(self, line: str) -> None:
        if match := _COLUMN.match(line):
            self._columns[self._creating].append(match[1].replace("``", "`"))
        elif match := _PRIMARY_KEY.match(line):
            self._key = [name.replace("``", "`") for name in _NAME.findall(match[1])]
        elif line.startswith(")"):
            parts = [quoted(name) for name in self._columns[self._creating]]
            if self._key:
                parts.append(f"UNIQUE ({', '.join(map(quoted, self._key))})")
            sql = f"CREATE TABLE {quoted(self._creating)} ({', '.join(parts)})"
            try:
                self._connection.execute(sql)
            except (sqlite3.Error, ValueError) as error:
                raise self._error(f"table {self._creating} cannot be made ({error})") from error
            self._creating = ""

    def _insert(self, raw: bytes) -> None:
        # Rows of other tables may be megabytes: look at the name only.
        start = _INSERT.match(self._text(raw[:20_000]))
        if not start:
            raise self._error("not an INSERT as mysqldump writes it")
        table = start[1].replace("``", "`")
        if self._needed is not None and table not in self._needed:
            return
        if table not in self._columns:
            raise self._error(f"rows of {table} before its CREATE TABLE; dump the structure too")
        columns = self._columns[table]
        if start[2]:
            columns = [name.replace("``", "`") for name in _NAME.findall(start[2])]
        wanted = columns if self._needed is None else set(self._needed[table])
        self._keep = [place for place, name in enumerate(columns) if name in wanted]
        self._width = len(columns)
        listed = ", ".join(quoted(columns[place]) for place in self._keep)
        marks = ", ".join("?" * len(self._keep))
        self._sql = f"INSERT INTO {quoted(table)} ({listed}) VALUES ({marks})"  # noqa: S608
        self._inserting = table
        self._values(self._text(raw), start.end())

    def _values(self, line: str, at: int) -> None:
        """Read the rows on one line; the statement ends with a semicolon."""
        line = line.rstrip("\r\n")
        end = len(line)
        while at < end:
            if line[at] == "(":
                at = self._row(line, at + 1)
            elif line[at] in ", \t":
                at += 1
            elif line[at] == ";":
                self._flush()
                self._inserting = ""
                return
            else:
                raise self._error(f"not a row of {self._inserting} as mysqldump writes it")

    def _row(self, line: str, at: int) -> int:
        values: list[object] = []
        while True:
            match = _VALUE.match(line, at)
            if not match:
                raise self._error(
                    f"the INSERT into {self._inserting} breaks off or has an unknown value; {_HINT}"
                )
            values.append(_value(match))
            at = match.end()
            if match[6] == ")":
                break
        if len(values) != self._width:
            raise self._error(
                f"{len(values)} values for the {self._width} columns of {self._inserting}"
            )
        self._rows.append([values[place] for place in self._keep])
        if len(self._rows) >= BATCH_ROWS:
            self._flush()
        return at

    def _flush(self) -> None:
        if self._keep:
            try:
                self._connection.executemany(self._sql, self._rows)
            except sqlite3.IntegrityError as error:
                raise self._error(f"a row of {self._inserting} twice ({error})") from error
        self._rows.clear()


def _value(match: re.Match[str]) -> object:
    null, text, digits, hexadecimal, bits, _ = match.groups()
    if text is not None:
        if "\\" in text or "''" in text:
            return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]) if m[1] else "'", text)
        return text
    if null:
        return None
    if digits is not None:
        if digits.lstrip("+-").isdigit():
            whole = int(digits)
            return whole if -_LARGEST <= whole < _LARGEST else digits
        return float(digits)
    if hexadecimal is not None:
        return bytes.fromhex(hexadecimal)
    return int(bits, 2)
