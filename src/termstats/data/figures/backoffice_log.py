"""The activity log of the backoffice level: every administrative action, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from termstats.data import schema
from termstats.data.csv import raw
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.platform_use import actions_of, why_empty
from termstats.data.query import Query
from termstats.data.query_platform import platform_events
from termstats.data.schema import EVENT_SEQUENCE_BITS
from termstats.data.table import Cell, Drill, moment, words
from termstats.data.text import clean
from termstats.errors import UsageError

BLOCK = 2_000
"""Events read at once while looking for rows that fit a filter."""
MANY = 500
"""More matching ids than this do not narrow the search: such rows are found soon anyway."""

COLUMNS = (
    moment("timestamp", "Time"),
    words("domain_id", "Domain"),
    words("user_id", "User", "who did it"),
    words("dataset_id", "Dataset"),
    words("username", "Affected user", "whom the action had an effect on"),
    words("action", "Action"),
    words("group_id", "Group"),
    words("page_id", "Page"),
    words("diff", "Difference", "what the action changed, as JSON"),
    words("map_id", "Map"),
    words("reuse_title", "Reuse"),
    words("subdomain_id", "Subdomain"),
)
_NAMES = tuple(column.name for column in COLUMNS)
_OF_OBJECT = {"dataset": "dataset_id", "page": "page_id", "map": "map_id"}
"""Kind of the object acted on -> the column that shows its id. What no column of `event`
holds is in its `extra`, under the name of the column."""
_OF_EXTRA = ("domain_id", "group_id", "reuse_title", "subdomain_id")


@figure(
    "backoffice.log",
    title="Activity log",
    level=Level.BACKOFFICE,
    columns=COLUMNS,
    drill=Drill("learner", (("learner", "user_id"),)),
    paged=True,
)
async def log(q: Query) -> Rows:
    """Every administrative action of the period, newest first, as the platform logged it.

    The columns and their order are those of an Opendatasoft activity log. The user is who acted;
    the affected user is somebody else on whom the action had an effect. Nothing is left out:
    machines, and actions without a known user, are rows too. A filter keeps the rows whose cell
    contains the text, upper and lower case alike; several filters must all fit.
    """
    filters = _filters(q)
    before = _cursor(q.request.after)
    events = platform_events(q)
    narrowed = await _narrowed(q, events, filters)
    rows: list[tuple[Cell, ...]] = []
    size = BLOCK if filters else q.request.limit + 1
    more = True
    while more:
        block = await _block(q, events, narrowed, before, size)
        more = len(block) == size
        for event in block:
            if len(rows) == q.request.limit:
                more = True
                break
            before = event.id
            row = _row(event)
            if all(_fits(q, row[at], text) for at, text in filters):
                rows.append(row)
        if len(rows) == q.request.limit:
            break
    empty = ""
    if not rows and q.request.after is None:
        empty = await why_empty(q, "admin", "administrative actions")
        if filters:
            empty = "No row fits the filter. Shorten it, or choose a longer period."
    return Rows(rows, empty=empty, after=str(before) if more and rows else None)


def _filters(q: Query) -> list[tuple[int, str]]:
    """Return (position of the column, text in lower case) for each filter.

    Raises:
        UsageError: no such column.
    """
    found: list[tuple[int, str]] = []
    for name, text in q.request.filters:
        if name not in _NAMES:
            raise UsageError(
                f"backoffice.log has no column {clean(name)!r}; filter by {', '.join(_NAMES)}"
            )
        found.append((_NAMES.index(name), text.casefold()))
    return found


def _cursor(after: str | None) -> int | None:
    """Return the id of the last event of the page before.

    Raises:
        UsageError: not a cursor of this figure.
    """
    if after is None:
        return None
    if not (after.isascii() and after.isdecimal()):
        raise UsageError(f"{clean(after)!r} is no page of backoffice.log; leave it out to begin")
    return int(after)


async def _narrowed(
    q: Query, event: Subquery, filters: Sequence[tuple[int, str]]
) -> list[ColumnElement[bool]]:
    """Return conditions that skip most events that cannot fit; what is read is checked again."""
    found: list[ColumnElement[bool]] = []
    for position, text in filters:
        name = _NAMES[position]
        if name == "action":
            actions = await actions_of(q, "admin")
            ids = [action for action, shown in actions.items() if text in shown.casefold()]
            found.append(event.c.action_id.in_(ids))
        elif name == "user_id":
            found.append(_in_few(event.c.person_id, await _people(q, text)))
        elif name == "username":
            is_target = _in_few(event.c.target_person_id, await _people(q, text))
            found.append(or_(is_target, _may_hold(event.c.extra, text)))
        elif name == "diff":
            found.append(_may_hold(event.c.diff, text))
        elif name in _OF_OBJECT.values():
            found.append(or_(event.c.object_id.is_not(None), _may_hold(event.c.extra, text)))
        elif name in _OF_EXTRA:
            found.append(_may_hold(event.c.extra, text))
    return found


async def _people(q: Query, text: str) -> list[int]:
    """Return the ids of the people whose shown id contains `text`."""
    person = schema.person
    rows = await q.fetch(select(person.c.id, q.key_of(person).label("key")))
    return [row.id for row in rows if text in clean(row.key).casefold()]


def _in_few(column: ColumnElement[Any], ids: list[int]) -> ColumnElement[bool]:
    return column.in_(ids) if len(ids) <= MANY else column.is_not(None)


def _may_hold(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return whether a JSON text may hold `text`: databases fold the case of ASCII only."""
    if text.isascii() and not set(text) & set('"\\/'):
        return func.lower(column).contains(text, autoescape=True)
    return column.is_not(None)


