"""The names by which people, trainings, classes and objects are called, read from the store.

They hold what the viewer's scope holds and nothing else, loaded once per store and scope. Staff,
blocked and deleted people are among them: support has to find everybody.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    String,
    Table,
    cast,
    literal,
    null,
    select,
)

from termstats.data.model.entity import Entity
from termstats.data.model.folding import fold
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.request import Param, Request
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.query.narrowing import restricted
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.engine import StoreConnection
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Named:
    """One entry of the index; `fields` are folded: name first, then the other ways to call it."""

    entity: Entity
    plain_key: str
    fields: tuple[str, ...]
    words: str
    detail: str
    kind: str = ""
    """Of an object: `kind:id` names it too. Of a module or activity: what it is."""
    own_ids: tuple[str, ...] = ()
    """Of a module or activity: the platform's id alone, where the key says more, as it is typed."""


@dataclass(frozen=True)
class Index:
    """Everything that has a level of its own, by its parameter."""

    entries: dict[Param, tuple[Named, ...]]


_PARTS: dict[Param, Table] = {
    Param.MODULE: schema.module,
    Param.ACTIVITY: schema.activity,
    Param.ATTEMPT: schema.attempt,
}
_OF_PLATFORM = {Param.FUNCTION: "function", Param.PACKAGE: "package", Param.OBJECT: ""}
"""Belong to no training: seen only by who sees the whole platform. The kind meant, if only one."""
_OBJECTS: Memory[None, tuple[Named, ...]] = Memory(most=1)
_INDEXES: Memory[Scope, Index] = Memory(most=4)


def spaced(text: str) -> str:
    """Return the folded words of `text`, each after one space."""
    return " " + _PUNCTUATION.sub(" ", fold(text)).strip()


async def names_in_scope(store: Store, scope: Scope) -> Index:
    """Return the names of people, trainings and classes in scope."""
    return await store.memories.recall(_INDEXES, scope, lambda: _read_index(store, scope))


async def _read_index(store: Store, scope: Scope) -> Index:
    async with store.connect() as connection:
        q = await _query(connection, store, scope)
        people = q.people.everybody().subquery("people")
        trainings, classes = q.roster.trainings(), q.people.classes()
        return Index(
            {
                # To whom groups only may be known nobody has a name.
                Param.LEARNER: ()
                if scope.min_group
                else await _load(
                    q,
                    _entries(q, people, people.c.name, people.c.username, people.c.email),
                    select(people.c.id, people.c.staff, people.c.blocked, people.c.deleted),
                ),
                Param.TRAINING: await _load(
                    q, _entries(q, trainings, trainings.c.title, trainings.c.code)
                ),
                Param.CLASS: await _load(q, _entries(q, classes, classes.c.title)),
            }
        )


async def names_of_objects(store: Store, scope: Scope) -> tuple[Named, ...]:
    """Return the objects of the platform with their kind; files of trainings are none.

    The kind is in the id too where a page has the id of a dataset.
    """
    return await store.memories.recall(_OBJECTS, None, lambda: _read_objects(store, scope))


async def _read_objects(store: Store, scope: Scope) -> tuple[Named, ...]:
    table = schema.object_
    async with store.connect() as connection:
        q = await _query(connection, store, scope)
        kinds = {row.id: row.kind for row in await q.fetch(select(table.c.id, table.c.kind))}
        of_platform = _entries(q, table, table.c.title).where(table.c.training_id.is_(None))
        entries = await _load(q, of_platform)
    objects = [replace(each, kind=clean(kinds[each.entity.id])) for each in entries]
    times = Counter(each.entity.key for each in objects)
    return tuple(
        each
        if times[each.entity.key] == 1
        else replace(
            each,
            entity=replace(each.entity, key=f"{each.kind}:{each.entity.key}"),
            plain_key=f"{each.kind}:{each.plain_key}",
        )
        for each in objects
    )


