"""Reads a live MySQL, MariaDB or PostgreSQL server: one read-only transaction, streamed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from sqlalchemy import ColumnElement, Integer, Select, column, func, select, text
from sqlalchemy import table as table_clause
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from termstats.data.importers.sources.tables import BATCH_ROWS, MODULUS, Totals
from termstats.data.model.errors import SourceError
from termstats.data.model.redaction import masked, redacted

_DRIVERS = {
    "mysql": ("mysql+asyncmy", "mysql"),
    "mariadb": ("mysql+asyncmy", "mysql"),
    "postgresql": ("postgresql+asyncpg", "postgres"),
    "postgres": ("postgresql+asyncpg", "postgres"),
}
_COLUMNS = {
    "mysql": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = database() ORDER BY table_name, ordinal_position",
    "postgres": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false)) ORDER BY table_name, ordinal_position",
}
_BEGIN = {
    "mysql": (
        # Dates without a zone are UTC by the platforms' rules: nothing may convert them.
        "SET SESSION time_zone = '+00:00'",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
    "postgres": (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SET TIME ZONE 'UTC'",
    ),
}
_RIGHTS = {
    "mysql": "SHOW GRANTS",
    "postgres": "SELECT bool_or(has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) "
    "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))",
}
_WRITES = re.compile(r"\b(?:ALL PRIVILEGES|INSERT|UPDATE|DELETE|DROP|ALTER)\b(?=.* ON )")
MAY_WRITE = "the account may write to the database; one that may only read is enough"


async def connect(url: URL) -> UrlSource:
    """Connect to the server of `url` and begin the one transaction of the import.

    Raises:
        SourceError: unknown kind of server, driver missing, unreachable, or login refused.
    """
    name = masked(url.render_as_string(hide_password=False))
    driver, family = _DRIVERS.get(url.get_backend_name(), ("", ""))
    if not driver:
        raise SourceError(
            f"{name}: unknown kind of server; use mysql://, mariadb:// or postgresql://"
        )
    if not url.database:
        raise SourceError(f"{name}: names no database; write {url.get_backend_name()}://.../NAME")
    if family == "mysql" and "charset" not in url.query:
        url = url.update_query_dict({"charset": "utf8mb4"})
    try:
        engine = create_async_engine(url.set(drivername=driver), poolclass=NullPool)
    except (ImportError, NoSuchModuleError) as error:
        raise SourceError(
            f"{name}: the driver is not installed; pip install 'termstats[{family}]'"
        ) from error
    try:
        connection = await engine.connect()
        try:
            for statement in _BEGIN[family]:
                await connection.execute(text(statement))
            rows = (await connection.execute(text(_COLUMNS[family]))).all()
            rights = (await connection.execute(text(_RIGHTS[family]))).all()
        except BaseException:
            await connection.close()
            raise
    except Exception as error:
        # While connecting, each driver raises errors of its own.
        raise SourceError(f"{name}: cannot connect ({redacted(_reason(error))})") from None
    columns: dict[str, list[str]] = {}
    for table_name, column_name in rows:
        columns.setdefault(_name(table_name), []).append(_name(column_name))
    writes = any(row[0] is True or _WRITES.search(_name(row[0])) for row in rights)
    return UrlSource(engine, connection, name, columns, [MAY_WRITE] if writes else [])


class UrlSource:
    """Tables of one database of a server; see `sources.TableSource`."""

    divides_whole = False

    def __init__(
        self,
        engine: AsyncEngine,
        connection: AsyncConnection,
        name: str,
        columns: dict[str, list[str]],
        notes: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.notes = notes
        self._engine = engine
        self._connection = connection
        self._columns = columns

    async def tables(self) -> set[str]:
        """Return the names of all tables and views that the account may see."""
        return set(self._columns)

    async def columns(self, table: str) -> list[str]:
        """Return the column names of `table`, in its order; empty when there is no such table."""
        return list(self._columns.get(table, ()))

    async def count(self, table: str) -> int:
        """Return the number of rows of `table`."""
        try:
            number = await self._connection.scalar(
                select(func.count()).select_from(table_clause(table))
            )
        except (SQLAlchemyError, OSError) as error:
            raise self._failed(table, error) from None
        return int(number or 0)

    async def totals(
        self, table: str, *, above: int | None = None, upto: int | None = None
    ) -> Totals:
        """Return what the ids of `table` add up to: those above one id, up to another."""
        key = column("id", Integer)
        sums = func.count(), func.max(key), func.sum(key % MODULUS)
        query = select(*sums).select_from(table_clause(table)).where(*_between(above, upto))
        try:
            rows = await self._connection.execute(query)
        except (SQLAlchemyError, OSError) as error:
            raise self._failed(table, error) from None
        return Totals(*(int(total or 0) for total in rows.one()))

    async def batches(
        self,
        table: str,
        columns: Sequence[str],
        order_by: Sequence[str] = (),
        *,
        above: int | None = None,
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of `table` through a server-side cursor."""
        query: Select[*tuple[Any, ...]] = (
            select(*(column(c) for c in columns))
            .select_from(table_clause(table))
            .where(*_between(above, None))
            .order_by(*(column(c) for c in order_by))
        )
        try:
            result = await self._connection.stream(
                query, execution_options={"yield_per": BATCH_ROWS}
            )
            try:
                async for rows in result.partitions(BATCH_ROWS):
                    yield [tuple(row) for row in rows]
            finally:
                await result.close()
        except (SQLAlchemyError, OSError) as error:
            raise self._failed(table, error) from None

    def _failed(self, table: str, error: BaseException) -> SourceError:
        return SourceError(f"{self.name}: reading {table} failed ({_reason(error)}); try again")

    async def aclose(self) -> None:
        """End the transaction and disconnect."""
        await self._connection.close()
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _reason(error: BaseException) -> str:
    """Return the server's words on one line, without SQL and parameters."""
    original = getattr(error, "orig", None) or error
    words = original.args[-1] if original.args else original
    return " ".join(str(words).split()) or type(original).__name__


def _between(above: int | None, upto: int | None) -> list[ColumnElement[bool]]:
    """Return the conditions that ids lie between the two."""
    ends = [column("id") > above] if above is not None else []
    return ends + ([column("id") <= upto] if upto is not None else [])


def _name(value: object) -> str:
    """Return a name of information_schema, which MySQL may hand over as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)
