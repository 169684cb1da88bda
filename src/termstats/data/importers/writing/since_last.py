"""Brings what is new into a store that holds the rest: what is written anew, and what stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from termstats.data.importers.writing.base import ImportContext, LastImport
from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.store import schema
from termstats.data.store.connecting import reading
from termstats.data.store.days.refresh import Changed, refresh

# Rows of other tables refer to these by their ids, also those that are not written anew.
_REFERRED = (
    schema.person,
    schema.training,
    schema.module,
    schema.activity,
    schema.question,
    schema.attempt,
)
_FOLLOWERS = (
    (schema.person_field, "person_id", schema.person),
    (schema.training_tag, "training_id", schema.training),
    (schema.class_member, "class_id", schema.class_),
    (schema.class_training, "class_id", schema.class_),
    (schema.class_parent, "class_id", schema.class_),
)
"""Tables without a source of their own that are written anew: table, column, what it refers to."""


def clear_but(writer: StoreWriter, kept: Collection[Table]) -> None:
    """Delete the rows of this source that are written anew: of every table but the `kept` ones.

    What is referred to keeps the ids of its keys.
    """
    connection, source = writer.connection, (writer.source_id,)
    for table in _REFERRED:
        if table not in kept:
            writer.reuse_ids(table)
    for table in schema.CANONICAL_TABLES:
        if "source_id" in table.c and table not in kept:
            connection.execute(f'DELETE FROM "{table.name}" WHERE source_id = ?', source)  # noqa: S608
    for table, column, parent in _FOLLOWERS:
        connection.execute(
            f'DELETE FROM "{table.name}" WHERE {column} NOT IN (SELECT id FROM "{parent.name}")'  # noqa: S608
        )


def bring_in(context: ImportContext, last: LastImport, zone: ZoneInfo) -> None:
    """Bring the staged events into the rest, and refresh what is made of all."""
    writer = context.writer
    connection = writer.connection
    context.progress("events", 0, None)
    changed = merge_events(writer, int(last.marks["mark"]))
    changed.pairs = context.pairs
    writer.finish()
    context.progress("day tables", 0, None)
    with reading(last.store) as before:
        refresh(connection, before, zone, changed)


def merge_events(writer: StoreWriter, mark: int) -> Changed:
    """Let the staged events take the place of those after the `mark`, where they differ.

    Those of a second that changes are numbered anew, with the older ones in it. `writer.finish`
    follows. Returns which events came and went.
    """
    connection = writer.connection
    writer.flush()
    names = writer.event_columns
    columns = ", ".join(f'"{name}"' for name in names)
    bits = schema.EVENT_SEQUENCE_BITS
    for table in ("read_again", "same", "changed_second"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
    connection.execute(
        f"CREATE TEMP TABLE read_again AS SELECT id, id >> {bits} AS second, {columns} FROM event "  # noqa: S608
        "WHERE source_id = ? AND CAST(key AS INTEGER) > ?",
        (writer.source_id, mark),
    )
    connection.execute("CREATE INDEX temp.read_again_key ON read_again (key)")
    equal = " AND ".join(f's."{name}" IS r."{name}"' for name in ("second", *names))
    connection.execute(
        "CREATE TEMP TABLE same AS SELECT s.rowid AS staged, r.id AS stored "  # noqa: S608
        f"FROM event_staging AS s JOIN read_again AS r ON r.key = s.key WHERE {equal}"
    )
    connection.execute("DELETE FROM event_staging WHERE rowid IN (SELECT staged FROM same)")
    connection.execute("DELETE FROM read_again WHERE id IN (SELECT stored FROM same)")
    connection.execute("DELETE FROM event WHERE id IN (SELECT id FROM read_again)")
    both = " UNION ALL ".join(
        f"SELECT second, server_at, training_id, person_id FROM {table}"  # noqa: S608
        for table in ("event_staging", "read_again")
    )
    events = connection.execute(both).fetchall()
    connection.execute(
        "CREATE TEMP TABLE changed_second AS SELECT second FROM event_staging UNION "
        "SELECT second FROM read_again"
    )
    there = (
        f"event AS e ON e.id BETWEEN c.second << {bits} AND ((c.second + 1) << {bits}) - 1 "
        "AND +e.source_id = ?"  # not by its index: few of them are of these seconds
    )
    moved = ", ".join(f'e."{name}"' for name in names)
    connection.execute(
        f"INSERT INTO event_staging (second, tie, {columns}) SELECT e.id >> {bits}, "  # noqa: S608
        f"CAST(e.key AS INTEGER), {moved} FROM changed_second AS c CROSS JOIN {there}",
        (writer.source_id,),
    )
    connection.execute(
        f"DELETE FROM event WHERE id IN (SELECT e.id FROM changed_second AS c CROSS JOIN {there})",  # noqa: S608
        (writer.source_id,),
    )
    return Changed(events, is_platform=_is_platform(connection))


def _is_platform(connection: sqlite3.Connection) -> bool:
    """Return whether one of the events that come, go or are numbered anew is platform use."""
    kinds = (*schema.PLATFORM_KINDS, schema.SOCIAL_KIND)
    marks = ", ".join("?" * len(kinds))
    return bool(
        connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM action WHERE kind IN ({marks}) AND id IN "  # noqa: S608
            "(SELECT action_id FROM event_staging UNION SELECT action_id FROM read_again))",
            kinds,
        ).fetchone()[0]
    )
