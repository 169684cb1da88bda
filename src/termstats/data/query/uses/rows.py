"""Platform use counted from rows per day, or from single events: slower, and always possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, case, distinct, func, or_, select

from termstats.data.model.extra import extra_of
from termstats.data.model.filters import ErrorFilter
from termstats.data.model.units import RowId
from termstats.data.model.weekdays import weekday_of
from termstats.data.query.platform import Platform
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.query.uses.buckets import bucket_of_row
from termstats.data.query.uses.spread import spread
from termstats.data.query.uses.values import Cause, Fault, PeopleUses, Runs, Spread, Tally
from termstats.data.store import schema


@dataclass(frozen=True)
class RowUses:
    """`Uses` of any question."""

    question: Question
    reader: Reader

    @property
    def _platform(self) -> Platform:
        return Platform(self.question)

    async def tallies(self, parts: Mapping[str, Collection[RowId] | None]) -> dict[str, Tally]:
        """See `Uses.tallies`."""
        days = self._platform.days()
        columns: list[ColumnElement[int]] = []
        for actions in parts.values():
            wanted = select(schema.action.c.id) if actions is None else list(actions)
            part = days.c.action_id.in_(wanted)
            by_people = part & (days.c.acts == 1)
            columns += [
                func.sum(case((part, days.c.events), else_=0)),
                func.sum(case((by_people, days.c.events), else_=0)),
                func.count(distinct(case((by_people, days.c.person_id)))),
            ]
        labelled = (column.label(f"c{place}") for place, column in enumerate(columns))
        row = await self.reader.fetch_one(select(*labelled))
        numbers = [int(number or 0) for number in row]
        return {
            name: Tally(*numbers[3 * place : 3 * place + 3]) for place, name in enumerate(parts)
        }

    async def per_bucket(
        self, actions: Collection[RowId], person: RowId | None = None
    ) -> list[tuple[int, RowId, int]]:
        """See `Uses.per_bucket`."""
        days = self._platform.days()
        where: list[ColumnElement[bool]] = [days.c.action_id.in_(list(actions))]
        if person is not None:
            where.append(days.c.person_id == person)
        rows = await self.reader.fetch(
            select(
                bucket_of_row(self.question, days).label("bucket"),
                days.c.action_id,
                func.sum(days.c.events).label("events"),
            )
            .where(*where)
            .group_by("bucket", days.c.action_id)
        )
        return [(int(row.bucket), row.action_id, int(row.events)) for row in rows]

    async def people_per_bucket(self) -> dict[int, int]:
        """See `Uses.people_per_bucket`."""
        days = self._platform.days()
        rows = await self.reader.fetch(
            select(
                bucket_of_row(self.question, days).label("bucket"),
                func.count(distinct(days.c.person_id)).label("users"),
            )
            .where(days.c.acts == 1)
            .group_by("bucket")
        )
        return {int(row.bucket): int(row.users) for row in rows}

    async def per_weekday(self, actions: Collection[RowId]) -> dict[int, Tally]:
        """See `Uses.per_weekday`."""
        days = self._platform.days()
        weekday = weekday_of(days.c.day)
        rows = await self.reader.fetch(
            select(
                weekday.label("weekday"),
                func.sum(days.c.events).label("events"),
                func.sum(case((days.c.acts == 1, days.c.events), else_=0)).label("by_people"),
                _people(days).label("users"),
            )
            .where(days.c.action_id.in_(list(actions)))
            .group_by(weekday)
        )
        return {
            int(row.weekday): Tally(int(row.events), int(row.by_people), row.users) for row in rows
        }

    async def of_objects(self, actions: Collection[RowId], kind: str) -> dict[RowId, int]:
        """See `Uses.of_objects`."""
        days, table = self._platform.object_days(), schema.object_
        rows = await self.reader.fetch(
            select(days.c.object_id, func.sum(days.c.events).label("events"))
            .join(table, table.c.id == days.c.object_id)
            .where(days.c.action_id.in_(list(actions)), table.c.kind == kind)
            .group_by(days.c.object_id)
        )
        return {row.object_id: int(row.events) for row in rows}

    async def people_of_objects(
        self, actions: Collection[RowId], objects: Collection[RowId]
    ) -> dict[RowId, int]:
        """See `Uses.people_of_objects`."""
        days = self._platform.object_days()
        rows = await self.reader.fetch(
            select(days.c.object_id, func.count(distinct(days.c.person_id)).label("users"))
            .where(
                days.c.action_id.in_(list(actions)),
                days.c.object_id.in_(list(objects)),
                days.c.acts == 1,
            )
            .group_by(days.c.object_id)
        )
        return {row.object_id: row.users for row in rows}

    async def of_people(self, actions: Collection[RowId], top: int) -> PeopleUses:
        """See `Uses.of_people`."""
        days = self._platform.days()
        columns = (days.c.person_id, days.c.acts, days.c.action_id)
        rows = await self.reader.fetch(
            select(*columns, func.sum(days.c.events).label("events"))
            .where(days.c.action_id.in_(list(actions)))
            .group_by(*columns)
        )
        parts: dict[RowId, dict[RowId, int]] = defaultdict(dict)
        sums: dict[RowId, int] = defaultdict(int)
        for row in rows:
            if row.acts:
                parts[row.person_id][row.action_id] = int(row.events)
                sums[row.action_id] += int(row.events)
        totals = {person: sum(numbers.values()) for person, numbers in parts.items()}
        return PeopleUses(totals, parts, sums, sum(int(r.events) for r in rows if not r.acts))

    async def by_person(
        self, actions: Collection[RowId], people: Collection[RowId]
    ) -> dict[RowId, int]:
        """See `Uses.by_person`."""
        days = self._platform.days()
        rows = await self.reader.fetch(
            select(days.c.person_id, func.sum(days.c.events).label("events"))
            .where(days.c.action_id.in_(list(actions)), days.c.person_id.in_(list(people)))
            .group_by(days.c.person_id)
        )
        return {row.person_id: int(row.events) for row in rows}

    async def durations_of_actions(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId, Spread]:
        """See `Uses.durations_of_actions`."""
        return await self._durations(kinds, "action_id")

    async def durations_of_objects(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId, Spread]:
        """See `Uses.durations_of_objects`."""
        return await self._durations(kinds, "object_id")

    async def _durations(self, kinds: Collection[str], column: str) -> dict[RowId, Spread]:
        events = self._platform.uses(kinds)
        durations = spread(events, events.c[column])
        return {
            row.grouped: Spread(row.timed, float(row.mean), float(row.median), row.p95, row.longest)
            for row in await self.reader.fetch(select(durations))
            if row.grouped is not None
        }

    async def runs_of_objects(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId | None, Runs]:
        """See `Uses.runs_of_objects`."""
        events = self._platform.uses(kinds)
        failed = or_(events.c.error.is_not(None), events.c.missed == 1)
        rows = await self.reader.fetch(
            select(
                events.c.object_id,
                func.sum(events.c.weight).label("runs"),
                _people(events).label("users"),
                func.sum(case((failed, events.c.weight), else_=0)).label("failed"),
            ).group_by(events.c.object_id)
        )
        return {row.object_id: Runs(int(row.runs), row.users, int(row.failed)) for row in rows}

    async def faults(self) -> list[Fault]:
        """See `Uses.faults`."""
        events, ever = self._platform.uses(("error",)), self._platform.uses(("error",), ever=True)
        group, group_ever = (events.c.error, events.c.action_id), (ever.c.error, ever.c.action_id)
        rows = await self.reader.fetch(
            select(
                *group,
                func.sum(events.c.weight).label("events"),
                _people(events).label("users"),
                func.max(events.c.id).label("newest"),
            ).group_by(*group)
        )
        firsts = select(*group_ever, func.min(ever.c.id).label("first")).group_by(*group_ever)
        first = {(r.error, r.action_id): r.first for r in await self.reader.fetch(firsts)}
        # What an error says about itself repeats: few different texts, many events.
        texts = await self.reader.fetch(select(*group, events.c.extra).distinct())
        handled: dict[tuple[str | None, RowId], set[bool]] = defaultdict(set)
        for row in texts:
            is_handled = extra_of(row.extra).get("handled")
            if isinstance(is_handled, bool):
                handled[row.error, row.action_id].add(is_handled)
        return [
            Fault(
                *(row.error, row.action_id, int(row.events), row.users, row.newest),
                *(first[row.error, row.action_id], frozenset(handled[row.error, row.action_id])),
            )
            for row in rows
        ]

    async def causes(self, kinds: Collection[str], actions: Collection[RowId]) -> list[Cause]:
        """See `Uses.causes`."""
        events = self._platform.uses(kinds)
        failed = await self.reader.fetch(
            select(
                events.c.action_id,
                func.sum(events.c.weight).label("errors"),
                _people(events).label("users"),
            )
            .where(events.c.error.is_not(None))
            .group_by(events.c.action_id)
        )
        # All runs, not only those that ended with the errors asked for.
        days = Platform(self.question.asking(without=(ErrorFilter,))).days()
        rows = await self.reader.fetch(
            select(days.c.action_id, func.sum(days.c.events).label("runs"))
            .where(days.c.action_id.in_([row.action_id for row in failed]))
            .group_by(days.c.action_id)
        )
        runs = {row.action_id: int(row.runs) for row in rows}
        return [
            Cause(row.action_id, runs[row.action_id], int(row.errors), row.users) for row in failed
        ]


def _people(rows: Subquery) -> ColumnElement[int]:
    """Return how many different people there are in the rows."""
    return func.count(distinct(case((rows.c.acts == 1, rows.c.person_id))))
