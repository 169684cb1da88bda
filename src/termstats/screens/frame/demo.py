"""Switches a session between people's names and their pseudonyms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.filters import PeopleFilter
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.names import names_in_scope
from termstats.data.query.scope import called_in
from termstats.data.snapshots.demo import other_face
from termstats.screens.frame.session import Session

_PEOPLE = (Param.LEARNER, Param.USER)


async def switched(session: Session) -> Session:
    """Return the session with pseudonyms in place of names, or names in place of pseudonyms.

    Everything else stays: the viewer and their scope, the period, what is chosen and filtered.

    Raises:
        StoreError: the store cannot be read.
    """
    store = other_face(session.store)
    scope = await called_in(store, session.scope)
    other = replace(session, store=store, scope=scope, notice="")
    other.columns = session.columns
    other.chosen = await entities_in(other, session.chosen)
    other.filters = await filters_in(other, session.filters)
    return other


async def entities_in(session: Session, entities: Mapping[Param, Entity]) -> dict[Param, Entity]:
    """Return what is chosen as the session calls it; who is not in scope is left out."""
    if not any(param in entities for param in _PEOPLE):
        return dict(entities)
    called = await _called(session)
    others = {p: entity for p, entity in entities.items() if p not in _PEOPLE}
    people = {
        p: called[entities[p].id] for p in _PEOPLE if p in entities and entities[p].id in called
    }
    return {**others, **people}


async def filters_in(session: Session, filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Return the filters with people as the session calls them."""
    found: list[Filter] = []
    for each in filters:
        if not isinstance(each, PeopleFilter):
            found.append(each)
            continue
        called = await _called(session)
        people = tuple(called[value.id] for value in each.values if value.id in called)
        if people:
            found.append(replace(each, values=people))
    return tuple(found)


async def _called(session: Session) -> dict[RowId, Entity]:
    """Return everybody in scope by id."""
    index = await names_in_scope(session.store, session.scope)
    return {named.entity.id: named.entity for named in index.entries[Param.LEARNER]}
