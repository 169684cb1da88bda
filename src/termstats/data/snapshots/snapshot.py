"""Makes a snapshot: a store file cut to a viewer's scope, pseudonymised and expiring if wanted."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from termstats.data.model.errors import NotAllowed, StoreError, UsageError
from termstats.data.model.period import EPOCH, Period, day_start
from termstats.data.model.private_files import make_private
from termstats.data.model.request import Request
from termstats.data.model.units import RowId
from termstats.data.query.query import ask
from termstats.data.query.scope import Scope, scope_of
from termstats.data.store import schema
from termstats.data.store.any_text import decode
from termstats.data.store.days import build as rollups
from termstats.data.store.ddl import create_indexes, drop_indexes
from termstats.data.store.opening import Store, open_store, store_path

# Of people outside trainings nothing is shown to a viewer with a narrower scope.
_PLATFORM_ONLY = (
    *("grant", "session", "object", "event_object", "place"),
    *("reported", "reported_row", "source_setting"),
)
_PERSONAL_TABLES = ("person_field", "enrolment_field", "event_param", "grant", "reported_row")
_PERSONAL_COLUMNS = {
    "person": ("email", "username", "roles"),
    "session": ("ip", "agent"),
    "event": ("ip", "agent", "extra", "diff"),
    "object": ("extra",),
}
_BY_PARENT = (
    ("module", "training_id", "training"),
    ("activity", "training_id", "training"),
    ("question", "module_id", "module"),
    ("training_tag", "training_id", "training"),
    ("class_training", "class_id", '"class"'),
    ("class_training", "training_id", "training"),
    ("class_parent", "class_id", '"class"'),
    ("class_parent", "parent_id", '"class"'),
    ("class_member", "class_id", '"class"'),
    ("class_member", "person_id", "person"),
    ("person_field", "person_id", "person"),
    ("answer", "attempt_id", "attempt"),
    ("event_param", "event_id", "event"),
    ("event_object", "event_id", "event"),
)


@dataclass(frozen=True)
class SnapshotOptions:
    """What to leave out of a snapshot."""

    viewer: str | None = None
    days: int | None = None
    """Keep only events of the last so many days up to as-of."""
    pseudonyms: bool = False
    without_events: bool = False
    """Ship day tables only: every figure but logs and timelines."""
    expires: date | None = None
    """Last day on which the snapshot opens."""


@dataclass(frozen=True)
class _Cut:
    """Ids that stay."""

    people: list[RowId]
    trainings: list[RowId]
    classes: list[RowId]
    pairs: list[tuple[RowId, RowId]]
    """(training, person) of the roster in scope."""


async def make_snapshot(location: str, target: Path, options: SnapshotOptions) -> None:
    """Write a snapshot of the store at `location` to the new file `target` (0600).

    Raises:
        UsageError: nothing to keep by the options.
        NotAllowed: the viewer has nothing in scope.
        StoreError: the store cannot be read or the target not be written; nothing is left behind.
    """
    store = await open_store(location)
    try:
        async with store.connect() as connection:
            scope = await scope_of(connection, options.viewer)
            cut = await _cut(connection, store, scope)
        info = store.info
    finally:
        await store.close()
    if options.expires is not None and options.expires < info.today:
        raise UsageError(f"--expires {options.expires} is before the data; choose a later date")
    source = store_path(location)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.snapshot")
    try:
        make_private(temporary)
        _write(source, temporary, options, cut, info.zone, info.today)
        os.replace(temporary, target)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            f"{target}: cannot be written ({getattr(error, 'strerror', None) or error}); "
            "choose another place or free some space"
        ) from error
    finally:
        for leftover in (temporary, temporary.with_name(f"{temporary.name}-journal")):
            with contextlib.suppress(OSError):
                leftover.unlink(missing_ok=True)


async def _cut(connection: AsyncConnection, store: Store, scope: Scope) -> _Cut | None:
    """Return what the viewer may see at any time; None: everything."""
    if scope.is_everything:
        return None
    always = Period(EPOCH, max(store.info.today, store.info.coverage[1]))
    q = await ask(connection, store, scope, Request(always, everybody=True))

    async def ids(statement: Select[Any]) -> list[Any]:
        return [tuple(row) for row in await q.fetch(statement)]

    people = await ids(q.people.everybody().with_only_columns(schema.person.c.id))
    trainings, classes, roster = q.roster.trainings(), q.people.classes(), q.roster.enrolments()
    cut = _Cut(
        people=[row[0] for row in people],
        trainings=[row[0] for row in await ids(select(trainings.c.id))],
        classes=[row[0] for row in await ids(select(classes.c.id))],
        pairs=await ids(select(roster.c.training_id, roster.c.person_id)),
    )
    if not cut.pairs:
        raise NotAllowed(f"{scope.viewer} has nothing in scope: the file would be empty")
    return cut


def _write(
    source: Path,
    target: Path,
    options: SnapshotOptions,
    cut: _Cut | None,
    zone: ZoneInfo,
    today: date,
) -> None:
    with closing(sqlite3.connect(target)) as new:
        new.text_factory = decode
        with closing(
            sqlite3.connect(f"file:{quote(str(source.resolve()))}?mode=ro", uri=True)
        ) as old:
            old.backup(new)
        new.execute("PRAGMA journal_mode = MEMORY")
        drop_indexes(new, schema.CANONICAL_TABLES)
        has_events = new.execute("SELECT EXISTS (SELECT 1 FROM event)").fetchone()[0]
        has_days = new.execute("SELECT EXISTS (SELECT 1 FROM training_day)").fetchone()[0]
        if has_days and not has_events and (cut is not None or options.days is not None):
            raise UsageError(
                "this store has no events, so its day tables cannot be narrowed; "
                "make the snapshot from the full store"
            )
        if cut is not None:
            _keep(new, cut)
        if options.days is not None:
            start = day_start(today - timedelta(days=options.days - 1), zone)
            new.execute("DELETE FROM event WHERE id < ?", (start << schema.EVENT_SEQUENCE_BITS,))
        if options.pseudonyms:
            _pseudonymise(new)
        if has_events:
            rollups.build(new, zone)
        if options.without_events:
            new.execute("DELETE FROM event")
            new.execute("DELETE FROM event_param")
            new.execute("DELETE FROM event_object")
        settings = {"snapshot": today.isoformat()}
        if options.expires is not None:
            settings["expires"] = options.expires.isoformat()
        new.executemany("INSERT OR REPLACE INTO store_setting VALUES (?, ?)", settings.items())
        create_indexes(new, schema.CANONICAL_TABLES)
        new.commit()
        # Deleted rows stay in the pages of a file until it is written anew.
        new.execute("VACUUM")


def _keep(new: sqlite3.Connection, cut: _Cut) -> None:
    """Delete every row outside the scope."""
    new.execute(
        "CREATE TEMP TABLE kept_pair (training_id, person_id, PRIMARY KEY (training_id, person_id))"
    )
    new.executemany("INSERT OR IGNORE INTO kept_pair VALUES (?, ?)", cut.pairs)
    for name, ids in (
        ("person", cut.people), ("training", cut.trainings), ("class", cut.classes),
    ):  # fmt: skip
        new.execute("CREATE TEMP TABLE kept (id PRIMARY KEY)")
        new.executemany("INSERT INTO kept VALUES (?)", ((number,) for number in ids))
        new.execute(f'DELETE FROM "{name}" WHERE id NOT IN (SELECT id FROM kept)')  # noqa: S608
        new.execute("DROP TABLE kept")
    for name in _PLATFORM_ONLY:
        new.execute(f'DELETE FROM "{name}"')  # noqa: S608
    for table in schema.CANONICAL_TABLES:
        if {"training_id", "person_id"} <= set(table.c.keys()):
            new.execute(
                f'DELETE FROM "{table.name}" WHERE NOT EXISTS (SELECT 1 FROM kept_pair AS k '  # noqa: S608
                f'WHERE k.training_id = "{table.name}".training_id '
                f'AND k.person_id = "{table.name}".person_id)'
            )
    for name, column, parent in _BY_PARENT:
        new.execute(
            f'DELETE FROM "{name}" WHERE {column} NOT IN (SELECT id FROM {parent})'  # noqa: S608
        )
    new.execute("UPDATE training SET owner_id = NULL")
    new.execute(
        "UPDATE event SET object_id = NULL, package_id = NULL, session_id = NULL, "
        "target_person_id = NULL, place_id = NULL"
    )
    new.execute("UPDATE source SET report = NULL")
    new.execute("DROP TABLE kept_pair")


def _pseudonymise(new: sqlite3.Connection) -> None:
    """Replace names, logins and platform ids of people; drop profile fields and addresses.

    The numbers are drawn anew for each snapshot, so that two snapshots cannot be matched.
    """
    ids = [row[0] for row in new.execute("SELECT id FROM person")]
    secrets.SystemRandom().shuffle(ids)
    width = len(str(len(ids)))
    new.executemany(
        "UPDATE person SET name = ?, key = ? WHERE id = ?",
        (
            (f"Person {number:0{width}}", f"p{number:0{width}}", person)
            for number, person in enumerate(ids, 1)
        ),
    )
    for table, columns in _PERSONAL_COLUMNS.items():
        listed = ", ".join(f"{column} = NULL" for column in columns)
        new.execute(f'UPDATE "{table}" SET {listed}')  # noqa: S608
    for table in _PERSONAL_TABLES:
        new.execute(f'DELETE FROM "{table}"')  # noqa: S608
    # Authors are people too, whether the platform knows them as users or by name only.
    new.execute("DELETE FROM training_tag WHERE kind IN ('author', 'co-author')")
    new.execute("UPDATE source SET report = NULL")
