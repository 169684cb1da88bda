"""Reads a live MySQL, MariaDB or PostgreSQL server: one read-only transaction, in small pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Select,
    column,
    func,
    select,
    text,
)
from sqlalchemy import table as table_clause
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from termstats.data.importers.sources.tables import BATCH_ROWS, MODULUS, Totals
from termstats.data.model.errors import SourceError
from termstats.data.model.redaction import masked, redacted
from termstats.data.store.servers.rights import MAY_WRITE, RIGHTS, may_write

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
_KEYS = {
    "mysql": "SELECT table_name, max(column_name) FROM information_schema.columns "
    "WHERE table_schema = database() AND column_key = 'PRI' GROUP BY table_name "
    "HAVING count(*) = 1 AND max(data_type) IN "
    "('tinyint', 'smallint', 'mediumint', 'int', 'bigint')",
    "postgres": "SELECT c.relname, a.attname FROM pg_index AS i "
    "JOIN pg_class AS c ON c.oid = i.indrelid "
    "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
    "WHERE i.indisprimary AND i.indnkeyatts = 1 AND pg_table_is_visible(c.oid) "
    "AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)",
}
"""Asks for each table whose primary key is one whole number, and for that."""
LONGEST_STATEMENT = 3_600
"""Seconds after which the server ends a statement, where it has no limit of its own."""
COUNTED_ROWS = 500_000
"""So many rows are counted by one statement."""
_BEGIN = {
    "mysql": (
        # Dates without a zone are UTC by the platforms' rules: nothing may convert them.
        # Of the two limits each server sees its own.
        "SET SESSION time_zone = '+00:00'"
        f"/*M!100101 , max_statement_time = if(@@max_statement_time = 0, {LONGEST_STATEMENT}, "
        "@@max_statement_time) */"
        f"/*!50708 , max_execution_time = if(@@max_execution_time = 0, {LONGEST_STATEMENT}000, "
        "@@max_execution_time) */",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
    "postgres": (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SET TIME ZONE 'UTC'",
        f"SELECT set_config('statement_timeout', '{LONGEST_STATEMENT}s', true) "
        "WHERE current_setting('statement_timeout') = '0'",
    ),
}
_ID: ColumnElement[int] = column("id", BigInteger)
_Rows = Sequence[Row[*tuple[Any, ...]]]


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
            keys = (await connection.execute(text(_KEYS[family]))).all()
            rights = (await connection.execute(text(RIGHTS[family]))).all()
        except BaseException:
            await connection.close()
            raise
    except Exception as error:
        # While connecting, each driver raises errors of its own.
        raise SourceError(f"{name}: cannot connect ({redacted(_reason(error))})") from None
    columns: dict[str, list[str]] = {}
    for table_name, column_name in rows:
        columns.setdefault(_name(table_name), []).append(_name(column_name))
    writes = may_write([row[0] for row in rights])
    key_of = {_name(table_name): _name(column_name) for table_name, column_name in keys}
    return UrlSource(engine, connection, name, columns, key_of, [MAY_WRITE] if writes else [])


class UrlSource:
    """Tables of one database of a server; see `sources.TableSource`."""

    divides_whole = False

    def __init__(
        self,
        engine: AsyncEngine,
        connection: AsyncConnection,
        name: str,
        columns: dict[str, list[str]],
        keys: Mapping[str, str],
        notes: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.notes = notes
        self._engine = engine
        self._connection = connection
        self._columns = columns
        self._keys = keys
        """Table -> its primary key, where that is one whole number."""

    async def tables(self) -> set[str]:
        """Return the names of all tables and views that the account may see."""
        return set(self._columns)

    async def columns(self, table: str) -> list[str]:
        """Return the column names of `table`, in its order; empty when there is no such table."""
        return list(self._columns.get(table, ()))

    async def count(self, table: str) -> int:
        """Return the number of rows of `table`."""
        if key := self._keys.get(table):
            return (await self._totals(table, key, None, None)).rows
        ((rows,),) = await self._fetch(table, select(func.count()).select_from(_table(table)))
        return int(rows)

    async def totals(
        self, table: str, *, above: int | None = None, upto: int | None = None
    ) -> Totals:
        """Return what the ids of `table` add up to: those above one id, up to another."""
        if self._keys.get(table) == "id":
            return await self._totals(table, "id", above, upto)
        query = select(*_sums(_ID)).select_from(_table(table)).where(*_between(_ID, above, upto))
        (row,) = await self._fetch(table, query)
        return Totals(*(int(total or 0) for total in row))

    async def _totals(self, table: str, key: str, above: int | None, upto: int | None) -> Totals:
        """Return what a primary key adds up to, by statements of which each is short."""
        number: ColumnElement[int] = column(key, BigInteger)
        rows, total, last = 0, 0, above
        while True:
            ids = select(number).select_from(_table(table)).where(*_between(number, last, upto))
            piece = ids.order_by(number).limit(COUNTED_ROWS).subquery()
            ((count, largest, added),) = await self._fetch(table, select(*_sums(piece.c[key])))
            rows, total = rows + count, total + int(added or 0)
            last = last if largest is None else int(largest)
            if count < COUNTED_ROWS:
                return Totals(rows, last if rows and last is not None else 0, total)

    async def batches(
        self,
        table: str,
        columns: Sequence[str],
        order_by: Sequence[str] = (),
        *,
        above: int | None = None,
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of `table`.

        By a primary key each batch is a statement of its own: a server may limit how long a
        statement takes, or how long it waits for who reads it, and no table is too long for that.
        By other columns the rows come through a cursor of the server.
        """
        query: Select[*tuple[Any, ...]] = select(*map(column, columns)).select_from(_table(table))
        query = query.where(*_between(_ID, above, None)).order_by(*map(column, order_by))
        key = self._keys.get(table)
        if key in columns and list(order_by) == [key]:
            batches = self._pieces(table, query, columns.index(key))
        else:
            batches = self._stream(table, query)
        async for rows in batches:
            yield [tuple(row) for row in rows]

    async def _pieces(
        self, table: str, query: Select[*tuple[Any, ...]], place: int
    ) -> AsyncIterator[_Rows]:
        """Yield batches, each by a statement of its own; `place`: that of the primary key."""
        number: ColumnElement[int] = column(query.selected_columns[place].name, BigInteger)
        piece = query
        while True:
            rows = await self._fetch(table, piece.limit(BATCH_ROWS))
            if rows:
                yield rows
            if len(rows) < BATCH_ROWS:
                return
            piece = query.where(number > rows[-1][place])

    async def _stream(self, table: str, query: Select[*tuple[Any, ...]]) -> AsyncIterator[_Rows]:
        """Yield batches through a cursor of the server."""
        try:
            result = await self._connection.stream(
                query, execution_options={"yield_per": BATCH_ROWS}
            )
            try:
                async for rows in result.partitions(BATCH_ROWS):
                    yield rows
            finally:
                await result.close()
        except (SQLAlchemyError, OSError) as error:
            raise self._failed(table, error) from None

    async def _fetch(self, table: str, query: Select[*tuple[Any, ...]]) -> _Rows:
        """Return the rows of a short statement."""
        try:
            return (await self._connection.execute(query)).all()
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


def _table(name: str) -> FromClause:
    return table_clause(name)


def _sums(number: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    """Return what is asked of ids, as `Totals` holds it."""
    return func.count(), func.max(number), func.sum(number % MODULUS)


def _between(
    number: ColumnElement[int], above: int | None, upto: int | None
) -> list[ColumnElement[bool]]:
    """Return the conditions that ids lie between the two."""
    ends = [number > above] if above is not None else []
    return ends + ([number <= upto] if upto is not None else [])


def _name(value: object) -> str:
    """Return a name of information_schema, which MySQL may hand over as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)
