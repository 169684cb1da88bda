"""Connects to servers: for reading, where nothing can be written, or for publishing."""

from __future__ import annotations

from typing import Any

from termstats.data.model.errors import StoreError
from termstats.data.store.servers.address import Address, Family

PATIENCE = 10.0
"""Seconds in which a server has to answer who connects."""
LONGEST_STATEMENT = 65
"""Seconds after which a server itself ends a statement: somewhat later than who waits for it."""
_NAME = "termstats"
"""What connections are called in the server's list."""
_MODE = "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ANSI_QUOTES"
COLLATION = "utf8mb4_nopad_bin"
"""Of MariaDB: letters are compared as SQLite does, blanks at the end too."""
_FAMILY_EXTRAS = {Family.POSTGRES: "postgres", Family.MARIADB: "mysql"}


async def connect(
    address: Address, inside: str | None = None, *, reading: bool, limited: bool = True
) -> Any:
    """Return a connection of the driver.

    `inside`: the schema (PostgreSQL) or database (MariaDB) that names without one mean; None: the
    database of the address. `reading`: every transaction is read-only. `limited`: what is read
    is ended after `LONGEST_STATEMENT` seconds.

    Raises:
        StoreError: the driver is missing, or it is MySQL, which holds no stores.
        Exception: as the driver says that it cannot connect.
    """
    try:
        if address.family is Family.POSTGRES:
            return await _postgres(address, inside, reading, limited)
        return await _mariadb(address, inside, reading, limited)
    except ImportError as error:
        extra = _FAMILY_EXTRAS[address.family]
        raise StoreError(
            f"{address.shown}: the driver is not installed; pip install 'termstats[{extra}]'"
        ) from error


async def _postgres(address: Address, inside: str | None, reading: bool, limited: bool) -> Any:
    import asyncpg

    settings = {"application_name": _NAME, "timezone": "UTC", "jit": "off"}
    if inside is not None:
        settings["search_path"] = f'"{inside}"'
    if reading:
        settings["default_transaction_read_only"] = "on"
    if reading and limited:
        settings["statement_timeout"] = f"{LONGEST_STATEMENT}s"
    connection = await asyncpg.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        database=address.database,
        ssl=address.encrypted(),
        timeout=PATIENCE,
        server_settings=settings,
    )
    try:
        # Sums are numbers here, as they are in SQLite.
        await connection.set_type_codec(
            "numeric", schema="pg_catalog", encoder=str, decoder=float, format="text"
        )
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _mariadb(address: Address, inside: str | None, reading: bool, limited: bool) -> Any:
    import asyncmy
    from asyncmy import converters
    from asyncmy.constants import FIELD_TYPE

    plain = {FIELD_TYPE.DECIMAL: float, FIELD_TYPE.NEWDECIMAL: float}
    connection = await asyncmy.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password or "",
        db=inside or address.database,
        charset="utf8mb4",
        conv={**converters.conversions, **plain},
        connect_timeout=PATIENCE,
        autocommit=True,
        ssl=address.encrypted(),
    )
    try:
        if "mariadb" not in str(connection.get_server_info()).lower():
            raise StoreError(
                f"{address.shown}: MySQL holds no stores; use MariaDB, PostgreSQL or a file"
            )
        for statement in _settings_of_mariadb(reading, limited):
            await run_mariadb(connection, statement)
    except BaseException:
        connection.close()
        raise
    return connection


def _settings_of_mariadb(reading: bool, limited: bool) -> tuple[str, ...]:
    common = (
        f"SET NAMES utf8mb4 COLLATE {COLLATION}",
        f"SET SESSION sql_mode = '{_MODE}', time_zone = '+00:00'",
    )
    if not reading:
        return (*common, "SET SESSION sql_notes = 0")  # what is there already is no news
    limit = f"SET SESSION max_statement_time = {LONGEST_STATEMENT if limited else 0}"
    return (*common, limit, "SET SESSION TRANSACTION READ ONLY")


async def run_mariadb(connection: Any, statement: str) -> Any:
    """Run one statement on a connection of asyncmy and return its rows."""
    async with connection.cursor() as cursor:
        await cursor.execute(statement)
        return await cursor.fetchall()
