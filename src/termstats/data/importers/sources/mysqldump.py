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

from termstats.data.importers.sources.tables import BATCH_ROWS, Needed, SqliteSource, quoted
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

_CREATE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?`((?:[^`]|``)+)` \(")
_COLUMN = re.compile(r"\s+`((?:[^`]|``)+)`\s")
_PRIMARY_KEY = re.compile(r"\s+PRIMARY KEY \((.+)\)")
_INSERT = re.compile(
    r"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+`((?:[^`]|``)+)`\s*(\([^)]*\))?\s*VALUES\s*"
)
_NAME = re.compile(r"`((?:[^`]|``)+)`")
# Possessive, so that a damaged row fails at once.
_VALUE = (
    r"(?:NULL"
    r"|(?:_[a-z0-9]++\s*+)?'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
    r"|[-+]?\d++(?:\.\d++)?(?:[eE][-+]?\d++)?"
    r"|0x[0-9A-Fa-f]*+"
    r"|b'[01]++')"
)
_ESCAPE = re.compile(r"\\(.)|''")
_ESCAPED = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_SET_NAMES = re.compile(rb"SET NAMES (\w+)")
_LARGEST = 2**63
_LONGEST = 20
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
        self._row = re.compile("")
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
        self._check_end(complete=complete)

    def _check_end(self, *, complete: bool) -> None:
        """Check that the dump was read to its end; `complete`: its last line says so."""
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
        try:
            return raw.decode(self._codec)
        except UnicodeDecodeError:
            # A latin1 site dumped as if it were UTF-8: what the dump says is wrong for this line.
            return raw.decode("cp1252", "replace")

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
        stored = [name for name in columns if name in wanted]
        if not stored:
            return
        values = (f"({_VALUE})" if name in wanted else _VALUE for name in columns)
        self._row = re.compile(r"\(\s*+" + r"\s*+,\s*+".join(values) + r"\s*+\)")
        listed = ", ".join(map(quoted, stored))
        marks = ", ".join("?" * len(stored))
        self._sql = f"INSERT INTO {quoted(table)} ({listed}) VALUES ({marks})"  # noqa: S608
        self._inserting = table
        self._values(self._text(raw), start.end())

    def _values(self, line: str, at: int) -> None:
        """Read the rows on one line; the statement ends with a semicolon."""
        line = line.rstrip("\r\n")
        end = len(line)
        while at < end:
            if row := self._row.match(line, at):
                at = row.end()
                self._rows.append([_value(literal) for literal in row.groups()])
                if len(self._rows) >= BATCH_ROWS:
                    self._flush()
            elif line[at] in ", \t":
                at += 1
            elif line[at] == ";":
                self._flush()
                self._inserting = ""
                return
            else:
                raise self._error(
                    f"the INSERT into {self._inserting} breaks off, has an unknown value "
                    f"or another number of columns; {_HINT}"
                )

    def _flush(self) -> None:
        try:
            self._connection.executemany(self._sql, self._rows)
        except sqlite3.IntegrityError as error:
            raise self._error(f"a row of {self._inserting} twice ({error})") from error
        self._rows.clear()


def _value(literal: str) -> object:
    """Return the value of a literal that `_VALUE` has found."""
    first = literal[0]
    if first == "'":
        return _text(literal[1:-1])
    if first == "N":
        return None
    if first == "_":
        return _text(literal[literal.index("'") + 1 : -1])
    if literal.startswith("0x"):
        return bytes.fromhex(literal[2:])
    if first == "b":
        return int(literal[2:-1], 2)
    if literal.lstrip("+-").isdigit():
        # Larger numbers than SQLite holds stay text, as exact as they are.
        fits = len(literal) <= _LONGEST and -_LARGEST <= int(literal) < _LARGEST
        return int(literal) if fits else literal
    return float(literal)


def _text(text: str) -> str:
    """Return a text without its escapes."""
    if "\\" not in text:
        return text.replace("''", "'")
    if "\\\\" not in text and "''" not in text:
        # Titles are JSON: quotes are nearly all of the escapes.
        text = text.replace('\\"', '"')
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[1]) if match[1] else "'"
