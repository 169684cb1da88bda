"""What Datagrok's usage pages count, faults included: for `reconcile.datagrok` only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, and_, distinct, func, or_, select

from termstats.data.figures.backoffice.projects import OPENED
from termstats.data.figures.backoffice.reading.platform_use import source_of_actions
from termstats.data.figures.backoffice.totals import MADE, STARTED
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import Filter
from termstats.data.model.filters import FunctionFilter, ObjectFilter
from termstats.data.model.period import Period
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages.datagrok import LOG_SECONDS, EventWindow
from termstats.data.query.platform import is_action
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import PLATFORM_PACKAGES, TYPE_SOURCE

CARDS = ("active_users", "new_users", "sessions", *MADE)


@dataclass(frozen=True)
class Site:
    """One server, and the question about it. All counts are of what it logged as events."""

    q: Query
    source: RowId

    def events(self, q: Query | None = None) -> Subquery:
        """Return the events in the period: columns of `event`, second, kind, action."""
        rows = (q or self.q).platform.events()
        is_event = or_(rows.c.extra.is_(None), rows.c.extra.not_like(f"%{schema.NO_EVENT}%"))
        return select(rows).where(rows.c.source_id == self.source, is_event).subquery("logged")

    def between(self, start: Second, end: Second) -> Query:
        """Return the same question about `[start, end)`."""
        return self.q.asking(period=Period.between(start, end, self.q.zone))

    async def event_window(self) -> EventWindow | None:
        """Return the first and the last event of the period."""
        rows = self.events()
        row = await self.q.fetch_one(
            select(func.min(rows.c.second).label("first"), func.max(rows.c.second).label("last"))
        )
        return (
            None
            if row.first is None
            else EventWindow(Second(int(row.first)), Second(int(row.last)))
        )

    async def cards(self, window: EventWindow) -> tuple[Counter[str], Counter[str]]:
        """Return card -> number: in the window, and in the period before it."""
        now = await self._cards(window.first, Second(window.last + 1))
        return now, await self._cards(*window.before) if window.before else Counter()

    async def _cards(self, start: Second, end: Second) -> Counter[str]:
        q = self.between(start, end)
        rows = self.events(q)
        users = select(func.count(distinct(rows.c.person_id)))
        starts = select(func.count()).select_from(rows).where(is_action(rows.c.action, STARTED))
        numbers = {
            "active_users": await q.fetch_value(users),
            "sessions": await q.fetch_value(starts),
        }
        for name, made in (
            ("new_users", q.platform.new_accounts()),
            *((name, q.platform.new_objects(kind)) for name, kind in MADE.items()),
        ):
            mine = select(func.count()).where(made.c.source_id == self.source)
            numbers[name] = await q.fetch_value(mine)
        return Counter(numbers)

    async def users_per_bucket(self, size: int) -> dict[Second, int]:
        """Return beginning of the bucket -> different people, on the line of the Overview.

        Events without a package belong to Core on the cards, and to no package on this line.
        """
        rows = self.events()
        bucket = (rows.c.second - rows.c.second % size).label("bucket")
        where: list[ColumnElement[bool]] = [rows.c.person_id.is_not(None)]
        if self.is_about_core:
            where.append(rows.c.extra.contains(f'"{PLATFORM_PACKAGES}": ["Core"', autoescape=True))
        people = select(bucket, rows.c.person_id).where(*where).distinct().subquery("people")
        counted = select(people.c.bucket, func.count().label("users")).group_by(people.c.bucket)
        return {Second(int(row.bucket)): row.users for row in await self.q.fetch(counted)}

    @property
    def is_about_core(self) -> bool:
        """Return whether a filter asks for what belongs to no package."""
        return any(
            "Core" in each.typed and not isinstance(each, FunctionFilter)
            for each in self.q.request.filters_of(ObjectFilter)
        )

    async def users(self) -> dict[RowId, int]:
        """Return person -> events."""
        rows = self.events()
        people = await self.q.fetch(
            select(rows.c.person_id, func.count().label("events"))
            .where(rows.c.person_id.is_not(None))
            .group_by(rows.c.person_id)
        )
        return {row.person_id: row.events for row in people}

    async def packages(self, size: int) -> tuple[dict[RowId, int], dict[tuple[Second, RowId], int]]:
        """Return package -> different people, and (bucket, package) -> events.

        An event counts under each package that its parameters name, as often as they do.
        """
        rows, object_ = self.events(), schema.object_
        keys = {
            row.key: row.id
            for row in await self.q.fetch(
                select(object_.c.key, object_.c.id).where(
                    object_.c.kind == "package", object_.c.source_id == self.source
                )
            )
        }
        several = rows.c.extra.contains(f'"{PLATFORM_PACKAGES}": ', autoescape=True)
        one = or_(rows.c.extra.is_(None), ~several)
        bucket = (rows.c.second - rows.c.second % size).label("bucket")
        people: dict[RowId, set[RowId]] = defaultdict(set)
        events: Counter[tuple[Second, RowId]] = Counter()
        for column, where in ((rows.c.package_id, one), (rows.c.extra, and_(several))):
            narrow = (
                select(bucket, rows.c.person_id, column.label("package_or_extra"))
                .where(where)
                .subquery()
            )
            columns = (narrow.c.bucket, narrow.c.person_id, narrow.c.package_or_extra)
            for row in await self.q.fetch(
                select(*columns, func.count().label("events")).group_by(*columns)
            ):
                named = (
                    [
                        keys[key]
                        for key in extra_of(row.package_or_extra)[PLATFORM_PACKAGES]
                        if key in keys
                    ]
                    if isinstance(row.package_or_extra, str)
                    else [row.package_or_extra]
                )
                at = Second(int(row.bucket))
                for package in named:
                    events[at, package] += row.events
                    people[package] |= {row.person_id} - {None}
        return {package: len(who) for package, who in people.items()}, events

    async def sources(self, size: int) -> dict[tuple[Second, str], int]:
        """Return (bucket, source) -> events. The page obeys the date and no other filter."""
        everything = self.q.asking(without=(Filter,))
        rows = self.events(everything)
        bucket = (rows.c.second - rows.c.second % size).label("bucket")
        narrow = select(bucket, rows.c.action_id).subquery("narrow")
        names = await self._source_of_actions()
        events: Counter[tuple[Second, str]] = Counter()
        for row in await self.q.fetch(
            select(narrow, func.count().label("events")).group_by(
                narrow.c.bucket, narrow.c.action_id
            )
        ):
            events[Second(int(row.bucket)), names[row.action_id]] += row.events
        return events

    async def _source_of_actions(self) -> dict[RowId, str]:
        """Return action -> source, also of errors that another source than `error` logged."""
        event, action = schema.event, schema.action
        logged = await self.q.fetch(
            select(event.c.action_id, func.max(event.c.extra).label("extra"))
            .join(action, action.c.id == event.c.action_id)
            .where(action.c.kind == "error", event.c.extra.contains(f'"{TYPE_SOURCE}": '))
            .group_by(event.c.action_id)
        )
        named = {row.action_id: str(extra_of(row.extra).get(TYPE_SOURCE)) for row in logged}
        return await source_of_actions(self.q) | named

    async def projects(self) -> dict[RowId, tuple[int, int]]:
        """Return project -> how often it was opened, and by how many people."""
        rows, object_ = self.events(), schema.object_
        opened = await self.q.fetch(
            select(
                rows.c.object_id,
                func.count().label("opens"),
                func.count(distinct(rows.c.person_id)).label("users"),
            )
            .join(object_, and_(object_.c.id == rows.c.object_id, object_.c.kind == "project"))
            .where(is_action(rows.c.action, OPENED))
            .group_by(rows.c.object_id)
        )
        return {row.object_id: (row.opens, row.users) for row in opened}

    async def log_rows(self, now: Second) -> int:
        """Return how many rows the Log shows at `now`."""
        recent = Period.between(Second(now - LOG_SECONDS), Second(now + 1), self.q.zone)
        rows = self.events(self.q.asking(without=(Filter,), period=recent))
        return int(await self.q.fetch_value(select(func.count()).select_from(rows)))

    async def sessions_begun(self) -> int:
        """Return the different sessions that began in the period."""
        rows = self.q.platform.sessions()
        start, end = self.q.seconds
        begun = select(func.count()).where(
            rows.c.source_id == self.source, rows.c.started_at >= start, rows.c.started_at < end
        )
        return int(await self.q.fetch_value(begun))

    async def titles(
        self, ids: Mapping[RowId, object], *, people: bool = False
    ) -> dict[RowId, str]:
        """Return id -> shown name of objects, or of people."""
        table = schema.person if people else schema.object_
        name = schema.person.c.name if people else schema.object_.c.title
        rows = await self.q.fetch(select(table.c.id, name.label("name")))
        return {row.id: row.name for row in rows if row.id in ids}
