"""What a server lists as published: each store in a place of its own, the newest holds.

Publishing writes into a new place and then marks it as whole, in one row: who reads sees the old
store or the new one, and who has begun with the old one ends with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


def place_name(address: Address, number: int) -> str:
    """Return what the schema (PostgreSQL) or database (MariaDB) of a published store is called."""
    base = _HOME if address.family is Family.POSTGRES else f"{address.database}_{_HOME}"
    return f"{base}_{number}"


def list_name(address: Address) -> str:
    """Return the table that lists what is published, quoted."""
    if address.family is Family.POSTGRES:
        return f"{quoted(address, _HOME)}.{quoted(address, 'published')}"
    return f"{quoted(address, address.database)}.{quoted(address, f'{_HOME}_published')}"


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
