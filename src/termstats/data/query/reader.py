"""Runs selects against one store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, Row

from termstats.data.store.engine import StoreConnection
from termstats.data.store.opening import Store, run_query


@dataclass(frozen=True)
class Reader:
    """A store, and a connection to it that can only read."""

    connection: StoreConnection
    store: Store

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """Run a select and return all its rows.

        Raises:
            StoreError: the store cannot be read, or not in time.
        """
        return await run_query(self.connection, statement)

    async def fetch_one(self, statement: Executable) -> Row[Any]:
        """Run a select that gives exactly one row."""
        return (await self.fetch(statement))[0]

    async def fetch_value(self, statement: Executable) -> Any:
        """Run a select that gives one row of one column and return the cell."""
        return tuple((await self.fetch(statement))[0])[0]
