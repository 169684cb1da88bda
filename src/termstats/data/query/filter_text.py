"""The edge where filters are text: what is typed, or was kept, becomes typed filters here."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from sqlalchemy import select

from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filter_writing import PLUS, joined
from termstats.data.model.filters import (
    FILTERS,
    ActionFilter,
    ErrorFilter,
    KindFilter,
    WeekdayFilter,
    is_called,
    of_days,
)
from termstats.data.model.period_text import parse_range
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.model.weekdays import WEEKDAYS
from termstats.data.query.names import names_in_scope
from termstats.data.query.scope import Scope
from termstats.data.query.search import resolve
from termstats.data.query.training_kinds import trainings_by_kind
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store, run_query

ALIASES = {"user": Field.PERSON, "class": Field.GROUP, "day": Field.DAYS}
_PARAMS = {
    Field.PERSON: Param.USER,
    Field.GROUP: Param.CLASS,
    Field.TRAINING: Param.TRAINING,
    Field.OBJECT: Param.OBJECT,
    Field.PACKAGE: Param.PACKAGE,
    Field.FUNCTION: Param.FUNCTION,
}
_OF_PLATFORM = frozenset((Field.ACTION, Field.ERROR, Field.DOMAIN, Field.SUBDOMAIN))
"""Fields whose values are names of platform use: nobody else may learn them, not even by errors."""
_ERRORS: Memory[None, frozenset[str]] = Memory(most=1)


async def parse(store: Store, scope: Scope, text: str) -> tuple[Filter, ...]:
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


async def parse_one(store: Store, scope: Scope, text: str) -> tuple[bool, Filter]:
    """Return what `FIELD=VALUE` means, the value as it stands; first whether `+` is before it.

    Raises:
        UsageError: an unknown field, no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    name, equals, value = text.partition("=")
    field = name.removeprefix(PLUS)
    if not equals or not value or not (field in ALIASES or field in set(Field)):
        raise UsageError(f"{clean(text)!r}: write FIELD=VALUE; fields: {', '.join(Field)}")
    wanted = ALIASES[field] if field in ALIASES else Field(field)
    return name.startswith(PLUS), await filter_of(store, scope, wanted, value)


async def filter_of(store: Store, scope: Scope, field: Field, value: str) -> Filter:
    """Return the filter of one value, as somebody types it after `FIELD=`.

    Raises:
        UsageError: no such thing, or several that are called so.
        NotAllowed: the viewer may not see it.
    """
    if field in _OF_PLATFORM and not scope.is_everything:
        raise NotAllowed(f"filters of {field} are for administrators")
    match field:
        case Field.ACTION:
            return ActionFilter((await _action(store, value),))
        case Field.ERROR:
            return ErrorFilter((await _error(store, value),))
        case Field.KIND:
            return KindFilter((await _kind(store, scope, value),))
        case Field.DAYS:
            return of_days(parse_range(value, store.info.zone))
        case Field.WEEKDAY:
            return WeekdayFilter((_weekday(value),))
        case Field.DOMAIN | Field.SUBDOMAIN:
            return FILTERS[field]((value,))
    return FILTERS[field]((await resolve(store, scope, _PARAMS[field], value),))


def _weekday(text: str) -> int:
    near = [n for n, day in enumerate(WEEKDAYS) if day.casefold().startswith(text.casefold())]
    if len(near) != 1:
        raise UsageError(f"no weekday {clean(text)!r}; there are {', '.join(WEEKDAYS)}")
    return near[0]


async def kind_of_object(store: Store, entity: Entity) -> str:
    """Return the kind of the object that a filter names: dataset, page, function..."""
    table = schema.object_
    async with store.connect() as connection:
        rows = await run_query(connection, select(table.c.kind).where(table.c.id == entity.id))
    return rows[0].kind if rows else ""


async def _kind(store: Store, scope: Scope, text: str) -> str:
    trainings = (await names_in_scope(store, scope)).entries[Param.TRAINING]
    seen = {named.entity.id for named in trainings}
    async with store.connect() as connection:
        by_kind = await trainings_by_kind(store, connection)
    names = [kind for kind, ids in by_kind.items() if not seen.isdisjoint(ids)]
    return _one_of(names, text, "kind", "termstats report global.training-kinds")


async def _action(store: Store, text: str) -> str:
    action = schema.action
    statement = select(action.c.name).where(action.c.kind.in_(schema.PLATFORM_KINDS))
    async with store.connect() as connection:
        names = {row.name for row in await run_query(connection, statement)}
    if "*" in text and any(is_called(name, text) for name in names):
        return text
    return _one_of(names, text, "action", "termstats report backoffice.distribution")


async def _error(store: Store, text: str) -> str:
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

    names = await store.memories.recall(_ERRORS, None, read)
    if text not in names:
        # The group of a run that failed, of which the platform logged no error of its own.
        statement = select(event.c.error).where(event.c.error == text).limit(1)
        async with store.connect() as connection:
            names |= {row.error for row in await run_query(connection, statement)}
    return _one_of(names, text, "error", "termstats report backoffice.errors")


def _one_of(names: Collection[str], text: str, what: str, listed_by: str) -> str:
    """Return the one of the names that `text` is, or that alone contains it.

    Raises:
        UsageError: none, or several.
    """
    exact = [name for name in names if name == text] or [n for n in names if clean(n) == text]
    near = exact or [name for name in names if text.casefold() in clean(name).casefold()]
    if len(near) == 1:
        return near[0]
    if not near:
        raise UsageError(f"no {what} {clean(text)!r}; see: {listed_by}")
    shown = ", ".join(sorted(map(clean, near))[:5])
    raise UsageError(f"{clean(text)!r} may be any of {len(near)} {what}s: {shown}")
