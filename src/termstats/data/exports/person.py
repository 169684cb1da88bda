"""Writes everything that a store holds about one person, for a request of that person.

Which tables those are is read from the schema: every table with a column that refers to a person,
and every table that refers to a row of theirs. What the schema cannot say is in `WITHOUT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Column as StoredColumn
from sqlalchemy import Table as StoredTable

from termstats.data.model.audit import Entries
from termstats.data.model.entity import Entity
from termstats.data.model.new_folders import NewFiles
from termstats.data.model.period import number_day
from termstats.data.model.table import Cell, Column, Kind, Row, Table
from termstats.data.model.units import DayNumber
from termstats.data.model.writing import CsvFile
from termstats.data.store import schema
from termstats.data.store.opening import Store
from termstats.data.store.schema.columns import HAPPENED, REFERS_TO
from termstats.data.store.typed_sql import answered

PERSON = "person"
_OWN = "person_id"
"""The column of whose row it is; other columns say who made it, or whom it was done to."""
_DAYS = ("day", "month", "first_day", "last_day", "server_last_day", "changed_day")
WITHOUT: Mapping[str, str] = {
    **dict.fromkeys(("store_setting", "source", "source_setting"), "about the store itself"),
    **dict.fromkeys(
        ("training", "training_tag", "module", "activity", "question"), "what is learnt"
    ),
    **dict.fromkeys(("class", "class_training", "class_parent"), "about whole classes"),
    **dict.fromkeys(("action", "place", "object", "fault"), "names of what was done, and where"),
    **dict.fromkeys(
        ("training_day", "progress_day", "value_day", "people_bitmap", "use_bitmap", "use_list"),
        "sums and sets of many people, made from the rows that are listed here",
    ),
}
"""Table without a row that belongs to one person -> what it holds; those that one may own too."""
_PAGE = 5_000
_SAW = tuple(
    Column(name, Kind.TEXT)
    for name in (
        *("at", "viewer_id", "role", "account", "what", "figure", "training_id", "class_id"),
        *("how", "store"),
    )
)


@dataclass(frozen=True)
class Part:
    """One table of the store: the SQL of the rows about a person (`:person`), and its columns."""

    table: StoredTable
    sql: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Disclosed:
    """What was written: file -> rows."""

    rows: Mapping[str, int]


def parts() -> tuple[Part, ...]:
    """Return the tables of the schema that hold anything about one person."""
    found = []
    for table in schema.metadata.sorted_tables:
        if where := _conditions(table):
            found.append(_part(table, " OR ".join(where)))
    return tuple(found)


def export_person(store: Store, path: Path, person: Entity, files: NewFiles) -> Disclosed:
    """Write a CSV file for each table with a row about the person, who saw it, and README.txt.

    `path`: the file of the store.

    Raises:
        StoreError: the store cannot be read.
        TermstatsError: the audit log cannot be read.
        OSError: a file cannot be written.
    """
    written: dict[str, int] = {}
    about: dict[str, str] = {}
    for part in parts():
        name = f"{part.table.name}.csv"
        if rows := _write(store, path, person, part, files, name):
            written[name] = rows
            about[name] = _about(part)
    log = store.audit
    if log is not None:
        name = "who_saw_it.csv"
        written[name] = _write_who_saw(person, Entries(log.path), files, name)
        about[name] = "who was shown or given any of this, as the audit log has it"
    with files.file("README.txt") as out:
        out.writelines(f"{line}\n" for line in _readme(store, person, written, about))
    return Disclosed(written)


def _conditions(table: StoredTable) -> list[str]:
    """Return what rows of a table about the person meet, any of it; nothing: there are none."""
    if table.name == PERSON:
        return ['t."id" = :person']
    if table.name == schema.reported_row.name:
        return [_IN_DATA]
    where = [f't."{c.name}" = :person' for c in _referring(table, PERSON)]
    for owned in _owned_tables():
        own = " OR ".join(f'"{c.name}" = :person' for c in _referring(owned, PERSON))
        where += [
            f't."{c.name}" IN (SELECT "id" FROM "{owned.name}" WHERE {own})'  # noqa: S608
            for c in _referring(table, owned.name)
        ]
    return where


_IN_DATA = (
    "EXISTS (SELECT 1 FROM person AS p, json_each(CASE WHEN json_valid(t.data) THEN t.data END) "
    "AS j WHERE p.id = :person AND p.source_id = t.source_id "
    "AND (lower(j.key) IN ('uid', 'user_id', 'user', 'userid', 'username', 'mail', 'email') "
    "OR j.key = 'entity_id' AND t.name LIKE 'user%') "
    "AND CAST(j.value AS TEXT) IN (p.key, p.username, p.email))"
)
"""Rows of the platform refer to people as the platform does."""


def _owned_tables() -> Iterator[StoredTable]:
    """Yield the tables whose rows have an id and belong to one person."""
    for table in schema.metadata.sorted_tables:
        if "id" in table.c and any(c.name == _OWN for c in _referring(table, PERSON)):
            yield table


def _referring(table: StoredTable, name: str) -> list[StoredColumn[Any]]:
    return [column for column in table.columns if column.info.get(REFERS_TO) == name]


def _part(table: StoredTable, where: str) -> Part:
    """Return the part: references as people call what they lead to, moments and days as such."""
    columns, cells = [], []
    if table.name == schema.event.name:
        columns.append(Column("at", Kind.MOMENT))
        cells.append(f't."id" >> {schema.EVENT_SEQUENCE_BITS}')
    for column in table.columns:
        columns.append(Column(column.name, _kind(column)))
        cells.append(_cell(column))
    listed = ", ".join(f'{cell} AS "{c.name}"' for cell, c in zip(cells, columns, strict=True))
    return Part(table, f'SELECT {listed} FROM "{table.name}" AS t WHERE {where}', tuple(columns))  # noqa: S608


def _kind(column: StoredColumn[Any]) -> Kind:
    if HAPPENED in column.info:
        return Kind.MOMENT
    return Kind.DATE if column.name in _DAYS else Kind.TEXT


def _cell(column: StoredColumn[Any]) -> str:
    """Return the SQL of a cell: other people stay unnamed, other things are called by name."""
    own = f't."{column.name}"'
    name = column.info.get(REFERS_TO)
    if name is None:
        return own
    if name == PERSON:
        others = f"WHEN {own} > 0 THEN 'another person' END"
        return f"CASE WHEN {own} = :person THEN 'this person' {others}"
    table = schema.metadata.tables[name]
    shown = next((each for each in ("title", "name", "domain") if each in table.c), None)
    if shown is None or _referring(table, PERSON) and _OWN in table.c:
        return own  # a number of a row in another of these files
    key = """|| ' (' || r."key" || ')'""" if "key" in table.c else ""
    return f'COALESCE((SELECT r."{shown}" {key} FROM "{name}" AS r WHERE r."id" = {own}), {own})'  # noqa: S608


def _write(store: Store, path: Path, person: Entity, part: Part, files: NewFiles, name: str) -> int:
    """Write the rows of one table and return how many they are; none: no file."""
    head = _head(store, part.table.name, part.columns)
    rows = 0
    with answered(path, part.sql, {"person": person.id}) as answer:
        first = next(answer.batches, ())
        if not first:
            return 0
        shown = _shown(store, part.columns)
        with files.file(name) as out:
            file = CsvFile(out)
            for batch in _from_first(first, answer.batches):
                file.add(replace(head, rows=tuple(shown(row) for row in batch)))
                rows += len(batch)
            file.end()
    return rows


def _from_first(first: Sequence[Row], others: Iterator[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    yield first
    yield from others


def _head(store: Store, name: str, columns: tuple[Column, ...]) -> Table:
    return Table(figure_id=name, title=name, columns=columns, rows=(), zone=str(store.info.zone))


def _shown(store: Store, columns: Sequence[Column]) -> Callable[[Row], Row]:
    """Return what writes numbers of moments and days as moments and days."""

    def cell(value: Cell, kind: Kind) -> Cell:
        if not isinstance(value, int):
            return value
        try:
            if kind is Kind.MOMENT:
                return datetime.fromtimestamp(value, store.info.zone)
            return number_day(DayNumber(value)) if kind is Kind.DATE else value
        except (ValueError, OverflowError, OSError):
            return value  # none that there can be

    return lambda row: tuple(
        cell(value, column.kind) for value, column in zip(row, columns, strict=True)
    )


def _write_who_saw(person: Entity, entries: Entries, files: NewFiles, name: str) -> int:
    rows = (
        (
            *(entry.at, entry.viewer, entry.role, entry.uid, entry.deed, entry.figure),
            *(entry.training, entry.class_),
            "anybody may be in it" if entry.everybody else "by id",
            entry.store,
        )
        for entry in entries
        if entry.is_about(person.key)
    )
    head = Table(figure_id="audit", title="Audit log", columns=_SAW, rows=())
    count = 0
    with files.file(name) as out:
        file = CsvFile(out)
        file.add(head)
        while batch := tuple(islice(rows, _PAGE)):
            file.add(replace(head, rows=batch))
            count += len(batch)
        file.end()
    return count


def _about(part: Part) -> str:
    made = part.table.name in {table.name for table in schema.DAY_TABLES}
    return f"{part.table.comment}{' (sums made from the other files)' if made else ''}"


def _readme(
    store: Store, person: Entity, written: Mapping[str, int], about: Mapping[str, str]
) -> Iterator[str]:
    """Yield the lines of the index: what it is, the files, their columns."""
    yield f"Everything that {store.info.name} holds about the person with the id {person.key}"
    yield f"{person.name}, as of {store.info.now:%Y-%m-%d %H:%M} {store.info.zone}"
    yield ""
    yield "One CSV file for each table of the store. Empty tables have none."
    yield "Moments are in the zone above; ids and numbers of rows are those of the files."
    yield "Other people are called 'another person', but free text may name somebody:"
    yield "look at it before it is handed out."
    if store.audit is None:
        yield "No audit log was kept or named: who saw this is not known."
    for name, rows in written.items():
        yield ""
        yield f"{name}: {rows:,} rows; {about[name]}"
        table = schema.metadata.tables.get(name.removesuffix(".csv"))
        for column in () if table is None else table.columns:
            yield f"  {column.name}: {column.comment or ''}"
