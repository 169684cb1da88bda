"""Is a file a store that may be opened? Asked before anything in it is read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path
from zoneinfo import ZoneInfo

from termstats.data.model.errors import StoreError, TermstatsError
from termstats.data.model.file_kinds import no_file
from termstats.data.model.text import clean
from termstats.data.store import schema
from termstats.data.store.connecting import reading
from termstats.data.store.sealed import address_in_memory, is_sealed
from termstats.data.store.settings import ANEW, check_settings

PATIENCE = 10.0
"""Seconds in which the few rows that are read before opening have to come."""
_MOST_ROWS = 1_000
"""Settings, or tables of a file, that are looked at."""
_MAKE_ONE = "make one with: termstats import PLATFORM SOURCE --store FILE"
_MAGIC = b"SQLite format 3\0"
_WAL = b"\x02\x02"
"""Bytes 18 and 19 of a file that was left in WAL mode."""
_ADVICE = {
    "locked": "another program is writing to it; close that, or copy the file and open the copy",
    "unable to open": "another program keeps a journal beside it; copy both into a folder of yours",
    "readonly": "another program was stopped while writing to it, and it cannot be mended here; "
    "copy it and what lies beside it into a folder of yours",
    "interrupted": f"it takes too long; {ANEW}",
    "disk I/O": "the disk or the network failed; try again, or copy the file here",
}
"""What SQLite says -> what helps."""


def check_store_file(path: Path) -> ZoneInfo:
    """Check that `path` is a store of this schema version, and return its reporting zone.

    Raises:
        StoreError: missing, unreadable, no store, another version, or made to do harm; says the
            way out.
    """
    check_place(path)
    try:
        with reading(path, PATIENCE) as connection:
            tables = _tables(connection, path)
            if "store_setting" not in tables:
                raise StoreError(f"{path}: a SQLite file, but not a termstats store; {_MAKE_ONE}")
            rows = connection.execute(f"SELECT name, value FROM store_setting LIMIT {_MOST_ROWS}")  # noqa: S608
            zone = check_settings(path, {str(name): value for name, value in rows})
            _check_columns(connection, path, tables)
            return zone
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise cannot_read(path, error) from error


def is_store(path: Path) -> bool:
    """Return whether the file at `path` is a store of any version, expired or not.

    An empty file may become one.
    """
    try:
        check_place(path)
        with reading(path, PATIENCE) as connection:
            row = connection.execute(
                "SELECT 1 FROM store_setting WHERE name = 'schema_version'"
            ).fetchone()
    except (sqlite3.Error, UnicodeDecodeError, TermstatsError):
        return path.is_file() and not path.stat().st_size
    return row is not None


def check_place(path: Path) -> None:
    """Check that there is a file at `path` that can be read, and that it looks like a database.

    Raises:
        StoreError: nothing there, no file, nobody may read it, empty, or of another kind.
    """
    try:
        kind = no_file(path)
        if kind:
            raise StoreError(f"{path}: {kind}, not a store file; {_MAKE_ONE}")
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no such file; {_MAKE_ONE}") from error
    except PermissionError as error:
        raise StoreError(
            f"{path}: you may not read it; ask its owner ({_owner(path)}) for the right to"
        ) from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error
    if not head:
        raise StoreError(f"{path}: an empty file, no store; {_MAKE_ONE}")
    if is_sealed(path):
        if address_in_memory(path) is None:
            raise StoreError(
                f"{path}: sealed with a password, which was not given; set TERMSTATS_PASSWORD, "
                "or password_command in the configuration file"
            )
        return
    if head != _MAGIC:
        raise StoreError(f"{path}: not a termstats store, nor any SQLite file; {_MAKE_ONE}")


def cannot_read(path: Path | str, error: BaseException) -> StoreError:
    """Return the one line that says why SQLite cannot read a store, and what helps."""
    words = clean(error)
    advice = next((advice for sign, advice in _ADVICE.items() if sign in words), ANEW)
    if ("unable to open" in words or "readonly" in words) and _is_wal(Path(path)):
        advice = (
            "another program left it in WAL mode, which needs a folder that can be written; "
            "copy it into one"
        )
    return StoreError(f"{path}: cannot be read as a termstats store ({words}); {advice}")


def _is_wal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == _WAL
    except OSError:
        return False


def _owner(path: Path) -> str:
    try:
        import pwd

        return pwd.getpwuid(os.stat(path).st_uid).pw_name
    except (ImportError, KeyError, OSError):
        return "unknown"


def _tables(connection: sqlite3.Connection, path: Path) -> set[str]:
    """Return which of our tables the file has; all of them are tables and nothing else.

    Raises:
        StoreError: a view in the place of a table, or a trigger.
    """
    ours = set(schema.metadata.tables)
    rows = connection.execute(
        "SELECT type, name, rootpage FROM sqlite_master WHERE type IN ('table', 'view', 'trigger') "
        "LIMIT ?",
        (_MOST_ROWS,),
    )
    tables = set()
    for type_, name, page in rows:
        if type_ == "trigger":
            raise StoreError(f"{path}: has a trigger ({clean(name)}), which no store has; {ANEW}")
        if name.lower() in ours:
            if type_ != "table" or not page:
                raise StoreError(f"{path}: {clean(name)} is no table but a view; {ANEW}")
            tables.add(name.lower())
    return tables


def _check_columns(connection: sqlite3.Connection, path: Path, tables: Collection[str]) -> None:
    """Check that every table of ours is there with its columns, and that none is computed.

    Raises:
        StoreError: names what is missing or computed.
    """
    for table in schema.metadata.tables.values():
        rows = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table.name,))
        hidden = dict(rows.fetchall())
        missing = [column.name for column in table.columns if column.name not in hidden]
        if missing or table.name not in tables:
            what = f"{table.name}.{missing[0]}" if hidden else f"the table {table.name}"
            raise StoreError(f"{path}: lacks {what}, it is not whole; {ANEW}")
        if any(hidden.values()):
            raise StoreError(f"{path}: {table.name} has computed columns; {ANEW}")
