"""Runs SQL that somebody typed: one statement that reads, whatever the file is and the SQL says."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from termstats.data.model.errors import UsageError
from termstats.data.model.table import Cell
from termstats.data.model.text import clean, one_line
from termstats.data.store import schema
from termstats.data.store.checking import cannot_read
from termstats.data.store.connecting import reading

BATCH = 5_000
"""Rows read at a time."""
_BEGINNINGS = ("SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA")
_READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
_PRAGMAS = ("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo")
"""Those that only tell what there is."""
_REFUSED_FUNCTIONS = ("load_extension", "fts3_tokenizer", "readfile", "writefile", "edit")
_WORDS = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_PRAGMA: "PRAGMA",
    sqlite3.SQLITE_FUNCTION: "the function",
}
_QUIET = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]", re.DOTALL
)
"""Remarks, texts and quoted names."""
_REMARK = re.compile(r"\s+|--[^\n]*|/\*.*?\*/", re.DOTALL)
_PARAMETER = re.compile(r"[:@$](\w+)")
_NEAR = re.compile(r'near "(.*)": syntax error', re.DOTALL)
_UNKNOWN = re.compile(r"(?:no such (\w+)|ambiguous column name): (\S+)")
_TOKEN = re.compile(r'unrecognized token: "(.*)"', re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What a statement gives: names of columns, no two alike, and rows, some at a time."""

    columns: tuple[str, ...]
    batches: Iterator[Sequence[tuple[Cell, ...]]]


@contextmanager
def answered(path: Path, sql: str, values: Mapping[str, Cell]) -> Iterator[Answer]:
    """Run a statement on the store file at `path`, which is only read.

    `values`: parameter of the SQL (`:name`) -> its value.

    Raises:
        UsageError: it is no SQL, it would do more than read, or values do not fit; says where.
        StoreError: the file cannot be read.
    """
    _check_beginning(sql)
    _check_values(sql, values)
    refused: list[str] = []
    try:
        with reading(path) as connection:
            connection.set_authorizer(_authorizer(refused))
            try:
                cursor = connection.execute(sql, values)
                names = _distinct([clean(column[0]) for column in cursor.description or ()])
                yield Answer(tuple(names), _batches(cursor))
            except (sqlite3.Error, sqlite3.Warning) as error:
                if refused:
                    raise _only_reads(refused[0]) from error
                raise _explained(connection, sql, error) from error
    except sqlite3.Error as error:
        raise cannot_read(path, error) from error


def _batches(cursor: sqlite3.Cursor) -> Iterator[Sequence[tuple[Cell, ...]]]:
    while rows := cursor.fetchmany(BATCH):
        yield [tuple(_cell(cell) for cell in row) for row in rows]


def _cell(value: Any) -> Cell:
    """Return a value as all tables of ours hold it: text on one line and safe for a terminal."""
    if isinstance(value, str):
        return clean(one_line(value) if "\n" in value or "\t" in value else value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    cell: Cell = value
    return cell


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names of columns, those that come again with a number."""
    distinct: list[str] = []
    for name in names:
        number, shown = 1, name
        while shown in distinct:
            number += 1
            shown = f"{name}_{number}"
        distinct.append(shown)
    return distinct


def _authorizer(refused: list[str]) -> Any:
    """Return what SQLite asks before a statement runs; what is refused is noted."""

    def allow(action: int, first: str | None, second: str | None, *_: object) -> int:
        # Tables that functions make (json_each) are declared so; a file for reading stays as it is.
        declares = action == sqlite3.SQLITE_UPDATE and first == "sqlite_master"
        if action in _READS or declares:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _REFUSED_FUNCTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS:
            return sqlite3.SQLITE_OK
        named = second if action == sqlite3.SQLITE_FUNCTION else first
        refused.append(f"{_WORDS.get(action, 'what it does')} {named or ''}".strip())
        return sqlite3.SQLITE_DENY

    return allow


def _only_reads(what: str) -> UsageError:
    return UsageError(f"termstats sql only reads: {clean(what)} is refused; write a SELECT")


def _check_beginning(sql: str) -> None:
    """Check that a statement begins as those do that read; what it does SQLite asks about.

    Raises:
        UsageError: it is empty, or begins otherwise.
    """
    at = 0
    while remark := _REMARK.match(sql, at):
        at = remark.end()
    word = re.match(r"\w+", sql[at:])
    if word is None:
        raise UsageError("no SQL: write a SELECT in quotes, or - to read it from stdin")
    if word[0].upper() not in _BEGINNINGS:
        raise _only_reads(word[0].upper())


def _check_values(sql: str, values: Mapping[str, Cell]) -> None:
    """Check that each parameter has a value, and each value its parameter.

    Raises:
        UsageError: names one that has not; or a parameter has no name.
    """
    masked = _masked(sql)
    if "?" in masked:
        raise UsageError(f"SQL: ? at {_place(sql, masked.index('?'))} has no name; write :NAME")
    named = dict.fromkeys(_PARAMETER.findall(masked))
    for name in named:
        if name not in values:
            raise UsageError(f":{name} has no value; give --param {name}=VALUE")
    for name in values:
        if name not in named:
            raise UsageError(f"--param {clean(name)}: the SQL has no :{clean(name)}")


def _masked(sql: str) -> str:
    """Return SQL of the same length with blanks for remarks and what is quoted."""
    return _QUIET.sub(lambda quiet: " " * len(quiet[0]), sql)


def _explained(
    connection: sqlite3.Connection, sql: str, error: sqlite3.Error | sqlite3.Warning
) -> UsageError:
    """Return the one line about a statement that SQLite does not take, with the place in it."""
    words = str(error)
    at, hint = None, "docs/store.md lists tables and columns"
    if words.startswith("unsafe use of "):
        return _only_reads(words.removeprefix("unsafe use of "))
    if near := _NEAR.fullmatch(words):
        at, hint = _syntax_at(connection, sql, near[1], words), "see docs/store.md"
    elif token := _TOKEN.fullmatch(words):
        at = sql.find(token[1])
    elif unknown := _UNKNOWN.fullmatch(words):
        name = unknown[2].rpartition(".")[2]
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _masked(sql), re.IGNORECASE)
        at = found.start() if found else sql.find(name)
        if near_names := _near_names(unknown[1] or "", name):
            hint = f"did you mean {near_names}?"
    place = "" if at is None or at < 0 else f" at {_place(sql, at)}"
    return UsageError(f"SQL: {clean(words).rstrip('.')}{place}; {hint}")


def _syntax_at(connection: sqlite3.Connection, sql: str, near: str, words: str) -> int | None:
    """Return where SQLite stumbles: the first `near` up to which it already does."""
    for found in re.finditer(re.escape(near), sql):
        try:
            connection.execute(f"EXPLAIN {sql[: found.end()]}").close()
        except sqlite3.Error as error:
            if str(error) == words:
                return found.start()
    return None


def _near_names(kind: str, name: str) -> str:
    """Return the names of tables or columns of ours that are written nearly so."""
    tables = schema.metadata.tables.values()
    names = {table.name for table in tables}
    if kind != "table":
        names = {column.name for table in tables for column in table.columns}
    return " or ".join(get_close_matches(name, sorted(names), 2))


def _place(sql: str, at: int) -> str:
    line = sql.count("\n", 0, at) + 1
    character = at - (sql.rfind("\n", 0, at) + 1) + 1
    return f"line {line}, character {character}"
