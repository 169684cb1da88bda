"""Creates tables and indexes of a store file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.schema import CreateIndex, CreateTable

_DIALECT = sqlite_dialect.dialect()


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
