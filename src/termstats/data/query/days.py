"""Day tables and events, narrowed to what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from termstats.data.model.period import Period, add_months, bucket_of, day_number, number_day
from termstats.data.model.units import DayNumber
from termstats.data.query.filters.times import in_days, in_seconds, picks_days
from termstats.data.query.narrowing import counts, only_counted, population_of, restricted
from termstats.data.query.question import Question
from termstats.data.store import schema
from termstats.data.store.schema import (
    ALL_TRAININGS,
    CLOCK_SERVER,
    EVENT_SEQUENCE_BITS,
    FLAG_DUPLICATE,
    MEASURES,
)

_BEYOND_TRAININGS = ("session_id", "object_id", "package_id", "target_person_id", "place_id")
"""Columns of `event` that lead out of its training: hidden from who sees only that of a person."""


@dataclass(frozen=True)
class Days:
    """Selectables of what happened, narrowed to the question."""

    question: Question

    def per_day(self) -> Subquery:
        """Return activity per day in the period: day and the measures; sum them per bucket.

        Read from totals per day, or per person and day where only some people are asked about.
        """
        first, last = self.question.day_range
        if self.question.by_person:
            return self._person_rows(schema.person_day, "day", first, last)
        table = schema.training_day
        where = [table.c.clock == self.question.clock, table.c.day.between(first, last)]
        where += [only_counted(self.question, table), *in_days(self.question, table.c.day)]
        sets = self.question.training_sets()
        if sets:
            where.extend(table.c.training_id.in_(sorted(ids)) for ids in sets)
        else:
            where.append(table.c.training_id == ALL_TRAININGS)
        return (
            select(table.c.training_id, table.c.day, *(table.c[name] for name in MEASURES))
            .where(*where)
            .subquery("days")
        )

    def per_training_day(self) -> Subquery:
        """Return activity per training and day in the period, for each training in scope."""
        first, last = self.question.day_range
        if self.question.by_person:
            return self._person_rows(schema.person_day, "day", first, last, each_training=True)
        table = schema.training_day
        return (
            select(table.c.training_id, table.c.day, *(table.c[name] for name in MEASURES))
            .where(
                table.c.clock == self.question.clock,
                table.c.day.between(first, last),
                table.c.training_id.in_(select(schema.training.c.id)),
                only_counted(self.question, table),
                *in_days(self.question, table.c.day),
                *restricted(self.question, None, table.c.training_id),
            )
            .subquery("training_days")
        )

    def per_person_day(self, *, each_training: bool = False) -> Subquery:
        """Return activity per person and day in the period: person_id, day, active, measures."""
        first, last = self.question.day_range
        return self._person_rows(schema.person_day, "day", first, last, each_training=each_training)

    def person_sums(
        self,
        *,
        each_training: bool = False,
        ever: bool = False,
        measures: Sequence[str] = MEASURES,
    ) -> Subquery:
        """Return activity per person over the period, or everything up to its end.

        Columns: training_id (0: all), person_id, active (days), last_day, and the asked measures.
        Whole months come from the month table, so that long periods cost no more than short ones.
        """
        if not each_training and self._in_several_trainings:
            return self._sums_over_trainings(ever, measures)
        rows = self._sum_parts(each_training, ever, measures)
        return (
            select(
                rows.c.training_id,
                rows.c.person_id,
                func.sum(rows.c.active).label("active"),
                func.max(rows.c.last_day).label("last_day"),
                *(func.sum(rows.c[name]).label(name) for name in measures),
            )
            .group_by(rows.c.training_id, rows.c.person_id)
            .subquery("person_sums")
        )

    @property
    def _in_several_trainings(self) -> bool:
        """Return whether only some trainings are asked about, and perhaps more than one."""
        asked = self.question
        return bool(asked.training_sets() or asked.class_sets()) and asked.training is None

    def _sums_over_trainings(self, ever: bool, measures: Sequence[str]) -> Subquery:
        """Return one row per person: a day on which two trainings were used is one day."""
        first, last = self.question.day_range
        rows = self._person_rows(
            schema.person_day, "day", DayNumber(0) if ever else first, last, measures=measures
        )
        active = func.count(case((rows.c.active > 0, rows.c.day)).distinct())
        return (
            select(
                literal(ALL_TRAININGS).label("training_id"),
                rows.c.person_id,
                active.label("active"),
                func.max(rows.c.day).label("last_day"),
                *(func.sum(rows.c[name]).label(name) for name in measures),
            )
            .group_by(rows.c.person_id)
            .subquery("person_sums")
        )

    def totals(self, measures: Sequence[str] = MEASURES) -> Subquery:
        """Return activity over the whole period in few rows: the measures; sum them."""
        return (
            self._sum_parts(False, False, measures) if self.question.by_person else self.per_day()
        )

    def last_day_of(
        self, person: ColumnElement[int], training: ColumnElement[int]
    ) -> ScalarSelect[int]:
        """Return the last day with an event of that person in that training, to the period's end.

        One seek per row of the statement that it stands in: for rows already narrowed.
        """
        table = schema.person_day.alias("seen")
        return (
            select(func.max(table.c.day))
            .where(
                table.c.clock == self.question.clock,
                table.c.person_id == person,
                table.c.training_id == training,
                table.c.day <= self.question.last_day,
            )
            .scalar_subquery()
        )

    def _spans(self, ever: bool) -> list[tuple[Table, DayNumber, DayNumber]]:
        """Return the day tables and ranges that together hold the period once."""
        first, last = self.question.day_range
        if picks_days(self.question):
            return [(schema.person_day, DayNumber(0) if ever else first, last)]
        if ever:
            month = day_number(bucket_of(number_day(last), "month"))
            return [
                (schema.person_month, DayNumber(0), DayNumber(month - 1)),
                (schema.person_day, month, last),
            ]
        months = None if last < first else _whole_months(self.question.so_far)
        if months is None:
            return [(schema.person_day, first, last)]
        begin, end = months
        around = ((first, DayNumber(begin - 1)), (end, last))
        edges = [(low, high) for low, high in around if low <= high]
        return [
            (schema.person_month, begin, DayNumber(end - 1)),
            *((schema.person_day, low, high) for low, high in edges),
        ]

    def _sum_parts(self, each_training: bool, ever: bool, measures: Sequence[str]) -> Subquery:
        return union_all(
            *(
                self._sum_part(table, low, high, each_training, measures)
                for table, low, high in self._spans(ever)
            )
        ).subquery("parts")

    def _sum_part(
        self,
        table: Table,
        low: DayNumber,
        high: DayNumber,
        each_training: bool,
        measures: Sequence[str],
    ) -> Select[Any]:
        column = "month" if table is schema.person_month else "day"
        rows = self._person_rows(
            table, column, low, high, each_training=each_training, measures=measures
        )
        last = rows.c.last_day if "last_day" in rows.c else rows.c[column]
        return select(
            rows.c.training_id,
            rows.c.person_id,
            rows.c.active,
            last.label("last_day"),
            *(rows.c[name] for name in measures),
        )

    def _person_rows(
        self,
        table: Table,
        column: str,
        low: DayNumber,
        high: DayNumber,
        *,
        each_training: bool = False,
        measures: Sequence[str] = MEASURES,
    ) -> Subquery:
        """Return the rows of a day table of people, narrowed to scope, focus and population."""
        where = [table.c.clock == self.question.clock, table.c[column].between(low, high)]
        where.append(population_of(self.question, table.c.person_id))
        if column == "day":
            where += in_days(self.question, table.c.day)
        narrowed = each_training or self.question.training_sets() or self.question.class_sets()
        if narrowed:
            if not (self.question.training_sets() or self.question.class_sets()):
                # A list, not "<> 0": each training is one short range of the key.
                where.append(table.c.training_id.in_(select(schema.training.c.id)))
            where.extend(restricted(self.question, table.c.person_id, table.c.training_id))
        else:
            where.append(table.c.training_id == ALL_TRAININGS)
            where.extend(restricted(self.question, table.c.person_id, None))
        left_out = {"clock", *MEASURES} - set(measures)
        columns = [c for c in table.c if c.name not in left_out]
        return select(*columns).where(*where).subquery(f"{table.name}_rows")

    def social(self, *, ever: bool = False) -> Subquery:
        """Return posts, comments and reactions: training_id, person_id, day, action, events.

        Of the period, or of everything up to its end.
        """
        table, action, person = schema.action_day, schema.action, schema.person
        first, last = self.question.day_range
        narrowed = self.question.training_sets() or self.question.class_sets()
        return (
            select(
                table.c.training_id,
                table.c.person_id,
                table.c.day,
                action.c.name.label("action"),
                table.c.events,
            )
            .join(action, action.c.id == table.c.action_id)
            .outerjoin(person, person.c.id == table.c.person_id)
            .where(
                action.c.kind == schema.SOCIAL_KIND,
                table.c.day <= last if ever else table.c.day.between(first, last),
                counts(self.question, person),
                *in_days(self.question, table.c.day),
                *restricted(
                    self.question, table.c.person_id, table.c.training_id if narrowed else None
                ),
            )
            .subquery("social_days")
        )

    def values(self, field: str) -> Subquery:
        """Return (day, value, events, misses) of language, country or search term."""
        first, last = self.question.day_range
        narrowed = self.question.by_person or self.question.training_sets()
        if not narrowed:
            table = schema.value_day
            return (
                select(table.c.day, table.c.value, table.c.events, table.c.misses)
                .where(
                    table.c.clock == self.question.clock,
                    table.c.field == field,
                    table.c.day.between(first, last),
                    only_counted(self.question, table),
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
            .where(event.c.kind.in_(schema.KINDS), event.c.is_aggregate == 0, *where)
            .subquery("values")
        )

    def events(self, *, whole_history: bool = False, totals: bool = False) -> Subquery:
        """Return events of the population in scope and focus, in the period (or up to its end).

        Columns of `event`, and: second (when it happened by the chosen clock), kind, action.
        Duplicates are left out. `totals`: imported totals that name nobody too. Where the viewer
        sees some trainings only, the columns that lead out of them are NULL.
        """
        event, action = schema.event, schema.action
        start, end = self.question.seconds
        # Written out: as a parameter PostgreSQL takes it for a bigint, and then it cannot shift.
        bits: ColumnElement[int] = literal_column(str(EVENT_SEQUENCE_BITS), type_=BigInteger())
        device = event.c.id.op(">>", return_type=BigInteger())(bits)
        second = (
            func.coalesce(event.c.server_at, device)
            if self.question.clock == CLOCK_SERVER
            else device
        )
        where = [event.c.flags.op("&")(FLAG_DUPLICATE) == 0]
        if self.question.clock == CLOCK_SERVER:
            where.append(second < end)
            if not whole_history:
                where.append(second >= start)
        else:
            where.append(event.c.id < end << EVENT_SEQUENCE_BITS)
            if not whole_history:
                where.append(event.c.id >= start << EVENT_SEQUENCE_BITS)
        where += in_seconds(self.question, second)
        nobody = and_(event.c.is_aggregate == 1, event.c.person_id.is_(None))
        # No join: SQLite would begin with people, and seek every event by an index on them.
        population = population_of(self.question, event.c.person_id)
        where.append(or_(population, nobody) if totals else population)
        # A learner's own trainings and everything outside trainings: no training restriction.
        narrowed = self.question.training_sets() or self.question.class_sets()
        where.extend(
            restricted(self.question, event.c.person_id, event.c.training_id if narrowed else None)
        )
        # Outer: events are read first, in the order of their key, unless a kind is asked for.
        return (
            select(
                *self._columns_of(event),
                second.label("second"),
                action.c.kind,
                action.c.name.label("action"),
            )
            .select_from(event)
            .outerjoin(action, action.c.id == event.c.action_id)
            .where(*where)
            .subquery("events")
        )

    def _columns_of(self, event: Table) -> list[ColumnElement[Any]]:
        hidden = _BEYOND_TRAININGS if self.question.is_cut else ()
        return [
            literal(None, column.type).label(column.name) if column.name in hidden else column
            for column in event.c
        ]


def _whole_months(period: Period) -> tuple[DayNumber, DayNumber] | None:
    """Return the day numbers [begin, end) of the whole months inside the period, if any."""
    begin = bucket_of(period.first, "month")
    if begin != period.first:
        begin = add_months(begin, 1)
    next_day = period.following().first
    end = bucket_of(next_day, "month")
    if begin >= end:
        return None
    return day_number(begin), day_number(end)
