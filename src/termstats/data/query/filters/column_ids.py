"""What filters of people, actions, places and objects keep: ids that a column must hold one of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from termstats.data.model.filter_base import Filter
from termstats.data.model.filters import ActionFilter, DomainFilter, ObjectFilter, SubdomainFilter
from termstats.data.model.units import RowId
from termstats.data.query.narrowing import Ids, picked_people
from termstats.data.query.question import Question
from termstats.data.store import schema


def ids_by_column(question: Question) -> list[tuple[str, Ids]]:
    """Return (column of `event`, the ids that it must hold one of) for each filter of things."""
    pairs: list[tuple[str, Ids]] = [("person_id", ids) for ids in picked_people(question)]
    for each in question.request.filters:
        if pair := _ids_of(each):
            pairs.append(pair)
    return pairs


def _ids_of(each: Filter) -> tuple[str, Ids] | None:
    action, place = schema.action, schema.place
    match each:
        case ActionFilter(names):
            return "action_id", select(action.c.id).where(_is_called(action.c.name, names))
        case DomainFilter(names):
            return "place_id", select(place.c.id).where(place.c.domain.in_(names))
        case SubdomainFilter(names):
            return "place_id", select(place.c.id).where(place.c.subdomain.in_(names))
        case ObjectFilter():
            return "object_id", _with_parts(each.ids)
    return None


def column_conditions(
    question: Question, **columns: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters on those columns, by their names in `event`."""
    return [columns[name].in_(ids) for name, ids in ids_by_column(question) if name in columns]


def _is_called(name: ColumnElement[str], patterns: Sequence[str]) -> ColumnElement[bool]:
    """Return whether a name is one of `patterns`, where `*` stands for any text."""
    alike: list[ColumnElement[bool]] = [name.in_([each for each in patterns if "*" not in each])]
    for pattern in patterns:
        if "*" in pattern:
            escaped = re.sub("([/%_])", r"/\1", pattern).replace("*", "%")
            # Both in lower case: SQLite takes upper and lower case for the same here anyway.
            alike.append(func.lower(name).like(func.lower(escaped), escape="/"))
    return or_(*alike)


def _with_parts(objects: Sequence[RowId]) -> Select[tuple[RowId]]:
    """Return the objects and what they hold: a package and its functions."""
    table = schema.object_
    return select(table.c.id).where(or_(table.c.id.in_(objects), table.c.parent_id.in_(objects)))
