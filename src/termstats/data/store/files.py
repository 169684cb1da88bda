"""A file that holds a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from termstats.data.model.errors import StoreError
from termstats.data.store.any_text import read_any_text
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import ReadingConnection, reading_async
from termstats.data.store.engine import interrupt, make_engine
from termstats.data.store.holding import Held, Mark
from termstats.data.store.marks import mark_of


@dataclass(frozen=True)
class StoreFile:
    """A file that holds a store."""

    path: Path
    """As it was named."""
    copy_of: str = ""
    """The server of which it is a copy, as people are told; empty: it is none."""
    notes: tuple[str, ...] = ()
    """What people should know of that server."""

    @property
    def shown(self) -> str:
        """Return the path, or of what it is a copy."""
        return self.copy_of or str(self.path)

    @property
    def logged(self) -> str:
        """Return what an audit log says of where it is, wherever somebody stands."""
        return self.copy_of or str(self.path.absolute())

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


def engine_of(file: Path, factory: Callable[..., ReadingConnection] = ReadingConnection) -> Engine:
    """Return what connects to a store file, each time by `factory`; nothing is opened yet."""
    engine = make_engine(lambda: reading_async(file, factory))
    read_any_text(engine)
    return engine
