"""One learner's attempts at a module, and the answers of one attempt."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.unplaced import note_unplaced_attempts
from termstats.data.model.request import Param
from termstats.data.model.table import (
    Cell,
    Destination,
    Line,
    count,
    ident,
    moment,
    number,
    percent,
    seconds,
    words,
)
from termstats.data.model.text import show_percent
from termstats.data.model.units import Second
from termstats.data.query.query import Query
from termstats.data.store.schema import FLAG_MOVED, FLAG_OUTLIER


@figure(
    "learner.attempts",
    title="Attempts",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.MODULE),
    takes=(Param.VERSION,),
    row="attempt",
    columns=(
        ident("attempt_id"),
        count("number", "Attempt"),
        moment("started", "Started"),
        moment("finished", "Finished"),
        percent("score", "Score"),
        number("points", "Points"),
        number("max", "Of"),
        words("state", "State"),
        seconds("time_spent", "Time"),
        words("version", "Version"),
        words("evaluated", "Evaluated"),
    ),
    chart=Line("finished", ("score",), percent=True),
    row_opens=Destination("learner.answers", (("attempt", "attempt_id"),)),
    skips_single_row=True,
    lead=("number", "state", "score", "started"),
)
async def attempts(q: Query) -> Rows:
    """Every attempt at one module, first to last, begun or finished by the end of the period.

    The score is that of the attempt itself, whatever the module keeps. State is passed or failed by
    the module's pass mark (by what is marked so far: see evaluated), waiting where nothing can be
    said before a teacher marks it, finished where there is no pass mark, in progress while open. A
    time below 0 or over the limit is shown here and left out elsewhere.
    """
    table = q.roster.attempts()
    module = q.request.entity(Param.MODULE)
    attempt_rows = await q.fetch(
        select(table, q.key_of(table).label("shown_key"))
        .where(table.c.module_id == (module.id if module else None))
        .order_by(table.c.number, table.c.moment, table.c.id)
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row.shown_key,
            row.number,
            row.started_at,
            row.finished_at if _is_over(row, q.end) else None,
            row.score if _is_over(row, q.end) else None,
            row.points,
            row.max_points,
            _state(row, q.end),
            row.seconds,
            row.version,
            {0: "no", 1: "yes"}.get(row.evaluated),
        )
        for row in attempt_rows
    ]
    _say_flags(q, attempt_rows)
    await note_unplaced_attempts(q)
    scores = [row[4] for row in rows if isinstance(row[4], (int, float))]
    best = f", best {show_percent(max(scores))}" if scores else ""
    return Rows(
        rows,
        empty="" if rows else "No attempt at this module by the end of the period.",
        summary=f"{len(rows):,} attempts{best}" if rows else "",
    )


def _is_over(row: Any, end: Second) -> bool:
    return row.finished_at is not None and row.finished_at < end


def _state(row: Any, end: Second) -> str:
    if not _is_over(row, end):
        return "in progress"
    if row.passed is None and row.evaluated == 0:
        return "waiting"
    return {0: "failed", 1: "passed"}.get(row.passed, "finished")


def _say_flags(q: Query, attempt_rows: Any) -> None:
    moved = sum(1 for row in attempt_rows if row.flags & FLAG_MOVED)
    if moved:
        q.note(f"{moved:,} with an impossible device time: shown at the server's time.")
    outliers = sum(1 for row in attempt_rows if row.flags & FLAG_OUTLIER)
    if outliers:
        q.note(f"{outliers:,} with a time below 0 or over the limit: left out of time figures.")
    left_out = sum(1 for row in attempt_rows if not row.in_score)
    if left_out:
        q.note(f"{left_out:,} kept for the record: not part of any score.")
    clocks = {source.id: source.has_clock for source in q.info.sources}
    if any(not clocks[row.source_id] for row in attempt_rows):
        q.note("The platform records dates only: the times of day are not real.")
