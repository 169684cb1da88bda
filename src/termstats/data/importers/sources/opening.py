"""Opens what a location names: a live database, a SQLite file, or a mysqldump file."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from termstats.data.importers.sources.location import masked
from termstats.data.importers.sources.mysqldump import load_dump
from termstats.data.importers.sources.source_url import connect
from termstats.data.importers.sources.tables import (
    Needed,
    SqliteSource,
    TableSource,
    open_sqlite,
)
from termstats.data.model.errors import SourceError

_PACKED = {
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


async def open_source(location: str, needed: Needed | None = None) -> TableSource:
    """Open the tables at `location`: a database URL, a SQLite file, or a mysqldump file.

    What a file is, its content tells, not its name. From a dump only the `needed` columns are
    loaded (None: all); the others are NULL.

    Raises:
        SourceError: nothing there, not a database, damaged, or the server refuses.
    """
    if "://" in location:
        return await _open_url(location, needed)
    return _open_file(Path(location), needed)


def _open_file(path: Path, needed: Needed | None) -> SqliteSource:
    path = path.expanduser()
    head = _head(path)
    if head.startswith(b"SQLite format 3\0"):
        return open_sqlite(path)
    for magic, packing in _PACKED.items():
        if head.startswith(magic):
            raise SourceError(f"{path}: packed with {packing}; unpack it first")
    text = _unpacked_head(path) if head.startswith(b"\x1f\x8b") else head
    if text.startswith(b"SQLite format 3\0"):
        raise SourceError(f"{path}: a packed SQLite file; unpack it first (gunzip)")
    if text.startswith(b"PGDMP") or b"PostgreSQL database dump" in text:
        raise SourceError(
            f"{path}: a PostgreSQL dump; restore it and import from the server (postgresql://...)"
        )
    if not _is_sql(text):
        raise SourceError(
            f"{path}: neither a SQLite database nor a mysqldump file; "
            "give one of these or a database URL"
        )
    return load_dump(path, needed)


async def _open_url(location: str, needed: Needed | None) -> TableSource:
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        raise SourceError(
            f"{masked(location)}: not a database URL; write mysql://USER:PASSWORD@HOST/DATABASE"
        ) from None
    if "@" in (url.host or ""):
        raise SourceError(f"{masked(location)}: write an @ of the password as %40")
    if url.get_backend_name() == "sqlite":
        return _open_file(Path(url.database or ""), needed)
    return await connect(url)


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError(f"{path}: a directory; give a database file, a dump or a URL")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
    if not head:
        raise SourceError(f"{path}: empty; give a database file, a dump or a URL")
    return head


def _unpacked_head(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(4096)
    except (EOFError, OSError, zlib.error) as error:
        raise SourceError(f"{path}: a damaged gzip file ({error}); copy it again") from error


def _is_sql(head: bytes) -> bool:
    if b"\0" in head:
        return False
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:12].upper()
    return first.startswith(
        (b"--", b"/*", b"CREATE ", b"INSERT ", b"DROP ", b"SET ", b"LOCK ", b"USE ", b"START ")
    )
