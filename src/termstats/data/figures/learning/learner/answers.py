"""What one learner answered: all of one attempt, and what was wrong in a training."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.module_list import module_list
from termstats.data.model.plural import singular
from termstats.data.model.request import Param
from termstats.data.model.table import (
    Cell,
    Destination,
    count,
    ident,
    number,
    percent,
    words,
)
from termstats.data.model.text import one_line
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

RIGHT, PARTLY, WRONG, PENDING, UNANSWERED = "correct", "partly", "wrong", "pending", "unanswered"
_MARKED = (RIGHT, PARTLY, WRONG)
"""States of answers that are marked, also while the attempt goes on."""


@dataclass(frozen=True)
class Answer:
    """One answer of an attempt; `position` counts from 1 within the attempt."""

    attempt_id: RowId
    question_id: RowId | None
    position: int
    activity: tuple[str | None, str | None, str | None]
    """Key, title and type."""
    question: str | None
    text: str | None
    correct: str | None
    state: str | None
    points: float | None
    most: float | None


async def answers_of(q: Query, attempts: Collection[RowId]) -> list[Answer]:
    """Return the answers of some attempts in their order, as far as the viewer may see them.

    A learner sees no right answers of their own attempt while it is open.
    """
    table, answer = q.roster.attempts(), schema.answer
    question, activity = schema.question, schema.activity
    is_own = q.question.scope.people is not None
    answers: list[Answer] = []
    positions: Counter[RowId] = Counter()
    for row in await q.fetch(
        select(
            table.c.id.label("attempt_id"),
            table.c.finished_at,
            answer.c.question_id,
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
        .where(table.c.id.in_(sorted(attempts)))
        .order_by(table.c.id, answer.c.position, answer.c.id)
    ):
        is_over = row.finished_at is not None and row.finished_at < q.end
        most = row.max_score if row.max_points is None else row.max_points
        positions[row.attempt_id] += 1
        answers.append(
            Answer(
                row.attempt_id,
                row.question_id,
                positions[row.attempt_id],
                (row.activity_key, one_line(row.activity), row.type or row.activity_type),
                one_line(row.question) or one_line(row.activity),
                one_line(row.answer),
                one_line(row.correct_answer) if is_over or not is_own else None,
                row.state or _state(row.points, most),
                None if row.state == PENDING else row.points,
                most,
            )
        )
    return answers


def _state(points: float | None, most: float | None) -> str | None:
    """Return the state that the points tell, where the platform stores none."""
    if points is None or not most or most < 0:
        return None
    if points <= 0:
        return WRONG
    return RIGHT if points >= most - 1e-9 else PARTLY


@figure(
    "learner.answers",
    title="Answers",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.ATTEMPT),
    row="answer",
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
    rows = [
        (a.position, *a.activity, a.question, a.text, a.correct, a.state, a.points, a.most)
        for a in await answers_of(q, _attempt(q))
    ]
    right = sum(1 for row in rows if row[7] == RIGHT)
    return Rows(
        rows,
        empty="" if rows else "No answers are kept of this attempt, or it is not this learner's.",
        summary=f"{right:,} of {len(rows):,} right" if rows else "",
    )


def _attempt(q: Query) -> list[RowId]:
    attempt = q.request.entity(Param.ATTEMPT)
    return [attempt.id] if attempt else []


@figure(
    "learner.wrong-answers",
    title="Wrong answers",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.TRAINING),
    row="answer",
    columns=(
        ident("module_id"),
        ident("attempt_id"),
        words("module", "Module"),
        count("position", "#"),
        words("question", "Question"),
        words("answer", "Answer"),
        words("state", "Result"),
        words("correct_answer", "Right answer"),
        number("points", "Points"),
        number("max", "Of"),
    ),
    row_opens=Destination(
        "learner.answers", (("module", "module_id"), ("attempt", "attempt_id")), at="position"
    ),
    lead=("question", "answer", "state", "correct_answer", "module", "points", "max"),
)
async def wrong_answers(q: Query) -> Rows:
    """What was not right in the newest finished attempt at each module of the training.

    Wrong, partly right and unanswered ones, and those that wait for a teacher, in the order of the
    modules and of the questions; position is that in the attempt. Attempts are those finished by
    the end of the period. Of a module where none is, what was marked wrong or partly right in the
    newest open attempt.
    """
    modules = {item.id: (place, item) for place, item in enumerate(await module_list(q))}
    newest = {row.module_id: row for row in await _attempts(q) if row.module_id in modules}
    attempts = {row.id: row for row in newest.values()}
    found = [
        answer
        for answer in await answers_of(q, attempts.keys())
        if attempts[answer.attempt_id].is_over or answer.state in _MARKED
    ]
    found.sort(key=lambda a: modules[attempts[a.attempt_id].module_id][0])
    rows: list[tuple[Cell, ...]] = []
    for answer in found:
        if answer.state in (None, RIGHT):
            continue
        attempt = attempts[answer.attempt_id]
        module = modules[attempt.module_id][1]
        state = "waiting" if answer.state == PENDING else answer.state
        ids = (module.key, attempt.shown_key, module.title, answer.position)
        words_of = (answer.question, answer.text, state, answer.correct)
        rows.append((*ids, *words_of, answer.points, answer.most))
    before_data(q)
    return Rows(
        rows,
        empty="" if rows else _why_none(sum(a.is_over for a in newest.values()), len(found)),
        summary=f"{len(rows):,} of {len(found):,}" if rows else "",
    )


async def _attempts(q: Query) -> Sequence[Any]:
    """Return the attempts at modules: the open ones first, then those over, the newest last."""
    table = q.roster.attempts()
    is_over = case((table.c.finished_at < q.end, 1), else_=0).label("is_over")
    return await q.fetch(
        select(table.c.id, table.c.module_id, q.key_of(table).label("shown_key"), is_over)
        .where(table.c.module_id.is_not(None))
        .order_by(is_over, table.c.moment, table.c.number, table.c.id)
    )


def _why_none(attempts: int, answers: int) -> str:
    if answers:
        return singular(f"All {answers:,} answers of the newest attempts are right.")
    if attempts:
        return "No answers are kept of the newest attempts here."
    return "No module of this training was finished by the end of the period."


@figure(
    "learner.answers-of-all",
    title="How all answered",
    level=Level.LEARNER,
    needs=(Param.LEARNER, Param.ATTEMPT),
    row="question",
    columns=(
        count("position", "#"),
        words("question", "Question"),
        count("responses", "Responses", "marked answers of everybody who counts"),
        count("correct", "Correct"),
        percent("right", "% right", "correct of responses"),
        count("same", "Same answer", "who answered exactly as this attempt does"),
        words("class", "Class", "those that the learner is in"),
        count("class_responses", "Responses of the class"),
        count("class_correct", "Correct in the class"),
        percent("class_right", "% right in the class"),
        count("class_same", "Same answer in the class"),
    ),
)
async def answers_of_all(q: Query) -> Rows:
    """How everybody who counts answered the questions of one attempt, in its order.

    From all marked answers of finished attempts up to the period's end, every attempt of a person
    counts, this one too. The same of the learners of the learner's classes, where they are in one.
    Nothing for a viewer who is the learner: they see their own answers only.
    """
    if q.question.scope.people is not None:
        return Rows((), empty="You see your own answers only.")
    own = await answers_of(q, _attempt(q))
    asked = {a.question_id for a in own if a.question_id is not None}
    wide = q.asking(focus=set(Param) - {Param.LEARNER, Param.ATTEMPT}, quiet=True)
    counts = await _counts(wide, asked)
    names, mates = await _classes(q, wide)
    of_class = await _counts(wide, asked, mates) if names else {}
    rows: list[tuple[Cell, ...]] = []
    for answer in own:
        question = answer.question_id or RowId(0)
        cells = (answer.position, answer.question, *_compared(answer, counts.get(question, [])))
        beside: tuple[Cell, ...] = (None,) * 5
        if names:
            beside = (names, *_compared(answer, of_class.get(question, [])))
        rows.append((*cells, *beside))
    return Rows(rows, empty="" if rows else "No answers are kept of this attempt.")


def _compared(answer: Answer, given: Sequence[Any]) -> tuple[Cell, ...]:
    """Return responses, correct ones and their share, and who answered the same."""
    responses = sum(row.number for row in given)
    right = sum(row.number for row in given if _state_of(row) == RIGHT)
    same = sum(row.number for row in given if answer.text and one_line(row.answer) == answer.text)
    return responses, right, 100 * right / responses if responses else None, same


async def _classes(q: Query, wide: Query) -> tuple[str, set[RowId]]:
    """Return the names of the learner's classes, and who learns in them; nothing without any."""
    learner = q.request.entity(Param.LEARNER)
    members, classes = wide.people.members(), wide.people.classes()
    listed = await q.fetch(
        select(members.c.class_id, members.c.person_id, classes.c.title).join(
            classes, classes.c.id == members.c.class_id
        )
    )
    own = {row.class_id: row.title for row in listed if learner and row.person_id == learner.id}
    people = {row.person_id for row in listed if row.class_id in own}
    return "; ".join(sorted(set(own.values()))), people


def _state_of(row: Any) -> str | None:
    return row.state or _state(row.points, row.most)


async def _counts(
    q: Query, questions: Collection[RowId], people: Collection[RowId] | None = None
) -> dict[RowId, list[Any]]:
    """Return question -> (answer, state, points, most) with the number of marked answers so.

    Of everybody who counts, or only of `people` among them.
    """
    table, answer, question = q.roster.attempts(), schema.answer, schema.question
    most = func.coalesce(answer.c.max_points, question.c.max_score).label("most")
    given = (answer.c.question_id, answer.c.answer, answer.c.state, answer.c.points, most)
    counts: dict[RowId, list[Any]] = defaultdict(list)
    where = [] if people is None else [table.c.person_id.in_(sorted(people))]
    for row in await q.fetch(
        select(*given, func.count().label("number"))
        .select_from(table)
        .join(answer, answer.c.attempt_id == table.c.id)
        .join(question, question.c.id == answer.c.question_id)
        .where(answer.c.question_id.in_(sorted(questions)), table.c.finished_at < q.end, *where)
        .group_by(*given)
    ):
        if row.state != PENDING and (row.points is not None or row.state is not None):
            counts[row.question_id].append(row)
    return counts
