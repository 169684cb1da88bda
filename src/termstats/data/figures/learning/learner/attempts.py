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
from termstats.data.model.text import one_line, show_percent
from termstats.data.model.units import Second
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import FLAG_MOVED, FLAG_OUTLIER


@figure(
    "learner.attempts",
    title="Attempts",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.MODULE),
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


@figure(
    "learner.answers",
    title="Answers",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.ATTEMPT),
    columns=(
        count("position", "#"),
        ident("activity_id"),
        words("activity", "Activity"),
        words("type", "Type"),
        words("question", "Question"),
        words("answer", "Answer"),
        words("correct_answer", "Correct"),
        words("state", "State"),
        number("points", "Points"),
        number("max", "Of"),
    ),
    lead=("position", "question", "answer", "state", "correct_answer", "points"),
)
async def answers(q: Query) -> Rows:
    """The answers of one attempt beside the correct ones, in their order.

    State is correct, partly, wrong, pending (waits for a teacher) or unanswered; none where nothing
    can be right, as in a feedback. An unknown correct answer is empty: it is not always handed
    over. A viewer who is the learner sees none while the attempt is open. The answer is as the
    platform stores it.
    """
    table, answer = q.roster.attempts(), schema.answer
    question, activity = schema.question, schema.activity
    attempt = q.request.entity(Param.ATTEMPT)
    answer_rows = await q.fetch(
        select(
            table.c.finished_at,
            answer.c.position,
            q.key_of(activity).label("activity_key"),
            activity.c.title.label("activity"),
            activity.c.type.label("activity_type"),
            question.c.type,
            question.c.title.label("question"),
            question.c.correct_answer,
            answer.c.answer,
            answer.c.state,
            answer.c.points,
            answer.c.max_points,
            question.c.max_score,
        )
        .select_from(table)
        .join(answer, answer.c.attempt_id == table.c.id)
        .outerjoin(question, question.c.id == answer.c.question_id)
        .outerjoin(activity, activity.c.id == answer.c.activity_id)
        .where(table.c.id == (attempt.id if attempt else None))
        .order_by(answer.c.position, answer.c.id)
    )
    rows: list[tuple[Cell, ...]] = []
    is_own = q.question.scope.people is not None
    for place, row in enumerate(answer_rows, 1):
        hides = is_own and not _is_over(row, q.end)
        most = row.max_score if row.max_points is None else row.max_points
        rows.append(
            (
                place,
                row.activity_key,
                one_line(row.activity),
                row.type or row.activity_type,
                one_line(row.question) or one_line(row.activity),
                one_line(row.answer),
                None if hides else one_line(row.correct_answer),
                row.state or _answer_state(row.points, most),
                None if row.state == "pending" else row.points,
                most,
            )
        )
    right = sum(1 for row in rows if row[7] == "correct")
    return Rows(
        rows,
        empty="" if rows else "No answers are kept of this attempt, or it is not this learner's.",
        summary=f"{right:,} of {len(rows):,} right" if rows else "",
    )


def _answer_state(points: float | None, most: float | None) -> str | None:
    """Return the state that the points tell, where the platform stores none."""
    if points is None or not most or most < 0:
        return None
    if points <= 0:
        return "wrong"
    return "correct" if points >= most - 1e-9 else "partly"
