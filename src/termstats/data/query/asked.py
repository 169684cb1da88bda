"""What every question has: who asks, what is asked, and how that narrows the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Row,
    Select,
    and_,
    case,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from termstats.data.model.period import Period, day_number
from termstats.data.model.request import OBJECTS, Entity, Field, Param, Request
from termstats.data.query.scope import Scope, with_sub_classes
from termstats.data.store import schema
from termstats.data.store.opening import Store, StoreInfo, run_query
from termstats.data.store.schema import CLOCK_DEVICE, CLOCK_SERVER

Ids: TypeAlias = Sequence[int] | Select[tuple[int]]
"""Ids, or the query that finds them."""


class Asked:
    """Who asks what: the restrictions that every selectable carries."""

    def __init__(
        self, connection: AsyncConnection, store: Store, scope: Scope, request: Request
    ) -> None:
        self.connection = connection
        self.store = store
        self.scope = scope
        self.request = request
        self.notes: list[str] = []
        self.focus_classes: frozenset[int] | None = None
        self.offered: dict[int, frozenset[int]] = {}
        """Training id -> the classes in question that take it."""
        self.groups: dict[int, frozenset[int]] = {}
        """Class that a filter names -> it and all its sub-classes."""
        self.objects_share_events = False
        """Whether one event may be about several of the objects that filters ask for."""

    async def prepare(self) -> None:
        """Resolve what needs the database before selectables can be built."""
        focus = self.request.entity(Param.CLASS)
        if focus is not None:
            self.focus_classes = await with_sub_classes(self.connection, (focus.id,))
        if self.class_sets():
            table, asked = schema.class_training, frozenset().union(*self.class_sets())
            offered: dict[int, set[int]] = {}
            for row in await self.fetch(select(table).where(table.c.class_id.in_(sorted(asked)))):
                offered.setdefault(row.training_id, set()).add(row.class_id)
            self.offered = {training: frozenset(found) for training, found in offered.items()}
        for field, entities in self.request.only:
            if field is Field.GROUP:
                for group in entities:
                    below = await with_sub_classes(self.connection, (group.id,))
                    self.groups[group.id] = below
        self.objects_share_events = await self._objects_share_events()
        if self.request.server_clock and not self.info.two_clocks:
            self.note("This store has one clock only: events are placed by it.")

    async def _objects_share_events(self) -> bool:
        filters = [entities for field, entities in self.request.only if field in OBJECTS]
        asked = [entity.id for entities in filters for entity in entities]
        if not asked or not await self.fetch(select(schema.event_object.c.event_id).limit(1)):
            return False
        part = select(schema.object_.c.id).where(schema.object_.c.parent_id.in_(asked)).limit(1)
        return len(asked) > 1 or bool(await self.fetch(part))

    @property
    def info(self) -> StoreInfo:
        """Return what holds for the whole store."""
        return self.store.info

    @property
    def zone(self) -> ZoneInfo:
        """Return the reporting zone."""
        return self.info.zone

    @property
    def period(self) -> Period:
        """Return the reporting period."""
        return self.request.period

    @property
    def end(self) -> int:
        """Return T, the moment at which states are taken: the period's end, never after as-of."""
        return min(self.period.seconds(self.zone)[1], self.info.as_of + 1)

    @property
    def last_day(self) -> int:
        """Return the number of the period's last day."""
        return day_number(self.period.last)

    @property
    def clock(self) -> int:
        """Return the clock of the day tables to read."""
        both = self.request.server_clock and self.info.two_clocks
        return CLOCK_SERVER if both else CLOCK_DEVICE

    @property
    def top(self) -> int | None:
        """Return how many rows a ranking shows, if asked."""
        return self.request.top

    @property
    def training(self) -> Entity | None:
        """Return the training in focus."""
        return self.request.entity(Param.TRAINING)

    @property
    def learner(self) -> Entity | None:
        """Return the learner in focus."""
        return self.request.entity(Param.LEARNER)

    def at(self, period: Period) -> Self:
        """Return the same question about another period; notes go to this one."""
        return self._asking(replace(self.request, period=period))

    def without(self, *fields: Field) -> Self:
        """Return the same question without the filters of these fields; notes go to this one."""
        only = tuple(pair for pair in self.request.only if pair[0] not in fields)
        return self._asking(replace(self.request, only=only))

    def _asking(self, request: Request) -> Self:
        other = type(self)(self.connection, self.store, self.scope, request)
        other.notes = self.notes
        other.focus_classes = self.focus_classes
        other.offered = self.offered
        other.groups = self.groups
        other.objects_share_events = self.objects_share_events
        return other

    def note(self, words: str) -> None:
        """Say something that the reader must know about the figure."""
        self.notes.append(words)

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """Run a select and return all its rows."""
        return await run_query(self.connection, statement)

    async def fetch_one(self, statement: Executable) -> Row[Any]:
        """Run a select that gives exactly one row."""
        return (await self.fetch(statement))[0]

    async def fetch_value(self, statement: Executable) -> Any:
        """Run a select that gives one row of one column and return the cell."""
        return tuple((await self.fetch(statement))[0])[0]

    def class_sets(self) -> list[frozenset[int]]:
        """Return the sets of classes whose (member, training) pairs narrow the question."""
        return [c for c in (self.scope.classes, self.focus_classes) if c is not None]

    @property
    def by_person(self) -> bool:
        """Return whether only some people are asked about, so that day totals cannot answer."""
        some = self.learner or self.scope.people is not None or self.picks_people
        return bool(some or self.class_sets())

    @property
    def picks_people(self) -> bool:
        """Return whether a filter asks for some people."""
        return any(field in (Field.PERSON, Field.GROUP) for field, _ in self.request.only)

    def kept_people(self) -> list[Ids]:
        """Return the ids of the people that each filter of people leaves."""
        found: list[Ids] = []
        for field, entities in self.request.only:
            if field is Field.PERSON:
                found.append([entity.id for entity in entities])
            elif field is Field.GROUP:
                classes = frozenset().union(*(self.groups[group.id] for group in entities))
                found.append(self.members_of(classes))
        return found

    def is_kept(self, person: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """Return the conditions of the filters of people on a column of their ids."""
        return [person.in_(ids) for ids in self.kept_people()]

    def training_sets(self) -> list[frozenset[int]]:
        """Return the sets of trainings that narrow the question."""
        sets = [self.scope.trainings] if self.scope.trainings is not None else []
        if self.training is not None:
            sets.append(frozenset((self.training.id,)))
        return sets

    def people_sets(self) -> list[frozenset[int]]:
        """Return the sets of people that narrow the question."""
        sets = [self.scope.people] if self.scope.people is not None else []
        if self.learner is not None:
            sets.append(frozenset((self.learner.id,)))
        return sets

    def restricted(
        self, person: ColumnElement[Any] | None, training: ColumnElement[Any] | None
    ) -> list[ColumnElement[bool]]:
        """Return the conditions of scope and focus on a person and a training column."""
        found: list[ColumnElement[bool]] = []
        if training is not None:
            found.extend(training.in_(sorted(ids)) for ids in self.training_sets())
        if person is not None:
            found.extend(person.in_(sorted(ids)) for ids in self.people_sets())
            found.extend(self.is_kept(person))
        for classes in self.class_sets():
            if training is None:
                found.extend([] if person is None else [person.in_(self.learners_of(classes))])
            else:
                found.extend(self._pairs(classes, person, training))
        return found

    def _pairs(
        self,
        classes: frozenset[int],
        person: ColumnElement[Any] | None,
        training: ColumnElement[Any],
    ) -> list[ColumnElement[bool]]:
        """Return the conditions that learners of `classes` take a training through one of them.

        Lists of trainings and of people that every index can seek. Where all trainings are taken by
        the same classes, any learner with any training is a pair.
        """
        groups = self.class_groups(classes)
        found: list[ColumnElement[bool]] = [
            training.in_(sorted(t for trainings, _classes in groups for t in trainings))
        ]
        if person is not None:
            found.append(person.in_(self.learners_of(classes)))
        if person is not None and len(groups) > 1:
            pairs = [
                (and_(training.in_(sorted(trainings)), person.in_(self.learners_of(some))), 1)
                for trainings, some in groups
            ]
            # Not OR: SQLite would read the table once per group and forget the range of days.
            found.append(case(*pairs, else_=0) == 1)
        return found

    def class_groups(self, classes: frozenset[int]) -> list[tuple[set[int], frozenset[int]]]:
        """Return (trainings, classes that take them), each training in one group only."""
        groups: dict[frozenset[int], set[int]] = {}
        for training, found in sorted(self.offered.items()):
            if found & classes:
                groups.setdefault(found & classes, set()).add(training)
        return [(trainings, some) for some, trainings in groups.items()]

    def learners_of(self, classes: frozenset[int]) -> Select[tuple[int]]:
        """Return the ids of the learners of any of `classes` in the period."""
        return self.members_of(classes).where(schema.class_member.c.role == "learner")

    def members_of(self, classes: frozenset[int]) -> Select[tuple[int]]:
        """Return the ids of the people of any of `classes` in the period, in whatever role."""
        member = schema.class_member
        return (
            select(member.c.person_id)
            .where(member.c.class_id.in_(sorted(classes)), self.is_member(member))
            .correlate(None)
        )

    def is_member(self, member: FromClause) -> ColumnElement[bool]:
        """Return whether a membership overlaps the period."""
        start, _end = self.period.seconds(self.zone)
        return and_(
            or_(member.c.from_at.is_(None), member.c.from_at < self.end),
            or_(member.c.to_at.is_(None), member.c.to_at >= start),
        )

    @property
    def counts_all(self) -> bool:
        """Return whether the population is everybody.

        One learner asked for by name is shown, counted or not.
        """
        named = self.learner is not None or self.scope.people is not None
        return self.request.everybody or named

    def counts(self, person: FromClause) -> ColumnElement[bool]:
        """Return whether a row of the person table belongs to the population."""
        return true() if self.counts_all else person.c.counted == 1

    def population_of(self, person: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the population as a condition on a column of person ids that is never NULL.

        Without a join: those who do not count are few, and found once per query.
        """
        if self.counts_all:
            return true()
        # Written out: SQLite takes an index on a part of a table only where it reads its condition.
        uncounted = schema.person.c.counted == literal_column("0")
        return person.not_in(select(schema.person.c.id).where(uncounted).correlate(None))

    def only_counted(self, table: FromClause) -> ColumnElement[bool]:
        """Return the population as a condition on a day table with a `counted` column."""
        return true() if self.request.everybody else table.c.counted == 1

    def key_of(self, table: FromClause) -> ColumnElement[str]:
        """Return the id that a person uses: the platform's own, with its source if several."""
        if len(self.info.sources) < 2:
            return table.c.key
        names = {source.id: f"{source.name}:" for source in self.info.sources}
        return case(names, value=table.c.source_id, else_="") + table.c.key
