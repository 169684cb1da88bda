"""Where importers read tables: a live database, a SQLite file, or a mysqldump file."""

from __future__ import annotations

import contextlib
import gzip
import math
import re
import sqlite3
import zlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

BATCH_ROWS = 5_000
Needed = Mapping[str, Collection[str]]
"""table -> columns."""

_PACKED = {
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


class TableSource(Protocol):
    """Tables of one database, seen in one unchanging state. One reader at a time."""

    name: str
    """The location as it may be shown: passwords masked."""

    async def tables(self) -> set[str]:
        """Return the names of all tables and views."""
        ...

    async def columns(self, table: str) -> list[str]:
        """Return the column names of `table`, in its order; empty when there is no such table."""
        ...

    async def count(self, table: str) -> int:
        """Return the number of rows of `table`."""
        ...

    def batches(
        self, table: str, columns: Sequence[str], order_by: Sequence[str] = ()
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of `table`, some thousand at a time, as tuples in `columns` order.

        Raises:
            SourceError: the source is damaged, or does not answer any more.
        """
        ...

    async def aclose(self) -> None:
        """Give back the connection, delete temporary files."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class SqliteSource:
    """Tables of a SQLite database; holds one read transaction."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.name = name
        self._connection = connection
        # Text that is no UTF-8 must not end an import of millions of rows.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        with self._reading():
            if not connection.in_transaction:
                connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            # SQLite quotes what it finds in a damaged schema: any bytes.
            if "locked" in str(error):
                way_out = "stop what writes to it, or import a copy"
            else:
                way_out = "it is damaged or incomplete, copy it again"
            raise SourceError(f"{self.name}: cannot be read ({clean(error)}); {way_out}") from error

    async def tables(self) -> set[str]:
        """Return the names of all tables and views."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
            ).fetchall()
        return {row[0] for row in rows}

    async def columns(self, table: str) -> list[str]:
        """Return the column names of `table`, in its order; empty when there is no such table."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT name FROM pragma_table_info(?)", (table,)
            ).fetchall()
        return [row[0] for row in rows]

    async def count(self, table: str) -> int:
        """Return the number of rows of `table`."""
        with self._reading():
            sql = f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608
            return int(self._connection.execute(sql).fetchone()[0])

    async def batches(
        self, table: str, columns: Sequence[str], order_by: Sequence[str] = ()
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of `table` in batches of `BATCH_ROWS`."""
        # SQLite takes an unknown name in double quotes for a text: ask before.
        unknown = {*columns, *order_by} - set(await self.columns(table))
        if unknown:
            raise SourceError(f"{self.name}: {table} has no column {', '.join(sorted(unknown))}")
        listed = ", ".join(quoted(name) for name in columns)
        sql = f"SELECT {listed} FROM {quoted(table)}"  # noqa: S608
        if order_by:
            sql += " ORDER BY " + ", ".join(quoted(name) for name in order_by)
        with self._reading():
            cursor = self._connection.execute(sql)
        while True:
            with self._reading():
                rows = cursor.fetchmany(BATCH_ROWS)
            if not rows:
                return
            yield rows

    async def aclose(self) -> None:
        """Close the database; a temporary one is gone with it."""
        self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def open_source(location: str, needed: Needed | None = None) -> TableSource:
    """Open the tables at `location`: a database URL, a SQLite file, or a mysqldump file.

    What a file is, its content tells, not its name. From a dump only the `needed` columns are
    loaded (None: all); the others are NULL.

    Raises:
        SourceError: nothing there, not a database, damaged, or the server refuses.
    """
    if "://" in location:
        return await _open_url(location, needed)
    return _open_file(Path(location), needed)


def _open_file(path: Path, needed: Needed | None) -> SqliteSource:
    path = path.expanduser()
    head = _head(path)
    if head.startswith(b"SQLite format 3\0"):
        return open_sqlite(path)
    for magic, packing in _PACKED.items():
        if head.startswith(magic):
            raise SourceError(f"{path}: packed with {packing}; unpack it first")
    text = _unpacked_head(path) if head.startswith(b"\x1f\x8b") else head
    if text.startswith(b"SQLite format 3\0"):
        raise SourceError(f"{path}: a packed SQLite file; unpack it first (gunzip)")
    if text.startswith(b"PGDMP") or b"PostgreSQL database dump" in text:
        raise SourceError(
            f"{path}: a PostgreSQL dump; restore it and import from the server (postgresql://...)"
        )
    if not _is_sql(text):
        raise SourceError(
            f"{path}: neither a SQLite database nor a mysqldump file; "
            "give one of these or a database URL"
        )
    from termstats.data.importers.sources.mysqldump import load_dump

    return load_dump(path, needed)


def open_sqlite(path: Path) -> SqliteSource:
    """Open a SQLite file for reading only.

    Raises:
        SourceError: it cannot be opened or is damaged.
    """
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.DatabaseError as error:
        raise SourceError(f"{path}: cannot be opened ({error})") from error
    try:
        return SqliteSource(connection, str(path))
    except BaseException:
        connection.close()
        raise


async def _open_url(location: str, needed: Needed | None) -> TableSource:
    from termstats.data.importers.sources.source_url import connect

    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        raise SourceError(
            f"{masked(location)}: not a database URL; write mysql://USER:PASSWORD@HOST/DATABASE"
        ) from None
    if "@" in (url.host or ""):
        raise SourceError(f"{masked(location)}: write an @ of the password as %40")
    if url.get_backend_name() == "sqlite":
        return _open_file(Path(url.database or ""), needed)
    return await connect(url)


def masked(location: str) -> str:
    """Return `location` as it may be shown and stored: without the password of a URL."""
    hidden = re.sub(r"^([^:/]+://[^:/@]*):.*@", r"\1:***@", location)
    return re.sub(r"(://.*[?&][^=&]*pass[^=&]*=)[^&]*", r"\1***", hidden, flags=re.IGNORECASE)


async def require(source: TableSource, platform: str, needed: Needed) -> None:
    """Check that `source` has the `needed` tables and columns.

    Raises:
        SourceError: one line that names everything missing.
    """
    tables = await source.tables()
    missing = []
    for table in sorted(needed):
        if table not in tables:
            missing.append(f"table {table}")
        else:
            have = set(await source.columns(table))
            missing += [f"column {table}.{c}" for c in sorted(set(needed[table]) - have)]
    if missing:
        raise SourceError(
            f"{source.name}: not a database of {platform} that can be read: "
            f"missing {', '.join(missing)}"
        )


def moment(value: object, zone: tzinfo = UTC) -> int | None:
    """Return a date-time of any source as whole seconds UTC, or None when it is none.

    `zone` is that of values without one. Fractions are cut, so that all drivers agree.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    try:
        return math.floor(value.timestamp())
    except (OverflowError, ValueError):
        return None


def day(value: object) -> date | None:
    """Return a date of any source, or None when it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def number(value: object) -> float | None:
    """Return a number of any source (text and decimals too), or None when it is none."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError(f"{path}: a directory; give a database file, a dump or a URL")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
    if not head:
        raise SourceError(f"{path}: empty; give a database file, a dump or a URL")
    return head


def _unpacked_head(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(4096)
    except (EOFError, OSError, zlib.error) as error:
        raise SourceError(f"{path}: a damaged gzip file ({error}); copy it again") from error


def _is_sql(head: bytes) -> bool:
    if b"\0" in head:
        return False
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:12].upper()
    return first.startswith(
        (b"--", b"/*", b"CREATE ", b"INSERT ", b"DROP ", b"SET ", b"LOCK ", b"USE ", b"START ")
    )


def quoted(name: str) -> str:
    """Return `name` as an identifier of SQLite."""
    return '"' + name.replace('"', '""') + '"'
