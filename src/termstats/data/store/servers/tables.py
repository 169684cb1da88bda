"""The tables of the store as a server has them: same names, sizes and order of letters as SQLite.

SQLite takes text and bytes of any length and compares text by its bytes; so must the servers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.mysql.asyncmy import dialect as mariadb_dialect
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgres_dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from termstats.data.store import schema
from termstats.data.store.servers.address import Family
from termstats.data.store.servers.connecting import COLLATION

_DIALECTS = {Family.POSTGRES: postgres_dialect, Family.MARIADB: mariadb_dialect}
KEY, NAME = "key", "name"
"""Columns by which people are told apart."""
_RANGES = {SmallInteger: 2**15, BigInteger: 2**63}
"""Types of whole numbers -> where they end; others at 2**31."""


def tables_in(family: Family, place: str) -> list[Table]:
    """Return the tables of the store in a schema or database of a server."""
    metadata = MetaData(schema=place)
    options: dict[str, Any] = (
        {"mysql_charset": "utf8mb4", "mysql_collate": COLLATION, "mysql_engine": "InnoDB"}
        if family is Family.MARIADB
        else {}
    )
    tables = []
    for table in schema.metadata.sorted_tables:
        columns = [
            Column(c.name, type_of(family, c), nullable=c.nullable, autoincrement=False)
            for c in table.columns
        ]
        key = PrimaryKeyConstraint(*(c.name for c in table.primary_key))
        tables.append(Table(table.name, metadata, *columns, key, **options))
    return tables


def type_of(family: Family, column: Column[Any]) -> TypeEngine[Any]:
    """Return the type that a column of the store has on a server."""
    if isinstance(column.type, String):
        if family is Family.POSTGRES:
            return Text(collation="C")
        return mysql.LONGTEXT() if isinstance(column.type, Text) else String(column.type.length)
    if isinstance(column.type, LargeBinary):
        return LargeBinary() if family is Family.POSTGRES else mysql.LONGBLOB()
    return BigInteger() if isinstance(column.type, BigInteger) else column.type


def creating(family: Family, tables: list[Table]) -> Iterator[str]:
    """Give the statements that make the tables, without their indexes."""
    for table in tables:
        yield str(CreateTable(table).compile(dialect=_DIALECTS[family]()))


def indexing(family: Family, tables: list[Table]) -> Iterator[str]:
    """Give the statements that make the indexes: last, in one go."""
    for table in tables:
        for index in schema.metadata.tables[table.name].indexes:
            columns = [table.c[column.name] for column in index.columns]
            # Not unique: of two keys with a NUL in them, which servers lack, both are kept.
            made = Index(str(index.name), *columns)
            yield str(CreateIndex(made).compile(dialect=_DIALECTS[family]()))


Convert = Callable[[Any], Any]


def converters(table: Table) -> list[Convert]:
    """Return what makes a value for a server of each cell of a row, in the order of columns.

    They raise a ValueError that says what a cell is not.
    """
    return [_converter(column) for column in schema.metadata.tables[table.name].columns]


def _converter(column: Column[Any]) -> Convert:
    if isinstance(column.type, Integer):
        end = next((e for type_, e in _RANGES.items() if isinstance(column.type, type_)), 2**31)
        return lambda cell: None if cell is None else _whole(column.name, cell, end)
    if isinstance(column.type, Double):
        return lambda cell: None if cell is None else _number(column.name, cell)
    if isinstance(column.type, LargeBinary):
        return lambda cell: cell.encode() if isinstance(cell, str) else cell
    return _text


def _whole(name: str, cell: Any, end: int) -> int:
    if type(cell) is int and -end <= cell < end:
        return cell
    if type(cell) is float and cell.is_integer() and -end <= cell < end:
        return int(cell)
    raise ValueError(f"{name} holds no whole number that fits")


def _number(name: str, cell: Any) -> float:
    if not isinstance(cell, (int, float)) or not math.isfinite(cell):
        raise ValueError(f"{name} holds no number")
    return float(cell)


def _text(cell: Any) -> Any:
    if isinstance(cell, bytes):
        cell = cell.decode("utf-8", "replace")
    if isinstance(cell, (int, float)):
        cell = str(cell)
    # Servers keep no NUL; the next character is shown and sorted alike.
    return cell.replace("\0", "\1") if isinstance(cell, str) and "\0" in cell else cell
