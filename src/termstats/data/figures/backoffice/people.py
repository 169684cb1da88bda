"""The backoffice level: everybody who used the platform, and what belongs to a selection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import case, distinct, func, select, true

from termstats.data.figures.backoffice.context_parts import (
    AUDIT,
    ERRORS,
    FUNCTIONS,
    OBJECTS,
    PACKAGES,
    PEOPLE,
    SOURCES,
)
from termstats.data.figures.backoffice.reading.platform_use import (
    NOT_RECORDED,
    actions_of,
    recorded_kinds,
    source_of_actions,
    why_empty,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import RANKING, Details
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, Destination, count, day, ident, words
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import PLATFORM_KINDS

TOTAL = "Total"
TOP = 8
"""Names of each part, unless another number is asked for."""
_AUDIT = "audit"
"""Source of what a platform writes down for the record; elsewhere all administrative actions."""
CountedName: TypeAlias = tuple[object, str, int]
"""What is counted, its name, and its events."""
_FEW = 500
"""More ids than this are not put into a statement: everything is read instead."""


@figure(
    "backoffice.people",
    record=Record.PLATFORM_USE,
    title="People who used it",
    level=Level.BACKOFFICE,
    columns=(
        ident("user_id"),
        words("user", "User"),
        count("events", "Events"),
        count("active_days", "Days active"),
        day("last", "Last used"),
    ),
    chart=Bars("user", "events"),
    row_opens=Destination("learner", (("learner", "user_id"),)),
    unit="events",
    lists=Field.PERSON,
    details=Details("backoffice.events", filters=((Field.PERSON, "user_id"),)),
)
async def people(q: Query) -> Rows:
    """Everybody with any recorded use in the period: staff included, machines not.

    Administrative actions, API calls, runs of functions and errors all count. Ranked by events,
    then by name. Days active are the days with at least one event.
    """
    rows = await _by_use(q)
    return Rows(
        rows,
        empty="" if rows else await _why_empty(q),
        summary=f"{len(rows):,} people" if rows else "",
    )


@figure(
    "backoffice.users",
    record=Record.ADMINISTRATION,
    title="Users at work",
    level=Level.BACKOFFICE,
    columns=(
        ident("user_id"),
        words("user", "User"),
        count("actions", "Actions"),
        count("active_days", "Days active"),
        day("last_action", "Last action"),
    ),
    chart=Bars("user", "actions"),
    row_opens=Destination("learner", (("learner", "user_id"),)),
    unit="actions",
    details=Details("backoffice.log", filters=((Field.PERSON, "user_id"),)),
)
async def users(q: Query) -> Rows:
    """Everybody who did an administrative action in the period: staff included, machines not.

    Ranked by actions, then by name. Days active are the days with at least one action.
    """
    rows = await _by_use(q, await actions_of(q, "admin"))
    return Rows(
        rows,
        empty="" if rows else await why_empty(q, "admin", "administrative actions"),
        summary=f"{len(rows):,} users" if rows else "",
    )


async def _by_use(q: Query, actions: Collection[RowId] | None = None) -> Sequence[Sequence[Cell]]:
    """Return key, name, events, days active and the last day of whoever did any of `actions`.

    None stands for all actions. Most events first, then by name.
    """
    days, person = q.platform.days(), schema.person
    sums = (
        select(
            days.c.person_id,
            func.sum(days.c.events).label("events"),
            func.count(distinct(days.c.day)).label("days"),
            func.max(days.c.day).label("last"),
        )
        .where(days.c.acts == 1, true() if actions is None else days.c.action_id.in_(actions))
        .group_by(days.c.person_id)
        .subquery("sums")
    )
    counted = await q.fetch(
        select(sums, q.key_of(person).label("key"), person.c.name).join(
            person, person.c.id == sums.c.person_id
        )
    )
    rows = [(row.key, row.name, int(row.events), row.days, row.last) for row in counted]
    return ranked(rows, by=2, name=1, key=0)


async def _why_empty(q: Query) -> str:
    recorded = await recorded_kinds(q)
    return nothing_happened(q, "platform use") if recorded else NOT_RECORDED["admin"]


# ---- what belongs to a selection -----------------------------------------------------------------


@figure(
    "backoffice.context",
    title="What belongs to it",
    level=Level.BACKOFFICE,
    row="part",
    columns=(
        words("part", "Part"),
        words("name", "Name"),
        count("events", "Events"),
        count("names", "Of", "names that the part has, those not shown too"),
    ),
    options=RANKING,
)
async def context(q: Query) -> Rows:
    """What the filters and the period select, counted: the context pane of the dashboard.

    Total: all events, and the different people among them. Then events by person, by package and
    by object; runs by function, named `package:function`; events by source (log events); events of
    the source `audit` by action, or all administrative actions where the platform has no such
    source (audit events); and errors by name. The 8 most frequent of each, then by name.
    """
    days, action = q.platform.days(), schema.action
    actions = {
        row.id: (row.kind, clean(row.name))
        for row in await q.fetch(select(action).where(action.c.kind.in_(PLATFORM_KINDS)))
    }
    sums = await q.fetch(
        select(days.c.action_id, func.sum(days.c.events).label("events")).group_by(days.c.action_id)
    )
    by_action = {row.action_id: int(row.events) for row in sums}
    if not by_action:
        return Rows((), empty=await _why_empty(q))
    sources = await source_of_actions(q)
    has_audit = _AUDIT in sources.values()

    def is_audit(one: RowId) -> bool:
        return actions[one][0] == "admin" and (not has_audit or sources[one] == _AUDIT)

    def of_actions(named: Mapping[RowId, str]) -> list[CountedName]:
        return [(name, name, by_action[one]) for one, name in named.items() if one in by_action]

    by_person = await _by_person(q)
    named, keys = await _named(q, by_person)
    used = await _used_objects(q, [one for one, (kind, _) in actions.items() if kind == "function"])
    rows: list[tuple[Cell, ...]] = [
        (TOTAL, "events", sum(by_action.values()), None),
        (TOTAL, "people", len(by_person), None),
        *_part(q, PEOPLE, named, len(by_person)),
        *_part(q, PACKAGES, used[PACKAGES]),
        *_part(q, FUNCTIONS, used[FUNCTIONS]),
        *_part(q, OBJECTS, used[OBJECTS]),
        *_part(q, SOURCES, of_actions(sources)),
        *_part(q, AUDIT, of_actions({a: name for a, (_, name) in actions.items() if is_audit(a)})),
        *_part(
            q, ERRORS, of_actions({a: n for a, (kind, n) in actions.items() if kind == "error"})
        ),
    ]
    return Rows(rows, people=keys)


def _part(
    q: Query, part: str, named: Iterable[CountedName], names: int | None = None
) -> list[tuple[Cell, ...]]:
    """Return the most frequent names of a part, of `names` in all."""
    name_of: dict[object, str] = {}
    sums: dict[object, int] = defaultdict(int)
    for object_id, name, number in named:
        name_of[object_id] = name
        sums[object_id] += number
    order = sorted(sums, key=lambda object_id: (-sums[object_id], name_of[object_id].casefold()))
    shown = order[: q.top or TOP]
    return [(part, name_of[one], sums[one], names or len(sums)) for one in shown]


async def _by_person(q: Query) -> dict[RowId, int]:
    days = q.platform.days()
    rows = await q.fetch(
        select(days.c.person_id, func.sum(days.c.events).label("events"))
        .where(days.c.acts == 1)
        .group_by(days.c.person_id)
    )
    return {row.person_id: int(row.events) for row in rows}


async def _named(
    q: Query, by_person: Mapping[RowId, int]
) -> tuple[list[CountedName], tuple[str, ...]]:
    """Return those who may be among the top, ties included, and their ids."""
    if not by_person:
        return [], ()
    last = sorted(by_person.values(), reverse=True)[: q.top or TOP][-1]
    wanted = [one for one, number in by_person.items() if number >= last]
    person = schema.person
    statement = select(person.c.id, person.c.name, q.key_of(person).label("key"))
    if len(wanted) <= _FEW:
        statement = statement.where(person.c.id.in_(wanted))
    people = {row.id: row for row in await q.fetch(statement)}
    named: list[CountedName] = [(one, clean(people[one].name), by_person[one]) for one in wanted]
    return named, tuple(people[one].key for one in wanted)


async def _used_objects(q: Query, runs: Collection[RowId]) -> dict[str, list[CountedName]]:
    """Return packages, functions (their `runs` only) and other objects."""
    days, object_ = q.platform.object_days(), schema.object_
    parent = object_.alias("parent")
    sums = (
        select(
            days.c.object_id,
            func.sum(days.c.events).label("events"),
            func.sum(case((days.c.action_id.in_(runs), days.c.events), else_=0)).label("runs"),
        )
        .group_by(days.c.object_id)
        .subquery("sums")
    )
    is_package = parent.c.kind == "package"
    rows = await q.fetch(
        select(
            sums,
            object_.c.kind,
            object_.c.title,
            case((is_package, parent.c.id)).label("package_id"),
            case((is_package, parent.c.title)).label("package"),
        )
        .join(object_, object_.c.id == sums.c.object_id)
        .outerjoin(parent, parent.c.id == object_.c.parent_id)
    )
    named: dict[str, list[CountedName]] = defaultdict(list)
    for row in rows:
        title, events = clean(row.title), int(row.events)
        if row.kind == "package":
            named[PACKAGES].append((row.object_id, title, events))
            continue
        if row.package_id is not None:
            named[PACKAGES].append((row.package_id, clean(row.package), events))
        if row.runs:
            name = title if row.package_id is None else f"{clean(row.package)}:{title}"
            named[FUNCTIONS].append((row.object_id, name, int(row.runs)))
        if row.kind != "function":
            named[OBJECTS].append((row.object_id, title, events))
    return named
