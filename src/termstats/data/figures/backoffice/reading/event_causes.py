"""What caused the errors of a page of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Subquery, select

from termstats.data.figures.logs.event_details import params_of, parts
from termstats.data.model.causes import FOLLOWS, REQUEST, is_part_of
from termstats.data.model.units import EventId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS


@dataclass
class Causes:
    """What caused the errors that were read last."""

    of: dict[EventId, list[Any]] = field(default_factory=dict)
    """Id of an error -> what caused it in the order of time: id, action, object_id, package_id."""
    named: set[EventId] = field(default_factory=set)
    """Ids of the events read last that an error of the same list names as its cause."""

    async def read(self, q: Query, listed: Subquery, block: Sequence[Any]) -> None:
        """Read for a block of the events `listed`: columns of `Query.events`."""
        errors = [one.id for one in block if one.kind == "error"]
        others = [one.id for one in block if one.kind != "error" and one.error is not None]
        pairs = await _near(q, errors, of_errors=True)
        for_others = await _near(q, others, of_errors=False)
        # An error that is not in the list names nothing there.
        ids = sorted({pair.error_id for pair in for_others})
        in_list = {
            row.id
            for some in parts(ids)
            for row in await q.fetch(select(listed.c.id).where(listed.c.id.in_(some)))
        }
        pairs += [pair for pair in for_others if pair.error_id in in_list]
        both = sorted({pair.id for pair in pairs} | {pair.error_id for pair in pairs})
        params = await params_of(q, both)
        request = {one: params.get(one, {}).get(REQUEST, "") for one in both}
        of: dict[EventId, set[Any]] = defaultdict(set)
        for pair in pairs:
            if is_part_of(request[pair.error_id], request[pair.id]):
                of[pair.error_id].add(pair)
        self.of = {error: sorted(some, key=lambda one: int(one.id)) for error, some in of.items()}
        self.named = {one.id for some in of.values() for one in some}


async def _near(q: Query, ids: Sequence[EventId], *, of_errors: bool) -> list[Any]:
    """Return pairs of an error and what ended with one just before it, for either of the two.

    Columns: error_id, and of the other event id, action, object_id, package_id.
    """
    event, action, error = schema.event, schema.action, schema.event.alias("error")
    kind = schema.action.alias("kind")
    # A bound that stands alone is read from the key; actions by their index would be all of them.
    if of_errors:
        near = event.c.id.between(error.c.id - _SPAN, error.c.id)
    else:
        near = error.c.id.between(event.c.id, event.c.id + _SPAN)
    pairs = (
        select(
            error.c.id.label("error_id"),
            event.c.id,
            event.c.object_id,
            event.c.package_id,
            action.c.name.label("action"),
        )
        .select_from(error.join(event, near))
        .join(action, action.c.id == event.c.action_id + 0)
        .join(kind, kind.c.id == error.c.action_id + 0)
        .where(kind.c.kind == "error", event.c.error.is_not(None), action.c.kind != "error")
    )
    one_of = error.c.id if of_errors else event.c.id
    return [row for some in parts(ids) for row in await q.fetch(pairs.where(one_of.in_(some)))]


_SPAN = ((FOLLOWS + 1) << EVENT_SEQUENCE_BITS) - 1
"""Ids between an error and the first event that is not older than allowed."""
