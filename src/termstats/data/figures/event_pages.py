"""Lists of single events, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from termstats.data import schema
from termstats.data.csv import raw
from termstats.data.figures.base import Rows
from termstats.data.query import Query
from termstats.data.table import Cell, Column, Kind, show
from termstats.data.text import clean
from termstats.errors import UsageError

BLOCK, LARGEST = 2_000, 20_000
"""Events read at once while looking for rows that fit a filter: four times more each time."""
_OF_ACTION = {"kind": "kind", "action": "name"}
"""Columns of figures that hold a column of `action`: few rows tell which events can fit."""


async def event_page(
    q: Query, columns: Sequence[Column], row_of: Callable[[Any], tuple[Cell, ...]]
) -> Rows:
    """Return one page of the events asked for; `row_of` gives the cells of `columns`.

    Its argument has the columns of `Query.events`, and: learner, learner_key, training,
    training_key, module, activity, session_key. A filter keeps rows whose cell contains the text.

    Raises:
        UsageError: the cursor or the column of a filter is not one of this figure.
    """
    filters = _filters(q, columns)
    before = _cursor(q.request.after)
    size = BLOCK if filters else q.request.limit + 1
    actions = await _actions(q, [(columns[at].name, text) for at, text in filters])
    rows: list[tuple[Cell, ...]] = []
    while True:
        block = await _block(q, before, size, actions)
        for position, event in enumerate(block):
            before = (event.second, event.id)
            row = row_of(event)
            if all(_fits(q, row[at], columns[at].kind, text) for at, text in filters):
                rows.append(row)
            if len(rows) == q.request.limit:
                more = len(block) == size or position + 1 < len(block)
                return Rows(rows, after=f"{before[0]}-{before[1]}" if more else None)
        if len(block) < size:
            return Rows(rows)
        size = min(4 * size, LARGEST)


async def _actions(q: Query, filters: Sequence[tuple[str, str]]) -> list[int] | None:
    """Return the actions that fit the filters; None where no filter is about the action."""
    wanted = [(_OF_ACTION[name], text) for name, text in filters if name in _OF_ACTION]
    if not wanted:
        return None
    return [
        row.id
        for row in await q.fetch(select(schema.action))
        if all(text in clean(row._mapping[name]).casefold() for name, text in wanted)
    ]


async def _block(
    q: Query, before: tuple[int, int] | None, size: int, actions: list[int] | None
) -> Sequence[Any]:
    """Return the next `size` events after the place `before`, newest first, with their names."""
    events = q.events()
    # By id where the id is the time: the page is read from the end of the key.
    order = [events.c.id.desc()]
    where: list[ColumnElement[bool]] = []
    if actions is not None:
        where.append(events.c.action_id.in_(actions))
    if before is not None:
        second, last = before
        earlier = events.c.id < last
        if q.clock == schema.CLOCK_SERVER:
            earlier = or_(events.c.second < second, and_(events.c.second == second, earlier))
        where.append(earlier)
    if q.clock == schema.CLOCK_SERVER:
        order.insert(0, events.c.second.desc())
    page = select(events).where(*where).order_by(*order).limit(size).subquery("page")
    person, training, session = schema.person, schema.training, schema.session
    module, activity = schema.module, schema.activity
    return await q.fetch(
        select(
            page,
            person.c.name.label("learner"),
            q.key_of(person).label("learner_key"),
            training.c.title.label("training"),
            q.key_of(training).label("training_key"),
            module.c.title.label("module"),
            activity.c.title.label("activity"),
            session.c.key.label("session_key"),
        )
        .select_from(page)
        .outerjoin(person, person.c.id == page.c.person_id)
        .outerjoin(training, training.c.id == page.c.training_id)
        .outerjoin(module, module.c.id == page.c.module_id)
        .outerjoin(activity, activity.c.id == page.c.activity_id)
        .outerjoin(session, session.c.id == page.c.session_id)
        .order_by(page.c.second.desc(), page.c.id.desc())
    )


def _filters(q: Query, columns: Sequence[Column]) -> list[tuple[int, str]]:
    names = [column.name for column in columns]
    found = []
    for name, text in q.request.filters:
        if name not in names:
            raise UsageError(f"no column {clean(name)!r} here; filter by {', '.join(names)}")
        found.append((names.index(name), text.casefold()))
    return found


def _cursor(after: str | None) -> tuple[int, int] | None:
    if after is None:
        return None
    second, _, last = after.rpartition("-")
    try:
        return int(second), int(last)
    except ValueError:
        raise UsageError(f"{clean(after)!r} is no page of this figure; leave it out") from None


def _fits(q: Query, cell: Cell, kind: Kind, text: str) -> bool:
    if cell is None:
        return False
    if kind is Kind.MOMENT and isinstance(cell, int):
        cell = datetime.fromtimestamp(cell, q.zone)
    return text in raw(cell).casefold() or text in clean(show(cell, kind)).casefold()
