"""Imports of small files of events, and what is in the store afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from termstats.data.importers.events.importer import EventsImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from tests.data.importers.store_file import query

SIX = [
    ("2026-03-01T09:00:00+00:00", "ana", "title 0"),
    ("2026-03-02T10:00:00+00:00", "ben", "title 1"),
    ("2026-03-03T11:00:00+00:00", "cleo", "title 2"),
    ("2026-03-01T12:00:00+00:00", "ana", "title 3"),
    ("2026-03-02T13:00:00+00:00", "ben", "title 4"),
    ("2026-03-03T09:00:00+00:00", "cleo", "title 5"),
]
"""Time, person and detail of six events."""


async def load(location: Path, store: Path, **options: Any) -> ImportReport:
    return await run_import(EventsImporter(), str(location), store, ImportOptions(**options))


async def imported(
    folder: Path, content: str | bytes, map_: object = None, name: str = "log.csv", **options: Any
) -> tuple[Path, ImportReport]:
    """Import one file, with a map beside it where there is one."""
    source, store = folder / name, folder / "store.sqlite3"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    if map_ is not None:
        (folder / f"{name}.map.json").write_text(json.dumps(map_))
    return store, await load(source, store, **options)


def lines_of(delimiter: str = ",") -> str:
    """Return the six events as lines with delimiters, without a header."""
    rows = [(at, person, "page", "read", "First aid", detail) for at, person, detail in SIX]
    return "".join(f"{delimiter.join(row)}\n" for row in rows)


def header(delimiter: str = ",") -> str:
    return delimiter.join(("at", "person", "kind", "action", "training", "detail"))


def learners(store: Path) -> dict[str, list[str]]:
    """Return training -> names of those who were active in it."""
    found: dict[str, list[str]] = {}
    for training, person in query(
        store,
        "SELECT t.title, p.name FROM enrolment e JOIN training t ON t.id = e.training_id "
        "JOIN person p ON p.id = e.person_id ORDER BY 1, 2",
    ):
        found.setdefault(training, []).append(person)
    return found


def seconds(store: Path) -> list[int]:
    return [row[0] for row in query(store, "SELECT id >> 20 FROM event ORDER BY id")]


def kinds(store: Path) -> list[tuple[str, int]]:
    return query(
        store,
        "SELECT a.kind, count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "GROUP BY 1 ORDER BY 1",
    )