async def _block(
    q: Query,
    events: Subquery,
    narrowed: Sequence[ColumnElement[bool]],
    before: int | None,
    size: int,
) -> Sequence[Any]:
    """Return the next `size` events before the event `before`, newest first, with their names."""
    where = [events.c.kind == "admin", *narrowed]
    if before is not None:
        where.append(events.c.id < before)
    page = (
        select(
            events.c.id,
            events.c.person_id,
            events.c.target_person_id,
            events.c.object_id,
            events.c.action,
            events.c.diff,
            events.c.extra,
        )
        .where(and_(*where))
        .order_by(events.c.id.desc())
        .limit(size)
        .subquery("page")
    )
    person, target, thing = schema.person, schema.person.alias("target"), schema.object_
    return await q.fetch(
        select(
            page,
            q.key_of(person).label("user"),
            q.key_of(target).label("target"),
            q.key_of(thing).label("object"),
            thing.c.kind.label("object_kind"),
        )
        .outerjoin(person, person.c.id == page.c.person_id)
        .outerjoin(target, target.c.id == page.c.target_person_id)
        .outerjoin(thing, thing.c.id == page.c.object_id)
        .order_by(page.c.id.desc())
    )


def _row(event: Any) -> tuple[Cell, ...]:
    """Return one event as the cells of COLUMNS."""
    cells: dict[str, Cell] = _extra(event.extra)
    cells.update(
        timestamp=event.id >> EVENT_SEQUENCE_BITS,
        user_id=event.user,
        action=event.action,
        diff=event.diff,
    )
    if event.target is not None:
        cells["username"] = event.target
    if event.object_kind in _OF_OBJECT:
        cells[_OF_OBJECT[event.object_kind]] = event.object
    return tuple(cells.get(name) for name in _NAMES)


def _extra(text: str | None) -> dict[str, Cell]:
    """Return the named texts of a JSON object; nothing where it is none."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: str(value) for name, value in found.items() if value is not None}


def _fits(q: Query, cell: Cell, text: str) -> bool:
    """Return whether the cell, as it is written in a file, contains `text` (in lower case)."""
    if cell is None:
        return False
    if isinstance(cell, int):
        cell = datetime.fromtimestamp(cell, q.zone)
        return text in raw(cell).casefold() or text in f"{cell:%Y-%m-%d %H:%M}"
    return text in clean(cell).casefold()
