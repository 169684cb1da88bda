"""Which modules a training had in one of its versions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from termstats.data.figures.learning.module_list import ModuleItem
from termstats.data.model.request import EVERY_VERSION, Param
from termstats.data.model.units import RowId
from termstats.data.query.query import Query


async def of_version(
    q: Query, modules: Sequence[ModuleItem], also: Collection[RowId] = ()
) -> list[ModuleItem]:
    """Return the modules that the question is about, in their order.

    Without a version the current ones and `also`; of `all` every one. Of a version those that were
    used in it, for platforms keep the content of no version but the newest, and where it is the
    newest the current ones too. Headings stay with what they hold.
    """
    wanted = q.request.version
    if wanted is None:
        return [module for module in modules if module.current or module.id in also]
    if wanted == EVERY_VERSION:
        return list(modules)
    used = await _used_in(q, wanted)
    newest = await _trainings_at(q, wanted)
    kept = {m.id for m in modules if m.id in used or (m.current and m.training_id in newest)}
    sections = {module.section for module in modules if module.id in kept}
    return [m for m in modules if m.id in kept or (m.is_heading and m.title in sections)]


async def _used_in(q: Query, version: str) -> set[RowId]:
    """Return the modules that anybody in scope did something in, in a version."""
    focus = [param for param in Param if param is not Param.LEARNER]
    wide = q.asking(focus=focus, everybody=True, quiet=True)
    events, attempts = wide.days.events(whole_history=True), wide.roster.attempts()
    used = await q.fetch(
        select(events.c.module_id)
        .where(events.c.version == version, events.c.module_id.is_not(None))
        .union(select(attempts.c.module_id).where(attempts.c.module_id.is_not(None)))
    )
    return {row.module_id for row in used}


async def _trainings_at(q: Query, version: str) -> set[RowId]:
    """Return the trainings of which a version is the newest."""
    trainings = q.roster.trainings()
    rows = await q.fetch(select(trainings.c.id).where(trainings.c.version == version))
    return {row.id for row in rows}
