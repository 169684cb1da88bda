"""Connects to store files. They come from others: nothing in one may run, and none is written."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from termstats.data.model.errors import StoreError
from termstats.data.model.text import clean
from termstats.data.store.any_text import decode
from termstats.data.store.sealed import address_in_memory

_SAFE = (
    "PRAGMA trusted_schema = OFF",  # no function with side effects in a view, an index, a default
    "PRAGMA cell_size_check = ON",  # damaged pages are found where they are read
)
BUSY = 5.0
"""Seconds to wait for somebody who writes to the file just now."""
LONGEST_VALUE = 64_000_000
"""Bytes of one value; a set of 50 million events takes 6 at most. A longer one is refused."""
_STEPS = 100_000
"""Steps of SQLite between two looks at the clock."""
# Of None the driver asks what it is called in SQL by a search of attributes that fails: 0.3 µs for
# each empty cell. This answers None to None, and that in a third of the time.
_NONE: dict[None, None] = {}
sqlite3.register_adapter(type(None), _NONE.get)


class SafeConnection(sqlite3.Connection):
    """A connection to a file that may have been made to do harm."""

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self.text_factory = decode
        for pragma in _SAFE:
            self.execute(pragma)


class ReadingConnection(SafeConnection):
    """A safe connection that cannot write."""

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self.prepare()
        self.execute("PRAGMA query_only = ON")
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)

    def prepare(self) -> None:
        """Do what has to be done before nothing can be written any more, not even aside."""


def sqlite_uri(path: Path, *, read_only: bool) -> str:
    """Return the URI of a database file, whatever its name holds; of a sealed one its content."""
    if read_only and (address := address_in_memory(path)):
        return address
    # Absolute: the working folder may change while the store is open.
    return f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"


def hear_signals(connection: sqlite3.Connection, seconds: float | None = None) -> None:
    """Let signals come through while a statement runs; and stop it `seconds` from now.

    Python sees signals between two steps of its own only: SQLite has to ask for some.
    """
    end = math.inf if seconds is None else time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)


@contextmanager
def reading(path: Path, seconds: float | None = None) -> Iterator[sqlite3.Connection]:
    """Connect to a store file for reading; statements are stopped after `seconds` altogether.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    address = sqlite_uri(path, read_only=True)
    with closing(
        sqlite3.connect(address, timeout=BUSY, uri=True, factory=ReadingConnection)
    ) as connection:
        hear_signals(connection, seconds)
        yield connection


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect to a store file that is there for writing it.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    address = sqlite_uri(path, read_only=False)
    with closing(
        sqlite3.connect(address, timeout=BUSY, uri=True, factory=SafeConnection)
    ) as connection:
        hear_signals(connection)
        yield connection


@contextmanager
def in_memory() -> Iterator[sqlite3.Connection]:
    """Give an empty database that lies in memory, with files that are attached by URI."""
    with closing(sqlite3.connect("file::memory:", uri=True, factory=SafeConnection)) as connection:
        hear_signals(connection)
        yield connection


def reading_async(
    path: Path, factory: Callable[..., ReadingConnection] = ReadingConnection
) -> aiosqlite.Connection:
    """Return what connects to a store file for reading, to be awaited."""
    address = sqlite_uri(path, read_only=True)
    connection = aiosqlite.connect(
        address, timeout=BUSY, uri=True, check_same_thread=False, factory=factory
    )
    # The thread of a store that a fault left open must not keep the process. SQLAlchemy does the
    # same for connections that it makes itself; aiosqlite has no public word for it.
    connection._thread.daemon = True
    return connection


def settle(path: Path) -> None:
    """Bring what another program left beside a store file into it, before the file is replaced.

    A journal that lies beside a file belongs to it: the next one must not be given that of this.

    Raises:
        StoreError: another program has the store open.
    """
    if not any(path.with_name(f"{path.name}{ending}").exists() for ending in ("-wal", "-journal")):
        return
    try:
        with writing(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path}: another program has it open ({clean(error)}); close that and do this again"
        ) from error
