"""Opens what a location names: a live database, a SQLite file, or a dump."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from termstats.data.importers.sources.content import LEADING, SQLITE, refuse_for_tables
from termstats.data.importers.sources.dumps.loading import load_dump
from termstats.data.importers.sources.dumps.postgres import MARK, load_postgres_dump
from termstats.data.importers.sources.source_url import connect
from termstats.data.importers.sources.tables import (
    Needed,
    SqliteSource,
    TableSource,
    open_sqlite,
)
from termstats.data.importers.sources.unpacking import UnpackedReader, open_unpacked
from termstats.data.model.errors import SourceError
from termstats.data.model.redaction import EXAMPLE_URL, is_url, masked, might_be_url

_JOURNAL_MODE = 18
"""Where the header of SQLite says by which journal the file is written and read: 1, or 2 (WAL)."""
_WAL = 2


async def open_source(location: str, needed: Needed | None = None) -> TableSource:
    """Open the tables at `location`: a database URL, a SQLite file, or a dump.

    What a file is, its content tells, not its name. From a dump only the `needed` columns are
    loaded (None: all); the others are NULL.

    Raises:
        SourceError: nothing there, not a database, damaged, or the server refuses.
    """
    if might_be_url(location) and not _is_file(location):
        return await _open_url(location, needed)
    return _open_file(Path(location), needed)


def _open_file(path: Path, needed: Needed | None) -> SqliteSource:
    path = path.expanduser()
    if path.is_dir():
        raise SourceError(f"{path}: a directory; give a database file, a dump or a URL")
    with open_unpacked(path) as file:
        head = file.read(LEADING)
        is_packed = isinstance(file, UnpackedReader)
    if not head:
        raise SourceError(f"{path}: empty; give a database file, a dump or a URL")
    if head.startswith(SQLITE):
        if is_packed:
            return _open_packed(path)
        return _open_in_place(path, is_logged=head[_JOURNAL_MODE] == _WAL)
    refuse_for_tables(str(path), head)
    return (load_postgres_dump if MARK in head else load_dump)(path, needed)


def _open_in_place(path: Path, *, is_logged: bool) -> SqliteSource:
    """Open a SQLite file where it lies; `is_logged`: with a write-ahead log.

    SQLite wants to make files beside one with a log, which it cannot on media that are read-only.
    There nobody writes, unless another process has made them.
    """
    log, others = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    if not is_logged or others.exists() or os.access(path.parent, os.W_OK):
        return open_sqlite(path)
    if not log.is_file() or not log.stat().st_size:
        return open_sqlite(path, is_fixed=True)
    # A private copy, whose files are gone with the process that reads them.
    with tempfile.TemporaryDirectory(prefix="termstats-") as folder:
        for each in (path, log):
            shutil.copyfile(each, Path(folder, each.name))
        return open_sqlite(Path(folder, path.name), str(path))


def _open_packed(path: Path) -> SqliteSource:
    """Open a packed SQLite file: a private copy, which is gone with the process that reads it."""
    with tempfile.NamedTemporaryFile(prefix="termstats-") as copy:
        with open_unpacked(path) as file:
            shutil.copyfileobj(file, copy)
        # Nothing is beside the copy, as a write-ahead log would be.
        copy.seek(_JOURNAL_MODE)
        copy.write(b"\1\1")
        copy.flush()
        return open_sqlite(Path(copy.name), str(path))


def _is_file(location: str) -> bool:
    return Path(location).expanduser().is_file()


async def _open_url(location: str, needed: Needed | None) -> TableSource:
    try:
        # What is no URL by our reading must not come to a driver, which would tell of its parts.
        url = make_url(location) if is_url(location) else None
    except (ArgumentError, ValueError):
        url = None
    if url is None:
        raise SourceError(f"{masked(location)}: not a database URL; write {EXAMPLE_URL}")
    if location.count("@") > 1:
        raise SourceError(f"{masked(location)}: write an @ of the password as %40")
    if url.get_backend_name() == "sqlite":
        return _open_file(Path(url.database or ""), needed)
    return await connect(url)
