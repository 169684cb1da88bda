"""What caused the errors of a page of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Subquery, select

from termstats.data import schema
from termstats.data.causes import FOLLOWS, REQUEST, is_part_of
from termstats.data.figures.event_things import params_of, parts
from termstats.data.query import Query
from termstats.data.schema import EVENT_SEQUENCE_BITS


@dataclass
class Causes:
    """What caused the errors that were read last."""

    of: dict[int, list[Any]] = field(default_factory=dict)
    """Id of an error -> what caused it in the order of time: id, action, object_id, package_id."""
    named: set[int] = field(default_factory=set)
    """Ids of the events read last that an error of the same list names as its cause."""

    async def read(self, q: Query, listed: Subquery, block: Sequence[Any]) -> None:
        """Read for a block of the events `listed`: columns of `Query.events`."""
        event, action = schema.event, schema.action
        pairs = (
            select(
                listed.c.id.label("error_id"),
                event.c.id,
                event.c.object_id,
                event.c.package_id,
                action.c.name.label("action"),
            )
            .join(event, event.c.id.between(listed.c.id - _SPAN, listed.c.id))
            .join(action, action.c.id == event.c.action_id)
            .where(listed.c.kind == "error", event.c.error.is_not(None), action.c.kind != "error")
        )
        errors = [one.id for one in block if one.kind == "error"]
        others = [one.id for one in block if one.kind != "error"]
        found = [
            pair
            for column, ids in ((listed.c.id, errors), (event.c.id, others))
            for some in parts(ids)
            for pair in await q.fetch(pairs.where(column.in_(some)))
        ]
        ids = {pair.id for pair in found} | {pair.error_id for pair in found}
        params = await params_of(q, sorted(ids))
        request = {one: params.get(one, {}).get(REQUEST, "") for one in ids}
        of: dict[int, set[Any]] = defaultdict(set)
        for pair in found:
            if is_part_of(request[pair.error_id], request[pair.id]):
                of[pair.error_id].add(pair)
        self.of = {error: sorted(some, key=lambda one: int(one.id)) for error, some in of.items()}
        self.named = {one.id for some in of.values() for one in some}


_SPAN = ((FOLLOWS + 1) << EVENT_SEQUENCE_BITS) - 1
"""Ids between an error and the first event that is not older than allowed."""
