"""Reads from the store what the dashboards of Aspects are computed of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from termstats.data.model.period import day_start
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages.aspects_site import (
    Answer,
    Block,
    DayCount,
    EnrolmentEvent,
    Grade,
    PageVisit,
    Site,
    VideoEvent,
)
from termstats.data.query.query import Query
from termstats.data.store import schema

_ENROLMENTS = ("registered", "unregistered", "enrolled")
_GRADES = ("earned", "passed", "failed")
_VIDEO_ENDS = ("paused", "seeked", "completed", "terminated")
_STATES = {"Pass": "passed", "Fail": "failed"}
_DAY = 24 * 3600
_BITS = schema.EVENT_SEQUENCE_BITS
VIDEO_LENGTH = "video"
"""Name in `reported_row` of the lengths of videos."""
_KINDS = {"page": "page", "problem": "problem", "media": "video"}
"""Type of an activity -> kind of a block."""


async def site_of(q: Query, source_id: RowId, as_of: Second, training: RowId | None) -> Site:
    """Return the site as of a moment; of one training all of it, else without its blocks."""
    event, answer = schema.event, schema.attempt
    reader = _Reader(q, source_id, as_of, training)
    courses = await q.fetch(
        select(schema.training.c.key).where(schema.training.c.source_id == source_id)
    )
    last = select(func.max(event.c.id)).where(*reader.within(event))
    newest = await q.fetch_value(last)
    return Site(
        as_of,
        days=() if training is not None else await reader.days(),
        enrolments=await reader.enrolments(),
        grades=await reader.grades(),
        visits=await reader.visits(),
        answers=await reader.answers(answer),
        videos=await reader.videos(),
        lengths=await reader.lengths(),
        blocks={} if training is None else await reader.blocks(training),
        courses=sorted(row.key for row in courses),
        last_event=None if newest is None else int(newest) >> _BITS,
    )


class _Reader:
    """Asks for the rows of one source, up to a moment."""

    def __init__(self, q: Query, source_id: RowId, as_of: Second, training: RowId | None) -> None:
        self.q = q
        self.source_id = source_id
        self.as_of = as_of
        self.training = training

    def within(self, event: Any) -> list[ColumnElement[bool]]:
        """Return the conditions of events of the source, and of the training, up to as-of."""
        found = [event.c.source_id == self.source_id, event.c.id < (self.as_of + 1) << _BITS]
        return found if self.training is None else [*found, event.c.training_id == self.training]

    def _events(self, names: Sequence[str], *columns: Any) -> Select[Any]:
        """Return events of these actions in a training, by somebody, in order."""
        event, action = schema.event, schema.action
        person, training = schema.person, schema.training
        return (
            select(
                event.c.id,
                action.c.name,
                person.c.key.label("actor"),
                training.c.key.label("course"),
                event.c.value,
                event.c.detail,
                *columns,
            )
            .select_from(event)
            .join(action, action.c.id == event.c.action_id)
            .join(person, person.c.id == event.c.person_id)
            .join(training, training.c.id == event.c.training_id)
            .where(*self.within(event), action.c.name.in_(names))
            .order_by(event.c.id)
        )

    def _of_course(self, names: Sequence[str]) -> Select[Any]:
        """Return events about the course itself."""
        event = schema.event
        return self._events(names).where(event.c.module_id.is_(None), event.c.activity_id.is_(None))

    async def days(self) -> list[DayCount]:
        """Return what happened on each day of the period, in UTC."""
        event, period = schema.event, self.q.period
        day = (event.c.id // (_DAY << _BITS)).label("day")
        first, last = (_utc(each) for each in (period.first, period.last))
        rows = await self.q.fetch(
            select(
                day,
                func.count(event.c.person_id.distinct()).label("people"),
                func.count(event.c.training_id.distinct()).label("courses"),
                func.count().label("events"),
            )
            .where(
                *self.within(event),
                and_(event.c.id >= first << _BITS, event.c.id < (last + _DAY) << _BITS),
            )
            .group_by(day)
            .order_by(day)
        )
        return [
            DayCount(
                f"{datetime.fromtimestamp(int(row.day) * _DAY, UTC):%Y-%m-%d}",
                *(row.people, row.courses, row.events),
            )
            for row in rows
        ]

    async def enrolments(self) -> list[EnrolmentEvent]:
        """Return every change of an enrolment."""
        return [
            EnrolmentEvent(
                row.course, row.actor, row.id >> _BITS, row.detail or "", row.name != "unregistered"
            )
            for row in await self.q.fetch(self._of_course(_ENROLMENTS))
        ]

    async def grades(self) -> list[Grade]:
        """Return every grade and state of a course."""
        rows = await self.q.fetch(self._of_course(_GRADES))
        return [
            Grade(
                row.course,
                row.actor,
                row.id >> _BITS,
                None if row.value is None else row.value / 100,
                _STATES.get(row.detail or "", "") if row.name == "earned" else row.name,
            )
            for row in rows
        ]

    async def visits(self) -> list[PageVisit]:
        """Return every page that was opened."""
        event, module, activity = schema.event, schema.module, schema.activity
        key = func.coalesce(activity.c.key, module.c.key, "").label("block")
        rows = await self.q.fetch(
            self._events(("navigated",), key)
            .outerjoin(activity, activity.c.id == event.c.activity_id)
            .outerjoin(module, module.c.id == event.c.module_id)
        )
        return [PageVisit(row.course, row.actor, row.id >> _BITS, row.block) for row in rows]

    async def videos(self) -> list[VideoEvent]:
        """Return what was done with videos."""
        event, activity = schema.event, schema.activity
        rows = await self.q.fetch(
            self._events(("played", *_VIDEO_ENDS), activity.c.key.label("video"))
            .join(activity, activity.c.id == event.c.activity_id)
            .where(activity.c.type == "media")
        )
        return [
            VideoEvent(row.course, row.actor, row.video, row.name == "played", row.value or 0.0)
            for row in rows
        ]

    async def answers(self, attempt: Any) -> list[Answer]:
        """Return every attempt at a problem."""
        module, person, training = schema.module, schema.person, schema.training
        rows = await self.q.fetch(
            select(
                attempt.c.key,
                attempt.c.number,
                attempt.c.finished_at,
                attempt.c.score,
                attempt.c.passed,
                module.c.key.label("problem"),
                person.c.key.label("actor"),
                training.c.key.label("course"),
            )
            .select_from(attempt)
            .join(module, module.c.id == attempt.c.module_id)
            .join(person, person.c.id == attempt.c.person_id)
            .join(training, training.c.id == attempt.c.training_id)
            .where(
                attempt.c.source_id == self.source_id,
                module.c.kind == "problem",
                attempt.c.finished_at <= self.as_of,
                *([] if self.training is None else [attempt.c.training_id == self.training]),
            )
            .order_by(attempt.c.finished_at, attempt.c.key)
        )
        return [
            Answer(
                *(row.course, row.actor, row.finished_at, row.problem, row.number),
                bool(row.passed),
                None if row.score is None else row.score / 100,
                row.key,
            )
            for row in rows
        ]

    async def lengths(self) -> dict[str, float]:
        """Return video -> seconds."""
        row = schema.reported_row
        rows = await self.q.fetch(
            select(row.c.key, row.c.data).where(
                row.c.source_id == self.source_id, row.c.name == VIDEO_LENGTH
            )
        )
        return {each.key: float(json.loads(each.data)["seconds"]) for each in rows}

    async def blocks(self, training: RowId) -> dict[str, list[Block]]:
        """Return course -> its sections, subsections, pages, problems and videos."""
        module, activity = schema.module, schema.activity
        modules = {
            row.id: row
            for row in await self.q.fetch(select(module).where(module.c.training_id == training))
        }
        course = await self.q.fetch_value(
            select(schema.training.c.key).where(schema.training.c.id == training)
        )
        found: dict[str, list[Block]] = defaultdict(list)
        for row in modules.values():
            if row.kind in ("section", "subsection"):
                around = modules.get(row.parent_id)
                name = "" if around is None else around.key
                found[course].append(Block(row.key, row.title, row.kind, name))
        for row in await self.q.fetch(select(activity).where(activity.c.training_id == training)):
            if row.type in _KINDS:
                place = _place(modules, row.module_id)
                found[course].append(Block(row.key, row.title, _KINDS[row.type], *place))
        return found


def _place(modules: dict[Any, Any], module_id: RowId | None) -> tuple[str, str]:
    """Return the keys of the section and the subsection around an activity."""
    section = subsection = ""
    row = modules.get(module_id)
    while row is not None:
        section = row.key if row.kind == "section" else section
        subsection = row.key if row.kind == "subsection" else subsection
        row = modules.get(row.parent_id)
    return section, subsection


def _utc(day: date) -> Second:
    return day_start(day, UTC)
