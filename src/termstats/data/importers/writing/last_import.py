"""What an import leaves in the store for the next one, so that only what is new has to be read.

It lies in a table of its own beside those of the schema: no figure reads it, no snapshot holds it,
and a store without it is whole. It holds numbers, ids, sums and the titles of old modules: nobody's
name, no answer and no password.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from termstats import __version__
from termstats.data.importers.writing.base import Importer, ImportOptions, LastImport, TableReport
from termstats.data.importers.writing.writer import EverythingNeeded
from termstats.data.model.redaction import masked
from termstats.data.model.units import RowId
from termstats.data.store.checking import check_store_file
from termstats.data.store.connecting import reading

_TABLE = "import_mark"
_FORMAT = 2
"""Number of what importers leave: another one cannot be read."""
PIECE = 1 << 24
"""Bytes of one value: no value of a store may be huge."""
_LARGEST = 1 << 30
"""Bytes of a part that is unpacked: files come from others."""


def leave_state(
    connection: sqlite3.Connection,
    source_id: RowId,
    told: Mapping[str, object],
    marks: Mapping[str, Any],
    seen: bytes,
) -> None:
    """Keep what an importer left of this source, in the place of what was there.

    `told`: what the import was told (`told_to`).
    """
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {_TABLE} (source_id INTEGER NOT NULL, name TEXT NOT NULL, "
        "piece INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (source_id, name, piece))"
    )
    forget_state(connection, source_id)
    parts = {"told": told, "report": _fingerprint(connection, source_id), "marks": marks}
    packed = {name: json.dumps(part).encode() for name, part in parts.items()} | {"seen": seen}
    for name, part in packed.items():
        # What was seen are sums, which cannot be made shorter.
        value = zlib.compress(part, 0 if name == "seen" else 1)
        connection.executemany(
            f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?)",  # noqa: S608
            (
                (source_id, name, piece, value[at : at + PIECE])
                for piece, at in enumerate(range(0, len(value), PIECE))
            ),
        )


def forget_state(connection: sqlite3.Connection, source_id: RowId) -> None:
    """Remove what was left of a source, whose rows are about to be others."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_TABLE,)).fetchone():
        connection.execute(f"DELETE FROM {_TABLE} WHERE source_id = ?", (source_id,))  # noqa: S608


def told_to(importer: Importer, location: str, options: ImportOptions) -> dict[str, object]:
    """Return what an import is told, by the words in which people are told of a difference."""
    return {
        "termstats": f"{__version__}/{_FORMAT}",
        "the platform": importer.platform,
        "SOURCE": masked(location),
        "--source-zone": options.source_zone,
        "--as-of": "latest" if options.as_of_latest else options.as_of,
        "--language": options.language,
        "--with-network-data": options.with_network_data,
        "--log-stays": options.log_stays or None,
    }


def last_import(
    store: Path, importer: Importer, location: str, options: ImportOptions
) -> LastImport:
    """Return what the last import of the same source into `store` left.

    Raises:
        EverythingNeeded: there was none, it left nothing, or it was told something else.
        StoreError: no store that can be read.
    """
    if not store.exists() or not store.stat().st_size:
        raise EverythingNeeded("the store is new")
    check_store_file(store)
    name = options.name or importer.platform
    with reading(store) as connection:
        row = connection.execute("SELECT id, report FROM source WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise EverythingNeeded(f"the store has no source {name!r} yet")
        parts = parts_of(connection, row[0])
        if parts.get("report") != _fingerprint(connection, row[0]):
            raise EverythingNeeded("the last import left no marks")
    told = told_to(importer, location, options)
    for words, value in told.items():
        if parts["told"].get(words) != value:
            raise EverythingNeeded(f"{words} is not that of the last import")
    tables = {name: TableReport(**counts) for name, counts in json.loads(row[1])["tables"].items()}
    return LastImport(store, RowId(row[0]), parts["marks"], parts["seen"], tables)


def parts_of(connection: sqlite3.Connection, source_id: int) -> dict[str, Any]:
    """Return what was left, unpacked; nothing where nothing was, or it is damaged."""
    try:
        rows = connection.execute(
            f"SELECT name, value FROM {_TABLE} WHERE source_id = ? ORDER BY name, piece",  # noqa: S608
            (source_id,),
        )
        pieces: dict[str, list[bytes]] = {}
        for name, value in rows:
            pieces.setdefault(name, []).append(value)
        parts = {
            name: zlib.decompressobj().decompress(b"".join(values), _LARGEST)
            for name, values in pieces.items()
        }
        seen = parts.pop("seen")
        return {name: json.loads(part) for name, part in parts.items()} | {"seen": seen}
    except (sqlite3.Error, zlib.error, ValueError, TypeError, KeyError):
        return {}


def _fingerprint(connection: sqlite3.Connection, source_id: int) -> str:
    """Return what tells the last import of a source from every other one."""
    row = connection.execute(
        "SELECT as_of, report FROM source WHERE id = ?", (source_id,)
    ).fetchone()
    return hashlib.sha256(repr(tuple(row)).encode()).hexdigest()
