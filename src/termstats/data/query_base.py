"""What every question has: who asks, what is asked, and how that narrows the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Row,
    and_,
    case,
    exists,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from termstats.data import schema
from termstats.data.period import Period, day_number
from termstats.data.request import Entity, Param, Request
from termstats.data.schema import (
    CLOCK_DEVICE,
    CLOCK_SERVER,
)
from termstats.data.scope import Scope, with_sub_classes
from termstats.data.store import Store, StoreInfo, run_query


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

    async def prepare(self) -> None:
        """Resolve what needs the database before selectables can be built."""
        focus = self.request.entity(Param.CLASS)
        if focus is not None:
            self.focus_classes = await with_sub_classes(self.connection, (focus.id,))
        if self.request.server_clock and not self.info.two_clocks:
            self.note("This store has one clock only: events are placed by it.")

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
        other = type(self)(
            self.connection, self.store, self.scope, replace(self.request, period=period)
        )
        other.notes = self.notes
        other.focus_classes = self.focus_classes
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
        return bool(self.learner or self.scope.people is not None or self.class_sets())

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
        for classes in self.class_sets():
            member, offered = schema.class_member, schema.class_training
            pairs: list[ColumnElement[bool]] = [
                member.c.class_id.in_(sorted(classes)),
                member.c.role == "learner",
            ]
            pairs.append(self.is_member(member))
            if person is not None:
                pairs.append(member.c.person_id == person)
            source: FromClause = member
            if training is not None:
                source = member.join(offered, offered.c.class_id == member.c.class_id)
                pairs.append(offered.c.training_id == training)
            found.append(exists(select(literal(1)).select_from(source).where(*pairs)))
        return found

    def is_member(self, member: FromClause) -> ColumnElement[bool]:
        """Return whether a membership overlaps the period."""
        start, _end = self.period.seconds(self.zone)
        return and_(
            or_(member.c.from_at.is_(None), member.c.from_at < self.end),
            or_(member.c.to_at.is_(None), member.c.to_at >= start),
        )

    def counts(self, person: FromClause) -> ColumnElement[bool]:
        """Return whether a row of the person table belongs to the population.

        One learner asked for by name is shown, counted or not.
        """
        if self.request.everybody or self.learner is not None or self.scope.people is not None:
            return true()
        return person.c.counted == 1

    def only_counted(self, table: FromClause) -> ColumnElement[bool]:
        """Return the population as a condition on a day table with a `counted` column."""
        return true() if self.request.everybody else table.c.counted == 1

    def key_of(self, table: FromClause) -> ColumnElement[str]:
        """Return the id that a person uses: the platform's own, with its source if several."""
        if len(self.info.sources) < 2:
            return table.c.key
        names = {source.id: f"{source.name}:" for source in self.info.sources}
        return case(names, value=table.c.source_id, else_="") + table.c.key
