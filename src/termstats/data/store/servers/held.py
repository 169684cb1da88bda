"""A store on a server as what holds one: found, opened, asked whether it was replaced, stopped."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine

from termstats.data.model.errors import StoreError
from termstats.data.store.engine import POOL
from termstats.data.store.holding import Held, Mark
from termstats.data.store.servers.address import Address, Family
from termstats.data.store.servers.connecting import PATIENCE, connect
from termstats.data.store.servers.faults import explain
from termstats.data.store.servers.published import fetch, newest, place_name, quoted
from termstats.data.store.servers.rights import RIGHTS, may_write
from termstats.data.store.settings import check_settings

_DIALECTS = {Family.POSTGRES: "postgresql+asyncpg", Family.MARIADB: "mariadb+asyncmy"}
_MOST_ROWS = 1_000


@dataclass(frozen=True)
class StoreOnServer:
    """A database of a server that holds a store."""

    address: Address

    @property
    def shown(self) -> str:
        """Return where it is, without the account."""
        return self.address.shown

    @property
    def logged(self) -> str:
        """Return where it is, without the account."""
        return self.address.shown

    async def find(self) -> Held:
        """Return the newest store that was published there."""
        try:
            connection = await connect(self.address, reading=True)
            try:
                number = await newest(self.address, connection)
                settings = {} if number is None else await self._settings(connection, number)
            finally:
                await closed(self.address, connection)
        except Exception as error:
            raise explain(self.address, error) from error
        if number is None:
            raise StoreError(
                f"{self.shown}: holds no termstats store yet; "
                "publish one with: termstats publish --store FILE URL"
            )
        zone = check_settings(self.shown, settings)
        return Held(self.engine(number), zone, (number,))

    async def _settings(self, connection: Any, number: int) -> dict[str, Any]:
        place = quoted(self.address, place_name(self.address, number))
        rows = await fetch(
            self.address,
            connection,
            f"SELECT name, value FROM {place}.store_setting LIMIT {_MOST_ROWS}",  # noqa: S608
        )
        return {str(name): value for name, value in rows}

    def engine(self, number: int, *, nameless: bool = False) -> Engine:
        """Return what connects to the published store of that number; nothing is opened yet.

        `nameless`: people stand under pseudonyms.
        """
        place = place_name(self.address, number, nameless=nameless)

        def connected() -> Any:
            return engine.dialect.dbapi.connect(  # type: ignore[union-attr]
                async_creator_fn=lambda: connect(self.address, place, reading=True)
            )

        engine = create_engine(
            f"{_DIALECTS[self.address.family]}://",
            creator=connected,
            **POOL,
            pool_pre_ping=True,  # the server may have gone and come back
            isolation_level="AUTOCOMMIT",  # each statement is a read-only transaction of its own
        )
        return engine

    async def mark(self) -> Mark | None:
        """Return the mark of the newest store that was published there."""
        try:
            connection = await connect(self.address, reading=True)
            try:
                number = await newest(self.address, connection)
            finally:
                await closed(self.address, connection)
        except Exception as error:
            raise self.explain(error) from error
        return None if number is None else (number,)

    async def may_write(self) -> bool:
        """Return whether the account that reads the newest store there may write to it as well."""
        mark = await self.mark()
        place = None if mark is None else place_name(self.address, mark[0])
        family = "postgres" if self.address.family is Family.POSTGRES else "mysql"
        try:
            connection = await connect(self.address, place, reading=True)
            try:
                rows = await fetch(self.address, connection, RIGHTS[family])
            finally:
                await closed(self.address, connection)
        except Exception as error:
            raise self.explain(error) from error
        return may_write([row[0] for row in rows])

    async def interrupt(self, driver: Any) -> None:
        """Have the server stop what a connection does; it takes another one to say so."""
        postgres = self.address.family is Family.POSTGRES
        number = int(driver.get_server_pid() if postgres else driver.thread_id())
        sql = f"SELECT pg_cancel_backend({number})" if postgres else f"KILL QUERY {number}"
        # Where the server cannot be reached, nothing runs there that is waited for.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(PATIENCE):
                connection = await connect(self.address, reading=True)
                try:
                    await fetch(self.address, connection, sql)
                finally:
                    await closed(self.address, connection)

    def explain(self, error: BaseException) -> StoreError:
        """Return what the server or its driver says of an open store, and what helps."""
        return explain(self.address, error, is_open=True)


async def closed(address: Address, connection: Any) -> None:
    """Close a connection of the driver, also one that is broken."""
    with contextlib.suppress(Exception):
        if address.family is Family.POSTGRES:
            await connection.close(timeout=PATIENCE)
        else:
            await connection.ensure_closed()
