"""Finds cells of a store that hold another type than their column: SQLite takes them all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Executable,
    Integer,
    LargeBinary,
    Table,
    cast,
    func,
    select,
)

from termstats.data.model.plural import singular
from termstats.data.store import schema
from termstats.data.store.opening import Store, run_query

_WHOLE, _NUMBER, _BYTES = ("integer",), ("integer", "real"), ("blob",)
_TEXT = ("text",)
_WORDS = {
    _WHOLE: "no whole number",
    _NUMBER: "no number",
    _BYTES: "no bytes",
    _TEXT: "no text",
}


async def wrong_cells(store: Store) -> list[str]:
    """Return one line for each column with cells of a wrong type: which, how many, what not."""
    lines = []
    async with store.connect() as connection:
        for table in schema.metadata.sorted_tables:
            counts = (await run_query(connection, _counts(table)))[0]
            lines += [
                singular(f"{table.name}.{column.name}: {_WORDS[_types(column)]} in {count:,} cells")
                for column, count in zip(table.columns, counts, strict=True)
                if count
            ]
    return lines


def _counts(table: Table) -> Executable:
    """Return what counts the wrong cells of each column in one pass."""
    return select(*(func.coalesce(func.sum(_is_wrong(column)), 0) for column in table.columns))


def _is_wrong(column: Column[Any]) -> ColumnElement[int]:
    allowed = (*_types(column), "null") if column.nullable else _types(column)
    return cast(func.typeof(column).not_in(allowed), Integer)


def _types(column: Column[Any]) -> tuple[str, ...]:
    """Return the types of SQLite that a column holds."""
    if isinstance(column.type, Integer):
        return _WHOLE
    if isinstance(column.type, LargeBinary):
        return _BYTES
    return _NUMBER if isinstance(column.type, Double) else _TEXT
