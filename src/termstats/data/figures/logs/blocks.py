"""Reads events newest first, a block at a time: through an index, or backwards through the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, literal, or_, select, union_all

from termstats.data.model.units import EventId, RowId, Second
from termstats.data.query.filters.column_ids import ids_by_column
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS

MANY = 500
"""More matching ids than this do not narrow the search: such rows are found soon anyway."""
SCANNED = 40_000
"""Events that one page looks through where no index helps; the next page goes on."""
_FEW = ("object_id", "target_person_id", "person_id", "place_id", "action_id")
"""Columns with an index; the first of them lead to the fewest events."""
_PARTS = 64
"""An index is first asked for this part of the period, then for four times as much..."""


@dataclass(frozen=True)
class Seek:
    """Events whose `column` holds one of `ids`."""

    column: str
    ids: Sequence[RowId]

    def holds(self, events: Subquery) -> ColumnElement[bool]:
        """Return that as a condition."""
        column = events.c[self.column]
        if len(self.ids) > MANY:
            return column.is_not(None)
        if self.column != "object_id":
            return column.in_(self.ids)
        link = schema.event_object
        further = select(link.c.event_id).where(link.c.object_id.in_(self.ids))
        return or_(column.in_(self.ids), events.c.id.in_(further))


@dataclass(frozen=True)
class Within:
    """Events with an id from `low` up to `high`, which is not one of them: a range of time."""

    low: EventId
    high: EventId


async def seeks_of_filters(q: Query) -> list[Seek]:
    """Return what the filters of the question seek."""
    seeks = []
    for column, ids in ids_by_column(q.question):
        if isinstance(ids, Select):
            ids = [tuple(row)[0] for row in await q.fetch(ids)]
        seeks.append(Seek(column, sorted(ids)))
    return seeks


def leading(seeks: Sequence[Seek], *, scans: bool) -> Seek | None:
    """Return the seek by which to read; None: read backwards.

    `scans` says that cells have to be looked through anyway: actions are too frequent then.
    """
    usable = [seek for seek in seeks if len(seek.ids) <= MANY]
    if scans:
        usable = [seek for seek in usable if seek.column != "action_id"]
    order = {column: place for place, column in enumerate(_FEW)}
    return min(usable, key=lambda seek: (order[seek.column], len(seek.ids)), default=None)


@dataclass
class EventReader:
    """Where a page has got to; `before` is the (second, id) of the last event read."""

    q: Query
    events: Subquery
    where: list[ColumnElement[bool]]
    before: tuple[Second, EventId] | None
    seek: Seek | None = None
    scans: bool = False
    within: Sequence[Within] = ()
    only: Sequence[str] = ()
    """Names of the columns that events are read with, in that order; none: all."""
    is_done: bool = False
    """Nothing is left to read."""
    is_tired: bool = False
    """This page has looked through enough; the next one goes on at `before`."""
    looked: int = 0
    """Events that this page has looked at."""
    _floor: EventId | None = None
    _span: int = field(default=0)

    async def block(self, size: int) -> Sequence[Any]:
        """Return the next events, at most `size`, with their names; fewer, even none, at times."""
        if self.seek is not None and self.q.question.clock == schema.CLOCK_DEVICE:
            ids = await self._sought(size)
            self.is_done = len(ids) < size
            self.looked += len(ids)
            return await self._at(ids)
        if self.scans and self.q.question.clock == schema.CLOCK_DEVICE and self._floor is None:
            self._floor = await self._far_enough()
        events = await self._backwards(size)
        self.looked += len(events)
        if events:
            self.before = (events[-1].second, events[-1].id)
        if len(events) < size:
            self.is_tired = bool(self._floor)
            self.is_done = not self._floor
            if self._floor:
                self.before = (Second(self._floor >> EVENT_SEQUENCE_BITS), self._floor)
        return events

    async def _far_enough(self) -> EventId:
        """Return the id down to which this page looks; 0: to the end."""
        event = schema.event
        start, end = self._bounds()
        rows = await self.q.fetch(
            select(event.c.id)
            .where(event.c.id >= start, event.c.id < end)
            .order_by(event.c.id.desc())
            .offset(SCANNED)
            .limit(1)
        )
        return rows[0].id if rows else EventId(0)

    def _bounds(self) -> tuple[EventId, EventId]:
        """Return the range of ids that is left of the period."""
        first, past = self.q.seconds
        low, high = EventId(first << EVENT_SEQUENCE_BITS), EventId(past << EVENT_SEQUENCE_BITS)
        start = max([low, *(part.low for part in self.within)])
        end = min([high, *(part.high for part in self.within)])
        return start, end if self.before is None else min(end, self.before[1])

    async def _backwards(self, size: int) -> Sequence[Any]:
        events, where = self.events, list(self.where)
        where += [events.c.id < part.high for part in self.within]
        # By id where the id is the time: the page is read from the end of the key.
        order = [events.c.id.desc()]
        by_server = self.q.question.clock == schema.CLOCK_SERVER
        if self.before is not None:
            second, last = self.before
            earlier = events.c.id < last
            if by_server:
                earlier = or_(events.c.second < second, and_(events.c.second == second, earlier))
            where.append(earlier)
        if by_server:
            order.insert(0, events.c.second.desc())
        else:
            start, end = self._bounds()
            where += [events.c.id >= max(self._floor or 0, start), events.c.id < end]
        return await self._named(select(events).where(*where).order_by(*order).limit(size))

    async def _sought(self, size: int) -> list[EventId]:
        """Return the next ids that the index gives; they still have to meet `where`."""
        start, end = self._bounds()
        self._span = self._span or max(1, (end - start) // _PARTS)
        ids: list[EventId] = []
        while end > start and len(ids) < size:
            low = max(start, EventId(end - self._span))
            rows = await self.q.fetch(self._through_index(low, end, size - len(ids)))
            ids += [row.id for row in rows]
            if len(ids) < size:
                end = low
                self._span *= 4
        if ids:
            self.before = (Second(ids[-1] >> EVENT_SEQUENCE_BITS), ids[-1])
        return ids

    def _through_index(self, low: EventId, end: EventId, size: int) -> Select[Any]:
        assert self.seek is not None  # noqa: S101 - asked only then
        event, link, column, ids = (
            schema.event,
            schema.event_object,
            self.seek.column,
            self.seek.ids,
        )
        first = select(event.c.id).where(event.c[column].in_(ids), event.c.id >= low)
        first = first.where(event.c.id < end)
        if column != "object_id":
            # Not in the order of the key: the databases would read that from its end instead.
            order = event.c.id + literal(0)
            return first.order_by(order.desc()).limit(size)
        further = select(link.c.event_id).where(
            link.c.object_id.in_(ids), link.c.event_id >= low, link.c.event_id < end
        )
        both = union_all(first, further).subquery("sought")
        return select(both.c.id).distinct().order_by(both.c.id.desc()).limit(size)

    async def _at(self, ids: Sequence[EventId]) -> Sequence[Any]:
        """Return the events with these ids that meet `where`."""
        page: list[Any] = []
        for start in range(0, len(ids), MANY):
            some = self.events.c.id.in_(ids[start : start + MANY])
            page += await self._named(select(self.events).where(some, *self.where))
        return page

    async def _named(self, page_of: Select[Any]) -> Sequence[Any]:
        """Return those events with their names, newest first."""
        q, page = self.q, page_of.subquery("page")
        person, training, session = schema.person, schema.training, schema.session
        module, activity = schema.module, schema.activity
        columns: list[ColumnElement[Any]] = [
            *page.c,
            person.c.name.label("learner"),
            person.c.username.label("username"),
            q.key_of(person).label("learner_key"),
            training.c.title.label("training"),
            q.key_of(training).label("training_key"),
            module.c.title.label("module"),
            module.c.kind.label("module_kind"),
            module.c.digest.label("digest"),
            activity.c.title.label("activity"),
            session.c.key.label("session_key"),
        ]
        if self.only:
            by_name = {column.key: column for column in columns}
            columns = [by_name[name] for name in self.only]
        return await q.fetch(
            select(*columns)
            .select_from(page)
            .outerjoin(person, person.c.id == page.c.person_id)
            .outerjoin(training, training.c.id == page.c.training_id)
            .outerjoin(module, module.c.id == page.c.module_id)
            .outerjoin(activity, activity.c.id == page.c.activity_id)
            .outerjoin(session, session.c.id == page.c.session_id)
            .order_by(page.c.second.desc(), page.c.id.desc())
        )
