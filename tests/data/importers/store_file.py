"""Asks a store file what an import has put there, past termstats."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from termstats.data.model.units import Second
from termstats.data.store import schema


def query(store: Path, sql: str, *values: object) -> list[Any]:
    """Return the rows of a query."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def contents(store: Path) -> dict[str, list[str]]:
    """Return every canonical row of a store, but for what names the place it came from."""
    found = {}
    for table in schema.CANONICAL_TABLES:
        left_out = {"source": ("report",), "reported": ("id",)}.get(table.name, ())
        names = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in left_out)
        rows = query(store, f'SELECT {names} FROM "{table.name}"')  # noqa: S608
        found[table.name] = sorted(map(repr, rows))
    return found


def when(text: str) -> Second:
    """Return the moment (seconds UTC) of a time without offset."""
    return Second(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()))
