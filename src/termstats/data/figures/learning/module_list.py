"""The modules of a training in the order in which learners meet them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from termstats.data.model.scoring import BEST
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_WITH_ATTEMPTS = ("quiz", "feedback")


@dataclass(frozen=True)
class ModuleItem:
    """One module. `section` is the title of what holds it, `is_heading` that it only holds."""

    id: RowId
    training_id: RowId
    key: str
    title: str
    kind: str
    mandatory: bool
    keep: str
    pass_mark: float | None
    current: bool
    version: str | None
    digest: str | None
    section: str | None
    is_heading: bool
    path: frozenset[RowId]
    """Activities that count for progress, those of a heading's modules included.

    Of an old page what it was itself.
    """

    @property
    def role(self) -> str:
        """Return whether it counts, in words."""
        if not self.current:
            return "old version"
        return "yes" if self.mandatory else "no"


async def module_list(q: Query) -> list[ModuleItem]:
    """Return the modules of the trainings in focus, each after what holds it, by position.

    Old versions come last.
    """
    module, trainings = schema.module, q.roster.trainings()
    rows = await q.fetch(
        select(module, q.key_of(module).label("shown_key"))
        .select_from(module)
        .join(trainings, trainings.c.id == module.c.training_id)
        .order_by(module.c.current.desc(), module.c.position, module.c.title, module.c.key)
    )
    rows_by_id = {row.id: row for row in rows}
    children: dict[RowId | None, list[RowId]] = defaultdict(list)
    for row in rows:
        children[row.parent_id if row.parent_id in rows_by_id else None].append(row.id)
    activity = schema.activity
    path: dict[RowId, set[RowId]] = defaultdict(set)
    counts = and_(activity.c.in_path == 1, activity.c.current == 1)
    # What was replaced is in no path, and yet it was done: where nobody makes attempts.
    was_content = and_(
        *(activity.c.current == 0, activity.c.in_path == 0),
        *(module.c.current == 0, module.c.kind.not_in(_WITH_ATTEMPTS)),
    )
    for part in await q.fetch(
        select(activity.c.id, activity.c.module_id)
        .select_from(activity)
        .join(module, module.c.id == activity.c.module_id)
        .join(trainings, trainings.c.id == activity.c.training_id)
        .where(or_(counts, was_content))
    ):
        path[part.module_id].add(part.id)

    def inside(module_id: RowId) -> set[RowId]:
        return path[module_id].union(*(inside(child) for child in children[module_id]))

    items: list[ModuleItem] = []
    waiting = list(reversed(children[None]))
    while waiting:
        row = rows_by_id[waiting.pop()]
        below = children[row.id]
        holder = rows_by_id.get(row.parent_id)
        items.append(
            ModuleItem(
                row.id,
                row.training_id,
                row.shown_key,
                row.title,
                row.kind,
                bool(row.mandatory),
                row.keep or BEST,
                row.pass_mark,
                bool(row.current),
                row.version,
                row.digest,
                holder.title if holder else None,
                row.kind == "section" or bool(below),
                frozenset(inside(row.id)),
            )
        )
        waiting.extend(reversed(below))
    return items
