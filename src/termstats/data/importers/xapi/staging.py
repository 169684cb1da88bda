"""Statements between reading and writing: once each, without those that others void.

They lie in a temporary table, so that a log of any size takes little memory, and come out by person
and time. People, activities and verbs are numbers there.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import Actor, keys_of
from termstats.data.importers.xapi.statements import Statement
from termstats.data.importers.xapi.things import Thing
from termstats.data.model.units import RowId, Second

_COLUMNS = (
    *("id", "at", "stored", "device_at", "person", "verb", "meaning", "training", "object"),
    *("parent", "target", "instructor", "team", "session", "seconds", "score", "passed"),
    *("value", "number", "detail", "response", "voids", "weight"),
)
_Moment = tuple[int, str]
"""(microseconds, id) of a statement: the later one has the last word."""
LIVE = f"dead = 0 AND meaning <> '{verbs.VOID}'"
_NEVER: _Moment = (-(1 << 62), "")


@dataclass
class Person:
    """Somebody whom statements name."""

    actor: Actor
    label: str = ""
    labelled: _Moment = _NEVER


@dataclass
class Activity:
    """What is known of an activity after all statements that name it."""

    thing: Thing
    told: dict[str, _Moment] = field(default_factory=dict)

    def tell(self, thing: Thing, at: _Moment) -> None:
        """Take over what a statement tells of it, unless a later one has told otherwise."""
        changes = {}
        for name in ("name", "kind", "type", "interaction", "correct", "length"):
            value = getattr(thing, name)
            if value and value != "other" and at >= self.told.get(name, _NEVER):
                self.told[name] = at
                if value != getattr(self.thing, name):
                    changes[name] = value
        if changes:  # seldom: statements repeat what is known
            self.thing = self.thing._replace(**changes)


class Row(NamedTuple):
    """A live statement as it comes out of the table."""

    id: str
    at: int
    stored: Second | None
    device_at: Second | None
    person: int | None
    verb: str
    meaning: str
    training: int | None
    object: int | None
    parent: int | None
    target: int | None
    instructor: int | None
    team: int | None
    session: str
    seconds: float | None
    score: float | None
    passed: int | None
    value: float | None
    number: int | None
    detail: str | None
    response: str | None
    weight: int
    """How many statements it stands for."""


class Part(NamedTuple):
    """What statements tell of an activity as a part of a training."""

    parent: int | None = None
    """What holds it."""
    has_results: bool = False
    is_answered: bool = False


NEW, AGAIN, OTHER_CONTENT = "new", "again", "other content"


class Staging:
    """The temporary table, and who and what its numbers stand for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.people: list[Person] = []
        self.activities: list[Activity] = []
        self.newest: Second | None = None
        """The latest time at which a statement was stored, else happened."""
        self.has_stored = False
        self._people: dict[str, int] = {}
        self._activities: dict[str, int] = {}
        connection.execute("DROP TABLE IF EXISTS temp.statement")
        columns = ", ".join(_COLUMNS)
        connection.execute(
            f"CREATE TEMP TABLE statement (seq INTEGER PRIMARY KEY, {columns}, dead DEFAULT 0)"
        )
        connection.execute("CREATE UNIQUE INDEX temp.statement_id ON statement (id)")
        marks = ", ".join("?" for _ in _COLUMNS)
        self._insert = f"INSERT OR IGNORE INTO statement ({columns}, dead) VALUES ({marks}, ?)"  # noqa: S608
        self._select = f"SELECT {columns} FROM statement WHERE id = ?"  # noqa: S608

    def add(self, statement: Statement, *, is_voided: bool = False, weight: int = 1) -> str:
        """Add a statement; says whether it is NEW, there AGAIN, or has OTHER_CONTENT than before.

        `is_voided`: the store of statements says so, whether or not it holds what voids it.
        `weight`: how many statements that are alike it stands for.
        """
        row = (*self._row(statement), weight)
        added = self.connection.execute(self._insert, (*row, int(is_voided)))
        if added.rowcount:
            return NEW
        before = self.connection.execute(self._select, (statement.id,)).fetchone()
        return AGAIN if before == row else OTHER_CONTENT

    def _row(self, s: Statement) -> tuple[object, ...]:
        moment = (s.at, s.id)
        self.has_stored |= s.stored is not None
        self.reach(s.stored if s.stored is not None else Second(s.at // 1_000_000))
        return (
            *(s.id, s.at, s.stored, s.device_at),
            self.person(s.actor, s.label, moment),
            *(s.verb, s.meaning),
            self.activity(s.training, moment),
            self.activity(s.object, moment),
            self.activity(s.parent, moment),
            self.person(s.target),
            self.person(s.instructor),
            self.person(s.team),
            *(s.session, s.seconds, s.score, s.passed, s.value, s.number, s.detail, s.response),
            s.voids,
        )

    def reach(self, at: Second) -> None:
        """Take note that a statement is of that moment."""
        if self.newest is None or at > self.newest:
            self.newest = at

    def person(self, actor: Actor | None, label: str = "", at: _Moment = _NEVER) -> int | None:
        """Return the number of somebody; `label`: what they are called at that moment."""
        if actor is None:
            return None
        number = self._people.get(actor.whole)
        if number is None:
            number = self._people[actor.whole] = len(self.people)
            self.people.append(Person(actor))
        person = self.people[number]
        if label and at > person.labelled:
            person.label, person.labelled = label, at
        return number

    def activity(self, thing: Thing | None, at: _Moment) -> int | None:
        """Return the number of an activity, and take note of what is told of it."""
        if thing is None:
            return None
        number = self._activities.get(thing.key)
        if number is None:
            number = self._activities[thing.key] = len(self.activities)
            self.activities.append(Activity(thing._replace(name="", kind="other", type="")))
        self.activities[number].tell(thing, at)
        return number

    def void_targets(self) -> set[str]:
        """Return the ids of what the statements so far void, whether it is there or not."""
        sql = f"SELECT voids FROM statement WHERE meaning = '{verbs.VOID}'"  # noqa: S608
        return {row[0] for row in self.connection.execute(sql)}

    def void(self) -> tuple[int, int]:
        """Take out what other statements void; return how many are voided, and how many void."""
        run = self.connection.execute
        run("CREATE INDEX temp.statement_voids ON statement (voids) WHERE voids IS NOT NULL")
        run(
            f"UPDATE statement SET dead = 1 WHERE meaning <> '{verbs.VOID}' AND id IN "  # noqa: S608
            f"(SELECT voids FROM statement WHERE meaning = '{verbs.VOID}')"
        )
        is_void = f"meaning = '{verbs.VOID}'"
        counts = f"sum(dead AND NOT {is_void}), sum({is_void})"
        dead, voiding = run(f"SELECT {counts} FROM statement").fetchone()  # noqa: S608
        return dead or 0, voiding or 0

    def kill(self, ids: Iterable[str]) -> None:
        """Take out statements of which is known that others void them."""
        sql = "UPDATE statement SET dead = 1 WHERE id = ?"
        self.connection.executemany(sql, ((each,) for each in ids))

    def merge(self, same: Mapping[str, str]) -> int:
        """Let people be one who are said to be: key -> key. Returns how many went into another."""
        keys = keys_of((each.actor.short, each.actor.whole) for each in self.people)
        numbers = {key: number for number, key in enumerate(keys)}
        pairs = []
        for key in same:
            root = _root(same, key)
            if key in numbers and root in numbers and root != key:
                pairs.append((numbers[key], numbers[root]))
                gone, kept = self.people[numbers[key]], self.people[numbers[root]]
                if gone.labelled > kept.labelled:
                    kept.label, kept.labelled = gone.label, gone.labelled
        run = self.connection.execute
        run("CREATE TEMP TABLE same_person (number INTEGER PRIMARY KEY, other)")
        self.connection.executemany("INSERT INTO same_person VALUES (?, ?)", pairs)
        for column in ("person", "target", "instructor") if pairs else ():
            run(
                f"UPDATE statement SET {column} = (SELECT other FROM same_person "  # noqa: S608
                f"WHERE number = {column}) WHERE {column} IN (SELECT number FROM same_person)"
            )
        run("DROP TABLE temp.same_person")
        return len(pairs)

    def voided(self) -> Iterator[tuple[str, str | None]]:
        """Yield (id, id of the first statement that voids it) of the voided ones."""
        yield from self.connection.execute(
            "SELECT s.id, (SELECT min(v.id) FROM statement v WHERE v.voids = s.id) "  # noqa: S608
            f"FROM statement s WHERE s.dead AND s.meaning <> '{verbs.VOID}' ORDER BY s.id"
        )

    def actors(self, column: str) -> list[int]:
        """Return who stands in a column of live statements: person, target, instructor, team."""
        sql = f"SELECT DISTINCT {column} FROM statement WHERE {LIVE} AND {column} IS NOT NULL"  # noqa: S608
        return [row[0] for row in self.connection.execute(sql)]

    def parts(self) -> dict[int | None, dict[int, Part]]:
        """Return training -> activity -> what live statements tell of it as a part of that."""
        answers = f"'{verbs.EVALUATED}', '{verbs.ANSWERED}'"
        results = ", ".join(f"'{each}'" for each in (verbs.PASS, verbs.FAIL, verbs.GRADE))
        last = "CASE WHEN parent IS NOT NULL THEN printf('%020d', at + (1 << 61)) || id END"
        # Of a group with one max() SQLite takes other columns from the row that has it.
        rows = self.connection.execute(
            f"SELECT training, object, parent, max({last}), "  # noqa: S608
            f"total(score IS NOT NULL OR meaning IN ({results})), total(verb IN ({answers})) "
            f"FROM statement WHERE {LIVE} AND object IS NOT NULL GROUP BY training, object"
        )
        found: dict[int | None, dict[int, Part]] = defaultdict(dict)
        for training, number, parent, _last, with_results, answered in rows:
            found[training][number] = Part(parent, with_results > 0, answered > 0)
        return found

    def by_person(self, ids: dict[int, RowId]) -> Iterator[Row]:
        """Yield the live statements: those of nobody, then by id of the person, by time."""
        run = self.connection.execute
        run("DROP TABLE IF EXISTS temp.person_id")
        run("CREATE TEMP TABLE person_id (number INTEGER PRIMARY KEY, id)")
        self.connection.executemany("INSERT INTO person_id VALUES (?, ?)", ids.items())
        columns = ", ".join(f"s.{name}" for name in Row._fields)
        cursor = run(
            f"SELECT {columns} FROM statement s LEFT JOIN person_id p ON p.number = s.person "  # noqa: S608
            f"WHERE {LIVE} ORDER BY p.id, s.at, s.id"
        )
        yield from map(Row._make, cursor)

    def drop(self) -> None:
        """Delete the temporary tables."""
        self.connection.execute("DROP TABLE temp.statement")
        self.connection.execute("DROP TABLE IF EXISTS temp.person_id")


def _root(same: Mapping[str, str], key: str) -> str:
    """Return who somebody is in the end; of a circle the first of its keys."""
    seen = [key]
    while (following := same.get(seen[-1])) is not None:
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)
    return seen[-1]
