"""The answers behind a number of a question."""

from __future__ import annotations

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.asked import no_value_asked
from termstats.data.figures.learning.enrolment_rows import LEARNER_COLUMNS
from termstats.data.figures.learning.marks import is_right, points_of
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, count, ident, moment, number, words
from termstats.data.model.text import one_line
from termstats.data.query.query import Query
from termstats.data.store import schema

_COLUMNS = (
    ident("attempt_id"),
    *LEARNER_COLUMNS,
    count("number", "Attempt"),
    words("answer", "Answer"),
    number("points", "Points"),
    number("max", "Of"),
    moment("finished", "Finished"),
)
_TO_ATTEMPT = Destination("learner.answers", (("learner", "learner_id"), ("attempt", "attempt_id")))


@figure(
    "training.behind-question",
    title="Answers to a question",
    level=Level.TRAINING,
    takes=(Param.ACTION,),
    columns=_COLUMNS,
    row_opens=_TO_ATTEMPT,
    lead=("learner", "answer", "points", "number"),
    unit="answers",
)
async def answers_behind(q: Query) -> Rows:
    """The marked answers to one question that its numbers are made of, fewest points first.

    --action is the platform's id of the question. Of finished attempts up to the period's end,
    every attempt of a person counts; unanswered is 0 points.
    """
    return await _answers(q, only_right=False)


@figure(
    "training.behind-correct",
    title="Right answers to a question",
    level=Level.TRAINING,
    takes=(Param.ACTION,),
    columns=_COLUMNS,
    row_opens=_TO_ATTEMPT,
    lead=("learner", "answer", "points", "number"),
    unit="answers",
)
async def right_answers_behind(q: Query) -> Rows:
    """The answers to one question that have all its points, by name.

    --action is the platform's id of the question. Of finished attempts up to the period's end,
    every attempt of a person counts.
    """
    return await _answers(q, only_right=True)


async def _answers(q: Query, *, only_right: bool) -> Rows:
    if not q.request.action:
        return no_value_asked()
    attempts, answer = q.roster.attempts(), schema.answer
    question, person = schema.question, schema.person
    listed = await q.fetch(
        select(
            q.key_of(attempts).label("attempt_key"),
            q.key_of(person).label("learner_key"),
            person.c.name,
            attempts.c.number,
            attempts.c.finished_at,
            *(answer.c[name] for name in ("answer", "points", "max_points", "state")),
        )
        .select_from(attempts)
        .join(answer, answer.c.attempt_id == attempts.c.id)
        .join(question, question.c.id == answer.c.question_id)
        .join(person, person.c.id == attempts.c.person_id)
        .where(
            attempts.c.finished_at < q.end,
            attempts.c.in_score == 1,
            answer.c.max_points > 0,
            q.key_of(question) == q.request.action,
        )
    )
    rows: list[tuple[Cell, ...]] = []
    for row in listed:
        points = points_of(row.state, row.points, row.max_points)
        if points is None or (only_right and not is_right(points, row.max_points)):
            continue
        who = (row.attempt_key, row.learner_key, row.name, row.number)
        rows.append((*who, one_line(row.answer), points, row.max_points, row.finished_at))
    rows.sort(key=lambda row: (row[5] or 0.0, str(row[2]).casefold(), str(row[1]), row[3] or 0))
    return Rows(
        rows,
        empty="" if rows else "No answer to this question is marked here.",
        summary=f"{len(rows):,} answers" if rows else "",
    )
