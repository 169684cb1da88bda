"""The only way from a figure to the tables: scope, population, focus and clock are built in.

A figure reaches the tables only through its `Query`: `q.people`, `q.roster`, `q.days` and
`q.platform` give selectables that already hold only what the viewer may see and the reader asked
for, so that a figure cannot leak or forget; `q.uses` counts platform use. What differs from the
question asked (the period before, without some filters) is another question: `q.asking(...)`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Unpack
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, FromClause, Row

from termstats.data.model.filter_base import Filter
from termstats.data.model.period import Period
from termstats.data.model.request import Param, Request
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.query.days import Days
from termstats.data.query.people import People
from termstats.data.query.platform import Platform
from termstats.data.query.question import Changes, Question
from termstats.data.query.reader import Reader
from termstats.data.query.resolving import resolved
from termstats.data.query.roster import Roster
from termstats.data.query.scope import Scope
from termstats.data.query.uses.choosing import uses_of
from termstats.data.query.uses.failing import failing_actions
from termstats.data.query.uses.protocol import Uses
from termstats.data.store.engine import StoreConnection
from termstats.data.store.opening import Store, StoreInfo


class Query:
    """One question to one store: its parts are the tables, narrowed to the question."""

    def __init__(self, reader: Reader, question: Question, notes: list[str]) -> None:
        self.reader = reader
        self.question = question
        self.notes = notes
        """What the reader must know about the figure."""

    @cached_property
    def people(self) -> People:
        """Return people and classes."""
        return People(self.question, self.reader)

    @cached_property
    def roster(self) -> Roster:
        """Return enrolments, and how far people got."""
        return Roster(self.question)

    @cached_property
    def days(self) -> Days:
        """Return activity per day, and events."""
        return Days(self.question)

    @cached_property
    def platform(self) -> Platform:
        """Return the use of the platform itself, on the backoffice level."""
        return Platform(self.question)

    @cached_property
    def uses(self) -> Uses:
        """Return counts of platform use; what they are read from is nobody's concern."""
        return uses_of(self.question, self.reader)

    async def failing_actions(self) -> Collection[RowId]:
        """Return the actions that may ever have failed; whatever else there is never has."""
        return await failing_actions(self.reader)

    def asking(
        self,
        *,
        without: Collection[type[Filter]] = (),
        focus: Collection[Param] | None = None,
        quiet: bool = False,
        **changes: Unpack[Changes],
    ) -> Query:
        """Return the query of another question; see `Question.asking`. Notes go to this one.

        Args:
            without: kinds of filters that are taken off.
            focus: parameters that stay in focus; None: all.
            quiet: notes are dropped: they are none of the figure's own.
            changes: what else is asked otherwise, by its name in `Request`.
        """
        other = self.question.asking(without=without, focus=focus, **changes)
        return Query(self.reader, other, [] if quiet else self.notes)

    @property
    def store(self) -> Store:
        """Return the store that is asked."""
        return self.reader.store

    @property
    def info(self) -> StoreInfo:
        """Return what holds for the whole store."""
        return self.question.info

    @property
    def request(self) -> Request:
        """Return what is asked."""
        return self.question.request

    @property
    def period(self) -> Period:
        """Return the reporting period."""
        return self.question.period

    @property
    def zone(self) -> ZoneInfo:
        """Return the reporting zone."""
        return self.question.zone

    @property
    def so_far(self) -> Period:
        """Return what is over of the period; see `Question.so_far`."""
        return self.question.so_far

    @property
    def then(self) -> Period:
        """Return what the period is compared with; see `Question.then`."""
        return self.question.then

    @property
    def nothing_then(self) -> bool:
        """Return whether nothing was recorded then; see `Question.nothing_then`."""
        return self.question.nothing_then

    @property
    def end(self) -> Second:
        """Return T, the moment at which states are taken, in seconds; see `Question.end`."""
        return self.question.end

    @property
    def last_day(self) -> DayNumber:
        """Return the number of the last day that counts; see `Question.last_day`."""
        return self.question.last_day

    @property
    def day_range(self) -> tuple[DayNumber, DayNumber]:
        """Return first and last day number that count; see `Question.day_range`."""
        return self.question.day_range

    @property
    def seconds(self) -> tuple[Second, Second]:
        """Return the range of moments that count; see `Question.seconds`."""
        return self.question.seconds

    @property
    def top(self) -> int | None:
        """Return how many rows a ranking shows, if asked."""
        return self.request.top

    def key_of(self, table: FromClause) -> ColumnElement[str]:
        """Return the id that a person uses: the platform's own, with its source if several."""
        return self.question.key_of(table)

    def note(self, words: str) -> None:
        """Say something that the reader must know about the figure."""
        self.notes.append(words)

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """Run a select and return all its rows."""
        return await self.reader.fetch(statement)

    async def fetch_one(self, statement: Executable) -> Row[Any]:
        """Run a select that gives exactly one row."""
        return await self.reader.fetch_one(statement)

    async def fetch_value(self, statement: Executable) -> Any:
        """Run a select that gives one row of one column and return the cell."""
        return await self.reader.fetch_value(statement)


async def ask(connection: StoreConnection, store: Store, scope: Scope, request: Request) -> Query:
    """Return the query of a question, with everything resolved that tables are narrowed by."""
    reader = Reader(connection, store)
    question = await resolved(Question(scope, request, store.info), reader)
    query = Query(reader, question, [])
    if request.server_clock and not store.info.two_clocks:
        query.note("This store has one clock only: events are placed by it.")
    return query
