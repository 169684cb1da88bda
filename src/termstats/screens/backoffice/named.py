"""The things that filters name, and the figures that say most about one: no terminal here."""

from __future__ import annotations

from collections.abc import Iterable

from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import EntityFilter, Field, Filter
from termstats.data.model.filters import ObjectFilter
from termstats.data.model.request import Param
from termstats.data.query.filter_text import kind_of_object
from termstats.data.store.opening import Store

NAMES = {
    Field.PERSON: (Param.USER,),
    Field.PACKAGE: (Param.OBJECT,),
    Field.OBJECT: (Param.OBJECT,),
    Field.FUNCTION: (Param.OBJECT, Param.FUNCTION),
}
"""Field of a filter -> what figures about one thing are asked about; the later ones go first."""
MOST_SAID = {"function": "backoffice.function-runs", "package": "backoffice.functions"}
"""Kind of an object -> the figure that says most about one; of others its history."""
HISTORY = "backoffice.object-history"


def chip_of(object_: Entity) -> Filter:
    """Return the filter of one object."""
    return ObjectFilter((object_,))


async def details_of(store: Store, object_: Entity) -> str:
    """Return the figure that says most about an object."""
    kind = await kind_of_object(store, object_)
    return MOST_SAID.get(kind, HISTORY)


def single_entity(filters: Iterable[Filter], field: Field) -> Entity | None:
    """Return the thing that filters name of a field, where they name exactly one."""
    values = {
        each.values[0]
        for each in filters
        if isinstance(each, EntityFilter) and each.field is field and len(each.values) == 1
    }
    return values.pop() if len(values) == 1 else None


async def named_entities(store: Store, filters: Iterable[Filter]) -> dict[Param, Entity]:
    """Return what figures about one thing are asked about while these filters hold."""
    listed = tuple(filters)
    entities: dict[Param, Entity] = {}
    for field, params in NAMES.items():
        if entity := single_entity(listed, field):
            entities |= dict.fromkeys(params, entity)
    object_ = entities.get(Param.OBJECT)
    if object_ and await kind_of_object(store, object_) == "function":
        entities[Param.FUNCTION] = object_
    return entities
