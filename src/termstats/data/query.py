"""The only way from a figure to the tables: scope, population, focus and clock are built in.

A figure asks a `Query` for people, enrolments, days or events and gets selectables that already
hold only what the viewer may see and the reader asked for. It cannot leak or forget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from pyroaring import BitMap
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    FromClause,
    Row,
    Select,
    Subquery,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from termstats.data import schema
from termstats.data.period import Period, add_months, bucket_of, day_number
from termstats.data.request import Entity, Param, Request
from termstats.data.schema import (
    ALL_TRAININGS,
    CLOCK_DEVICE,
    CLOCK_SERVER,
    EVENT_SEQUENCE_BITS,
    FLAG_DUPLICATE,
    MEASURES,
)
from termstats.data.scope import Scope, with_sub_classes
from termstats.data.store import Store, StoreInfo, run_query

EXCLUSIONS = (
    ("staff", "staff"),
    ("excluded", "flagged"),
    ("blocked", "blocked"),
    ("deleted", "deleted"),
    ("anonymous", "anonymous"),
    ("bot", "bots"),
)
"""Flags that leave a person uncounted, and the word for it; the first that holds is named."""


class Query:
    """One question: a connection, who asks, what is asked, and the tables narrowed to that."""

    def __init__(
        self, connection: AsyncConnection, store: Store, scope: Scope, request: Request
    ) -> None:
        self.connection = connection
        self.store = store
        self.scope = scope
        self.request = request
        self.notes: list[str] = []
        self._focus_classes: frozenset[int] | None = None

    async def prepare(self) -> None:
        """Resolve what needs the database before selectables can be built."""
        focus = self.request.entity(Param.CLASS)
        if focus is not None:
            self._focus_classes = await with_sub_classes(self.connection, (focus.id,))
        if self.request.server_clock and not self.info.two_clocks:
            self.note("This store has one clock only: events are placed by it.")

    # ---- what is asked ---------------------------------------------------------------------------

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

    def at(self, period: Period) -> Query:
        """Return the same question about another period; notes go to this one."""
        other = Query(self.connection, self.store, self.scope, replace(self.request, period=period))
        other.notes = self.notes
        other._focus_classes = self._focus_classes
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

    # ---- restrictions ----------------------------------------------------------------------------

    def _class_sets(self) -> list[frozenset[int]]:
        return [c for c in (self.scope.classes, self._focus_classes) if c is not None]

    @property
    def by_person(self) -> bool:
        """Return whether only some people are asked about, so that day totals cannot answer."""
        return bool(self.learner or self.scope.people is not None or self._class_sets())

    def _training_sets(self) -> list[frozenset[int]]:
        sets = [self.scope.trainings] if self.scope.trainings is not None else []
        if self.training is not None:
            sets.append(frozenset((self.training.id,)))
        return sets

    def _people_sets(self) -> list[frozenset[int]]:
        sets = [self.scope.people] if self.scope.people is not None else []
        if self.learner is not None:
            sets.append(frozenset((self.learner.id,)))
        return sets

    def _restricted(
        self, person: ColumnElement[Any] | None, training: ColumnElement[Any] | None
    ) -> list[ColumnElement[bool]]:
        """Return the conditions of scope and focus on a person and a training column."""
        found: list[ColumnElement[bool]] = []
        if training is not None:
            found.extend(training.in_(sorted(ids)) for ids in self._training_sets())
        if person is not None:
            found.extend(person.in_(sorted(ids)) for ids in self._people_sets())
        for classes in self._class_sets():
            member, offered = schema.class_member, schema.class_training
            pairs: list[ColumnElement[bool]] = [
                member.c.class_id.in_(sorted(classes)),
                member.c.role == "learner",
            ]
            pairs.append(self._is_member(member))
            if person is not None:
                pairs.append(member.c.person_id == person)
            source: FromClause = member
            if training is not None:
                source = member.join(offered, offered.c.class_id == member.c.class_id)
                pairs.append(offered.c.training_id == training)
            found.append(exists(select(literal(1)).select_from(source).where(*pairs)))
        return found

    def _is_member(self, member: FromClause) -> ColumnElement[bool]:
        """Return whether a membership overlaps the period."""
        start, _end = self.period.seconds(self.zone)
        return and_(
            or_(member.c.from_at.is_(None), member.c.from_at < self.end),
            or_(member.c.to_at.is_(None), member.c.to_at >= start),
        )

    def counts(self, person: FromClause) -> ColumnElement[bool]:
        """Return whether a row of the person table belongs to the population."""
        return true() if self.request.everybody else person.c.counted == 1

    def _only_counted(self, table: FromClause) -> ColumnElement[bool]:
        return true() if self.request.everybody else table.c.counted == 1

    # ---- selectables -----------------------------------------------------------------------------

    def key_of(self, table: FromClause) -> ColumnElement[str]:
        """Return the id that a person uses: the platform's own, with its source if several."""
        if len(self.info.sources) < 2:
            return table.c.key
        names = {source.id: f"{source.name}:" for source in self.info.sources}
        return case(names, value=table.c.source_id, else_="") + table.c.key

    def everybody(self) -> Select[Any]:
        """Return all people in scope and focus, counted or not: columns of `person`."""
        person = schema.person
        statement = select(person)
        conditions: list[ColumnElement[bool]] = [
            person.c.id.in_(sorted(ids)) for ids in self._people_sets()
        ]
        if self._training_sets():
            member = schema.enrolment
            inside = self._restricted(member.c.person_id, member.c.training_id)
            conditions.append(
                exists(select(literal(1)).where(member.c.person_id == person.c.id, *inside))
            )
        elif self._class_sets():
            conditions.extend(self._restricted(person.c.id, None))
        return statement.where(*conditions)

    def people(self) -> Subquery:
        """Return the population: counted people (or everybody) in scope and focus."""
        statement = self.everybody()
        return statement.where(self.counts(schema.person)).subquery("people")

    def trainings(self) -> Subquery:
        """Return the trainings in scope and focus."""
        training = schema.training
        conditions = [training.c.id.in_(sorted(ids)) for ids in self._training_sets()]
        if self._class_sets():
            offered = schema.class_training
            for classes in self._class_sets():
                inside = select(offered.c.training_id).where(
                    offered.c.class_id.in_(sorted(classes))
                )
                conditions.append(training.c.id.in_(inside))
        if self._people_sets():
            enrolment = schema.enrolment
            mine = [enrolment.c.person_id.in_(sorted(ids)) for ids in self._people_sets()]
            conditions.append(training.c.id.in_(select(enrolment.c.training_id).where(*mine)))
        return select(training).where(*conditions).subquery("trainings")

    def classes(self) -> Subquery:
        """Return the classes in scope and focus."""
        table, offered = schema.class_, schema.class_training
        conditions = [table.c.id.in_(sorted(classes)) for classes in self._class_sets()]
        for ids in self._training_sets():
            inside = select(offered.c.class_id).where(offered.c.training_id.in_(sorted(ids)))
            conditions.append(table.c.id.in_(inside))
        if self._people_sets():
            member = schema.class_member
            mine = [member.c.person_id.in_(sorted(ids)) for ids in self._people_sets()]
            conditions.append(table.c.id.in_(select(member.c.class_id).where(*mine)))
        return select(table).where(*conditions).subquery("classes")

    def members(self) -> Subquery:
        """Return (class_id, person_id) of current learners of the classes in scope and focus."""
        member, person = schema.class_member, schema.person
        conditions = [member.c.class_id.in_(sorted(classes)) for classes in self._class_sets()]
        conditions.extend(member.c.person_id.in_(sorted(ids)) for ids in self._people_sets())
        return (
            select(member.c.class_id, member.c.person_id)
            .join(person, person.c.id == member.c.person_id)
            .where(
                member.c.role == "learner",
                self._is_member(member),
                self.counts(person),
                *conditions,
            )
            .distinct()
            .subquery("members")
        )

    def enrolments(self) -> Subquery:
        """Return the roster: enrolments of the population, in scope and focus, made before T."""
        enrolment, person = schema.enrolment, schema.person
        return (
            select(enrolment)
            .join(person, person.c.id == enrolment.c.person_id)
            .where(
                or_(enrolment.c.enrolled_at.is_(None), enrolment.c.enrolled_at < self.end),
                self.counts(person),
                *self._restricted(enrolment.c.person_id, enrolment.c.training_id),
            )
            .subquery("enrolments")
        )

    def states(self) -> Subquery:
        """Return the roster with its state at T.

        Columns: training_id, person_id, enrolled_at, completed_at, withdrawn_at, ended_at,
        valid_until (each NULL unless before T, valid_until always), implied, started (0/1),
        completed (0/1), progress (0-100), score (0-100 or NULL), modules_passed, attempts,
        reported_state, reported_progress, reported_score, state (text of figures.md).
        """
        roster = self.enrolments()
        step = schema.enrolment_day
        newest = (
            select(step.c.training_id, step.c.person_id, func.max(step.c.day).label("day"))
            .where(
                step.c.day <= self.last_day, *self._restricted(step.c.person_id, step.c.training_id)
            )
            .group_by(step.c.training_id, step.c.person_id)
            .subquery("newest")
        )
        last = step.alias("last")
        started = newest.c.day.is_not(None)
        completed = and_(roster.c.completed_at.is_not(None), roster.c.completed_at < self.end)
        withdrawn = and_(roster.c.withdrawn_at.is_not(None), roster.c.withdrawn_at < self.end)
        ended = and_(roster.c.ended_at.is_not(None), roster.c.ended_at < self.end)
        expired = and_(roster.c.valid_until.is_not(None), roster.c.valid_until < self.end)
        progress = case(
            (completed, literal(100.0)),
            else_=func.coalesce(last.c.progress, roster.c.progress, literal(0.0)),
        )
        mandatory = exists(
            select(literal(1)).where(
                schema.module.c.training_id == roster.c.training_id,
                schema.module.c.mandatory == 1,
                schema.module.c.current == 1,
            )
        )
        state = case(
            (and_(withdrawn, ~completed), literal("withdrawn")),
            (and_(completed, expired), literal("expired")),
            (completed, literal("passed")),
            (or_(ended, and_(progress >= 100, mandatory)), literal("failed")),
            (started, literal("in progress")),
            else_=literal("not started"),
        )
        return (
            select(
                roster.c.training_id,
                roster.c.person_id,
                roster.c.enrolled_at,
                case((completed, roster.c.completed_at)).label("completed_at"),
                case((withdrawn, roster.c.withdrawn_at)).label("withdrawn_at"),
                case((ended, roster.c.ended_at)).label("ended_at"),
                roster.c.valid_until,
                roster.c.implied,
                case((started, 1), else_=0).label("started"),
                case((completed, 1), else_=0).label("completed"),
                progress.label("progress"),
                func.coalesce(last.c.score, roster.c.score).label("score"),
                func.coalesce(last.c.modules_passed, 0).label("modules_passed"),
                func.coalesce(last.c.attempts, 0).label("attempts"),
                roster.c.reported_state,
                roster.c.reported_progress,
                roster.c.reported_score,
                state.label("state"),
            )
            .select_from(
                roster.outerjoin(
                    newest,
                    and_(
                        newest.c.training_id == roster.c.training_id,
                        newest.c.person_id == roster.c.person_id,
                    ),
                ).outerjoin(
                    last,
                    and_(
                        last.c.training_id == newest.c.training_id,
                        last.c.person_id == newest.c.person_id,
                        last.c.day == newest.c.day,
                    ),
                )
            )
            .subquery("states")
        )

    def days(self) -> Subquery:
        """Return activity per day in the period: day and the measures; sum them per bucket.

        Read from totals per day, or per person and day where only some people are asked about.
        """
        first, last = self.period.day_range
        if self.by_person:
            return self._person_rows(schema.person_day, "day", first, last)
        table = schema.training_day
        where = [table.c.clock == self.clock, table.c.day.between(first, last)]
        where.append(self._only_counted(table))
        sets = self._training_sets()
        if sets:
            where.extend(table.c.training_id.in_(sorted(ids)) for ids in sets)
        else:
            where.append(table.c.training_id == ALL_TRAININGS)
        return (
            select(table.c.training_id, table.c.day, *(table.c[name] for name in MEASURES))
            .where(*where)
            .subquery("days")
        )

    def training_days(self) -> Subquery:
        """Return activity per training and day in the period, for each training in scope."""
        first, last = self.period.day_range
        if self.by_person:
            return self._person_rows(schema.person_day, "day", first, last, each_training=True)
        table = schema.training_day
        return (
            select(table.c.training_id, table.c.day, *(table.c[name] for name in MEASURES))
            .where(
                table.c.clock == self.clock,
                table.c.day.between(first, last),
                table.c.training_id != ALL_TRAININGS,
                self._only_counted(table),
                *self._restricted(None, table.c.training_id),
            )
            .subquery("training_days")
        )

    def person_days(self, *, each_training: bool = False) -> Subquery:
        """Return activity per person and day in the period: person_id, day, active, measures."""
        first, last = self.period.day_range
        return self._person_rows(schema.person_day, "day", first, last, each_training=each_training)

    def person_sums(self, *, each_training: bool = False, ever: bool = False) -> Subquery:
        """Return activity per person over the period, or everything up to its end.

        Columns: training_id (0: all), person_id, active (days), last_day, and the measures. Whole
        months come from the month table, so that long periods cost no more than short ones.
        """
        first, last = self.period.day_range
        parts: list[Select[Any]] = []
        if ever:
            month = day_number(bucket_of(self.period.last, "month"))
            parts.append(self._sum_part(schema.person_month, "month", 0, month - 1, each_training))
            parts.append(self._sum_part(schema.person_day, "day", month, last, each_training))
        else:
            months = _whole_months(self.period)
            if months is None:
                parts.append(self._sum_part(schema.person_day, "day", first, last, each_training))
            else:
                begin, end = months
                parts.append(
                    self._sum_part(schema.person_month, "month", begin, end - 1, each_training)
                )
                for low, high in ((first, begin - 1), (end, last)):
                    if low <= high:
                        parts.append(
                            self._sum_part(schema.person_day, "day", low, high, each_training)
                        )
        rows = union_all(*parts).subquery("parts")
        return (
            select(
                rows.c.training_id,
                rows.c.person_id,
                func.sum(rows.c.active).label("active"),
                func.max(rows.c.last_day).label("last_day"),
                *(func.sum(rows.c[name]).label(name) for name in MEASURES),
            )
            .group_by(rows.c.training_id, rows.c.person_id)
            .subquery("person_sums")
        )

    def _sum_part(
        self, table: Table, column: str, low: int, high: int, each_training: bool
    ) -> Select[Any]:
        rows = self._person_rows(table, column, low, high, each_training=each_training)
        last = rows.c.last_day if "last_day" in rows.c else rows.c[column]
        return select(
            rows.c.training_id,
            rows.c.person_id,
            rows.c.active,
            last.label("last_day"),
            *(rows.c[name] for name in MEASURES),
        )

    def _person_rows(
        self, table: Table, column: str, low: int, high: int, *, each_training: bool = False
    ) -> Subquery:
        """Return the rows of a day table of people, narrowed to scope, focus and population."""
        person = schema.person
        where = [table.c.clock == self.clock, table.c[column].between(low, high)]
        where.append(self.counts(person))
        narrowed = each_training or self._training_sets() or self._class_sets()
        if narrowed:
            where.append(table.c.training_id != ALL_TRAININGS)
            where.extend(self._restricted(table.c.person_id, table.c.training_id))
        else:
            where.append(table.c.training_id == ALL_TRAININGS)
            where.extend(self._restricted(table.c.person_id, None))
        columns = [c for c in table.c if c.name != "clock"]
        return (
            select(*columns)
            .join(person, person.c.id == table.c.person_id)
            .where(*where)
            .subquery(f"{table.name}_rows")
        )

    def values(self, field: str) -> Subquery:
        """Return (day, value, events, misses) of language, country or search term."""
        first, last = self.period.day_range
        narrowed = self.by_person or self._training_sets()
        if not narrowed:
            table = schema.value_day
            return (
                select(table.c.day, table.c.value, table.c.events, table.c.misses)
                .where(
                    table.c.clock == self.clock,
                    table.c.field == field,
                    table.c.day.between(first, last),
                    self._only_counted(table),
                )
                .subquery("values")
            )
        column = {"term": "detail"}.get(field, field)
        event = self.events()
        where = [event.c.kind == "search"] if field == "term" else []
        return (
            select(
                literal(first).label("day"),
                func.coalesce(event.c[column], "").label("value"),
                event.c.weight.label("events"),
                (event.c.weight * event.c.missed).label("misses"),
            )
            .where(event.c.kind.in_(schema.KINDS), *where)
            .subquery("values")
        )

    def events(self, *, whole_history: bool = False) -> Subquery:
        """Return events of the population in scope and focus, in the period (or up to its end).

        Columns of `event`, and: second (when it happened by the chosen clock), kind, action.
        Duplicates are left out.
        """
        event, action, person = schema.event, schema.action, schema.person
        start, end = self.period.seconds(self.zone)
        device = event.c.id.op(">>", return_type=BigInteger())(EVENT_SEQUENCE_BITS)
        second = func.coalesce(event.c.server_at, device) if self.clock == CLOCK_SERVER else device
        where = [event.c.flags.op("&")(FLAG_DUPLICATE) == 0]
        if self.clock == CLOCK_SERVER:
            where.append(second < end)
            if not whole_history:
                where.append(second >= start)
        else:
            where.append(event.c.id < end << EVENT_SEQUENCE_BITS)
            if not whole_history:
                where.append(event.c.id >= start << EVENT_SEQUENCE_BITS)
        if not self.request.everybody:
            where.append(person.c.counted == 1)
        # A learner's own trainings and everything outside trainings: no training restriction.
        narrowed = self._training_sets() or self._class_sets()
        where.extend(self._restricted(event.c.person_id, event.c.training_id if narrowed else None))
        return (
            select(event, second.label("second"), action.c.kind, action.c.name.label("action"))
            .join(action, action.c.id == event.c.action_id)
            .outerjoin(person, person.c.id == event.c.person_id)
            .where(*where)
            .subquery("events")
        )

    def attempts(self) -> Subquery:
        """Return attempts of the population in scope and focus, finished or begun before T."""
        attempt, person = schema.attempt, schema.person
        moment = func.coalesce(attempt.c.finished_at, attempt.c.started_at)
        narrowed = self._training_sets() or self._class_sets()
        return (
            select(attempt, moment.label("moment"))
            .join(person, person.c.id == attempt.c.person_id)
            .where(
                or_(moment.is_(None), moment < self.end),
                self.counts(person),
                *self._restricted(attempt.c.person_id, attempt.c.training_id if narrowed else None),
            )
            .subquery("attempts")
        )

    def completions(self) -> Subquery:
        """Return completed activities of the population in scope and focus, before T."""
        done, person = schema.completion, schema.person
        return (
            select(done)
            .join(person, person.c.id == done.c.person_id)
            .where(
                done.c.at < self.end,
                self.counts(person),
                *self._restricted(done.c.person_id, done.c.training_id),
            )
            .subquery("completions")
        )

    def of_people(self, table: Table) -> Subquery:
        """Return the rows of `award`, `point` or `session` of the population, scope and focus."""
        person = schema.person
        narrowed = "training_id" in table.c and (self._training_sets() or self._class_sets())
        return (
            select(table)
            .join(person, person.c.id == table.c.person_id)
            .where(
                self.counts(person),
                *self._restricted(table.c.person_id, table.c.training_id if narrowed else None),
            )
            .subquery(table.name)
        )

    def platform_days(self) -> Subquery:
        """Return platform use in the period: `action_day` with kind and name of the action.

        Everybody who acts counts, staff too; machines and nobody only under "everybody". Empty for
        viewers who may not see the whole platform.
        """
        table, action, person = schema.action_day, schema.action, schema.person
        first, last = self.period.day_range
        where = [table.c.day.between(first, last), self.acts(person)]
        if not self.scope.is_everything:
            where.append(false())
        return (
            select(table, action.c.kind, action.c.name)
            .join(action, action.c.id == table.c.action_id)
            .outerjoin(person, person.c.id == table.c.person_id)
            .where(*where)
            .subquery("platform_days")
        )

    def object_days(self) -> Subquery:
        """Return platform use per object in the period, with the same population."""
        table, thing, person = schema.object_day, schema.object_, schema.person
        first, last = self.period.day_range
        where = [table.c.day.between(first, last), self.acts(person)]
        if not self.scope.is_everything:
            where.append(false())
        return (
            select(table, thing.c.kind, self.key_of(thing).label("key"), thing.c.title)
            .join(thing, thing.c.id == table.c.object_id)
            .outerjoin(person, person.c.id == table.c.person_id)
            .where(*where)
            .subquery("object_days")
        )

    def acts(self, person: FromClause) -> ColumnElement[bool]:
        """Return whether somebody counts on the backoffice level: all but machines and nobody."""
        if self.request.everybody:
            return true()
        return and_(person.c.id.is_not(None), person.c.bot == 0, person.c.anonymous == 0)

    # ---- distinct people -------------------------------------------------------------------------

    async def population_bitmap(self) -> BitMap:
        """Return the ids of the population (see `people`), without class pairs."""
        key = (self.request.everybody, self.scope, self.learner)
        known = self.store.bitmaps.get(key)
        if known is None:
            person = schema.person
            where = [person.c.id.in_(sorted(ids)) for ids in self._people_sets()]
            rows = await self.fetch(select(person.c.id).where(self.counts(person), *where))
            known = self.store.bitmaps[key] = BitMap(row.id for row in rows)
        return known

    async def active_people(self) -> dict[int, dict[int, BitMap]]:
        """Return training id -> day -> people of the population who were active then.

        Training 0 stands for everything where no training or class narrows the question.
        """
        table = schema.people_bitmap
        first, last = self.period.day_range
        where = [table.c.clock == self.clock, table.c.day.between(first, last)]
        narrowed = self._training_sets() or self._class_sets()
        if narrowed:
            where.append(table.c.training_id != ALL_TRAININGS)
            where.extend(table.c.training_id.in_(sorted(ids)) for ids in self._training_sets())
        else:
            where.append(table.c.training_id == ALL_TRAININGS)
        allowed = await self.population_bitmap()
        pairs = await self._class_pairs() if self._class_sets() else None
        found: dict[int, dict[int, BitMap]] = {}
        for row in await self.fetch(
            select(table.c.training_id, table.c.day, table.c.people).where(*where)
        ):
            people = BitMap.deserialize(row.people) & allowed
            if pairs is not None:
                people &= pairs.get(row.training_id, BitMap())
            if people:
                found.setdefault(row.training_id, {})[row.day] = people
        return found

    async def active_by_training(self) -> dict[int, BitMap]:
        """Return training id -> people active there in the period, for each training in scope."""
        rows = self.person_sums(each_training=True)
        found: dict[int, BitMap] = {}
        for row in await self.fetch(
            select(rows.c.training_id, rows.c.person_id).where(rows.c.active > 0)
        ):
            found.setdefault(row.training_id, BitMap()).add(row.person_id)
        return found

    async def _class_pairs(self) -> dict[int, BitMap]:
        """Return training id -> members of the classes in scope and focus that take it."""
        member, offered = schema.class_member, schema.class_training
        result: dict[int, BitMap] | None = None
        for classes in self._class_sets():
            rows = await self.fetch(
                select(offered.c.training_id, member.c.person_id)
                .join(member, member.c.class_id == offered.c.class_id)
                .where(
                    member.c.class_id.in_(sorted(classes)),
                    member.c.role == "learner",
                    self._is_member(member),
                )
            )
            found: dict[int, BitMap] = {}
            for row in rows:
                found.setdefault(row.training_id, BitMap()).add(row.person_id)
            if result is None:
                result = found
            else:
                result = {
                    training: people & found[training]
                    for training, people in result.items()
                    if training in found
                }
        return result or {}

    # ---- who was left out ------------------------------------------------------------------------

    async def population(self) -> str:
        """Return who counts, in words: `412 of 431 people: 12 staff, 5 deleted, 2 flagged`."""
        everybody = self.everybody().subquery("everybody")
        reason = case(
            *((everybody.c[flag] == 1, literal(word)) for flag, word in EXCLUSIONS), else_=""
        )
        rows = await self.fetch(
            select(reason.label("reason"), func.count().label("people")).group_by(reason)
        )
        numbers = {row.reason: row.people for row in rows}
        total = sum(numbers.values())
        if self.request.everybody:
            return f"everybody: {total:,} people"
        left_out = [f"{numbers[word]:,} {word}" for _flag, word in EXCLUSIONS if word in numbers]
        counted = f"{numbers.get('', 0):,} of {total:,} people"
        return f"{counted} (not {', '.join(left_out)})" if left_out else counted


def _whole_months(period: Period) -> tuple[int, int] | None:
    """Return the day numbers [begin, end) of the whole months inside the period, if any."""
    begin = bucket_of(period.first, "month")
    if begin != period.first:
        begin = add_months(begin, 1)
    next_day = period.following().first
    end = bucket_of(next_day, "month")
    if begin >= end:
        return None
    return day_number(begin), day_number(end)
