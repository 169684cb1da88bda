"""Runs an import: into a new file, renamed at the end; a kill leaves the old store whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from termstats.data.importers.writing.base import (
    BadRows,
    ImportContext,
    Importer,
    ImportOptions,
    ImportReport,
    LastImport,
    Progress,
    ResumingImporter,
)
from termstats.data.importers.writing.base import bad_rows_path as bad_rows_path
from termstats.data.importers.writing.elsewhere import check_alone, leave_events
from termstats.data.importers.writing.history import carry_over
from termstats.data.importers.writing.last_import import (
    forget_state,
    last_import,
    leave_state,
    told_to,
)
from termstats.data.importers.writing.since_last import bring_in
from termstats.data.importers.writing.writer import EverythingNeeded, StoreWriter
from termstats.data.model.errors import SourceError, StoreError
from termstats.data.model.period import check_zone
from termstats.data.model.private_files import NewFile, file_to_write, new_file
from termstats.data.model.redaction import masked
from termstats.data.model.text import clean
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import reading, settle, writing
from termstats.data.store.days import build as rollups
from termstats.data.store.days.coverage import newest_record
from termstats.data.store.ddl import (
    create_indexes,
    create_tables,
    drop_indexes,
    gather_statistics,
)
from termstats.data.store.lock import Patience, only_writer
from termstats.data.store.settings import source_of
from termstats.data.store.unplaced import unplaced_words

# Rows without a source of their own follow the row they belong to.
_FOLLOWERS = (
    ("person_field", "person_id", "person"),
    ("training_tag", "training_id", "training"),
    ("enrolment_field", "training_id", "training"),
    ("class_member", "class_id", "class"),
    ("class_training", "class_id", "class"),
    ("class_parent", "class_id", "class"),
    ("answer", "attempt_id", "attempt"),
    ("completion", "training_id", "training"),
    ("event_param", "event_id", "event"),
    ("event_object", "event_id", "event"),
)


def quiet(_table: str, _done: int, _total: int | None) -> None:
    """Report no progress."""


async def run_import(
    importer: Importer,
    location: str,
    store: Path,
    options: ImportOptions | None = None,
    progress: Progress = quiet,
    patience: Patience | None = None,
) -> ImportReport:
    """Import `location` into the store file `store` and return the report.

    The same input twice gives the same store. Other sources in the store are kept. Where somebody
    else writes the store, `patience` says how long to wait.

    Raises:
        SourceError: the source cannot be used; the old store is untouched.
        StoreError: the store cannot be written.
    """
    with _one_writer(importer, store, patience) as real:
        return await _replace(importer, location, real, options or ImportOptions(), progress)


@dataclass(frozen=True)
class News:
    """What an import of what is new has done."""

    report: ImportReport | None
    """None: nothing was new, and the store is as it was."""
    rows: int = 0
    """How many rows there are more at the source than the last time."""
    reason: str = ""
    """Why everything was read; empty: only what was new."""


async def run_since_last(
    importer: ResumingImporter,
    location: str,
    store: Path,
    options: ImportOptions | None = None,
    progress: Progress = quiet,
    patience: Patience | None = None,
) -> News:
    """Bring what is new since the last import into the store file; see `run_import`.

    The store is what `run_import` would make of the source. Where there was no such import, or
    rows have changed that are not read again, everything is read.

    Raises:
        SourceError, StoreError: as `run_import`.
    """
    options, last = options or ImportOptions(), None
    with _one_writer(importer, store, patience) as real:
        try:
            last = last_import(real, importer, location, options)
            if not await importer.is_news(location, options, last):
                return News(None)
            before = sum(table.read for table in last.tables.values())
            report = await _replace(importer, location, real, options, progress, last)
        except EverythingNeeded as reason:
            report = await _replace(importer, location, real, options, progress, before=last)
            return News(report, reason=str(reason))
        return News(report, sum(table.read for table in report.tables.values()) - before)


@contextmanager
def _one_writer(importer: Importer, store: Path, patience: Patience | None) -> Iterator[Path]:
    """Hold the lock of the store, and give its file; faults of it are explained."""
    with only_writer(store, f"importing {importer.title}", patience) as real:
        file_to_write(bad_rows_path(real))
        try:
            yield real
        except sqlite3.DatabaseError as error:
            raise _explained(error, store) from error


def _explained(error: sqlite3.DatabaseError, store: Path) -> Exception:
    """Return what a person can do about a fault of the new file, where there is something."""
    words = clean(error)
    if "full" in words or "disk I/O" in words:
        return StoreError(
            f"{store}: {words}; free some space and import again, the old store is untouched"
        )
    return cannot_read(store, error) if "malformed" in words else error


async def _replace(
    importer: Importer,
    location: str,
    store: Path,
    options: ImportOptions,
    progress: Progress,
    last: LastImport | None = None,
    before: LastImport | None = None,
) -> ImportReport:
    """Import into a new file and put it in the place of the store, which nobody else writes."""
    report = ImportReport(importer.platform, masked(location))
    with new_file(store, "importing") as new:
        bad_rows = BadRows(
            new.path.with_name(f"{new.path.name}.bad-rows"),
            report,
            with_network_data=options.with_network_data,
        )
        await _import_into(new, importer, location, options, progress, bad_rows, last, before)
        _check_sources(new)
        new.put_in_place()
        bad_rows.keep_as(bad_rows_path(new.target))
    return report


def _check_sources(new: NewFile) -> None:
    """Check that the new file can be opened, before the old one is gone.

    Raises:
        StoreError: the source led to a value that no store may have.
    """
    with reading(new.path) as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute("SELECT * FROM source"):
            source_of(new.target, dict(row))


async def _import_into(
    new: NewFile,
    importer: Importer,
    location: str,
    options: ImportOptions,
    progress: Progress,
    bad_rows: BadRows,
    last: LastImport | None,
    before: LastImport | None,
) -> None:
    report = bad_rows.report
    is_copy = not options.anew and new.target.exists() and new.target.stat().st_size > 0
    if is_copy:
        _copy_store(new)
    with writing(new.path) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = FILE")  # staged events may outgrow memory
        connection.execute("PRAGMA cache_size = -65536")
        zone = _zone_of(connection, new.target, options, is_copy=is_copy)
        create_tables(connection, schema.CANONICAL_TABLES)
        if last is None:
            drop_indexes(connection, schema.CANONICAL_TABLES)
        source_id = _source_row(connection, importer, options)
        check_alone(connection, source_id, log_stays=options.log_stays)
        if last is None and not options.only:
            clear_source(connection, source_id)
        forget_state(connection, source_id)
        writer = StoreWriter(connection, source_id)
        context = ImportContext(
            writer, report, bad_rows, options, progress, zone, last=last, before=before
        )
        started = Second(int(time.time()))
        try:
            await importer.run(location, context)
        finally:
            bad_rows.close()
        context.check_needed()
        progress("events", 0, None)
        writer.flush()
        report.notes += _unplaced_notes(connection, source_id)
        as_of = _settle_as_of(connection, source_id, options, started)
        if getattr(importer, "keeps_history", False) and not options.only:
            report.notes += _history_notes(carry_over(writer, new.target, as_of))
        if last is None:
            writer.finish()
            progress("indexes", 0, None)
            create_indexes(connection, schema.CANONICAL_TABLES)
            progress("day tables", 0, None)
            rollups.build(connection, ZoneInfo(zone))
            if options.log_stays:
                leave_events(connection, source_id)
        else:
            create_indexes(connection, schema.CANONICAL_TABLES)  # those of a newer termstats
            bring_in(context, last, ZoneInfo(zone))
        _close(connection, context, told_to(importer, location, options))
    with new.path.open("rb") as file:
        os.fsync(file.fileno())


def _close(
    connection: sqlite3.Connection, context: ImportContext, told: Mapping[str, object]
) -> None:
    """Write what the import did, and what SQLite and the next import have to know."""
    source_id = context.writer.source_id
    connection.execute(
        "UPDATE source SET report = ? WHERE id = ?", (context.report.to_json(), source_id)
    )
    if context.left is not None:
        leave_state(connection, source_id, told, *context.left)
    gather_statistics(connection)
    connection.commit()


def _copy_store(new: NewFile) -> None:
    """Copy the store into the new file, which nobody has opened yet.

    Raises:
        StoreError: it is no store that can be read.
    """
    check_store_file(new.target)
    settle(new.target)
    try:
        with reading(new.target) as old:
            old.execute("BEGIN")
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # now nobody writes it
            shutil.copyfile(new.target, new.path)
    except sqlite3.DatabaseError as error:
        raise cannot_read(new.target, error) from error


def _zone_of(
    connection: sqlite3.Connection, store: Path, options: ImportOptions, *, is_copy: bool
) -> str:
    """Return the reporting zone of the new file; begins a store in it unless it `is_copy`."""
    if options.zone is not None:
        check_zone(options.zone)
    if is_copy:
        zone = str(check_store_file(store))
        if options.zone not in (None, zone):
            raise StoreError(
                f"{store}: reports in {zone}, not {options.zone}; "
                f"leave --zone out, or import everything into a new store"
            )
        return zone
    zone = options.zone or "UTC"
    create_tables(connection, [schema.store_setting])
    connection.executemany(
        "INSERT INTO store_setting (name, value) VALUES (?, ?)",
        (("schema_version", str(schema.SCHEMA_VERSION)), ("zone", zone)),
    )
    return zone


def _source_row(
    connection: sqlite3.Connection, importer: Importer, options: ImportOptions
) -> RowId:
    name = options.name or importer.platform
    row = connection.execute("SELECT id, platform FROM source WHERE name = ?", (name,)).fetchone()
    if row:
        if row[1] != importer.platform:
            raise SourceError(
                f"the store has a source {name!r} of platform {row[1]}; choose another --name"
            )
        # What an earlier import settled is no sign of how far this one reaches.
        connection.execute("UPDATE source SET as_of = NULL WHERE id = ?", (row[0],))
        return RowId(int(row[0]))
    new = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM source").fetchone()[0]
    connection.execute(
        "INSERT INTO source (id, name, platform, title, two_clocks, has_time, has_clock) "
        "VALUES (?, ?, ?, ?, 0, 1, 1)",
        (new, name, importer.platform, importer.title),
    )
    return RowId(int(new))


def clear_source(connection: sqlite3.Connection, source_id: RowId) -> None:
    """Delete every canonical row of one source, so that it can be written anew."""
    for table in schema.CANONICAL_TABLES:
        if "source_id" in table.c:
            connection.execute(
                f'DELETE FROM "{table.name}" WHERE source_id = ?',  # noqa: S608
                (source_id,),
            )
    for table_name, column, parent in _FOLLOWERS:
        connection.execute(
            f'DELETE FROM "{table_name}" WHERE {column} NOT IN (SELECT id FROM "{parent}")'  # noqa: S608
        )


def clear_training(connection: sqlite3.Connection, training_id: RowId) -> None:
    """Delete one training and what happened in it; people stay."""
    for table in schema.CANONICAL_TABLES:
        if "training_id" in table.c:
            connection.execute(
                f'DELETE FROM "{table.name}" WHERE training_id = ?',  # noqa: S608
                (training_id,),
            )
    connection.execute("DELETE FROM training WHERE id = ?", (training_id,))
    connection.execute("DELETE FROM question WHERE module_id NOT IN (SELECT id FROM module)")
    connection.execute("DELETE FROM answer WHERE attempt_id NOT IN (SELECT id FROM attempt)")


def _settle_as_of(
    connection: sqlite3.Connection, source_id: RowId, options: ImportOptions, started: Second
) -> Second:
    """Settle and store the moment the data describe; events are still staged.

    What was asked for, else what the importer found in the data, else when it `started` to read.
    """
    told = connection.execute("SELECT as_of FROM source WHERE id = ?", (source_id,)).fetchone()[0]
    if options.as_of is not None:
        as_of = options.as_of
    else:
        newest = newest_record(connection, source_id) if options.as_of_latest else None
        moments = [Second(moment) for moment in (newest, told) if moment is not None]
        as_of = max(moments, default=started)
    connection.execute("UPDATE source SET as_of = ? WHERE id = ?", (as_of, source_id))
    return as_of


def _unplaced_notes(connection: sqlite3.Connection, source_id: RowId) -> list[str]:
    """Say what is kept though no figure shows it; nothing where every attempt has a module."""
    (attempts,) = connection.execute(
        "SELECT count(*) FROM attempt WHERE source_id = ? AND module_id IS NULL", (source_id,)
    ).fetchone()
    return [unplaced_words(attempts)] if attempts else []


def _history_notes(rows_by_table: Mapping[str, int]) -> list[str]:
    """Say in one note how many rows of the past were kept; nothing where there were none."""
    if not rows_by_table:
        return []
    listed = ", ".join(f"{table} {number}" for table, number in rows_by_table.items())
    return [f"rows kept from before, which the source no longer has: {listed}"]
