"""Which page of a platform is asked for: what it is about, and of which source."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, select

from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.settings import SourceInfo

SUBJECTS = (Param.LEARNER, Param.CLASS, Param.TRAINING)
"""What decides about the page, first wins; a learner's page may have a training's details."""
_TABLES = {
    Param.LEARNER: schema.person,
    Param.CLASS: schema.class_,
    Param.TRAINING: schema.training,
}


async def source_of_pages(q: Query, platform: str) -> SourceInfo | None:
    """Return the source whose pages are asked for: that of the thing, else the first by name.

    None: the store has none of the platform, or the thing is of another.
    """
    sources = {source.id: source for source in q.info.sources if source.platform == platform}
    for param in SUBJECTS:
        if entity := q.request.entity(param):
            row = await _row(q, _TABLES[param], entity.id)
            return sources.get(row.source_id)
    if len(sources) > 1:
        q.note(f"Of several sites this is {min(s.name for s in sources.values())}.")
    return min(sources.values(), key=lambda source: source.name, default=None)


async def platform_id(q: Query, param: Param) -> int:
    """Return the platform's own id of the thing that is asked about, where ids are numbers."""
    return int(await platform_key(q, param))


async def platform_key(q: Query, param: Param) -> str:
    """Return the platform's own id of the thing that is asked about."""
    entity = q.request.entity(param)
    assert entity is not None  # noqa: S101
    return str((await _row(q, _TABLES[param], entity.id)).key)


async def _row(q: Query, table: FromClause, row_id: RowId) -> Any:
    return await q.fetch_one(select(table.c.source_id, table.c.key).where(table.c.id == row_id))
