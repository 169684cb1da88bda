"""The backoffice level: what nobody uses, or nobody of some, or not in some way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from termstats.data.figures.backoffice.reading.platform_use import actions_of, recorded_kinds
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.blocks import MANY
from termstats.data.model.enrolment_path import BEFORE_ALL
from termstats.data.model.filter_base import Field
from termstats.data.model.filters import ActionFilter, DaysFilter, ObjectFilter, WeekdayFilter
from termstats.data.model.period import Period, day_start
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, day, ident, words
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.filters.moments import object_conditions
from termstats.data.query.query import Query
from termstats.data.store import schema

_KINDS = ("package", "function")
"""Shown first; other kinds follow by name."""
_KIND, _NAME, _LAST = 1, 2, 4


@figure(
    "backoffice.unused",
    record=Record.OBJECTS,
    title="What nobody used",
    level=Level.BACKOFFICE,
    row="object",
    columns=(
        ident("object_id"),
        words("kind", "Kind"),
        words("name", "Name"),
        words("owner", "Owner"),
        day("last_used", "Last used", "up to the end of the period; none: never"),
    ),
    details=Details(
        "backoffice.events",
        filters=(
            (Field.OBJECT, "object_id"),
            (Field.ACTION, "name"),
        ),
        first_only=True,
        all_time=True,
        needs="last_used",
        why_nothing="Never used: no history of it was recorded",
    ),
)
async def unused(q: Query) -> Rows:
    """Packages, functions, other objects and actions of which nothing was recorded in the period.

    Use by machines and without a known user counts as use. A package is used when anything in it
    is. Objects that the platform has deleted, or that were created after the period, are left
    out. Actions and menu items are those that occurred before. Packages first, then functions;
    within a kind what was never used, then what was used longest ago.

    Filters of people, groups, domains, errors, actions and days say which use counts: what nobody
    of a team used, what was not used on Sundays, what nobody edited. Last used is the last time
    that the same people used it in the same way, on whatever day. Filters of packages, functions
    and objects say what is listed, and leave actions out.
    """
    use = q.asking(without=(ObjectFilter,))
    ever = use.asking(without=(DaysFilter, WeekdayFilter), period=_until_end(q))
    rows = [*await _objects(q, use, ever), *await _actions(q, use, ever)]
    order = {kind: place for place, kind in enumerate(_KINDS)}

    def place(row: Sequence[Cell]) -> tuple[int, str, int, str]:
        kind, last = str(row[_KIND]), row[_LAST]
        when = last if isinstance(last, int) else 0
        return order.get(kind, len(order)), kind, when, str(row[_NAME]).casefold()

    kinds = Counter(str(row[_KIND]) for row in rows)
    return Rows(
        sorted(rows, key=place),
        empty="" if rows else await _why_empty(q),
        summary=" · ".join(f"{kind} {number:,}" for kind, number in sorted(kinds.items())),
    )


async def _why_empty(q: Query) -> str:
    any_object = await q.fetch(select(schema.object_.c.id).limit(1))
    if not any_object and not await recorded_kinds(q):
        return "This source lists nothing that could be used: no objects, functions or actions."
    listed = "that the filters leave" if q.request.filters else "that the source lists"
    return f"Everything {listed} was used in this period."


def _until_end(q: Query) -> Period:
    """Return everything up to the end of the period."""
    first = min(q.info.coverage[0], q.period.first) if q.info.has_events else q.period.first
    return Period.between(day_start(first, q.zone), q.so_far.seconds(q.zone)[1], q.zone)


async def _objects(q: Query, use: Query, ever: Query) -> list[tuple[Cell, ...]]:
    object_, owner = schema.object_, schema.person
    days = use.platform.object_days()
    used = {row.object_id for row in await q.fetch(select(days.c.object_id).distinct())}
    listed = await q.fetch(
        select(
            object_.c.id,
            q.key_of(object_).label("key"),
            object_.c.parent_id,
            object_.c.kind,
            object_.c.title,
            object_.c.deleted,
            object_.c.created_at,
            owner.c.name.label("owner"),
        )
        .outerjoin(owner, owner.c.id == object_.c.owner_id)
        .where(*object_conditions(q.question, object_.c.id))
    )
    # What is used inside a package uses the package.
    used |= {row.parent_id for row in listed if row.id in used}
    end = q.seconds[1]
    idle = [
        row
        for row in listed
        if row.id not in used
        and not row.deleted
        and (row.created_at is None or row.created_at < end)
    ]
    wanted = {row.id for row in idle}
    wanted |= {row.id for row in listed if row.parent_id in wanted}
    last = await _last_days(ever, wanted) if idle else {}
    for row in listed:
        if row.parent_id is not None and row.id in last:
            last[row.parent_id] = max(last.get(row.parent_id, BEFORE_ALL), last[row.id])
    return [(row.key, row.kind, row.title, row.owner, last.get(row.id)) for row in idle]


async def _last_days(ever: Query, objects: set[RowId]) -> dict[RowId, DayNumber]:
    """Return object -> the last day (number) on which it was used, of more objects if many."""
    days = ever.platform.object_days()
    few = [days.c.object_id.in_(sorted(objects))] if len(objects) <= MANY else []
    rows = await ever.fetch(
        select(days.c.object_id, func.max(days.c.day).label("last"))
        .where(*few)
        .group_by(days.c.object_id)
    )
    return {row.object_id: row.last for row in rows}


async def _actions(q: Query, use: Query, ever: Query) -> list[tuple[Cell, ...]]:
    """Return administrative actions, menu items among them, that somebody did before but not now.

    Of the objects that a filter names nothing is an action.
    """
    if q.request.has_filter(ObjectFilter):
        return []
    names = await actions_of(q, "admin")
    asked = q.request.filters_of(ActionFilter)
    days = schema.action_day
    actions = await q.fetch(
        select(days.c.action_id)
        .where(days.c.day <= q.last_day, days.c.action_id.in_(names))
        .distinct()
    )
    now, before = use.platform.days(), ever.platform.days()
    done = {row.action_id for row in await q.fetch(select(now.c.action_id).distinct())}
    rows = await q.fetch(
        select(before.c.action_id, func.max(before.c.day).label("last")).group_by(
            before.c.action_id
        )
    )
    last = {row.action_id: row.last for row in rows}
    return [
        (None, "action", names[row.action_id], None, last.get(row.action_id))
        for row in actions
        if row.action_id not in done and all(each.fits(names[row.action_id]) for each in asked)
    ]
