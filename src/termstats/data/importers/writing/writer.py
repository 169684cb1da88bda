"""Writes canonical rows into a new store file: fast, staged, renamed when whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from termstats.data.model.plural import counted
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

BATCH = 5_000
PLACE_LENGTH = 255

_PERSON_BITS = 32
"""The id of an enrolment is that of its training, and in so many bits below that of its person."""
_NO_ID = RowId(0)
"""What `add` returns of a table without ids."""


class EverythingNeeded(Exception):  # noqa: N818 - named for what has to be done
    """What is new cannot be brought in alone: everything has to be read. The text says why."""


def enrolment_id(training: RowId, person: RowId) -> RowId:
    """Return the id of an enrolment, which no other import can give to another one."""
    return RowId(training << _PERSON_BITS | person)


class StoreWriter:
    """Adds rows of canonical tables for one source. Ids come from `new_id`, never from the source.

    Events are staged and get their ids in `finish`: ordered by (second, key), so that the order in
    which a source hands them over changes nothing.
    """

    def __init__(self, connection: sqlite3.Connection, source_id: RowId) -> None:
        self.connection = connection
        self.source_id = source_id
        self._next: dict[str, Any] = {}
        """Table -> the id that is free next: untyped, as it comes from SQL."""
        self._known: dict[str, dict[str, RowId]] = {}
        """Table -> key -> id that rows had in the last import and may not lose."""
        self._last: dict[str, RowId] = {}
        self._actions: dict[tuple[str, str], RowId] = {}
        self._buffers: dict[str, list[Sequence[Any]]] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._values: dict[str, itemgetter[Any]] = {}
        self._default_rows: dict[str, dict[str, Any]] = {}
        self._staged = tuple(c.name for c in schema.event.columns if c.name != "id")
        self._event_values = itemgetter(*self._staged)
        self._event_defaults: dict[str, Any] = {
            **dict.fromkeys(self._staged),
            **{"source_id": source_id, "weight": 1, "active": 1},
            **{"is_aggregate": 0, "flags": 0, "missed": 0},
        }
        connection.execute("DROP TABLE IF EXISTS temp.event_staging")
        columns = ", ".join(f'"{name}"' for name in ("second", "tie", *self._staged))
        connection.execute(f"CREATE TEMP TABLE event_staging ({columns}, params, objects)")
        self._stage_columns = ("second", "tie", *self._staged, "params", "objects")
        for row in connection.execute("SELECT kind, name, id FROM action"):
            self._actions[row[0], row[1]] = row[2]
        stored = connection.execute(
            "SELECT domain, subdomain, id FROM place WHERE source_id = ?", (source_id,)
        )
        self._places = {(row[0], row[1]): row[2] for row in stored}

    def new_id(self, table: Table) -> RowId:
        """Return the next free id of `table`."""
        name = table.name
        if name not in self._next:
            top = self.connection.execute(f'SELECT max(id) FROM "{name}"').fetchone()[0]  # noqa: S608
            self._next[name] = (top or 0) + 1
        new: RowId = self._next[name]
        self._next[name] = new + 1
        return new

    def reuse_ids(self, table: Table, above: int = 0) -> None:
        """Let rows that will be written anew keep the ids that those of their keys have now.

        `above`: only those whose key is a number larger than that; they are told by their keys.
        """
        self.new_id(table)
        self._next[table.name] -= 1
        self._known[table.name] = self.ids_by_key(table, above)

    def _id_for(self, table: Table, row: Mapping[str, Any]) -> RowId:
        """Return the id of a row: that of its key, as everything read anew would number it.

        Raises:
            EverythingNeeded: rows have come between those that were there.
        """
        if table is schema.enrolment:  # so that one that comes between others moves none of them
            return enrolment_id(row["training_id"], row["person_id"])
        known = self._known.get(table.name)
        if known is None:
            return self.new_id(table)
        new = known.pop(row["key"], None) or self.new_id(table)
        if new < self._last.get(table.name, 0):
            raise EverythingNeeded(f"the source has new rows between old ones ({table.name})")
        self._last[table.name] = new
        return new

    def check_reused(self) -> None:
        """Check that every row whose id was to be kept is there again.

        Raises:
            EverythingNeeded: the source no longer has it.
        """
        for table, left in self._known.items():
            if left:
                raise EverythingNeeded(f"the source lost {counted(len(left), 'row')} ({table})")

    def action(self, kind: str, name: str) -> RowId:
        """Return the id of the action `name` of `kind` (one of KINDS or PLATFORM_KINDS)."""
        if kind not in schema.KINDS and kind not in schema.PLATFORM_KINDS:
            raise ValueError(f"unknown kind of event: {kind!r}")
        action_id = self._actions.get((kind, name))
        if action_id is None:
            action_id = self._actions[kind, name] = self.new_id(schema.action)
            self.connection.execute(
                "INSERT INTO action (id, kind, name) VALUES (?, ?, ?)", (action_id, kind, name)
            )
        return action_id

    def place(self, domain: str, subdomain: str = "") -> RowId | None:
        """Return the id of that part of the platform, written on first use; None: of no part."""
        key = (domain[:PLACE_LENGTH], subdomain[:PLACE_LENGTH])
        if key not in self._places and any(key):
            row = {"domain": key[0], "subdomain": key[1]}
            self._places[key] = self.add(schema.place, row)
        return self._places.get(key)

    def add(self, table: Table, row: Mapping[str, Any]) -> RowId:
        """Add one row; fills `id` and `source_id` where the table has them. Returns the id or 0."""
        new, values = self._row(table, row)
        self._buffer(table.name, values)
        return new

    def add_changed(
        self, table: Table, row: Mapping[str, Any], stored: Mapping[RowId, Sequence[Any]]
    ) -> tuple[RowId, bool]:
        """Add one row in the place of the `stored` one with its id, unless the two are equal.

        Returns the id, and whether anything was written.
        """
        new, values = self._row(table, row)
        before = stored.get(new)
        if before == values:
            return new, False
        if before is not None:
            self.remove(table, {"id": new})
        self._buffer(table.name, values)
        return new, True

    def stored(self, table: Table, where: str, values: Sequence[Any]) -> dict[RowId, Sequence[Any]]:
        """Return id -> all columns of the rows of `table` that fit a condition of SQL."""
        self.flush()
        listed = ", ".join(f'"{c.name}"' for c in table.columns)
        at = table.columns.keys().index("id")
        rows = self.connection.execute(
            f'SELECT {listed} FROM "{table.name}" WHERE {where}',  # noqa: S608
            values,
        )
        return {row[at]: row for row in rows}

    def _row(self, table: Table, row: Mapping[str, Any]) -> tuple[RowId, tuple[Any, ...]]:
        """Return the id of a row, 0 in a table without ids, and its values in table order."""
        if table is schema.event:
            raise ValueError("events go through add_event")
        name = table.name
        if name not in self._columns:
            self._note_table(table)
        names, values = self._columns[name], {**self._default_rows[name], **row}
        if len(values) > len(names):
            unknown = ", ".join(sorted(values.keys() - set(names)))
            raise KeyError(f"{name} has no column {unknown}")
        new = _NO_ID
        if "id" in values:
            given = None if table is schema.enrolment else values["id"]
            new = values["id"] = given or self._id_for(table, row)
        return new, self._values[name](values)

    def _buffer(self, name: str, values: Sequence[Any]) -> None:
        buffer = self._buffers.setdefault(name, [])
        buffer.append(values)
        if len(buffer) >= BATCH:
            self._flush(name)

    def remove(self, table: Table, key: Mapping[str, Any]) -> None:
        """Delete the rows of `table` with these values, which an earlier import wrote."""
        where = " AND ".join(f'"{name}" = ?' for name in key)
        sql = f'DELETE FROM "{table.name}" WHERE {where}'  # noqa: S608
        self.connection.execute(sql, tuple(key.values()))

    def _note_table(self, table: Table) -> None:
        """Note how rows of a table are written, and what they hold where nothing is said."""
        names = self._columns[table.name] = tuple(c.name for c in table.columns)
        self._values[table.name] = itemgetter(*names)
        row = self._default_rows[table.name] = dict.fromkeys(names)
        row |= {
            c.name: c.default.arg  # type: ignore[attr-defined]
            for c in table.columns
            if c.default is not None and c.default.is_scalar
        }
        if "source_id" in row:
            row["source_id"] = self.source_id

    def add_event(
        self,
        second: Second,
        tie: str | int,
        row: Mapping[str, Any],
        params: Mapping[str, str | None] | None = None,
        objects: Sequence[RowId] = (),
    ) -> None:
        """Stage one event at `second` (UTC); `tie` orders the events of one second.

        `params` become its rows of `event_param`; `objects` are those besides its `object_id`.
        """
        values = self._event_values({**self._event_defaults, **row})
        named = json.dumps(dict(params), ensure_ascii=False) if params else None
        buffer = self._buffers.setdefault("event", [])
        buffer.append((second, tie, *values, named, json.dumps(objects) if objects else None))
        if len(buffer) >= BATCH:
            self._flush("event")

    def add_event_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Stage many events at once, each (second, tie, *values in `event_columns` order)."""
        self._insert("event_staging", self._stage_columns[:-2], rows)

    @property
    def event_columns(self) -> tuple[str, ...]:
        """Return the columns of `add_event_rows` after second and tie."""
        return self._staged

    def set_source(self, **values: object) -> None:
        """Set columns of this source's row: version, zone, as_of, rules, two_clocks..."""
        for name, value in values.items():
            if name not in schema.source.c:
                raise KeyError(f"source has no column {name}")
            self.connection.execute(
                f'UPDATE source SET "{name}" = ? WHERE id = ?',  # noqa: S608
                (value, self.source_id),
            )

    def _flush(self, name: str) -> None:
        rows = self._buffers.get(name)
        if rows:
            if name == "event":
                self._insert("event_staging", self._stage_columns, rows)
            else:
                self._insert(name, self._columns[name], rows)
            rows.clear()

    def _insert(self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, without the columns that are empty in all: each NULL costs its time."""
        if not rows:
            return
        columns = zip(names, zip(*rows, strict=True), strict=True)
        used = {name: cells for name, cells in columns if cells.count(None) < len(cells)}
        listed, marks = ", ".join(f'"{name}"' for name in used), ", ".join("?" * len(used))
        sql = f'INSERT INTO "{table}" ({listed}) VALUES ({marks})'  # noqa: S608
        self.connection.executemany(sql, zip(*used.values(), strict=True))

    def flush(self) -> None:
        """Write out what is buffered, so that `connection` can be queried."""
        for name in list(self._buffers):
            self._flush(name)

    def finish(self) -> None:
        """Give the staged events their ids and write them in the order of time."""
        self.flush()
        columns, bits = ", ".join(f'"{name}"' for name in self._staged), schema.EVENT_SEQUENCE_BITS
        # Seconds that already hold events of another source: number on from there.
        self.connection.execute("DROP TABLE IF EXISTS temp.taken")
        self.connection.execute(
            "CREATE TEMP TABLE taken AS "  # noqa: S608 - numbers from the schema only
            f"SELECT second, (SELECT max(id & {(1 << bits) - 1}) + 1 FROM event "
            f"WHERE id BETWEEN second << {bits} AND ((second + 1) << {bits}) - 1) AS used "
            "FROM (SELECT DISTINCT second FROM event_staging) WHERE EXISTS (SELECT 1 FROM event)"
        )
        self.connection.execute("CREATE UNIQUE INDEX temp.taken_second ON taken (second)")
        new_id = f"(s.second << {bits}) | (coalesce(t.used, 0) + n)"
        # The same numbering twice: rowid settles what tie leaves open.
        numbered = (
            "(SELECT *, row_number() OVER (PARTITION BY second ORDER BY second, tie, rowid) - 1 "
            "AS n FROM event_staging) AS s LEFT JOIN taken AS t ON t.second = s.second"
        )
        self.connection.execute(
            f"INSERT INTO event (id, {columns}) SELECT {new_id}, {columns} "  # noqa: S608
            f"FROM {numbered}"
        )
        for staged, into in (
            ("params", "event_param (event_id, name, value) SELECT {}, p.key, p.value"),
            ("objects", "event_object (event_id, object_id) SELECT {}, p.value"),
        ):
            some = f"SELECT EXISTS (SELECT 1 FROM event_staging WHERE {staged} IS NOT NULL)"  # noqa: S608
            if self.connection.execute(some).fetchone()[0]:
                self.connection.execute(
                    f"INSERT INTO {into.format(new_id)} FROM {numbered} "  # noqa: S608
                    f"JOIN json_each(s.{staged}) AS p WHERE s.{staged} IS NOT NULL"
                )
        self.connection.execute("DROP TABLE temp.event_staging")
        self.connection.execute("DROP TABLE temp.taken")

    def ids_by_key(self, table: Table, above: int = 0) -> dict[str, RowId]:
        """Return key -> id of this source's rows of `table`: those an earlier import left.

        `above`: only those whose key is a number larger than that.
        """
        self.flush()
        only = f"AND CAST(key AS INTEGER) > {above:d}" if above else ""
        rows = self.connection.execute(
            f'SELECT key, id FROM "{table.name}" WHERE source_id = ? {only}',  # noqa: S608
            (self.source_id,),
        )
        return dict(rows.fetchall())
