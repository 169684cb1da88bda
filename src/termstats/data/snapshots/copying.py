"""Copies of a store what a snapshot may hold into a new file, table by table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from termstats.data.model.period import day_start, local_day
from termstats.data.model.units import EventId, RowId, Second
from termstats.data.snapshots.tables import (
    LEFT_OUT,
    NAMELESS_COLUMNS,
    NUMBER_OF,
    RENUMBERED,
    SCOPED_COLUMNS,
    TABLES,
    WHOLE_DAYS,
    pseudonym_key,
    pseudonym_name,
)
from termstats.data.store import schema
from termstats.data.store.ddl import create_tables

OLD = "old"
"""The name under which the store is attached."""


@dataclass(frozen=True)
class Cut:
    """Ids that stay in a scoped snapshot."""

    people: Sequence[RowId]
    trainings: Sequence[RowId]
    classes: Sequence[RowId]
    pairs: Sequence[tuple[RowId, RowId]] | None
    """(training, person) whose deeds stay; None: each of `people` in each of `trainings`."""
    is_own: bool
    """Whether it is the snapshot of one learner, who sees what they did outside trainings too."""
    keeps_nameless: bool
    """Whether events and totals of trainings stay that name nobody."""


@dataclass(frozen=True)
class Copying:
    """One snapshot under way: `new` is an empty database to which the store is attached as OLD."""

    new: sqlite3.Connection
    cut: Cut | None
    """None: everything."""
    pseudonyms: bool
    zone: ZoneInfo
    since: EventId | None
    """The first event that stays; None: all."""
    derives_days: bool
    """Whether day tables are made anew afterwards, and not copied."""
    without: Sequence[str] = ()
    """Tables of which nothing is copied."""

    def run(self) -> None:
        """Create all tables, and copy what they may hold."""
        create_tables(self.new, schema.metadata.sorted_tables)
        self.new.create_function("whole_day", 1, self._whole_day, deterministic=True)
        self._note_scope()
        self._note_numbers()
        for name in TABLES:
            table = schema.metadata.tables[name]
            if not (self.derives_days and table in schema.DAY_TABLES):
                self._copy(table)

    def _whole_day(self, second: int | None) -> int | None:
        if second is None:
            return None
        return day_start(local_day(Second(second), self.zone), self.zone)

    def _note_scope(self) -> None:
        """Note what is in scope in temporary tables."""
        cut = self.cut or Cut((), (), (), None, is_own=False, keeps_nameless=False)
        self._note("kept_training", cut.trainings)
        self._note("kept_class", cut.classes)
        self._note("nameless", cut.trainings if cut.keeps_nameless else ())
        self._note("owner", cut.people if cut.is_own else ())
        self._note("in_scope", cut.people)
        if cut.pairs is None:
            self.new.execute(
                "CREATE TEMP VIEW kept_pair AS SELECT t.id AS training_id, p.id AS person_id "
                "FROM kept_training AS t, in_scope AS p"
            )
            return
        columns = "(training_id, person_id, PRIMARY KEY (training_id, person_id))"
        self.new.execute(f"CREATE TEMP TABLE kept_pair {columns}")
        self.new.executemany("INSERT INTO kept_pair VALUES (?, ?)", cut.pairs)

    def _note(self, name: str, ids: Iterable[RowId]) -> None:
        self.new.execute(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY)")
        self.new.executemany(f"INSERT INTO {name} VALUES (?)", ((each,) for each in ids))  # noqa: S608

    def _note_numbers(self) -> None:
        """Note which rows of the numbered tables stay, and their numbers in the snapshot.

        Drawn anew for each snapshot: by them no two can be matched, nor one with the store.
        """
        scoped = "t.id IN (SELECT id FROM in_scope)"
        for name in RENUMBERED:
            number = "row_number() OVER (ORDER BY random())" if self.pseudonyms else "t.id"
            # Persons are noted first: the conditions of the others are about them.
            where = self._condition(name) if name != "person" or self.cut is None else scoped
            self.new.execute(
                f"CREATE TEMP TABLE kept_{name} (id INTEGER PRIMARY KEY, new INTEGER NOT NULL)"
            )
            self.new.execute(
                f'INSERT INTO kept_{name} SELECT t.id, {number} FROM {OLD}."{name}" AS t '  # noqa: S608
                f"WHERE {where}"
            )

    def _condition(self, name: str) -> str:
        treatment = TABLES[name]
        conditions = [treatment.whole if self.cut is None else treatment.scoped]
        if name in self.without:
            conditions.append(LEFT_OUT)
        if self.pseudonyms:
            conditions.append(treatment.pseudonymous)
        if name == "event" and self.since is not None:
            conditions.append(f"t.id >= {int(self.since)}")
        return " AND ".join(f"({each})" for each in conditions)

    def _copy(self, table: Table) -> None:
        where = self._condition(table.name)
        if where == f"({LEFT_OUT})":
            return
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        cells = ", ".join(self._cell(table.name, column.name) for column in table.columns)
        # Rows without a number of their own lie in the order in which they are written.
        order = "ORDER BY random()" if self.pseudonyms and "id" not in table.c else ""
        self.new.execute(
            f'INSERT INTO "{table.name}" ({columns}) SELECT {cells} '  # noqa: S608
            f'FROM {OLD}."{table.name}" AS t WHERE {where} {order}'
        )

    def _cell(self, table: str, column: str) -> str:
        """Return the SQL of one column of the snapshot."""
        cell = f't."{column}"'
        if self.cut is not None:
            cell = SCOPED_COLUMNS.get((table, column), cell)
        if not self.pseudonyms:
            return cell
        if column in NAMELESS_COLUMNS.get(table, ()):
            return "NULL"
        if column in WHOLE_DAYS.get(table, ()):
            return f"whole_day({cell})"
        if column in NUMBER_OF:
            return _number(NUMBER_OF[column], cell)
        if table in RENUMBERED and column == "id":
            return _number(table, cell)
        if table in RENUMBERED and column == "key":
            return pseudonym_key(table, _number(table, "t.id"))
        if (table, column) == ("person", "name"):
            return pseudonym_name(self._width(), _number(table, "t.id"))
        return cell

    def _width(self) -> int:
        """Return the digits of the largest number of a person."""
        return len(str(self.new.execute("SELECT count(*) FROM kept_person").fetchone()[0]))


def _number(table: str, cell: str) -> str:
    return f"(SELECT k.new FROM kept_{table} AS k WHERE k.id = {cell})"  # noqa: S608
