"""What belongs to a page of events: their parameters, and the objects they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from termstats.data.model.text import one_line
from termstats.data.model.units import EventId, RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

OUTPUT, INPUT = "output.", "input."
"""Begin the names of an event's parameters; names without a prefix are inputs."""
PART = 500
"""Ids in one statement."""
_Params = dict[str, str]
Id = TypeVar("Id", EventId, RowId)


@dataclass
class Around:
    """Parameters by event and objects by id, of the events that were read last."""

    params: dict[EventId, _Params] = field(default_factory=dict)
    objects: dict[RowId, Any] = field(default_factory=dict)
    """id -> (id, key, title, kind, parent_id, function, as `package:function`)."""

    async def read(self, q: Query, block: Sequence[Any]) -> None:
        """Read what belongs to these events."""
        self.params = await params_of(q, [event.id for event in block])
        wanted = {event.object_id for event in block} | {event.package_id for event in block}
        await read_objects(q, self.objects, wanted)
        parents = {object_.parent_id for object_ in self.objects.values()}
        await read_objects(q, self.objects, parents)

    def package_of(self, event: Any) -> Any:
        """Return the package of an event: its own, else the one its object is or belongs to."""
        named = self.objects.get(event.package_id)
        if named is not None:
            return named
        object_ = self.objects.get(event.object_id)
        if object_ is None or object_.kind == "package":
            return object_
        parent = self.objects.get(object_.parent_id)
        return parent if parent is not None and parent.kind == "package" else None


async def read_objects(q: Query, objects: dict[RowId, Any], ids: Iterable[RowId | None]) -> None:
    """Add those of the objects with these ids that are missing: id, key, title, kind, parent_id."""
    object_ = schema.object_
    statement = select(
        object_.c.id,
        q.key_of(object_).label("key"),
        object_.c.title,
        object_.c.kind,
        object_.c.parent_id,
    )
    missing = sorted({one for one in ids if one is not None and one not in objects})
    for some in parts(missing):
        for row in await q.fetch(statement.where(object_.c.id.in_(some))):
            objects[row.id] = row


async def further_objects(q: Query, events: Sequence[EventId]) -> dict[EventId, list[RowId]]:
    """Return event id -> what it was about besides its object."""
    table, objects = schema.event_object, defaultdict[EventId, list[RowId]](list)
    for some in parts(events):
        for row in await q.fetch(select(table).where(table.c.event_id.in_(some))):
            objects[row.event_id].append(row.object_id)
    return objects


async def params_of(q: Query, events: Sequence[EventId]) -> dict[EventId, _Params]:
    """Return event id -> name -> value of the parameters of these events."""
    table, params = schema.event_param, defaultdict[EventId, _Params](dict)
    for some in parts(events):
        for row in await q.fetch(select(table).where(table.c.event_id.in_(some))):
            params[row.event_id][row.name] = row.value
    return params


def parts(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    """Yield as many ids at a time as every database takes."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def sides(params: _Params) -> tuple[str | None, str | None]:
    """Return inputs and outputs as `name=value, ...`, each None where there are none."""
    inputs = [(n.removeprefix(INPUT), v) for n, v in params.items() if not n.startswith(OUTPUT)]
    outputs = [(n.removeprefix(OUTPUT), v) for n, v in params.items() if n.startswith(OUTPUT)]
    return in_words(inputs), in_words(outputs)


def in_words(params: Iterable[tuple[str, str]]) -> str | None:
    """Return parameters as `name=value, ...` by name; None where there are none."""
    return ", ".join(f"{name}={one_line(value) or ''}" for name, value in sorted(params)) or None
