"""What was answered: one row per attempt of a module, with columns for every question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.unplaced import note_unplaced_attempts
from termstats.data.model.request import Param
from termstats.data.model.table import (
    Cell,
    Column,
    Destination,
    count,
    ident,
    moment,
    number,
    percent,
    words,
)
from termstats.data.model.text import one_line
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_WHO = (
    ident("attempt_id"),
    moment("finished", "Finished"),
    ident("learner_id"),
    words("learner", "Learner"),
    words("username", "Username"),
)
_SCORES = (
    count("number", "Attempt", "1 for the learner's first"),
    percent("score", "Score"),
    number("points", "Points"),
    number("max", "Of"),
)
_NOBODY = (
    "Nobody has finished this module by the end of the period. Press ] for a later period, "
    "or x to count everybody."
)
_TO_ANSWERS = Destination("learner.answers", (("learner", "learner_id"), ("attempt", "attempt_id")))


@figure(
    "training.quiz-responses",
    title="Quiz responses",
    level=Level.TRAINING,
    needs=(Param.MODULE,),
    columns=(*_WHO, *_SCORES),
    row_opens=_TO_ANSWERS,
)
async def quiz_responses(q: Query) -> Rows:
    """One row per finished attempt of a module up to the period's end, newest last.

    After who, when and the attempt's points come two columns for every question: its points and the
    response as given; both are empty where the attempt has no such question. An old version of a
    quiz is a module of its own.
    """
    return await _responses(q, with_scores=True)


@figure(
    "training.feedback-responses",
    title="Feedback responses",
    level=Level.TRAINING,
    needs=(Param.MODULE,),
    columns=_WHO,
    row_opens=_TO_ANSWERS,
)
async def feedback_responses(q: Query) -> Rows:
    """One row per finished feedback of a module up to the period's end, newest last.

    After who and when comes one column for every question: the response as given.
    """
    return await _responses(q, with_scores=False)


async def _responses(q: Query, *, with_scores: bool) -> Rows:
    chosen = q.request.entity(Param.MODULE)
    module_id = chosen.id if chosen else None
    questions = await _questions(q, module_id)
    attempts, person = q.roster.attempts(), schema.person
    rows = await q.fetch(
        select(
            attempts.c.id,
            q.key_of(attempts).label("key"),
            attempts.c.finished_at,
            attempts.c.number,
            attempts.c.score,
            attempts.c.points,
            attempts.c.max_points,
            q.key_of(person).label("learner_key"),
            person.c.name,
            person.c.username,
        )
        .select_from(attempts)
        .join(person, person.c.id == attempts.c.person_id)
        .where(attempts.c.module_id == module_id, attempts.c.finished_at < q.end)
        .order_by(attempts.c.finished_at, attempts.c.id)
    )
    answers = await _answers(q, module_id)
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        given = answers[row.id]
        mine: list[Cell] = []
        for question in questions:
            points, response = given.get(question.id, (None, None))
            mine.extend((points, response) if with_scores else (response,))
        who = (row.key, row.finished_at, row.learner_key, row.name, row.username)
        scores = (row.number, row.score, row.points, row.max_points) if with_scores else ()
        cells.append((*who, *scores, *mine))
    before_data(q)
    await note_unplaced_attempts(q)
    columns = [*_WHO, *(_SCORES if with_scores else ()), *_columns(questions, with_scores)]
    return Rows(
        cells,
        columns=tuple(columns),
        empty="" if cells else _NOBODY,
        summary=f"{len(cells):,} attempts, {len(questions):,} questions" if cells else "",
    )


async def _questions(q: Query, module_id: RowId | None) -> Sequence[Any]:
    question, module, trainings = schema.question, schema.module, q.roster.trainings()
    return await q.fetch(
        select(question.c.id, question.c.label, question.c.key, question.c.title)
        .select_from(question)
        .join(module, module.c.id == question.c.module_id)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(question.c.module_id == module_id)
        .order_by(question.c.position, question.c.id)
    )


async def _answers(
    q: Query, module_id: RowId | None
) -> dict[RowId, dict[RowId, tuple[float | None, str | None]]]:
    """Return attempt id -> question id -> (points, response)."""
    attempts, answer = q.roster.attempts(), schema.answer
    rows = await q.fetch(
        select(answer.c.attempt_id, answer.c.question_id, answer.c.points, answer.c.answer)
        .select_from(attempts)
        .join(answer, answer.c.attempt_id == attempts.c.id)
        .where(attempts.c.module_id == module_id, answer.c.question_id.is_not(None))
        .order_by(answer.c.attempt_id, answer.c.position, answer.c.id)
    )
    answers: dict[RowId, dict[RowId, tuple[float | None, str | None]]] = defaultdict(dict)
    for row in rows:
        answers[row.attempt_id][row.question_id] = (row.points, one_line(row.answer))
    return answers


def _columns(questions: Sequence[Any], with_scores: bool) -> list[Column]:
    """Return the columns of the questions, named `q1_score`, `q1_response` in their order."""
    columns: list[Column] = []
    for position, question in enumerate(questions, 1):
        title = one_line(question.title) or question.label or question.key
        if with_scores:
            columns.append(number(f"q{position}_score", f"{position} points", title))
        columns.append(words(f"q{position}_response", f"{position} {title}", title))
    return columns