async def _query(connection: StoreConnection, store: Store, scope: Scope) -> Query:
    """Return the question about everybody, whenever: scope is the only restriction left."""
    always = Period(EPOCH, max(store.info.today, store.info.coverage[1]))
    return await ask(connection, store, scope, Request(always, everybody=True))


def _entries(
    q: Query,
    table: FromClause,
    name: ColumnElement[str],
    username: ColumnElement[str] | None = None,
    email: ColumnElement[str] | None = None,
) -> Select[Any]:
    """Return id, the bare and the shown key, and the names of the rows of `table`."""
    nothing: ColumnElement[Any] = null()
    return select(
        table.c.id,
        table.c.key,
        q.key_of(table).label("shown_key"),
        name.label("name"),
        (nothing if username is None else username).label("username"),
        (nothing if email is None else email).label("email"),
    )


async def _load(
    q: Query, statement: Select[Any], flags: Select[Any] | None = None
) -> tuple[Named, ...]:
    words: dict[RowId, list[str]] = {}
    if flags is not None:
        for row in await q.fetch(flags):
            told = [word for word in ("staff", "blocked", "deleted") if getattr(row, word)]
            if told:
                words[row.id] = told
    names = [_named(row, words.get(row.id, [])) for row in await q.fetch(statement)]
    return tuple(sorted(names, key=lambda n: (n.fields[0], n.entity.id)))


def _named(row: Row[Any], flags: list[str]) -> Named:
    name, key, shown_key = clean(row.name), clean(row.key), clean(row.shown_key)
    others = [clean(value) for value in (row.username, row.email) if value]
    return Named(
        entity=Entity(row.id, shown_key, name),
        plain_key=row.key,
        fields=tuple(fold(value) for value in (name, *others, key)),
        words="".join(spaced(value) for value in (name, *others, key)),
        kind=getattr(row, "kind", ""),
        detail=" · ".join([*dict.fromkeys(others), f"id {shown_key}", *flags]),
    )


def own_ids(plain_key: str, shown_key: str) -> tuple[str, ...]:
    """Return the platform's own id out of the key of a module or activity, as it may be typed.

    Platforms number each table from 1, so keys say what is numbered and where it stands: 7 of
    `activity:7`, 5 of `module:5@course:2@3`. With its source too where a store has several.
    """
    numbered = plain_key.partition("@")[0]
    kind, _colon, number = numbered.partition(":")
    source = shown_key.removesuffix(plain_key)
    typed = {prefix + own for prefix in ("", source) for own in (numbered, number or kind)}
    return tuple(typed - {plain_key, shown_key})


async def names_of_parts(
    store: Store, scope: Scope, param: Param, text: str, training: Entity | None
) -> tuple[Named, ...]:
    """Return the modules or activities in scope; of attempts only those with the id asked for."""
    if param in _OF_PLATFORM:
        objects = await names_of_objects(store, scope) if scope.is_everything else ()
        kind = _OF_PLATFORM[param]
        return tuple(each for each in objects if kind in ("", each.kind))
    table = _PARTS[param]
    async with store.connect() as connection:
        q = await _query(connection, store, scope)
        if param is Param.ATTEMPT:
            # There may be millions: only an id names one.
            name = literal("attempt ").concat(cast(table.c.number, String))
            statement = _entries(q, table, name).where(
                table.c.key.in_({text, text.partition(":")[2]}),
                *restricted(q.question, table.c.person_id, table.c.training_id),
            )
        else:
            trainings = q.roster.trainings()
            statement = _entries(q, table, table.c.title).where(
                table.c.training_id.in_(select(trainings.c.id))
            )
        if training is not None:
            statement = statement.where(table.c.training_id == training.id)
        if param is not Param.ATTEMPT:
            what = schema.module.c.kind if param is Param.MODULE else schema.activity.c.type
            statement = statement.add_columns(what.label("kind"))
        return tuple(
            replace(each, own_ids=own_ids(each.plain_key, each.entity.key))
            for each in await _load(q, statement)
        )
