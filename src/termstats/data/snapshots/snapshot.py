"""Makes a snapshot: a store file cut to a viewer's scope, pseudonymised and expiring if wanted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, true

from termstats.data.model.audit import Deed
from termstats.data.model.dates import parse_day
from termstats.data.model.errors import NotAllowed, StoreError, UsageError
from termstats.data.model.period import EPOCH, Period, day_start
from termstats.data.model.private_files import new_file
from termstats.data.model.request import Param, Request
from termstats.data.model.small_numbers import ANY_GROUP, MinGroup
from termstats.data.model.units import EventId
from termstats.data.query.auditing import record_everybody, record_people
from termstats.data.query.names import names_in_scope
from termstats.data.query.narrowing import restricted
from termstats.data.query.query import ask
from termstats.data.query.scope import Scope, scope_of, with_sub_classes
from termstats.data.query.search import resolve
from termstats.data.snapshots.checksum import CHECKSUM, checksum_of
from termstats.data.snapshots.copying import OLD, Copying, Cut
from termstats.data.store import schema
from termstats.data.store.connecting import in_memory, reading, sqlite_uri, writing
from termstats.data.store.days import build as rollups
from termstats.data.store.ddl import create_indexes
from termstats.data.store.elsewhere.opening import need_events
from termstats.data.store.engine import StoreConnection
from termstats.data.store.files import StoreFile
from termstats.data.store.local_copy import store_file
from termstats.data.store.lock import only_writer
from termstats.data.store.opening import Store, open_held
from termstats.data.store.sealed import sealed
from termstats.data.store.servers.address import is_server
from termstats.data.store.settings import MIN_GROUP


@dataclass(frozen=True)
class SnapshotOptions:
    """What to leave out of a snapshot."""

    viewer: str | None = None
    audit: Path | None = None
    """The file in which is written who gets whose data; None: nowhere."""
    days: int | None = None
    """Keep only events of the last so many days up to as-of."""
    about: tuple[tuple[Param, str], ...] = ()
    """The class or the training, by id or name, of which alone it is; empty: of all in scope."""
    pseudonyms: bool = False
    without_answers: bool = False
    """Leave out what people answered: attempts keep their scores."""
    without_events: bool = False
    """Ship day tables only: every figure but logs and timelines."""
    groups: MinGroup = ANY_GROUP
    """Of how many people at least numbers are shown to who makes it."""
    min_group: int = 0
    """Of how many people at least numbers are shown to who reads it; 0: of any."""
    expires: date | None = None
    """Last day on which the snapshot opens."""
    password: str | None = None
    """Seal it with this; None: it is not sealed."""


async def make_snapshot(location: str, target: Path, options: SnapshotOptions) -> None:
    """Write a snapshot of the store at `location` to the new file `target` (0600).

    Raises:
        UsageError: nothing to keep by the options.
        NotAllowed: the viewer has nothing in scope.
        StoreError: the store cannot be read or the target not be written; nothing is left behind.
    """
    if options.password is not None and is_server(location):
        raise UsageError("what is to be sealed never lies open on the disk: use the store file")
    async with store_file(location) as file:
        await _make_snapshot(file, target, options)


async def _make_snapshot(store_file: StoreFile, target: Path, options: SnapshotOptions) -> None:
    source = store_file.path
    before = _identity(source)
    store = await open_held(store_file, options.audit)
    try:
        need_events(store.info.sources, "a snapshot")
        async with store.connect() as connection:
            scope = await scope_of(connection, options.viewer, options.groups)
            of_store = (await scope_of(connection, None)).min_group
            if scope.min_group > of_store:
                raise NotAllowed(
                    "a snapshot holds people one by one; "
                    f"here are only numbers about {scope.min_group} people or more"
                )
            scope = await _narrowed(store, connection, scope.of_any_group, options.about)
            options = replace(options, min_group=max(options.min_group, of_store))
            cut = await _cut(connection, store, scope)
        await _record(store, scope)
        info = store.info
    finally:
        await store.close()
    _check_end(source, options.expires, info.today)
    with only_writer(target, "making a snapshot") as real, new_file(real, "snapshot") as new:
        try:
            if options.password is None:
                with writing(new.path) as file:
                    _write(source, file, options, cut, info.zone, info.today)
            else:
                # In memory: what is to be sealed never lies open on the disk.
                with in_memory() as file:
                    _write(source, file, options, cut, info.zone, info.today)
                    new.path.write_bytes(sealed(file.serialize(), options.password))
            if _identity(source) != before:
                # What the viewer may see was asked of another store.
                raise StoreError(f"{source}: was imported meanwhile; make the snapshot again")
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{target}: cannot be written ({error}); choose another place or free some space"
            ) from error
        new.put_in_place()


async def _record(store: Store, scope: Scope) -> None:
    """Write down whose data the snapshot holds.

    Raises:
        TermstatsError: the audit log cannot be written.
    """
    if scope.is_everything:
        record_everybody(store, scope, Deed.SNAPSHOT)
        return
    people = (await names_in_scope(store, scope)).entries[Param.LEARNER]
    record_people(store, scope, (named.entity.key for named in people), Deed.SNAPSHOT)


def _identity(store: Path) -> tuple[int, int, int] | None:
    """Return what changes when an import replaces a store; None: there is none."""
    try:
        status = store.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns


def _check_end(source: Path, expires: date | None, today: date) -> None:
    """Check the last day that is asked for: a snapshot of a snapshot may only end earlier.

    Raises:
        UsageError: it is before the data, or after the end of what is copied.
    """
    if expires is None:
        return
    if expires < today:
        raise UsageError(f"--expires {expires} is before the data; choose a later date")
    with reading(source) as old:
        row = old.execute("SELECT value FROM store_setting WHERE name = 'expires'").fetchone()
    if row is not None and expires > parse_day(row[0]):
        raise UsageError(
            f"--expires {expires}: the store itself ends on {row[0]}; choose that or before"
        )


async def _cut(connection: StoreConnection, store: Store, scope: Scope) -> Cut | None:
    """Return what the viewer may see at any time; None: everything."""
    if scope.is_everything:
        return None
    always = Period(EPOCH, max(store.info.today, store.info.coverage[1]))
    q = await ask(connection, store, scope, Request(always, everybody=True))

    async def ids(statement: Select[Any]) -> list[Any]:
        return [tuple(row) for row in await q.fetch(statement)]

    people = q.people.everybody().with_only_columns(schema.person.c.id).subquery("in_scope")
    trainings, classes = q.roster.trainings(), q.people.classes()
    pairs = None
    if scope.classes is not None:
        allowed = restricted(q.question, people.c.id, trainings.c.id)
        both = trainings.join(people, true())
        pairs = await ids(select(trainings.c.id, people.c.id).select_from(both).where(*allowed))
    cut = Cut(
        people=[row[0] for row in await ids(select(people.c.id))],
        trainings=[row[0] for row in await ids(select(trainings.c.id))],
        classes=[row[0] for row in await ids(select(classes.c.id))],
        pairs=pairs,
        is_own=scope.people is not None,
        keeps_nameless=scope.trainings is not None and scope.classes is None,
    )
    if not cut.trainings:
        whose = scope.viewer or "the snapshot"
        raise NotAllowed(f"{whose} has nothing in scope: the file would be empty")
    return cut


async def _narrowed(
    store: Store, connection: StoreConnection, scope: Scope, about: tuple[tuple[Param, str], ...]
) -> Scope:
    """Return a scope cut to one class or training in it.

    Raises:
        UsageError: there is no such thing, or several.
        NotAllowed: the viewer may not see it, or sees only themselves.
    """
    for param, key in about:
        if scope.people is not None:
            raise NotAllowed(f"{scope.viewer} is a learner: leave out --{param}")
        found = await resolve(store, scope, param, key)
        if param is Param.TRAINING:
            scope = replace(scope, trainings=frozenset((found.id,)))
        else:
            scope = replace(scope, classes=await with_sub_classes(connection, (found.id,)))
    return scope


def _write(
    source: Path,
    new: sqlite3.Connection,
    options: SnapshotOptions,
    cut: Cut | None,
    zone: ZoneInfo,
    today: date,
) -> None:
    new.execute(f"ATTACH ? AS {OLD}", (sqlite_uri(source, read_only=True),))
    new.execute("PRAGMA main.journal_mode = MEMORY")
    derives = _derives_days(new, narrows=cut is not None or bool(options.days), options=options)
    since = None
    if options.days is not None:
        start = day_start(today - timedelta(days=options.days - 1), zone)
        since = EventId(start << schema.EVENT_SEQUENCE_BITS)
    without = ("answer",) if options.without_answers else ()
    Copying(new, cut, options.pseudonyms, zone, since, derives, without).run()
    new.commit()
    new.execute(f"DETACH {OLD}")  # what is dropped by name from here on is in the new file
    if derives:
        rollups.build(new, zone)
    if options.without_events:
        for name in ("event", "event_param", "event_object"):
            new.execute(f'DELETE FROM "{name}"')  # noqa: S608
    settings = {"snapshot": today.isoformat()}
    if options.expires is not None:
        settings["expires"] = options.expires.isoformat()
    if options.min_group:
        settings[MIN_GROUP] = str(options.min_group)
        new.execute("UPDATE source SET report = NULL")  # it may name people, one by one
    new.executemany("INSERT OR REPLACE INTO store_setting VALUES (?, ?)", settings.items())
    create_indexes(new, schema.metadata.sorted_tables)
    new.execute("INSERT INTO store_setting VALUES (?, ?)", (CHECKSUM, checksum_of(new)))
    new.commit()
    # Deleted rows stay in the pages of a file until it is written anew.
    new.execute("VACUUM")


def _derives_days(new: sqlite3.Connection, *, narrows: bool, options: SnapshotOptions) -> bool:
    """Return whether day tables are made anew from events; else those of the store are copied.

    Raises:
        UsageError: an earlier snapshot has no events left to make others from.
    """

    def has_rows(table: str) -> bool:
        sql = f"SELECT EXISTS (SELECT 1 FROM {OLD}.{table})"  # noqa: S608
        return bool(new.execute(sql).fetchone()[0])

    if has_rows("event") or not (has_rows("training_day") or has_rows("action_day")):
        return True
    if narrows or options.pseudonyms:
        raise UsageError(
            "this store has no events, so its day tables cannot be narrowed or renamed; "
            "make the snapshot from the full store"
        )
    return False
