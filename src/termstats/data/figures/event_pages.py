"""Lists of single events, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Table, and_, func, or_, select

from termstats.data import schema
from termstats.data.csv import raw
from termstats.data.figures.base import Rows
from termstats.data.query import Query
from termstats.data.table import Cell, Column, Kind, show
from termstats.data.text import clean
from termstats.errors import UsageError

BLOCK, LARGEST = 2_000, 20_000
"""Events read at once while looking for rows that fit a filter: four times more each time."""
MANY = 500
"""More matching ids than this do not narrow the search: such rows are found soon anyway."""
_PLAIN = ("version", "language", "ip", "agent")
"""Columns shown as the event holds them."""


Blocks = Callable[[Sequence[Any]], Awaitable[None]]
Narrow = Callable[[Subquery, str, str], Awaitable[list[ColumnElement[bool]]]]


async def event_page(
    q: Query,
    columns: Sequence[Column],
    row_of: Callable[[Any], tuple[Cell, ...] | None],
    *,
    events: Subquery | None = None,
    before_rows: Blocks | None = None,
    narrow: Narrow | None = None,
) -> Rows:
    """Return one page of the events asked for; `row_of` gives the cells of `columns`.

    Its argument has the columns of `Query.events`, and: learner, learner_key, training,
    training_key, module, activity, session_key; None leaves the event out. A filter keeps rows
    whose cell contains the text.
    `events` are others than `Query.events`, with its columns; `before_rows` is handed every block
    of events before its rows are made, to read what belongs to them. `narrow` gives conditions on
    `events` that skip most events whose cell of a column (name) cannot contain a text.

    Raises:
        UsageError: the cursor or the column of a filter is not one of this figure.
    """
    filters = _filters(q, columns)
    before = _cursor(q.request.after)
    size = BLOCK if filters else q.request.limit + 1
    events = q.events() if events is None else events
    narrowed = [
        condition
        for at, text in filters
        for condition in (
            await _narrowed(q, events, columns[at].name, text)
            if narrow is None
            else await narrow(events, columns[at].name, text)
        )
    ]
    rows: list[tuple[Cell, ...]] = []
    while True:
        block = await _block(q, events, narrowed, before, size)
        if before_rows is not None:
            await before_rows(block)
        for position, event in enumerate(block):
            before = (event.second, event.id)
            row = row_of(event)
            if row is not None and all(
                _fits(q, row[at], columns[at].kind, text) for at, text in filters
            ):
                rows.append(row)
            if len(rows) == q.request.limit:
                more = len(block) == size or position + 1 < len(block)
                return Rows(rows, after=f"{before[0]}-{before[1]}" if more else None)
        if len(block) < size:
            return Rows(rows)
        size = min(4 * size, LARGEST)


async def _narrowed(q: Query, events: Subquery, name: str, text: str) -> list[ColumnElement[bool]]:
    """Return conditions that skip most events whose cell cannot fit; what is read is checked."""
    person, activity, action = schema.person, schema.activity, schema.action
    if name in ("kind", "action"):
        shown = action.c.kind if name == "kind" else action.c.name
        return _in_few(events.c.action_id, await _fitting(q, action, shown, text))
    if name in ("learner", "learner_id"):
        called = q.key_of(person) if name == "learner_id" else person.c.name
        return _in_few(events.c.person_id, await _fitting(q, person, called, text))
    if name == "activity":
        # Without a titled activity the cell holds something else.
        found = await _fitting(q, activity, activity.c.title, text, or_empty=True)
        fits = _in_few(events.c.activity_id, found)
        return [or_(events.c.activity_id.is_(None), *fits)] if fits else []
    if name in _PLAIN:
        return [func.lower(events.c[name]).contains(text, autoescape=True)]
    return []


async def _fitting(
    q: Query, table: Table, shown: ColumnElement[str], text: str, *, or_empty: bool = False
) -> list[int]:
    """Return the ids of the rows whose shown text contains `text`."""
    rows = await q.fetch(select(table.c.id, shown.label("shown")))
    return [
        row.id
        for row in rows
        if text in clean(" ".join(row.shown.split())).casefold()
        or text in clean(row.shown).casefold()
        or (or_empty and not row.shown.strip())
    ]


def _in_few(column: ColumnElement[int], ids: list[int]) -> list[ColumnElement[bool]]:
    return [column.in_(ids)] if len(ids) <= MANY else []


async def _block(
    q: Query,
    events: Subquery,
    narrowed: Sequence[ColumnElement[bool]],
    before: tuple[int, int] | None,
    size: int,
) -> Sequence[Any]:
    """Return the next `size` events after the place `before`, newest first, with their names."""
    # By id where the id is the time: the page is read from the end of the key.
    order = [events.c.id.desc()]
    where = list(narrowed)
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
