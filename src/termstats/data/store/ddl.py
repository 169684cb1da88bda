"""Creates tables and indexes of a store file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from termstats.data.store import schema

_DIALECT = sqlite_dialect.dialect()
_LITTLE = 0.1
"""Share of its rows by which a table may have grown since they were counted."""


def create_tables(connection: sqlite3.Connection, tables: Iterable[Table]) -> None:
    """Create `tables` without their indexes; those are built last, in one go."""
    for table in tables:
        connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=_DIALECT)))


def create_indexes(connection: sqlite3.Connection, tables: Iterable[Table]) -> None:
    """Create the indexes of `tables` that do not exist yet."""
    for table in tables:
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            ddl = CreateIndex(index, if_not_exists=True).compile(dialect=_DIALECT)
            connection.execute(str(ddl))


def drop_indexes(connection: sqlite3.Connection, tables: Iterable[Table]) -> None:
    """Drop the indexes of `tables`, so that a bulk load is not slowed by them."""
    for table in tables:
        for index in table.indexes:
            connection.execute(f'DROP INDEX IF EXISTS "{index.name}"')


def gather_statistics(connection: sqlite3.Connection) -> None:
    """Let SQLite count what tables hold: without that it reads day tables by the wrong index.

    Day tables are read whole for that, and not again while they grow by little.
    """
    connection.execute("PRAGMA analysis_limit = 1000")
    for table in schema.CANONICAL_TABLES:
        connection.execute(f'ANALYZE "{table.name}"')
    connection.execute("PRAGMA analysis_limit = 0")
    known = dict(
        connection.execute("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl")
    )
    for table in schema.DAY_TABLES:
        rows = connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]  # noqa: S608
        if abs(rows - known.get(table.name, 0)) > _LITTLE * rows:
            connection.execute(f'ANALYZE "{table.name}"')
