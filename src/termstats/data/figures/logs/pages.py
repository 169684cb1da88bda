"""Lists of single events, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Table, func, or_, select

from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.logs.blocks import (
    MANY,
    EventReader,
    Seek,
    Within,
    leading,
    seeks_of_filters,
)
from termstats.data.model.errors import UsageError
from termstats.data.model.period import number_day
from termstats.data.model.row_search import EXACT, UNLIKE, is_in, named_cell_fits
from termstats.data.model.table import Cell, Column, Kind
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber, EventId, RowId, Second
from termstats.data.query.query import Query
from termstats.data.store import schema

LARGEST = 3_000
"""Events that a page reads, at most, while it looks for rows that fit a filter."""
_PLAIN = ("version", "language", "ip", "agent")
"""Columns shown as the event holds them."""
_PLACE = ("second", "id")
"""Columns by which a page is continued."""


Blocks = Callable[[Sequence[Any]], Awaitable[None]]
Narrowed = list[Seek | Within | ColumnElement[bool]]
Narrow = Callable[[Subquery, str, str], Awaitable[Narrowed]]


async def event_page(
    q: Query,
    columns: Sequence[Column],
    row_of: Callable[[Any], tuple[Cell, ...] | None],
    *,
    events: Subquery | None = None,
    before_rows: Blocks | None = None,
    narrow: Narrow | None = None,
    seek: Seek | None = None,
    only: Sequence[str] = (),
    name_of: Callable[[str, Cell], Cell] = lambda _column, cell: cell,
) -> Rows:
    """Return one page of the events asked for; `row_of` gives the cells of `columns`.

    Its argument has the columns of `Query.events`, and: learner, learner_key, username, training,
    training_key, module, module_kind, digest, activity, session_key; None leaves the event out. A
    filter keeps rows whose cell contains the text.
    `events` are others than `Query.events`, with its columns; `before_rows` is handed every block
    of events before its rows are made, to read what belongs to them. `narrow` gives what skips
    most events whose cell of a column (name) cannot contain a text; `seek` holds for all `events`.
    `only` names the columns that `row_of` and `before_rows` read, in their order: long lists are
    read much faster without the others. `name_of` gives what a person reads for a cell of a column
    (name), where that is another; a text is looked for in both.

    Where no index leads to the rows that fit, a page looks through a part of the period only; then
    it may hold few rows or none, and `after` continues it.

    Raises:
        UsageError: the cursor or a column of the row search is not one of this figure.
    """
    searched = searched_columns(q, columns)
    events = q.days.events() if events is None else events
    narrowing = await _narrowing(q, columns, searched, events, narrow or _narrow_learning(q))
    seeks = [*([] if seek is None else [seek]), *await seeks_of_filters(q), *narrowing.seeks]
    if any(not each.ids for each in seeks):
        return Rows(())
    lead = leading(seeks, scans=narrowing.scans)
    begun = place_of(q.request.after)
    before = (Second(begun[0]), EventId(begun[1])) if begun else None
    reader = EventReader(
        q,
        events,
        narrowing.where,
        before,
        lead,
        narrowing.scans,
        narrowing.within,
        (*only, *_PLACE) if only else (),
    )
    rows: list[tuple[Cell, ...]] = []
    people: dict[str, None] = {}
    size = q.request.limit + 1
    while True:
        block = await reader.block(size)
        if before_rows is not None:
            await before_rows(block)
        for position, event in enumerate(block):
            row = row_of(event)
            if row is not None and (not searched or row_fits(q, row, columns, searched, name_of)):
                rows.append(row)
                if event.learner_key is not None:
                    people[event.learner_key] = None
            if len(rows) == q.request.limit:
                is_last = reader.is_done and position + 1 == len(block)
                after = None if is_last else f"{event.second}-{event.id}"
                return Rows(rows, after=after, people=tuple(people))
        if reader.is_done:
            return Rows(rows, people=tuple(people))
        if reader.is_tired or (searched and reader.looked >= LARGEST):
            return replace(_to_continue(q, rows, reader), people=tuple(people))
        size = min(4 * size, LARGEST - reader.looked) if searched else 4 * size


@dataclass
class _Narrowing:
    """What skips most events whose cells cannot fit."""

    where: list[ColumnElement[bool]] = field(default_factory=list)
    seeks: list[Seek] = field(default_factory=list)
    within: list[Within] = field(default_factory=list)
    scans: bool = False
    """Whether cells have to be looked through anyway."""


async def _narrowing(
    q: Query,
    columns: Sequence[Column],
    searched: Sequence[tuple[int, str]],
    events: Subquery,
    narrow: Narrow,
) -> _Narrowing:
    """Return what skips events, for all texts that cells must contain."""
    narrowing = _Narrowing()
    for at, text in searched:
        if text.startswith(UNLIKE):
            narrowing.scans = True
            continue
        narrowed = await narrow(events, columns[at].name, text.removeprefix(EXACT))
        sought = [each for each in narrowed if isinstance(each, Seek)]
        spans = [each for each in narrowed if isinstance(each, Within)]
        few = all(len(each.ids) <= MANY for each in sought)
        narrowing.scans = narrowing.scans or not (spans or (sought and few))
        narrowing.where += [each.holds(events) for each in sought]
        narrowing.where += [each for each in narrowed if isinstance(each, ColumnElement)]
        narrowing.seeks += sought
        narrowing.within += spans
    return narrowing


def _to_continue(q: Query, rows: Sequence[tuple[Cell, ...]], reader: EventReader) -> Rows:
    """Return what one page has found; the next one goes on where it stopped."""
    assert reader.before is not None  # noqa: S101 - something was read
    second, last = reader.before
    reached = f"{datetime.fromtimestamp(second, q.zone):%Y-%m-%d %H:%M}"
    looked = f"Looked through back to {reached}."
    return Rows(
        rows, empty=f"{looked} Nothing fits so far.", summary=looked, after=f"{second}-{last}"
    )


def _narrow_learning(q: Query) -> Narrow:
    async def narrow(events: Subquery, name: str, text: str) -> Narrowed:
        return await _narrowed(q, events, name, text)

    return narrow


async def _narrowed(q: Query, events: Subquery, name: str, text: str) -> Narrowed:
    """Return what skips most events whose cell cannot fit; what is read is checked."""
    person, activity, action = schema.person, schema.activity, schema.action
    if name in ("kind", "action"):
        shown = action.c.kind if name == "kind" else action.c.name
        return [Seek("action_id", await _fitting(q, action, shown, text))]
    if name in ("learner", "learner_id"):
        called = q.key_of(person) if name == "learner_id" else person.c.name
        return [Seek("person_id", await _fitting(q, person, called, text))]
    if name == "activity":
        # Without a titled activity the cell holds something else.
        fitting = await _fitting(q, activity, activity.c.title, text, or_empty=True)
        if len(fitting) > MANY:
            return []
        return [or_(events.c.activity_id.is_(None), events.c.activity_id.in_(fitting))]
    if name in _PLAIN:
        return [func.lower(events.c[name]).contains(text, autoescape=True)]
    return []


async def _fitting(
    q: Query, table: Table, shown: ColumnElement[str], text: str, *, or_empty: bool = False
) -> list[RowId]:
    """Return the ids of the rows whose shown text contains `text`."""
    rows = await q.fetch(select(table.c.id, shown.label("shown")))
    return [
        row.id
        for row in rows
        if text in clean(" ".join(row.shown.split())).casefold()
        or is_in(text, clean(row.shown))
        or (or_empty and not row.shown.strip())
    ]


def searched_columns(q: Query, columns: Sequence[Column]) -> list[tuple[int, str]]:
    """Return the places of the columns of the row search, and their texts.

    Raises:
        UsageError: a column is none of these.
    """
    names = [column.name for column in columns]
    searched = []
    for name, text in q.request.row_search:
        if name not in names:
            raise UsageError(f"no column {clean(name)!r} here; filter by {', '.join(names)}")
        searched.append((names.index(name), text.casefold()))
    return searched


def place_of(after: str | None) -> tuple[int, int] | None:
    """Return the moment and the id of the row at which a page ended.

    Raises:
        UsageError: the cursor is none of this sort.
    """
    if after is None:
        return None
    second, _, last = after.rpartition("-")
    try:
        return int(second), int(last)
    except ValueError:
        raise UsageError(f"{clean(after)!r} is no page of this figure; leave it out") from None


def row_fits(
    q: Query,
    row: Sequence[Cell],
    columns: Sequence[Column],
    searched: Sequence[tuple[int, str]],
    name_of: Callable[[str, Cell], Cell] = lambda _column, cell: cell,
) -> bool:
    """Return whether the cells of a row, or their names, fit all texts that are searched for."""
    names = {at: columns[at].read(name_of(columns[at].name, row[at])) for at, _text in searched}
    return all(_fits(q, row[at], names[at], columns[at].kind, text) for at, text in searched)


def _fits(q: Query, cell: Cell, name: Cell, kind: Kind, text: str) -> bool:
    if kind is Kind.MOMENT and isinstance(cell, int):
        cell = name = datetime.fromtimestamp(cell, q.zone)
    elif kind is Kind.DATE and isinstance(cell, int):
        cell = name = number_day(DayNumber(cell))
    return named_cell_fits(cell, name, kind, text)
