"""Loads a dump of MySQL or MariaDB into a private temporary SQLite database.

Support staff with only a dump need no server. Dumps of mysqldump, phpMyAdmin, Adminer, HeidiSQL,
Drupal's Backup and Migrate and others are read statement by statement; rows of tables that nobody
needs are passed over.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from termstats.data.importers.sources.dumps import grammar as sql
from termstats.data.importers.sources.dumps.tables import Table, name_of, names_of, read_table
from termstats.data.importers.sources.dumps.text import DumpText, Unfinished
from termstats.data.importers.sources.dumps.values import Reader, reader_of
from termstats.data.importers.sources.tables import BATCH_ROWS, Needed, SqliteSource, quoted
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

_HINT = "the dump was cut off, copy it or make it again"
_CODECS = {
    **dict.fromkeys(("utf8", "utf8mb3", "utf8mb4", "binary", "ascii"), "utf-8"),
    **{"latin1": "cp1252", "latin2": "iso8859-2", "latin5": "iso8859-9", "latin7": "iso8859-13"},
    **{name: name for name in ("cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866")},
    **{"koi8r": "koi8-r", "koi8u": "koi8-u", "greek": "iso8859-7", "hebrew": "iso8859-8"},
    **{"tis620": "tis-620", "macroman": "mac-roman"},
}
"""Character set of MySQL -> codec; in others a byte of a letter may look like a quote."""


def load_dump(path: Path, needed: Needed | None = None) -> SqliteSource:
    """Load the `needed` tables and columns of a dump (None: all) and serve them as a source.

    All tables of the dump are listed, also those that are not loaded. The temporary database is
    SQLite's own: readable by this process only, and gone with it.

    Raises:
        SourceError: no dump of MySQL, or damaged; names the line.
    """
    connection = sqlite3.connect("")
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        with open_unpacked(path) as file:
            loader = _Loader(connection, path, DumpText(file), needed)
            loader.load()
        connection.commit()
        return SqliteSource(connection, str(path), loader.notes)
    except BaseException:
        connection.close()
        raise


class _Loader:
    """The state of one pass over the statements of a dump."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, text: DumpText, needed: Needed | None
    ) -> None:
        self.notes: list[str] = []
        self._connection = connection
        self._path = path
        self._text = text
        self._needed = needed
        self._grammar = sql.grammar(True)
        self._backslashes = True
        self._codec = "utf-8"
        self._tables: dict[str, Table] = {}
        self._must_end = False
        """It began with something that is undone at the end."""
        self._has_ended = False
        self._read = {
            b"CREATE": self._create,
            b"DROP": self._drop,
            b"ALTER": self._alter,
            b"SET": self._set,
            b"INSERT": self._insert,
            b"REPLACE": self._insert,
        }

    def load(self) -> None:
        """Read the whole dump."""
        text = self._text
        inside = "a statement"
        try:
            while True:
                self._watch(text.between())
                if text.is_at_end:
                    break
                keyword = text.match(sql.KEYWORD)
                word = keyword[0].upper() if keyword else b""
                inside = word.decode() or "a statement"
                self._read.get(word, self._pass)()
        except Unfinished:
            raise self._error(f"ends in the middle of {inside}; {_HINT}") from None
        self._check_end()

    def _pass(self) -> None:
        self._text.pass_statement(self._grammar)

    def _watch(self, comments: bytes) -> None:
        """Note what comments say of where the dump begins and ends."""
        if sql.HEADER.search(comments):
            self._must_end, self._has_ended = True, False
        if sql.FOOTER.search(comments):
            self._has_ended = True

    def _check_end(self) -> None:
        """Check that the dump was read to its end, as far as it tells where that is."""
        if self._must_end and not self._has_ended:
            raise self._error(f"ends before its last lines; {_HINT}")
        if not self._tables:
            raise self._error("no CREATE TABLE before the end; dump the structure too")
        if not self._has_ended:
            self.notes.append(
                "the dump does not mark its end: whether rows are missing there cannot be told"
            )

    def _error(self, what: str) -> SourceError:
        return SourceError(f"{self._path}, line {self._text.line}: {clean(what)}")

    def _create(self) -> None:
        """Read a CREATE TABLE; views, triggers and the like are passed over."""
        head = self._text.match(sql.CREATE)
        if head is None:
            self._pass()
            return
        name = name_of(head[1])
        if name in self._tables:
            raise self._error(f"a second table {name}; dump one database only")
        line = self._text.line
        words = self._text.statement(self._grammar)
        table = read_table(name, words[len(head[0]) :], self._grammar)
        parts = [quoted(column) for column in table.columns]
        if table.key:
            parts.append(f"UNIQUE ({', '.join(map(quoted, table.key))})")
        try:
            self._connection.execute(f"CREATE TABLE {quoted(name)} ({', '.join(parts)})")
        except (sqlite3.Error, ValueError) as error:
            raise SourceError(
                f"{self._path}, line {line}: {clean(f'table {name} cannot be made ({error})')}"
            ) from error
        self._tables[name] = table

    def _drop(self) -> None:
        """Forget a table without rows: it stood in for a view."""
        head = self._text.match(sql.DROP)
        name = name_of(head[1]) if head else ""
        if name in self._tables and not self._tables[name].has_rows:
            self._connection.execute(f"DROP TABLE {quoted(name)}")
            del self._tables[name]
        self._pass()

    def _alter(self) -> None:
        """Read a key that is added behind the rows."""
        words = self._text.statement(self._grammar)
        head = sql.KEY_LATER.match(words)
        table = self._tables.get(name_of(head[1])) if head else None
        if head is None or table is None or table.key:
            return
        table.key = names_of(head[2])
        listed = ", ".join(map(quoted, table.key))
        index = quoted(f"key of {table.name}")
        try:
            self._connection.execute(
                f"CREATE UNIQUE INDEX {index} ON {quoted(table.name)} ({listed})"
            )
        except sqlite3.Error as error:
            raise self._error(f"a row of {table.name} twice ({error})") from error

    def _set(self) -> None:
        words = self._text.statement(self._grammar)
        if names := sql.SET_NAMES.search(words):
            named = names[1].decode().lower()
            if named != "default" and named not in _CODECS:
                raise self._error(
                    f"in the character set {named}; make it again in UTF-8, as mysqldump does "
                    "with --default-character-set=utf8mb4"
                )
            self._codec = _CODECS.get(named, "utf-8")
        if mode := sql.SET_MODE.search(words):
            self._backslashes = b"NO_BACKSLASH_ESCAPES" not in mode[2].upper()
            self._grammar = sql.grammar(self._backslashes)
        if sql.SAVED.search(words):
            self._must_end, self._has_ended = True, False
        if sql.RESTORED.search(words):
            self._has_ended = True

    def _insert(self) -> None:
        """Read the rows of an INSERT or REPLACE, or pass over them."""
        found = self._text.match(sql.INSERT_TABLE)
        name = name_of(found[1]) if found else ""
        table = self._tables.get(name)
        if table is not None:
            table.has_rows = True
        if found and self._needed is not None and name not in self._needed:
            self._pass()
            return
        head = self._text.match(sql.INSERT)
        if head is None:
            raise self._error(f"not an INSERT of rows into {name or 'a table'}; {_HINT}")
        if table is None:
            raise self._error(f"rows of {name} before its CREATE TABLE; dump the structure too")
        columns = names_of(head[4]) if head[4] is not None else list(table.columns)
        wanted = set(columns if self._needed is None else self._needed[name])
        stored = [column for column in columns if column in wanted]
        if not stored or not set(stored) <= table.columns.keys():
            self._pass()
            return
        self._text.at = head.end()
        listed = ", ".join(map(quoted, stored))
        marks = ", ".join("?" * len(stored))
        conflict = _conflict(head[1] + head[2])
        self._rows(
            name,
            self._grammar.row(tuple(column in wanted for column in columns)),
            [reader_of(table.columns[column], self._backslashes) for column in stored],
            f"INSERT {conflict}INTO {quoted(name)} ({listed}) VALUES ({marks})",  # noqa: S608
        )

    def _rows(
        self, name: str, pattern: re.Pattern[bytes], readers: list[Reader], statement: str
    ) -> None:
        """Read the rows behind VALUES, and the end of the statement."""
        text, grammar, codec = self._text, self._grammar, self._codec
        rows: list[list[object]] = []
        for row in text.rows(grammar, pattern):
            rows.append([read(v, codec) for read, v in zip(readers, row, strict=True)])
            if len(rows) >= BATCH_ROWS:
                self._store(name, statement, rows)
        self._store(name, statement, rows)
        if not text.match(re.compile(rb"\s*+(?:" + re.escape(text.delimiter) + rb"|(?i:ON)\s)")):
            text.skip(sql.SEPARATORS)
            raise self._error(
                f"ends in the middle of an INSERT into {name}; {_HINT}"
                if text.is_at_end
                else f"the INSERT into {name} breaks off, has an unknown value "
                f"or another number of columns; {_HINT}"
            )
        self._pass()

    def _store(self, name: str, statement: str, rows: list[list[object]]) -> None:
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.IntegrityError as error:
            raise self._error(f"a row of {name} twice ({error})") from error
        rows.clear()


def _conflict(head: bytes) -> str:
    """Return what becomes of a row whose key is there already, as SQLite words it."""
    words = head.upper()
    if b"REPLACE" in words:
        return "OR REPLACE "
    return "OR IGNORE " if b"IGNORE" in words else ""
