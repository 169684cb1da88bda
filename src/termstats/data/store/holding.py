"""What holds a store: a file, or a database on a server (`servers/held.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from termstats.data.model.errors import StoreError
from termstats.data.store.any_text import read_any_text
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import ReadingConnection, reading_async
from termstats.data.store.engine import interrupt, make_engine

Mark = tuple[int, ...]
"""What tells one store from the one that takes its place."""


@dataclass(frozen=True)
class Held:
    """A store that was found: what connects to it, its reporting zone, its mark."""

    engine: Engine
    zone: ZoneInfo
    mark: Mark | None


class Holder(Protocol):
    """What holds a store."""

    @property
    def shown(self) -> str:
        """Return what people are told of where it is: never a password."""
        ...

    async def find(self) -> Held:
        """Return the store that is there now; nothing of it is open yet.

        Raises:
            StoreError: there is none, or none of this version; says the way out.
        """
        ...

    async def mark(self) -> Mark | None:
        """Return the mark of the store that is there now; None: there is none.

        Raises:
            StoreError: it cannot be reached.
        """
        ...

    async def interrupt(self, driver: Any) -> None:
        """Stop what a connection of the driver is doing."""
        ...

    def explain(self, error: BaseException) -> StoreError:
        """Return the one line that says why it cannot be read, and what helps."""
        ...


@dataclass(frozen=True)
class StoreFile:
    """A file that holds a store."""

    path: Path
    """As it was named."""

    @property
    def shown(self) -> str:
        """Return the path."""
        return str(self.path)

    async def find(self) -> Held:
        """Return the store in the file, which has been checked."""
        mark = mark_of(self.path)  # before it is opened: what comes after is another one
        zone = check_store_file(self.path)
        # Absolute: the working folder may change while the store is open.
        return Held(engine_of(self.path.absolute()), zone, mark)

    async def mark(self) -> Mark | None:
        """Return the mark of the file."""
        return mark_of(self.path)

    async def interrupt(self, driver: Any) -> None:
        """Stop the statement that runs in the thread of the connection."""
        await interrupt(driver)

    def explain(self, error: BaseException) -> StoreError:
        """Return what SQLite says of the file, and what helps."""
        return cannot_read(self.path, error)


def mark_of(path: Path) -> Mark | None:
    """Return the mark of a file; None: there is none, or nobody may look."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def engine_of(file: Path, factory: Callable[..., ReadingConnection] = ReadingConnection) -> Engine:
    """Return what connects to a store file, each time by `factory`; nothing is opened yet."""
    engine = make_engine(lambda: reading_async(file, factory))
    read_any_text(engine)
    return engine
