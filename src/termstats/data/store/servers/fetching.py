"""Reads a whole published store: table by table, some rows at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from termstats.data.model.errors import StoreError
from termstats.data.store import schema
from termstats.data.store.connecting import writing
from termstats.data.store.ddl import create_indexes, create_tables
from termstats.data.store.servers.address import Address, Family
from termstats.data.store.servers.connecting import connect
from termstats.data.store.servers.held import StoreOnServer, closed
from termstats.data.store.servers.published import place_name, quoted

_BATCH = 5_000
"""Rows that are read at a time."""


async def fetch_store(holder: StoreOnServer, file: Path) -> None:
    """Write the newest store on a server to the empty file `file`; no more than a batch in memory.

    Raises:
        StoreError: there is none, the server cannot be reached, or the file cannot be written.
    """
    held = await holder.find()
    if held.mark is None:
        raise StoreError(f"{holder.shown}: holds no termstats store")
    place = place_name(holder.address, held.mark[0])
    try:
        connection = await connect(holder.address, place, reading=True, limited=False)
        try:
            with writing(file) as target:
                await _fill(target, holder.address, connection)
        finally:
            await closed(holder.address, connection)
    except sqlite3.Error as error:
        raise StoreError(f"{file}: cannot be written ({error}); free some space") from error
    except Exception as error:
        raise holder.explain(error) from error


async def _fill(target: sqlite3.Connection, address: Address, connection: Any) -> None:
    target.execute("PRAGMA journal_mode = OFF")
    tables = schema.metadata.sorted_tables
    create_tables(target, tables)
    for table in tables:
        marks = ", ".join("?" * len(table.columns))
        insert = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608
        async for rows in _rows(table, address, connection):
            target.executemany(insert, rows)
            await asyncio.sleep(0)  # so that signals come through
    create_indexes(target, tables)
    target.commit()


async def _rows(
    table: Table, address: Address, connection: Any
) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
    columns = ", ".join(quoted(address, column.name) for column in table.columns)
    sql = f"SELECT {columns} FROM {quoted(address, table.name)}"  # noqa: S608
    if address.family is Family.POSTGRES:
        async with connection.transaction(readonly=True):
            cursor = await connection.cursor(sql)
            while rows := await cursor.fetch(_BATCH):
                yield [tuple(row) for row in rows]
        return
    from asyncmy.cursors import SSCursor

    async with connection.cursor(SSCursor) as cursor:
        await cursor.execute(sql)
        while rows := await cursor.fetchmany(_BATCH):
            yield rows
