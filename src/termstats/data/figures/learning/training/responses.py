"""What was answered: one row per attempt of a module, with columns for every question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import and_, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.unplaced import note_unplaced_attempts
from termstats.data.figures.logs.list_pages import Place, list_page
from termstats.data.model.entity import Entity
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
    count("passed", "Passed", "1 or 0; nothing where there is nothing to pass"),
    words("version", "Version", "of the training that it was made in"),
)
_NOBODY = (
    "Nobody has finished this module by the end of the period. Press ] for a later period, "
    "or x to count everybody."
)
Given: TypeAlias = dict[RowId, tuple[float | None, str | None]]
"""Question id -> points and response."""
_AT_ONCE = 1_000
"""Attempts whose answers are read by one statement."""
_TO_ANSWERS = Destination("learner.answers", (("learner", "learner_id"), ("attempt", "attempt_id")))


@figure(
    "training.quiz-responses",
    title="Quiz responses",
    level=Level.TRAINING,
    needs=(Param.MODULE,),
    takes=(Param.VERSION,),
    row="response",
    columns=(*_WHO, *_SCORES),
    row_opens=_TO_ANSWERS,
    paged=True,
)
async def quiz_responses(q: Query) -> Rows:
    """One row per finished attempt of a module up to the period's end, newest last.

    After who, when and the attempt's points come two columns for every question: its points and the
    response as given; both are empty where the attempt has no such question. An old version of a
    quiz is a module of its own: see training.quizzes.
    """
    return await _responses(q, with_scores=True)


@figure(
    "training.feedback-responses",
    title="Feedback responses",
    level=Level.TRAINING,
    needs=(Param.MODULE,),
    takes=(Param.VERSION,),
    row="response",
    columns=_WHO,
    row_opens=_TO_ANSWERS,
    paged=True,
)
async def feedback_responses(q: Query) -> Rows:
    """One row per finished feedback of a module up to the period's end, newest last.

    After who and when comes one column for every question: the response as given. An old version of
    a feedback is a module of its own: see training.quizzes.
    """
    return await _responses(q, with_scores=False)


async def _responses(q: Query, *, with_scores: bool) -> Rows:
    chosen = q.request.entity(Param.MODULE)
    asked = _Asked(chosen.id if chosen else None, await _questions(q, chosen), with_scores)

    async def blocks(after: Place | None, size: int) -> Sequence[Any]:
        return await _attempts(q, asked.module_id, after, size)

    async def cells(block: Sequence[Any]) -> Sequence[tuple[Cell, ...]]:
        given = await _answers(q, [row.id for row in block])
        return [asked.row_of(row, given[row.id]) for row in block]

    page = await list_page(q, asked.columns, blocks, cells, _place)
    if q.request.after is None:
        before_data(q)
        await note_unplaced_attempts(q)
    counted = f"{len(page.rows):,} attempts, " if page.is_whole else ""
    nothing = "No attempt fits the filter. Shorten it." if page.is_searched else _NOBODY
    return Rows(
        page.rows,
        columns=asked.columns,
        empty="" if page.rows else nothing,
        summary=f"{counted}{len(asked.questions):,} questions" if page.rows else "",
        after=page.after,
    )


def _place(row: Any) -> Place:
    return row.finished_at, row.id


@dataclass(frozen=True)
class _Asked:
    """A module and its questions: what the rows of its attempts hold."""

    module_id: RowId | None
    questions: Sequence[Any]
    with_scores: bool

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Return those of who and when, and of each question."""
        scores = _SCORES if self.with_scores else ()
        return (*_WHO, *scores, *_columns(self.questions, self.with_scores))

    def row_of(self, row: Any, given: Given) -> tuple[Cell, ...]:
        """Return the cells of one attempt."""
        answers: list[Cell] = []
        for question in self.questions:
            points, response = given.get(question.id, (None, None))
            answers.extend((points, response) if self.with_scores else (response,))
        who = (row.key, row.finished_at, row.learner_key, row.name, row.username)
        scores = (row.number, row.score, row.points, row.max_points, row.passed, row.version)
        return (*who, *(scores if self.with_scores else ()), *answers)


async def _attempts(
    q: Query, module_id: RowId | None, after: tuple[int, int] | None, size: int
) -> Sequence[Any]:
    """Return the next finished attempts of a module, the earliest first, and who did them."""
    attempts, person = q.roster.attempts(), schema.person
    moment = attempts.c.finished_at
    where = [attempts.c.module_id == module_id, moment < q.end]
    if after is not None:
        second, last = after
        later = or_(moment > second, and_(moment == second, attempts.c.id > last))
        where += [moment >= second, later]
    return await q.fetch(
        select(
            attempts.c.id,
            q.key_of(attempts).label("key"),
            moment,
            attempts.c.number,
            attempts.c.score,
            attempts.c.points,
            attempts.c.max_points,
            attempts.c.passed,
            attempts.c.version,
            q.key_of(person).label("learner_key"),
            person.c.name,
            person.c.username,
        )
        .select_from(attempts)
        .join(person, person.c.id == attempts.c.person_id)
        .where(*where)
        .order_by(moment, attempts.c.id)
        .limit(size)
    )


async def _questions(q: Query, chosen: Entity | None) -> Sequence[Any]:
    question, module, trainings = schema.question, schema.module, q.roster.trainings()
    return await q.fetch(
        select(question.c.id, question.c.label, question.c.key, question.c.title)
        .select_from(question)
        .join(module, module.c.id == question.c.module_id)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(question.c.module_id == (chosen.id if chosen else None))
        .order_by(question.c.position, question.c.id)
    )


async def _answers(q: Query, attempts: Sequence[RowId]) -> dict[RowId, Given]:
    """Return attempt id -> question id -> (points, response)."""
    answer = schema.answer
    answers: dict[RowId, Given] = defaultdict(dict)
    for start in range(0, len(attempts), _AT_ONCE):
        some = answer.c.attempt_id.in_(attempts[start : start + _AT_ONCE])
        rows = await q.fetch(
            select(answer.c.attempt_id, answer.c.question_id, answer.c.points, answer.c.answer)
            .where(some, answer.c.question_id.is_not(None))
            .order_by(answer.c.attempt_id, answer.c.position, answer.c.id)
        )
        # Unpacked, and equal texts once: an attempt has many answers, a question few.
        lines = {text: one_line(text) for text in {row.answer for row in rows}}
        for attempt, question, points, text in map(tuple, rows):
            answers[attempt][question] = (points, lines[text])
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
