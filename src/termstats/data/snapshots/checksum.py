"""The checksum inside a snapshot: whether its rows are those that its maker wrote."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

from termstats.data.store import schema

CHECKSUM = "checksum"
"""The setting that holds it: SHA-256 of all other settings and rows."""


def checksum_of(connection: sqlite3.Connection) -> str:
    """Return the checksum of all rows of all tables of a store, in the order in which they lie."""
    digest = hashlib.sha256()
    for table in schema.metadata.sorted_tables:
        digest.update(table.name.encode())
        where = f" WHERE name != '{CHECKSUM}'" if table.name == "store_setting" else ""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with closing(connection.execute(f'SELECT {names} FROM "{table.name}"{where}')) as rows:  # noqa: S608
            for row in rows:
                digest.update(repr(tuple(row)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
