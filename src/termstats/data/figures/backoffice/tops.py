"""The backoffice level: who works most, and on what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, case, distinct, func, select

from termstats.data.figures.backoffice.reading.platform_use import (
    action_columns,
    actions_of,
    by_frequency,
    why_empty,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.policy import RANKING, Details
from termstats.data.figures.definition.ranking import (
    BACKOFFICE_TOP,
    Cells,
    cut_off,
    ranked,
    top_rows,
)
from termstats.data.figures.definition.registry import figure
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Destination, StackedNames, count, day, ident, words
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_USER = (ident("user_id"), words("user", "User"))
_TO_LEARNER = Destination("learner", (("learner", "user_id"),))
_WHAT = "administrative actions"
MANY = 1_000
"""More names than this are read for everybody at once: a database takes only so many ids."""


@figure(
    "backoffice.top-users",
    record=Record.ADMINISTRATION,
    title="Most active users",
    level=Level.BACKOFFICE,
    columns=(*_USER, count("total", "Total")),
    chart=StackedNames("user"),
    row_opens=_TO_LEARNER,
    unit="actions",
    details=Details("backoffice.log", filters=((Field.PERSON, "user_id"),), series=Field.ACTION),
    options=RANKING,
)
async def top_users(q: Query) -> Rows:
    """The people with most administrative actions in the period, broken down by action.

    Ranked by the total over all actions, then by name; 5 unless another number is asked for, the
    rest in one row. A user is who acted, never whom the action had an effect on. Actions without a
    known user and those of machines are not ranked; how many is said.
    """
    actions, top = await actions_of(q, "admin"), q.top or BACKOFFICE_TOP
    uses = await q.uses.of_people(actions, top)
    if uses.unknown:
        q.note(f"Not ranked: {uses.unknown:,} actions of machines or without a known user.")
    if not uses.totals:
        return Rows((), empty=await why_empty(q, "admin", _WHAT))
    names = list(by_frequency((actions[action], n) for action, n in uses.sums.items()))
    rest = Counter(uses.sums)
    for part in uses.parts.values():
        rest.subtract(part)
    names_of = await _names(q, schema.person, schema.person.c.name, uses.totals, top)
    rows: list[Cells] = []
    for person_id, total in uses.totals.items():
        numbers = dict.fromkeys(names, 0)
        # The rest is one row in the end: its parts may stand with anybody in it.
        for action, n in uses.parts.get(person_id, rest).items():
            if n:
                numbers[actions[action]] += n
        if person_id not in uses.parts:
            rest = Counter()
        rows.append((*names_of.get(person_id, (None, None)), *numbers.values(), total))
    columns = (
        *_USER,
        *action_columns(names, ("user_id", "user", "total")),
        count("total", "Total"),
    )
    return Rows(
        _cut(q, rows, by=len(columns) - 1, adds=range(2, len(columns))),
        columns=columns,
        summary=f"{len(rows):,} users",
    )


async def _names(
    q: Query, table: Table, name: ColumnElement[str], totals: Mapping[RowId, int], top: int
) -> dict[RowId, tuple[str, str]]:
    """Return id -> (key, name) of those who may be among the top, ties included."""
    limit = sorted(totals.values(), reverse=True)[:top][-1]
    wanted = [each for each, total in totals.items() if total >= limit]
    statement = select(table.c.id, q.key_of(table).label("key"), name.label("name"))
    if len(wanted) <= MANY:
        statement = statement.where(table.c.id.in_(wanted))
    return {row.id: (row.key, row.name) for row in await q.fetch(statement)}


@figure(
    "backoffice.top-datasets",
    record=Record.DATASETS,
    title="Datasets worked on most",
    level=Level.BACKOFFICE,
    columns=(
        ident("dataset_id"),
        words("dataset", "Dataset"),
        count("actions", "Actions"),
        count("users", "Users"),
    ),
    chart=Bars("dataset", "actions"),
    unit="actions",
    details=Details("backoffice.object-history", filters=((Field.OBJECT, "dataset_id"),)),
    options=RANKING,
)
async def top_datasets(q: Query) -> Rows:
    """The datasets with most administrative actions in the period, of any sort and by anybody.

    Ranked by actions, then by name; 5 unless another number is asked for, the rest in one row.
    Users are the different known people who worked on it, so they do not add up over datasets. An
    action that names several objects counts for each of them.
    """
    return await _top_objects(q, "dataset")


@figure(
    "backoffice.top-pages",
    record=Record.PAGES,
    title="Pages worked on most",
    level=Level.BACKOFFICE,
    columns=(
        ident("page_id"),
        words("page", "Page"),
        count("actions", "Actions"),
        count("users", "Users"),
    ),
    chart=Bars("page", "actions"),
    unit="actions",
    details=Details("backoffice.object-history", filters=((Field.OBJECT, "page_id"),)),
    options=RANKING,
)
async def top_pages(q: Query) -> Rows:
    """The pages with most administrative actions in the period, of any sort and by anybody.

    Ranked by actions, then by name; 5 unless another number is asked for, the rest in one row.
    Users are the different known people who worked on it, so they do not add up over pages. An
    action that names several objects counts for each of them.
    """
    return await _top_objects(q, "page")


async def _top_objects(q: Query, kind: str) -> Rows:
    actions, object_ = await actions_of(q, "admin"), schema.object_
    numbers = await q.uses.of_objects(actions, kind)
    if not numbers:
        return Rows((), empty=await why_empty(q, "admin", f"{_WHAT} on {kind}s"))
    names_of = await _names(q, object_, object_.c.title, numbers, q.top or BACKOFFICE_TOP)
    rows: list[Cells] = [
        (*names_of.get(each, (None, None)), number, each) for each, number in numbers.items()
    ]
    shown = _cut(q, rows, by=2, adds=(2,))
    ids = [RowId(each) for *_cells, each in shown if isinstance(each, int)]
    users = await q.uses.people_of_objects(actions, ids)
    return Rows(
        [
            (*cells, users.get(RowId(each), 0) if isinstance(each, int) else None)
            for *cells, each in shown
        ],
        summary=f"{len(rows):,} {kind}s",
    )


async def _objects(q: Query) -> Sequence[Any]:
    """Return what was worked on: kind, key, title, actions, users, last (day number)."""
    days, object_ = q.platform.object_days(), schema.object_
    sums = (
        select(
            days.c.object_id,
            func.sum(days.c.events).label("actions"),
            func.count(distinct(case((days.c.acts == 1, days.c.person_id)))).label("users"),
            func.max(days.c.day).label("last"),
        )
        .where(days.c.action_id.in_(await actions_of(q, "admin")))
        .group_by(days.c.object_id)
        .subquery("sums")
    )
    return await q.fetch(
        select(sums, object_.c.kind, q.key_of(object_).label("key"), object_.c.title).join(
            object_, object_.c.id == sums.c.object_id
        )
    )


def _cut(q: Query, rows: Sequence[Cells], *, by: int, adds: Sequence[int]) -> Sequence[Cells]:
    """Return the top of the ranking, and say what is not shown."""
    top = q.top or BACKOFFICE_TOP
    rest = cut_off(rows, top, by=by)
    if rest:
        q.note(f"Not shown one by one: {rest}.")
    return top_rows(rows, top, by=by, name=1, key=0, adds=adds)


@figure(
    "backoffice.objects",
    record=Record.OBJECTS,
    title="Objects worked on",
    level=Level.BACKOFFICE,
    columns=(
        ident("object_id"),
        words("object", "Object"),
        words("kind", "Kind"),
        count("actions", "Actions"),
        count("users", "Users"),
        day("last_action", "Last action"),
    ),
    chart=Bars("object", "actions"),
    unit="actions",
    lists=Field.OBJECT,
    details=Details("backoffice.object-history", filters=((Field.OBJECT, "object_id"),)),
)
async def objects(q: Query) -> Rows:
    """Everything that was worked on in the period: datasets, pages, maps and whatever else.

    Ranked by administrative actions, then by name. Users are the different known people who
    worked on it; the last action is the last one within the period. An action that names
    several objects counts for each of them.
    """
    rows = [(r.key, r.title, r.kind, int(r.actions), r.users, r.last) for r in await _objects(q)]
    return Rows(
        ranked(rows, by=3, name=1, key=0),
        empty="" if rows else await why_empty(q, "admin", f"{_WHAT} on objects"),
        summary=f"{len(rows):,} objects" if rows else "",
    )
