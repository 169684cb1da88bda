"""A ClickHouse server over HTTP, read only: its tables, and their rows block by block."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from termstats.data.model.errors import SourceError
from termstats.data.model.redaction import masked, redacted

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

SCHEME = "clickhouse"
EXAMPLE = "clickhouse://USER:PASSWORD@HOST:8123/xapi"
DAY = 24 * 3600 * 1_000_000
"""Microseconds."""
_LONGEST_WAIT = 3_600
"""Seconds without an answer."""
_SETTINGS = {"skip_unavailable_shards": 0}
"""Else a cluster of which a shard is down gives fewer rows, without a word."""


@dataclass(frozen=True)
class ClickHouse:
    """A database of a server."""

    client: Client
    name: str
    """The location as it may be shown."""
    database: str
    options: Mapping[str, str]
    """What stands behind `?` in the location."""
    tables: Mapping[tuple[str, str], Mapping[str, str]]
    """(database, table) -> column -> type."""
    settings: Callable[[], dict[str, Any]] | None = None
    """Gives what goes with each query; None: nothing but what holds for all."""

    def columns(self, table: str, database: str = "") -> Mapping[str, str]:
        """Return column -> type of a table; empty when the account sees no such table."""
        return self.tables.get((database or self.database, table), {})

    def table(self, name: str, database: str = "") -> str:
        """Return a table as SQL names it."""
        return f"{quoted(database or self.database)}.{quoted(name)}"

    def rows(self, sql: str) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query.

        Raises:
            SourceError: the server refuses, or does not answer any more.
        """
        asked = partial(self.client.query_row_block_stream, sql)
        if self.settings is not None:
            asked = partial(asked, settings=self.settings())
        with _explained(self.name), asked() as blocks:
            for block in blocks:
                yield from block

    def micros(self, column: str, kind: str) -> str:
        """Return a time as microseconds since 1970 UTC, in SQL; `kind`: type of its column."""
        if kind.startswith("DateTime64"):
            return f"toUnixTimestamp64Micro(toDateTime64({quoted(column)}, 6))"
        return f"toInt64(toUnixTimestamp({quoted(column)})) * 1000000"


def is_clickhouse(location: str) -> bool:
    """Return whether a location names a ClickHouse server."""
    return location.lower().startswith((f"{SCHEME}:", f"{SCHEME}s:"))


@contextlib.contextmanager
def open_clickhouse(location: str) -> Iterator[ClickHouse]:
    """Connect to `clickhouse://USER:PASSWORD@HOST:PORT/DATABASE`; `clickhouses` over TLS.

    Raises:
        SourceError: no such URL, no client installed, unreachable, or login refused.
    """
    name, url = masked(location), _url(location)
    try:
        import clickhouse_connect
    except ImportError as error:
        raise SourceError(
            f"{name}: the client is not installed; pip install 'termstats[clickhouse]'"
        ) from error
    is_secure = url.drivername != SCHEME
    with _explained(name):
        client = clickhouse_connect.get_client(
            host=url.host,
            port=url.port or (8443 if is_secure else 8123),
            username=url.username or "default",
            password=url.password or "",
            secure=is_secure,
            settings=_SETTINGS,
            send_receive_timeout=_LONGEST_WAIT,
            autogenerate_session_id=False,
        )
    try:
        options = {key: str(value) for key, value in url.query.items()}
        with _explained(name):
            tables = _tables(client)
        yield ClickHouse(client, name, url.database or "xapi", options, tables)
    finally:
        client.close()


def _url(location: str) -> URL:
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not url.host or location.count("@") > 1:
        raise SourceError(f"{masked(location)}: not the URL of a ClickHouse; write {EXAMPLE}")
    return url


def _tables(client: Client) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    sql = "SELECT database, table, name, type FROM system.columns WHERE database <> 'system'"
    for database, table, column, kind in client.query(sql).result_rows:
        found.setdefault((database, table), {})[column] = kind
    return found


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """Say in one line what the server or the way to it refuses."""
    from clickhouse_connect.driver.exceptions import ClickHouseError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (ClickHouseError, HTTPError, OSError) as error:
        words = " ".join(redacted(str(error)).split())[:300]
        raise SourceError(f"{name}: the server does not answer ({words}); try again") from None


def text_of(text: str) -> str:
    """Return a text as ClickHouse writes it in SQL: its old versions have no parameters."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def quoted(name: str) -> str:
    """Return a name as an identifier of ClickHouse."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
