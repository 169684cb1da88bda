"""What holds a store: a file (`files.py`), or a database on a server (`servers/held.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from termstats.data.model.errors import StoreError

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

    @property
    def logged(self) -> str:
        """Return what an audit log says of where it is."""
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
