"""What a server lists as published: each store in a place of its own, the newest holds.

Publishing writes into a new place and then marks it as whole, in one row: who reads sees the old
store or the new one, and who has begun with the old one ends with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from termstats.data.store.servers.address import Address, Family
from termstats.data.store.servers.connecting import run_mariadb

_HOME = "termstats"


@dataclass(frozen=True)
class Published:
    """One store on a server."""

    number: int
    is_whole: bool


def quoted(address: Address, name: str) -> str:
    """Return a name as the server's SQL writes it."""
    sign = '"' if address.family is Family.POSTGRES else "`"
    return f"{sign}{name.replace(sign, sign * 2)}{sign}"


def place_name(address: Address, number: int, *, nameless: bool = False) -> str:
    """Return what the schema (PostgreSQL) or database (MariaDB) of a published store is called.

    `nameless`: the one in which people stand under pseudonyms.
    """
    base = _HOME if address.family is Family.POSTGRES else f"{address.database}_{_HOME}"
    return f"{base}_{number}{'_demo' if nameless else ''}"


def list_name(address: Address) -> str:
    """Return the table that lists what is published, quoted."""
    if address.family is Family.POSTGRES:
        return f"{quoted(address, _HOME)}.{quoted(address, 'published')}"
    return f"{quoted(address, address.database)}.{quoted(address, f'{_HOME}_published')}"


@dataclass(frozen=True)
class Publishing:
    """A connection that publishes: the one that holds the lock."""

    address: Address
    connection: Any
    """Of the driver."""

    async def run(self, sql: str) -> Sequence[Any]:
        """Run a statement without parameters and return its rows."""
        return await fetch(self.address, self.connection, sql)

    def quoted(self, name: str) -> str:
        """Return a name as the server's SQL writes it."""
        return quoted(self.address, name)

    async def create(self, place: str) -> None:
        """Make a schema or database that is not there yet."""
        kind = "SCHEMA" if self.address.family is Family.POSTGRES else "DATABASE"
        await self.run(f"CREATE {kind} {self.quoted(place)}")

    async def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows into a table, cells in the order of its columns."""
        names = [column.name for column in table.columns]
        if self.address.family is Family.POSTGRES:
            await self.connection.copy_records_to_table(
                table.name, schema_name=table.schema, columns=names, records=rows
            )
            return
        columns, marks = ", ".join(map(self.quoted, names)), ", ".join(["%s"] * len(names))
        sql = f"INSERT INTO {self.name_of(table)} ({columns}) VALUES ({marks})"  # noqa: S608
        async with self.connection.cursor() as cursor:
            await cursor.executemany(sql, rows)

    def name_of(self, table: Table) -> str:
        """Return the whole name of a table."""
        return f"{self.quoted(str(table.schema))}.{self.quoted(table.name)}"


async def fetch(address: Address, connection: Any, sql: str) -> Sequence[Any]:
    """Return the rows of a statement without parameters, on a connection of the driver."""
    if address.family is Family.POSTGRES:
        rows: Sequence[Any] = await connection.fetch(sql)
        return rows
    rows = await run_mariadb(connection, sql)
    return rows


async def listed(address: Address, connection: Any) -> list[Published]:
    """Return what the list of the server holds, the oldest first.

    Raises:
        Exception: as the driver says that there is no such list.
    """
    sql = f"SELECT number, whole FROM {list_name(address)} ORDER BY number"  # noqa: S608
    rows = await fetch(address, connection, sql)
    return [Published(int(row[0]), bool(row[1])) for row in rows]


async def newest(address: Address, connection: Any) -> int | None:
    """Return the number of the store that holds now; None: there is none."""
    whole = [each.number for each in await listed(address, connection) if each.is_whole]
    return whole[-1] if whole else None
