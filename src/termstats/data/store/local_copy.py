"""The file of a store, for what needs one: of a store on a server a private copy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from termstats.data.model.confined import only_folder
from termstats.data.model.private_files import PRIVATE
from termstats.data.store.files import StoreFile
from termstats.data.store.opening import holder_of
from termstats.data.store.servers.fetching import fetch_store
from termstats.data.store.servers.held import StoreOnServer
from termstats.data.store.servers.rights import MAY_WRITE


@asynccontextmanager
async def store_file(location: str) -> AsyncIterator[StoreFile]:
    """Give the file of the store at `location`; a copy from a server is gone at the end.

    Raises:
        StoreError: the server cannot be reached, or the copy not be written.
    """
    holder = holder_of(location)
    if isinstance(holder, StoreFile):
        yield holder
        return
    assert isinstance(holder, StoreOnServer)  # noqa: S101 - there is no third kind
    with tempfile.TemporaryDirectory(prefix=".termstats-", dir=only_folder()) as folder:
        file = Path(folder, "store.sqlite3")
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        await fetch_store(holder, file)
        notes = (MAY_WRITE,) if await holder.may_write() else ()
        yield StoreFile(file, holder.shown, notes)
