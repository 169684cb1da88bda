"""Tables of one database as importers read them: the protocol, and SQLite behind it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean
from termstats.data.store.connecting import ReadingConnection, hear_signals, sqlite_uri

BATCH_ROWS = 5_000
LONGEST_VIEW = 60.0
"""Seconds in which the rows of a view have to be counted."""
Needed = Mapping[str, Collection[str]]
"""table -> columns."""
MODULUS = 1_000_003
"""Ids are added up by what this leaves of them, so that no sum grows too large."""


class Totals(NamedTuple):
    """What the ids of a table add up to: rows that come or go change it."""

    rows: int
    largest: int
    sum: int


class TableSource(Protocol):
    """Tables of one database, seen in one unchanging state. One reader at a time."""

    name: str
    """The location as it may be shown: passwords masked."""
    notes: Sequence[str]
    """What the report should say of it."""
    divides_whole: bool
    """Whether the platform's database divides whole numbers without a rest, as SQLite does."""

    async def tables(self) -> set[str]:
        """Return the names of all tables and views."""
        ...

    async def columns(self, table: str) -> list[str]:
        """Return the column names of `table`, in its order; empty when there is no such table."""
        ...

    async def count(self, table: str) -> int:
        """Return the number of rows of `table`."""
        ...

    async def totals(
        self, table: str, *, above: int | None = None, upto: int | None = None
    ) -> Totals:
        """Return what the ids of `table` add up to: those above one id, up to another."""
        ...

    def batches(
        self,
        table: str,
        columns: Sequence[str],
        order_by: Sequence[str] = (),
        *,
        above: int | None = None,
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of `table`, some thousand at a time, as tuples in `columns` order.

        `above`: only those whose `id` is larger.

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

    def __init__(
        self,
        connection: sqlite3.Connection,
        name: str,
        notes: Sequence[str] = (),
        *,
        divides_whole: bool = False,
    ) -> None:
        self.name = name
        self.notes = notes
        self.divides_whole = divides_whole
        self._connection = connection
        # Text that is no UTF-8 must not end an import of millions of rows.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        hear_signals(connection)
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
        with self._reading(), self._in_time(table):
            sql = f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608
            return int(self._connection.execute(sql).fetchone()[0])

    async def totals(
        self, table: str, *, above: int | None = None, upto: int | None = None
    ) -> Totals:
        """Return what the ids of `table` add up to: those above one id, up to another."""
        sums = f"count(*), max(CAST(id AS INTEGER)), sum(id % {MODULUS})"
        sql = f"SELECT {sums} FROM {quoted(table)}{_between(above, upto)}"  # noqa: S608
        with self._reading():
            row = self._connection.execute(sql).fetchone()
        return Totals(*(int(total or 0) for total in row))

    @contextlib.contextmanager
    def _in_time(self, table: str) -> Iterator[None]:
        """Stop the counting of a view that has no end."""
        kind = "SELECT type FROM sqlite_master WHERE name = ?"
        if self._connection.execute(kind, (table,)).fetchone() != ("view",):
            yield
            return
        hear_signals(self._connection, LONGEST_VIEW)
        try:
            yield
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            raise SourceError(
                f"{self.name}: the view {clean(table)} has no end, or takes more than "
                f"{LONGEST_VIEW:g} s; make a table of its rows"
            ) from error
        finally:
            hear_signals(self._connection)

    async def batches(
        self,
        table: str,
        columns: Sequence[str],
        order_by: Sequence[str] = (),
        *,
        above: int | None = None,
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of `table` in batches of `BATCH_ROWS`."""
        # SQLite takes an unknown name in double quotes for a text: ask before.
        unknown = {*columns, *order_by} - set(await self.columns(table))
        if unknown:
            raise SourceError(f"{self.name}: {table} has no column {', '.join(sorted(unknown))}")
        listed = ", ".join(quoted(name) for name in columns)
        sql = f"SELECT {listed} FROM {quoted(table)}{_between(above, None)}"  # noqa: S608
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


def open_sqlite(path: Path, name: str = "", *, is_fixed: bool = False) -> SqliteSource:
    """Open a SQLite file for reading only; `name`: how errors call it, where not by its path.

    `is_fixed`: nobody can write to it.

    Raises:
        SourceError: it cannot be opened or is damaged.
    """
    try:
        address = sqlite_uri(path, read_only=True) + ("&immutable=1" if is_fixed else "")
        connection = sqlite3.connect(address, uri=True, factory=ReadingConnection)
    except sqlite3.DatabaseError as error:
        raise SourceError(f"{name or path}: cannot be opened ({error})") from error
    try:
        return SqliteSource(connection, name or str(path), divides_whole=True)
    except BaseException:
        connection.close()
        raise


def _between(above: int | None, upto: int | None) -> str:
    """Return the condition of SQL that ids lie between the two."""
    ends = [f"id > {above:d}"] if above is not None else []
    ends += [f"id <= {upto:d}"] if upto is not None else []
    return f" WHERE {' AND '.join(ends)}" if ends else ""


def quoted(name: str) -> str:
    """Return `name` as an identifier of SQLite."""
    return '"' + name.replace('"', '""') + '"'


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
