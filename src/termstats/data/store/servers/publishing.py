"""Publishes a store file on a server: whole, beside the one that is there, then in its place."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from termstats.data.model.errors import StoreError
from termstats.data.model.text import clean
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import reading
from termstats.data.store.servers.address import Address, Family
from termstats.data.store.servers.connecting import connect
from termstats.data.store.servers.faults import explain, fault_of
from termstats.data.store.servers.held import closed
from termstats.data.store.servers.nameless import make_nameless
from termstats.data.store.servers.published import (
    Publishing,
    list_name,
    listed,
    newest,
    place_name,
)
from termstats.data.store.servers.tables import converters, creating, indexing, tables_in
from termstats.data.store.servers.views import NamelessView

_BATCH = 2_000
"""Rows that are sent at a time."""
_PATIENCE = 5
"""Seconds to wait for those who still read what is to be taken away; else the next time."""

Progress = Callable[[str, int], None]
"""Is told the name of a table and how many of its rows have been copied."""


async def publish(
    file: Path, address: Address, progress: Progress, views: Mapping[str, NamelessView]
) -> int:
    """Copy the store in `file` to a server, and return the number of rows.

    `views`: table -> how it looks where people stand under pseudonyms; the others look the same.

    Who reads there goes on reading the store before until this one is whole; where it is not
    finished, that one stays.

    Raises:
        StoreError: no store, a cell that fits in no column, the server cannot be reached or
            refuses, or somebody else is publishing there.
    """
    check_store_file(file)
    try:
        async with _only_publisher(address) as publishing:
            await _prepare(publishing)
            before = await newest(address, publishing.connection)
            number = await _reserve(publishing)
            with reading(file) as source:
                source.execute("BEGIN")  # one moment of the file, whatever is done to it meanwhile
                rows = await _fill(publishing, source, number, progress)
                await make_nameless(publishing, source, number, before, views)
            list_ = list_name(address)
            await publishing.run(f"UPDATE {list_} SET whole = 1 WHERE number = {number}")  # noqa: S608
            await _clear(publishing, {before, number})
            return rows
    except StoreError:
        raise
    except sqlite3.Error as error:
        raise cannot_read(file, error) from error
    except Exception as error:
        raise explain(address, error) from error


@contextlib.asynccontextmanager
async def _only_publisher(address: Address) -> AsyncIterator[Publishing]:
    """Connect and hold the lock, which ends with the connection, whatever becomes of us."""
    connection = await connect(address, reading=False)
    try:
        publishing = Publishing(address, connection)
        if address.family is Family.POSTGRES:
            held = await publishing.run(f"SELECT pg_try_advisory_lock({zlib.crc32(b'termstats')})")
            await publishing.run(f"SET lock_timeout = '{_PATIENCE}s'")
        else:
            # Of the whole server, so the database has to be in its name.
            name = f"termstats {zlib.crc32(address.database.encode())}"
            held = await publishing.run(f"SELECT GET_LOCK('{name}', 0)")
            await publishing.run(f"SET SESSION lock_wait_timeout = {_PATIENCE}")
        if not held[0][0]:
            raise StoreError(
                f"{address.shown}: somebody else is publishing there; wait until that has ended, "
                "then do this again"
            )
        yield publishing
    finally:
        await closed(address, connection)


async def _prepare(publishing: Publishing) -> None:
    """Make the list of what is published, and take away what killed ones left behind."""
    address = publishing.address
    if address.family is Family.POSTGRES:
        await publishing.run("CREATE SCHEMA IF NOT EXISTS termstats")
    else:
        await _check_own_database(publishing)
    await publishing.run(
        f"CREATE TABLE IF NOT EXISTS {list_name(address)} "
        "(number integer NOT NULL PRIMARY KEY, whole smallint NOT NULL)"
    )
    whole = [each for each in await listed(address, publishing.connection) if each.is_whole]
    await _clear(publishing, {each.number for each in whole[-2:]})


async def _check_own_database(publishing: Publishing) -> None:
    """Check that a database of MariaDB holds nothing else, as that of a platform.

    Raises:
        StoreError: it does.
    """
    rows = await publishing.run(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
        "AND table_name <> 'termstats_published' LIMIT 1"
    )
    if rows:
        raise StoreError(
            f"{publishing.address.shown}: holds other tables; make a database of its own for it"
        )


async def _reserve(publishing: Publishing) -> int:
    """Make a place that nobody has, and return its number; it is listed before it is there."""
    address = publishing.address
    numbers = [each.number for each in await listed(address, publishing.connection)]
    number = max(numbers, default=0) + 1
    while await _is_there(publishing, number):
        number += 1
    await publishing.run(f"INSERT INTO {list_name(address)} VALUES ({number}, 0)")  # noqa: S608
    await publishing.create(place_name(address, number))
    return number


async def _is_there(publishing: Publishing, number: int) -> bool:
    name = place_name(publishing.address, number).replace("\\", "\\\\").replace("'", "''")
    rows = await publishing.run(
        f"SELECT 1 FROM information_schema.schemata WHERE schema_name = '{name}'"  # noqa: S608
    )
    return bool(rows)


async def _fill(
    publishing: Publishing, source: sqlite3.Connection, number: int, progress: Progress
) -> int:
    """Copy every table, and return the number of rows."""
    address = publishing.address
    tables = tables_in(address.family, place_name(address, number))
    for sql in creating(address.family, tables):
        await publishing.run(sql)
    rows = 0
    for table in tables:
        rows += await _copy(publishing, source, table, progress)
    for sql in indexing(address.family, tables):
        await publishing.run(sql)
    for table in tables:
        word = "ANALYZE" if address.family is Family.POSTGRES else "ANALYZE TABLE"
        await publishing.run(f"{word} {publishing.name_of(table)}")
    return rows


async def _copy(
    publishing: Publishing, source: sqlite3.Connection, table: Table, progress: Progress
) -> int:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    cursor = source.execute(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608
    copied = 0
    for rows in _batches(cursor, table):
        try:
            await publishing.insert(table, rows)
        except Exception as error:
            fault = fault_of(error)
            if fault.is_gone:
                raise
            raise StoreError(
                f"{publishing.address.shown}: refuses rows of {table.name} ({clean(fault.words)})"
            ) from error
        copied += len(rows)
        progress(table.name, copied)
    return copied


def _batches(cursor: sqlite3.Cursor, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows of a table some at a time, as servers take them.

    Raises:
        StoreError: a cell that fits in no column of theirs.
    """
    convert = converters(table)
    while rows := cursor.fetchmany(_BATCH):
        try:
            yield [
                tuple(make(cell) for make, cell in zip(convert, row, strict=True)) for row in rows
            ]
        except ValueError as error:
            raise StoreError(
                f"{table.name}.{error}; termstats check says more, import its source again"
            ) from None


async def _clear(publishing: Publishing, kept: set[int | None]) -> None:
    """Take away what is listed besides `kept`; what somebody still reads stays for now."""
    address = publishing.address
    for each in await listed(address, publishing.connection):
        if each.number in kept:
            continue
        with contextlib.suppress(Exception):
            for nameless in (True, False):
                place = publishing.quoted(place_name(address, each.number, nameless=nameless))
                if address.family is Family.POSTGRES:
                    await publishing.run(f"DROP SCHEMA IF EXISTS {place} CASCADE")
                else:
                    await publishing.run(f"DROP DATABASE IF EXISTS {place}")
            await publishing.run(f"DELETE FROM {list_name(address)} WHERE number = {each.number}")  # noqa: S608
