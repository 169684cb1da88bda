"""How far the data of a source reach: from its first to its newest dated record of any kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from termstats.data.model.period import DAY, day_number, local_day
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema
from termstats.data.store.schema.columns import HAPPENED

_Span = tuple[Second, Second]
_PARENTS = {"class_member": "class", "completion": "training"}
"""Tables without a source of their own -> the one whose source is theirs."""
_CONTENT = (schema.training, schema.object_)
"""What may have been made long before anybody came: no sign of where the data begin."""
_NO_DATE = 2 * DAY
"""Moments before, in seconds UTC, stand for no date: platforms write 0, in whatever zone."""
_BY_PLAN = {
    "enrolled_at": "SELECT starts_at FROM class WHERE source_id = :source AND starts_at IS NOT NULL"
}
"""Column -> its moments that are somebody's plan: an enrolment dated by the start of a class."""


def newest_record(connection: sqlite3.Connection, source_id: RowId) -> Second | None:
    """Return the moment of the newest dated record of a source, seconds UTC; None: there is none.

    By either clock, for a record that the server received later is as new. Totals have no date.
    Events may still be staged (see `StoreWriter.finish`).
    """
    newest = [last for _first, last in _records(connection, source_id)]
    for table, second, where in (
        ("temp.event_staging", "second", "WHERE is_aggregate = 0"),
        (
            "event",
            f"id >> {schema.EVENT_SEQUENCE_BITS}",
            "WHERE is_aggregate = 0 AND source_id = :source",
        ),
    ):
        if table.startswith("temp.") and not _is_there(connection, table):
            continue
        row = connection.execute(
            f"SELECT max({second}), max(server_at) FROM {table} {where}",  # noqa: S608
            {"source": source_id},
        ).fetchone()
        newest += [Second(moment) for moment in row if moment is not None]
    return max(newest, default=None)


def set_coverage(connection: sqlite3.Connection, zone: ZoneInfo) -> None:
    """Set first and last local day with a dated record, per source.

    Totals have no date, and content may be older than all that is told of it.
    """
    for (source_id,) in connection.execute("SELECT id FROM source").fetchall():
        spans = [*_records(connection, source_id, without=_CONTENT)]
        spans += _events(connection, source_id)
        first = min((span[0] for span in spans), default=None)
        last = max((span[1] for span in spans), default=None)
        days = [None if at is None else day_number(local_day(at, zone)) for at in (first, last)]
        connection.execute(
            "UPDATE source SET first_day = ?, last_day = ? WHERE id = ?", (*days, source_id)
        )


def _events(connection: sqlite3.Connection, source_id: RowId) -> Iterator[_Span]:
    """Give (first, last) moment of the events of a source; nothing where it has none."""
    ends = [
        connection.execute(
            f"SELECT id >> {schema.EVENT_SEQUENCE_BITS} FROM event "  # noqa: S608
            f"WHERE is_aggregate = 0 AND source_id = ? ORDER BY id {order} LIMIT 1",
            (source_id,),
        ).fetchone()
        for order in ("ASC", "DESC")
    ]
    if ends[0] is not None:
        yield Second(ends[0][0]), Second(ends[1][0])


def _records(
    connection: sqlite3.Connection, source_id: RowId, without: Sequence[Table] = ()
) -> Iterator[_Span]:
    """Give (first, last) moment of every column of what has happened, events apart."""
    for table in schema.CANONICAL_TABLES:
        names = [c.name for c in table.columns if c.info.get(HAPPENED)]
        parent = _PARENTS.get(table.name)
        if not names or table in (schema.event, schema.source, *without):
            continue
        mine = "source_id = :source"
        if parent is not None:
            mine = f'{parent}_id IN (SELECT id FROM "{parent}" WHERE {mine})'  # noqa: S608
        columns = ", ".join(
            f"{what}(CASE WHEN {_is_record(name)} THEN {name} END)"
            for name in names
            for what in ("min", "max")
        )
        row = connection.execute(
            f'SELECT {columns} FROM "{table.name}" WHERE {mine}',  # noqa: S608
            {"source": source_id},
        ).fetchone()
        for first, last in zip(row[::2], row[1::2], strict=True):
            if first is not None:
                yield Second(first), Second(last)


def _is_record(name: str) -> str:
    """Return the condition that a moment is the date of something recorded."""
    planned = f" AND {name} NOT IN ({_BY_PLAN[name]})" if name in _BY_PLAN else ""
    return f"{name} >= {_NO_DATE}{planned}"


def _is_there(connection: sqlite3.Connection, table: str) -> bool:
    schema_name, name = table.split(".")
    return bool(
        connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM {schema_name}.sqlite_master WHERE name = ?)",  # noqa: S608
            (name,),
        ).fetchone()[0]
    )
