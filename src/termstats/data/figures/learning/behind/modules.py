"""The learners behind a number of a module, and the answers behind a number of a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.asked import name_asked, names_of
from termstats.data.figures.learning.enrolment_rows import LEARNER_COLUMNS
from termstats.data.figures.learning.module_learners import (
    Completed,
    completed_by,
    finished_by_learner,
    parts_by_learner,
    parts_of,
    started_by_learner,
)
from termstats.data.figures.learning.module_list import ModuleItem, module_list
from termstats.data.model.request import Param
from termstats.data.model.scoring import NEWEST
from termstats.data.model.table import Cell, Destination, percent, seconds
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

STARTED, COMPLETED = "started", "completed"


@figure(
    "training.behind-module",
    title="Learners of a module",
    level=Level.TRAINING,
    needs=(Param.TRAINING, Param.MODULE),
    takes=(Param.ACTION,),
    columns=(
        *LEARNER_COLUMNS,
        percent("score", "Score", "the one that counts: best or newest, by the module's rule"),
        seconds("time_spent", "Time", "of the attempts"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
)
async def module_behind(q: Query) -> Rows:
    """The learners whom the list of modules counts in one of them, one row each.

    --action names the number: started (an attempt, or a completed activity) or completed (by the
    module's own rule); started when none is named. Lowest score first, then those without one.
    """
    wanted = name_asked(q, STARTED, (STARTED, COMPLETED))
    chosen = q.request.entity(Param.MODULE)
    module = next((each for each in await module_list(q) if chosen and each.id == chosen.id), None)
    if module is None:
        return Rows((), empty="This training has no such module.")
    finished = await _finished(q, module)
    people = await (_started(q, module) if wanted == STARTED else _completed(q, module, finished))
    names = await names_of(q, people)
    rows: list[tuple[Cell, ...]] = []
    for person, who in names.items():
        mine = finished.get(person)
        rows.append((*who, mine.score if mine else None, mine.seconds if mine else None))
    rows.sort(key=lambda row: (row[2] is None, row[2] or 0.0, str(row[1]).casefold(), str(row[0])))
    return Rows(
        rows,
        empty="" if rows else f"Nobody {wanted} this module by the end of the period.",
        summary=f"{len(rows):,} people, lowest score first" if rows else "",
    )


async def _finished(q: Query, module: ModuleItem) -> dict[RowId, Any]:
    """Return person id -> score, passed and seconds of who finished an attempt."""
    finished = finished_by_learner(q, [module.id], newest=module.keep == NEWEST)
    return {row.person_id: row for row in await q.fetch(select(finished))}


async def _started(q: Query, module: ModuleItem) -> Sequence[RowId]:
    begun = started_by_learner(q)
    rows = await q.fetch(select(begun.c.person_id).where(begun.c.module_id == module.id))
    return [row.person_id for row in rows]


async def _completed(q: Query, module: ModuleItem, finished: dict[RowId, Any]) -> Sequence[RowId]:
    match completed_by(module):
        case Completed.ATTEMPTS:
            return list(finished)
        case Completed.PASSES:
            return [person for person, row in finished.items() if row.passed == 1]
    parts = parts_by_learner(q)
    rows = await q.fetch(
        select(parts.c.person_id).where(
            parts.c.module_id == module.id, parts.c.parts == parts_of(module)
        )
    )
    return [row.person_id for row in rows]
