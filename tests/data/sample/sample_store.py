# ruff: noqa: S608 - the SQL is put together from constants of this file
"""Builds sample stores for tests and asks them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.sample import SampleImporter
from termstats.data.store import schema

AS_OF = int(datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp())
DAY = 86_400
SECOND = "(e.id >> 20)"


class Sample:
    """One sample store."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)

    def all(self, sql: str, *values: object) -> list[Any]:
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        row = self.all(sql, *values)[0]
        return row[0] if len(row) == 1 else row


def build(path: Path, **size: int) -> Path:
    options = ImportOptions(zone="Europe/Paris")
    asyncio.run(run_import(SampleImporter(**size), "sample", path, options))
    return path


def dump(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in schema.metadata.tables
        }
