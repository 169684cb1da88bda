"""Filters of the backoffice level as they are typed, kept and read; `filters` applies them."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable
from typing import TypeAlias

from sqlalchemy import select

from termstats.data.model.errors import UsageError
from termstats.data.model.period_text import parse_range
from termstats.data.model.request import Entity, Field, Only, Param, written
from termstats.data.model.text import clean
from termstats.data.query.filters import WEEKDAYS, days_entity, is_named, weekday_entity
from termstats.data.query.scope import Scope
from termstats.data.query.search import resolve
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store, run_query

ALIASES = {"user": Field.PERSON, "class": Field.GROUP, "day": Field.DAYS}
PLUS = "+"
"""Before a field: this must hold as well, where values of one field are alternatives."""
_PARAMS = {
    Field.PERSON: Param.USER,
    Field.GROUP: Param.CLASS,
    Field.OBJECT: Param.OBJECT,
    Field.PACKAGE: Param.PACKAGE,
    Field.FUNCTION: Param.FUNCTION,
}
_ERRORS: Memory[None, frozenset[str]] = Memory(most=1)
_NAMED = 3
"""Values of one field that the state line names."""
Value: TypeAlias = tuple[bool, Field, Entity]
"""One `FIELD=VALUE`: whether it stands beside the filters of its field, what it is about, what."""


def typed(only: Collection[Only]) -> str:
    """Return the filters as a person types them; `parse` reads it again."""
    parts = (text.partition("=") for text in written(only))
    return " ".join(f"{field}={shlex.quote(value)}" for field, _equals, value in parts)


def words(only: Only) -> str:
    """Return one filter as a person reads it: `person ana or bo`."""
    field, entities = only
    names = [entity.name for entity in entities]
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return f"{field} {' or '.join(names)}"


async def parse(store: Store, scope: Scope, text: str) -> tuple[Only, ...]:
    """Return the filters of `person=ana person=bo group="Team North"`.

    Values of one field are alternatives; different fields, and one with `+` before it, must hold
    all.

    Raises:
        UsageError: an unknown field, no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    try:
        parts = shlex.split(text)
    except ValueError:
        raise UsageError("a quote is not closed; write person=ana group='Team North'") from None
    return joined([await parse_one(store, scope, part) for part in parts])


def joined(values: Iterable[Value]) -> tuple[Only, ...]:
    """Return the filters that are written as these values, in their order."""
    fields: list[Field] = []
    things: list[dict[Entity, None]] = []
    for beside, field, entity in values:
        if beside or field not in fields:
            fields.append(field)
            things.append({entity: None})
        else:
            latest = len(fields) - 1 - fields[::-1].index(field)
            things[latest][entity] = None
    return tuple((field, tuple(entities)) for field, entities in zip(fields, things, strict=True))


async def parse_one(store: Store, scope: Scope, text: str) -> Value:
    """Return what `FIELD=VALUE` means, the value as it stands.

    Raises:
        UsageError: an unknown field, no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    name, equals, value = text.partition("=")
    field = name.removeprefix(PLUS)
    if not equals or not value or not (field in ALIASES or field in set(Field)):
        raise UsageError(f"{clean(text)!r}: write FIELD=VALUE; fields: {', '.join(Field)}")
    wanted = ALIASES[field] if field in ALIASES else Field(field)
    return name.startswith(PLUS), wanted, await named(store, scope, wanted, value)


async def named(store: Store, scope: Scope, field: Field, value: str) -> Entity:
    """Return what `value` means in a filter of that field.

    Raises:
        UsageError: no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    match field:
        case Field.ACTION:
            return await _action(store, value)
        case Field.ERROR:
            return await _error(store, value)
        case Field.DAYS:
            return days_entity(parse_range(value, store.info.zone))
        case Field.WEEKDAY:
            near = [day for day in WEEKDAYS if day.casefold().startswith(value.casefold())]
            if len(near) != 1:
                raise UsageError(f"no weekday {clean(value)!r}; there are {', '.join(WEEKDAYS)}")
            return weekday_entity(near[0])
        case Field.DOMAIN | Field.SUBDOMAIN:
            return Entity(0, value, clean(value))
    return await resolve(store, scope, _PARAMS[field], value)


async def kind_of_object(store: Store, entity: Entity) -> str:
    """Return the kind of the object that a filter names: dataset, page, function..."""
    thing = schema.object_
    async with store.connect() as connection:
        rows = await run_query(connection, select(thing.c.kind).where(thing.c.id == entity.id))
    return rows[0].kind if rows else ""


async def _action(store: Store, text: str) -> Entity:
    action = schema.action
    statement = select(action.c.name).where(action.c.kind.in_(schema.PLATFORM_KINDS))
    async with store.connect() as connection:
        names = {row.name for row in await run_query(connection, statement)}
    if "*" in text and any(is_named(name, text) for name in names):
        return Entity(0, text, clean(text))
    return _one_of(names, text, "action", "termstats report backoffice.distribution")


async def _error(store: Store, text: str) -> Entity:
    event, action = schema.event, schema.action

    async def read() -> frozenset[str]:
        statement = (
            select(event.c.error, action.c.name)
            .join(action, action.c.id == event.c.action_id)
            .where(action.c.kind == "error")
            .distinct()
        )
        async with store.connect() as connection:
            rows = await run_query(connection, statement)
        return frozenset(row.error or row.name for row in rows)

    known = await store.memories.recall(_ERRORS, None, read)
    if text not in known:
        # The group of a run that failed, of which the platform logged no error of its own.
        statement = select(event.c.error).where(event.c.error == text).limit(1)
        async with store.connect() as connection:
            known |= {row.error for row in await run_query(connection, statement)}
    return _one_of(known, text, "error", "termstats report backoffice.errors")


def _one_of(names: Collection[str], text: str, what: str, listed_by: str) -> Entity:
    """Return the one of the names that `text` is, or that alone contains it.

    Raises:
        UsageError: none, or several.
    """
    exact = [name for name in names if name == text] or [n for n in names if clean(n) == text]
    near = exact or [name for name in names if text.casefold() in clean(name).casefold()]
    if len(near) == 1:
        return Entity(0, near[0], clean(near[0]))
    if not near:
        raise UsageError(f"no {what} {clean(text)!r}; see: {listed_by}")
    shown = ", ".join(sorted(map(clean, near))[:5])
    raise UsageError(f"{clean(text)!r} may be any of {len(near)} {what}s: {shown}")
