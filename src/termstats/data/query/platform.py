"""The tables of platform use, for the backoffice level, narrowed to the question.

Platform use is work with the platform itself (`schema.PLATFORM_KINDS`): it belongs to no training,
so only viewers who see the whole platform see any of it. Everybody's use counts, staff's first of
all; `acts` tells whose use counts in figures of people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    case,
    func,
    literal_column,
    or_,
    select,
)

from termstats.data.model.units import RowId
from termstats.data.query.acting import acts_of, whole_platform
from termstats.data.query.filters.day_rows import day_row_conditions, day_rows
from termstats.data.query.filters.events import event_conditions, is_about
from termstats.data.query.filters.moments import moment_conditions, session_conditions
from termstats.data.query.question import Question
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS, FLAG_DUPLICATE


@dataclass(frozen=True)
class Platform:
    """Selectables of the use of the platform itself."""

    question: Question

    def days(self) -> Subquery:
        """Return platform use in the period: the rows of `action_day`, and `acts`.

        And `step`, where automatic buckets are asked for: see `filters.day_rows`.

        Group by ids and name what is left: joined here, names would cost ten times the sums.
        """
        days, action = day_rows(self.question, schema.action_day), schema.action
        # The table holds posts, comments and reactions too: learning, not use of the platform.
        platform = select(action.c.id).where(action.c.kind.in_(schema.PLATFORM_KINDS))
        return (
            _narrowed(self.question, days)
            .where(days.c.action_id.in_(platform))
            .subquery("platform_days")
        )

    def object_days(self) -> Subquery:
        """Return platform use per object in the period: the rows of `object_day`, and `acts`."""
        return _narrowed(self.question, day_rows(self.question, schema.object_day)).subquery(
            "object_days"
        )

    def package_days(self) -> Subquery:
        """Return use of packages in the period: `object_day`, `acts` and package_id.

        An object belongs to the package that holds it; a package belongs to itself. Use of objects
        without a package is left out.
        """
        days, object_ = self.object_days(), schema.object_
        parent = object_.alias("parent")
        is_package = object_.c.kind == "package"
        return (
            select(days, case((is_package, object_.c.id), else_=parent.c.id).label("package_id"))
            .join(object_, object_.c.id == days.c.object_id)
            .outerjoin(parent, parent.c.id == object_.c.parent_id)
            .where(or_(is_package, parent.c.kind == "package"))
            .subquery("package_days")
        )

    def events(self) -> Subquery:
        """Return the log of platform use in the period: `event`, second, kind, name of the action.

        A log is shown as it is: duplicates and what nobody known did are part of it.
        """
        event, action = schema.event, schema.action
        start, end = self.question.seconds
        return (
            select(event, second_of(event.c.id), action.c.kind, action.c.name.label("action"))
            .select_from(event)
            # Not by the index of actions: events are read by their id.
            .join(action, action.c.id == event.c.action_id + literal_column("0"))
            .where(
                # Readers give their own bounds: SQLite would seek by these, not by theirs.
                event.c.id + literal_column("0") >= start << EVENT_SEQUENCE_BITS,
                event.c.id + literal_column("0") < end << EVENT_SEQUENCE_BITS,
                action.c.kind.in_(schema.PLATFORM_KINDS),
                whole_platform(self.question),
                *event_conditions(self.question, event),
            )
            .subquery("platform_events")
        )

    def uses(self, kinds: Collection[str], *, ever: bool = False) -> Subquery:
        """Return the events of those kinds of platform use in the period (or ever, up to its end).

        Columns of `event`, and `acts`. Second copies and totals without a date are left out, as in
        the day tables. Names of actions are not joined: see `days`. Filters hold in the period
        only: ever is ever.
        """
        event, action = schema.event, schema.action
        start, end = self.question.seconds
        where = [
            event.c.id < end << EVENT_SEQUENCE_BITS,
            event.c.action_id.in_(select(action.c.id).where(action.c.kind.in_(sorted(kinds)))),
            event.c.flags.op("&")(FLAG_DUPLICATE) == 0,
            event.c.is_aggregate == 0,
            whole_platform(self.question),
        ]
        if not ever:
            where.append(event.c.id >= start << EVENT_SEQUENCE_BITS)
            where += event_conditions(self.question, event)
        acts = acts_of(self.question, func.coalesce(event.c.person_id, 0))
        return select(event, acts).where(*where).subquery("platform_uses")

    def object_events(self, object_id: RowId) -> Subquery:
        """Return every event on one object in the period: columns of `event`, second, kind, action.

        What a log of it shows: what nobody known did and second copies too.
        """
        event, action = schema.event, schema.action
        start, end = self.question.seconds
        return (
            select(event, second_of(event.c.id), action.c.kind, action.c.name.label("action"))
            .join(action, action.c.id == event.c.action_id)
            .where(
                event.c.id >= start << EVENT_SEQUENCE_BITS,
                event.c.id < end << EVENT_SEQUENCE_BITS,
                is_about(event, [object_id]),
                # What was never done to it need not be read.
                event.c.action_id.in_(
                    select(schema.object_day.c.action_id).where(
                        schema.object_day.c.object_id == object_id,
                        schema.object_day.c.day.between(*self.question.day_range),
                    )
                ),
                whole_platform(self.question),
                *event_conditions(self.question, event),
            )
            .subquery("object_events")
        )

    def sessions(self) -> Subquery:
        """Return people's sessions, as the platform records them, that the period holds a part of.

        A session whose end is not recorded is a moment.
        """
        table = schema.session
        start, end = self.question.seconds
        return (
            select(table)
            .where(
                acts_of(self.question, func.coalesce(table.c.person_id, 0)) == 1,
                table.c.started_at < end,
                func.coalesce(table.c.ended_at, table.c.started_at) >= start,
                whole_platform(self.question),
                *session_conditions(self.question, table),
            )
            .subquery("platform_sessions")
        )

    def new_accounts(self) -> Subquery:
        """Return the accounts of people made in the period: the rows of `person`."""
        person = schema.person
        start, end = self.question.seconds
        return (
            select(person)
            .where(
                person.c.joined_at >= start,
                person.c.joined_at < end,
                acts_of(self.question, person.c.id) == 1,
                whole_platform(self.question),
                *moment_conditions(self.question, person.c.joined_at, person.c.id),
            )
            .subquery("new_accounts")
        )

    def new_objects(self, kind: str) -> Subquery:
        """Return the objects of that kind made in the period and not deleted since."""
        object_ = schema.object_
        start, end = self.question.seconds
        return (
            select(object_)
            .where(
                object_.c.kind == kind,
                object_.c.deleted == 0,
                object_.c.created_at >= start,
                object_.c.created_at < end,
                whole_platform(self.question),
                *moment_conditions(
                    self.question, object_.c.created_at, object_.c.owner_id, object_.c.id
                ),
            )
            .subquery("new_objects")
        )


def second_of(event_id: ColumnElement[int]) -> ColumnElement[int]:
    """Return `second`: when an event happened."""
    # Written out: as a parameter PostgreSQL takes it for a bigint, and then it cannot shift.
    bits: ColumnElement[int] = literal_column(str(EVENT_SEQUENCE_BITS), type_=BigInteger())
    return event_id.op(">>", return_type=BigInteger())(bits).label("second")


def _narrowed(question: Question, rows: FromClause) -> Select[Any]:
    first, last = question.day_range
    acts = acts_of(question, rows.c.person_id)
    within = rows.c.day.between(first, last)
    return select(rows, acts).where(
        within, whole_platform(question), *day_row_conditions(question, rows)
    )


def is_action(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return whether an action is called so; one that several sources log is `name (source)`."""
    several = f"{name} ("
    return or_(column == name, func.substr(column, 1, len(several)) == several)
