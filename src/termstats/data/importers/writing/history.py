"""Keeps what the source no longer has: rows of the last import, marked as history.

Only importers with `keeps_history = True` ask for it. Rows are matched by the platform's own key;
where the source has a key, its row counts, whatever the store held before. A store that describes a
later moment than the source is no history of it: nothing is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema
from termstats.data.store.connecting import sqlite_uri

_LAST = "\U0010ffff"
"""Tie of kept events: after those of the source in their second, in the order they had."""

_REFERENCES = {
    "person_id": "person",
    "owner_id": "person",
    "target_person_id": "person",
    "training_id": "training",
    "module_id": "module",
    "activity_id": "activity",
    "question_id": "question",
    "object_id": "object",
    "package_id": "object",
    "session_id": "session",
    "attempt_id": "attempt",
}
"""Columns that hold ids of other tables; `parent_id` holds one of its own."""

Ids = dict[str, dict[RowId, RowId]]
"""table -> id in the old store -> id in the new one."""


@dataclass(frozen=True)
class Rule:
    """How rows of one table are told apart, and how those of the past are marked."""

    table: Table
    key: tuple[str, ...] = ("key",)
    changes: Mapping[str, object] = field(default_factory=dict)
    ends: str | None = None
    """Column that gets the as-of moment where it is empty."""


# Each table after those that it refers to. Not kept, for they are today's state: completions,
# classes' members and trainings, grants, settings and what the platform itself reports.
RULES = (
    Rule(schema.person, changes={"deleted": 1, "counted": 0}),
    Rule(schema.training, changes={"status": "deleted", "published": 0}),
    Rule(schema.module, changes={"current": 0}),
    Rule(schema.activity, changes={"current": 0}),
    Rule(schema.question),
    Rule(schema.class_),
    Rule(schema.object_, ("kind", "key")),
    Rule(schema.session),
    Rule(schema.enrolment, ("training_id", "person_id"), ends="withdrawn_at"),
    # They happened, but the platform's scores of today do not rest on them.
    Rule(schema.attempt, changes={"in_score": 0}),
    Rule(schema.award, ("kind", "key")),
    Rule(schema.point),
)
# Rows without a key of their own stay with the kept row that they belong to.
FOLLOWERS = (
    (schema.person_field, "person_id"),
    (schema.training_tag, "training_id"),
    (schema.answer, "attempt_id"),
)


def carry_over(writer: StoreWriter, store: Path, as_of: Second) -> dict[str, int]:
    """Add the rows of the store file `store` that the source no longer has.

    Comes after the importer and before `writer.finish`. `as_of`: the moment of this import, seconds
    UTC. Returns table -> number of rows kept; tables without any are left out.
    """
    if not store.exists() or not store.stat().st_size:
        return {}
    connection = writer.connection
    connection.commit()  # no ATTACH or DETACH within a transaction
    connection.execute("ATTACH ? AS before", (sqlite_uri(store, read_only=True),))
    is_past = connection.execute(
        "SELECT 1 FROM before.source WHERE id = ? AND as_of <= ?", (writer.source_id, as_of)
    ).fetchone()
    rows_by_table = _keep_all(writer, as_of) if is_past else {}
    connection.commit()
    connection.execute("DETACH before")
    return rows_by_table


def _keep_all(writer: StoreWriter, as_of: Second) -> dict[str, int]:
    """Keep the rows of every table; `before` is attached. Returns their numbers."""
    ids: Ids = {}
    dropped: dict[str, list[RowId]] = {}
    rows_by_table: Counter[str] = Counter()
    for rule in RULES:
        table = rule.table
        dropped[table.name] = _match(writer, rule, ids)
        for row in _rows(writer, table, "id", dropped[table.name]):
            writer.add(table, {**_renumbered(table, row, ids), **_marks(rule, row, as_of)})
            rows_by_table[table.name] += 1
    for table, parent in FOLLOWERS:
        for row in _rows(writer, table, parent, dropped[_REFERENCES[parent]]):
            row.pop("id", None)  # nothing refers to it: the writer numbers it
            writer.add(table, _renumbered(table, row, ids))
            rows_by_table[table.name] += 1
    rows_by_table["event"] = _keep_events(writer, ids)
    return {table: number for table, number in rows_by_table.items() if number}


def _match(writer: StoreWriter, rule: Rule, ids: Ids) -> list[RowId]:
    """Match the old rows of one table with the new ones by key, and give new ids to the others.

    Returns the old ids of the others, in their order.
    """
    table, width = rule.table, len(rule.key)
    columns = ", ".join(f'"{name}"' for name in (*rule.key, "id"))
    writer.flush()
    new_by_key = {
        row[:width]: row[width]
        for row in writer.connection.execute(
            f'SELECT {columns} FROM main."{table.name}" WHERE source_id = ?',  # noqa: S608
            (writer.source_id,),
        )
    }
    new_ids = ids[table.name] = {}
    dropped = []
    for row in writer.connection.execute(
        f'SELECT {columns} FROM before."{table.name}" WHERE source_id = ? ORDER BY id',  # noqa: S608
        (writer.source_id,),
    ):
        key = dict(zip(rule.key, row[:width], strict=True))
        new = new_by_key.get(tuple(_renumbered(table, key, ids).values()))
        if new is None:
            new = writer.new_id(table)
            dropped.append(row[width])
        new_ids[row[width]] = new
    return dropped


def _marks(rule: Rule, row: Mapping[str, Any], as_of: Second) -> dict[str, object]:
    """Return the columns that tell a kept row from one of today."""
    marks = dict(rule.changes)
    if rule.ends is not None and row[rule.ends] is None:
        marks[rule.ends] = as_of
    return marks


def _renumbered(table: Table, row: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """Return `row` with the new store's ids for the old one's."""
    values = dict(row)
    for name, value in row.items():
        where = table.name if name in ("id", "parent_id") else _REFERENCES.get(name)
        if where is not None and value is not None:
            values[name] = ids[where].get(value)
    return values


def _rows(
    writer: StoreWriter, table: Table, column: str, values: Iterable[int]
) -> Iterator[dict[str, Any]]:
    """Yield the old rows of `table` that have one of `values` in `column`."""
    names = table.columns.keys()
    listed = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT {listed} FROM before."{table.name}" WHERE "{column}" = ?'  # noqa: S608
    for value in values:
        for row in writer.connection.execute(sql, (value,)).fetchall():
            yield dict(zip(names, row, strict=True))


def _keep_events(writer: StoreWriter, ids: Ids) -> int:
    """Stage the events that the source no longer has. Returns their number."""
    writer.flush()
    dropped = writer.connection.execute(
        "SELECT id FROM before.event WHERE source_id = ? AND key IS NOT NULL AND key NOT IN "
        "(SELECT CAST(key AS TEXT) FROM temp.event_staging WHERE key IS NOT NULL) ORDER BY id",
        (writer.source_id,),
    ).fetchall()
    for row in _rows(writer, schema.event, "id", (row[0] for row in dropped)):
        old_id = row.pop("id")
        params = {
            p["name"]: p["value"] for p in _rows(writer, schema.event_param, "event_id", [old_id])
        }
        second = old_id >> schema.EVENT_SEQUENCE_BITS
        writer.add_event(second, _LAST, _renumbered(schema.event, row, ids), params)
    return len(dropped)
