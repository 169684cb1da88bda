"""Reconciliation with 360Learning: the reaction scores it reports beside ours."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from termstats.data.figures.collaboration.scores import reported_score
from termstats.data.figures.collaboration.totals import (
    as_reported,
    note_time,
    of_trainings,
    score_of,
)
from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.training.engagement import VIEWS
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.model.table import Cell, Kind
from termstats.data.query.query import Query

_FORMULA = "its formula is not published; ours is 100 x (good - bad) / views"


@figure(
    "reconcile.threesixty",
    title="What 360Learning shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    pages=PlatformPages("threesixty"),
)
async def threesixty(q: Query) -> Rows:
    """Every reaction score that 360Learning reports, beside the one by our formula.

    The scores are those of the newest file of courses; `-` is what the platform shows without
    views. By name of the course. A score of the platform is never mixed with ours.
    """
    lines = await as_reported(q, "courses")
    numbers = await of_trainings(q)
    table = q.roster.trainings()
    rows: list[tuple[Cell, ...]] = []
    differing = 0
    for row in await q.fetch(select(table)):
        shown = lines.get((row.source_id, row.key), {}).get("Reaction Score")
        if shown is None:
            continue
        mine = numbers.get(row.id, Counter())
        reported, ours = reported_score(shown), score_of(mine)
        reason = ""
        if reported != ours:
            differing += 1
            reason = _FORMULA if mine[VIEWS] else "no views in this period, so no score of ours"
        rows.append(("courses", "reaction_score", row.title, shown or "-", reported, ours, reason))
    rows.sort(key=lambda cells: (str(cells[2]).casefold(), str(cells[2])))
    note_time(q)
    return Rows(
        rows,
        row_kinds=(Kind.NUMBER,) * len(rows),
        empty="" if rows else "No reaction scores of 360Learning are in this store.",
        summary=f"{len(rows):,} scores, {differing:,} differ" if rows else "",
    )
