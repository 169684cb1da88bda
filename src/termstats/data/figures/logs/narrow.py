"""Conditions that skip most events whose cell cannot fit a filter; what is read is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Table, func, or_, select

from termstats.data.figures.logs.blocks import MANY, Seek
from termstats.data.figures.logs.pages import Narrow, Narrowed
from termstats.data.model.row_search import is_in
from termstats.data.model.text import clean, one_line
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema


def narrowed(q: Query, of_actions: Mapping[str, Mapping[RowId, str]]) -> Narrow:
    """Return the conditions for lists of platform use, by the names of their columns.

    `of_actions` holds columns whose cell follows from the action: name -> action id -> cell.
    """
    person, listed, param = schema.person, schema.object_, schema.event_param
    sought: dict[str, tuple[str, Table, ColumnElement[str]]] = {
        "user_id": ("person_id", person, q.key_of(person)),
        "user": ("person_id", person, person.c.name),
        "object_id": ("object_id", listed, q.key_of(listed)),
        "object": ("object_id", listed, listed.c.title),
        "object_kind": ("object_id", listed, listed.c.kind),
    }

    def conditions(events: Subquery, name: str, text: str) -> Narrowed:
        if name == "error":
            # The cell of an error without a group is its name.
            return [or_(_has(events.c.error, text), events.c.kind == "error")]
        if name == "message":
            return [_has(events.c.detail, text)]
        if name == "parameters" and "=" not in text and "," not in text:
            holds = or_(_has(param.c.name, text), _has(param.c.value, text))
            return [select(param.c.name).where(param.c.event_id == events.c.id, holds).exists()]
        return []

    async def narrow(events: Subquery, name: str, text: str) -> Narrowed:
        if name in of_actions:
            cells = of_actions[name]
            return [Seek("action_id", fitting_actions(cells, text))]
        if name in sought:
            column, table, shown = sought[name]
            return [Seek(column, await fitting_ids(q, table, shown, text))]
        if not _folds_alike(text):
            return []
        if name == "session":
            return await _in_sessions(q, events, text)
        return conditions(events, name, text)

    return narrow


async def _in_sessions(q: Query, events: Subquery, text: str) -> Narrowed:
    """Return the events of the sessions whose key contains `text`; a session is one person's."""
    session = schema.session
    sessions = await q.fetch(
        select(session.c.id, session.c.person_id).where(_has(session.c.key, text)).limit(MANY + 1)
    )
    if len(sessions) > MANY:
        return [events.c.session_id.is_not(None)]
    people = {row.person_id for row in sessions}
    in_one: Narrowed = [events.c.session_id.in_([row.id for row in sessions])]
    return in_one if None in people else [Seek("person_id", sorted(people)), *in_one]


def fitting_actions(names: Mapping[RowId, str], text: str) -> list[RowId]:
    """Return the actions whose name contains `text`, or what a person reads for it does."""
    return [action for action, name in names.items() if is_in(text, name)]


async def fitting_ids(
    q: Query,
    table: Table,
    shown: ColumnElement[str],
    text: str,
    *where: ColumnElement[bool],
) -> list[RowId]:
    """Return the ids of the rows whose text contains `text`, which is in lower case."""
    rows = await q.fetch(select(table.c.id, shown.label("shown")).where(*where))
    return [row.id for row in rows if text in clean(row.shown).casefold()]


def _folds_alike(text: str) -> bool:
    """Return whether databases find what the check finds: they fold the case of ASCII only."""
    return text.isascii() and text == one_line(text) and " " not in text


def _has(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text, autoescape=True)
