"""Attempts at quizzes of Moodle, down to the answers that its question engine keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.moodle.base import ATTEMPT_LIMIT, MoodleModule, MoodleRun, stamp
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.markup import plain_text
from termstats.data.model.scoring import is_passed, score_percent
from termstats.data.model.units import RowId
from termstats.data.store import schema

QUIZ = "quiz"
FINISHED, SUBMITTED, ABANDONED = "finished", "submitted", "abandoned"
"""States of attempts that are over; abandoned ones were never handed in."""
_STATES = {
    **dict.fromkeys(("gradedright", "mangrright"), "correct"),
    **dict.fromkeys(("gradedpartial", "mangrpartial"), "partly"),
    **dict.fromkeys(("gradedwrong", "mangrwrong"), "wrong"),
    **dict.fromkeys(("gaveup", "mangaveup"), "unanswered"),
    "needsgrading": "pending",
}
"""What the question engine says of an answer that is marked."""
_ASKED = ("todo", "notstarted", "unprocessed", "invalid")
"""What it says of a question that nobody has answered yet, or tried without being right."""
_UNKNOWN = "question"
_Last = dict[int, tuple[int, str, float | None]]
"""Answer -> (number of its last step, state, last marking)."""


@dataclass
class _Question:
    """A question of one quiz, as its attempts ask it."""

    id: RowId
    row: dict[str, Any]
    right: set[str] = field(default_factory=set)
    """What is right, as attempts tell it: calculated questions have many such answers."""


@dataclass(frozen=True)
class _Attempt:
    """An attempt that has been written."""

    id: RowId
    module: MoodleModule


async def write_quizzes(run: MoodleRun) -> None:
    """Write attempts at quizzes with their questions and answers."""
    attempts = await _write_attempts(run)
    last: _Last = {}
    async for row in run.rows("question_attempt_steps"):
        _note_step(last, row)
    texts = {row.id: row async for row in run.rows("question")}
    questions: dict[tuple[RowId, int], _Question] = {}
    table = "question_attempts"
    async for row in run.rows(table):
        attempt = attempts.get(row.questionusageid)
        if attempt is None:
            run.context.intake(table).pass_over("of no attempt that is imported")
        elif row.questionid is None:
            run.refuse(table, "unknown question", row)
        else:
            asked = _question(run, questions, attempt.module, row, texts.get(row.questionid))
            _write_answer(run, attempt, asked, row, last.pop(row.id, (0, "todo", None)))
    for question in questions.values():
        correct = next(iter(question.right)) if len(question.right) == 1 else None
        run.writer.add(
            schema.question, {**question.row, "id": question.id, "correct_answer": correct}
        )


async def _write_attempts(run: MoodleRun) -> dict[int, _Attempt]:
    """Write the attempts; return the id by which the question engine knows each."""
    modules = run.of_kind(QUIZ)
    attempts: dict[int, _Attempt] = {}
    async for row in run.known("quiz_attempts", "quiz", modules):
        module = modules[row.quiz]
        if run.teaches_here(module.course, row.userid):
            run.context.intake("quiz_attempts").pass_over("of somebody who teaches there")
            continue
        new = _write_attempt(run, module, row)
        if row.uniqueid is not None:
            attempts[row.uniqueid] = _Attempt(new, module)
    return attempts


def _write_attempt(run: MoodleRun, module: MoodleModule, row: Any) -> RowId:
    state = cells.text(row.state)
    started, ended = stamp(row.timestart), stamp(row.timefinish)
    is_over = state in (FINISHED, SUBMITTED, ABANDONED)
    finished = ended or stamp(row.timemodified) or started if is_over else None
    most = cells.number(module.detail.sumgrades) if module.detail else None
    points = cells.number(row.sumgrades) if is_over else None
    score = score_percent(points, most)
    passed = is_passed(score, module.pass_mark)
    seconds = float(ended - started) if ended and started else None
    is_long = seconds is not None and not 0 <= seconds <= ATTEMPT_LIMIT
    run.work(module.course, row.userid, started, finished)
    return run.writer.add(
        schema.attempt,
        {
            "key": str(row.id),
            "person_id": run.people[row.userid],
            "training_id": module.training_id,
            "module_id": module.id,
            "number": row.attempt or 1,
            "started_at": started,
            "finished_at": finished,
            "points": points,
            "max_points": most,
            "score": score,
            "passed": None if passed is None else int(passed),
            "seconds": seconds,
            "evaluated": int(points is not None) if is_over and state != ABANDONED else None,
            "flags": schema.FLAG_OUTLIER if is_long else 0,
            "in_score": int(state != ABANDONED),
        },
    )


def _note_step(last: _Last, row: Any) -> None:
    """Note a step of an answer: the last one tells its state, the last marking its points."""
    if row.questionattemptid is None:
        return
    number, fraction = row.sequencenumber or 0, cells.number(row.fraction)
    before, state, marked = last.get(row.questionattemptid, (-1, "", None))
    if number >= before:
        state, marked = cells.text(row.state), marked if fraction is None else fraction
        last[row.questionattemptid] = (number, state, marked)


def _question(
    run: MoodleRun,
    questions: dict[tuple[RowId, int], _Question],
    module: MoodleModule,
    row: Any,
    text: Any,
) -> _Question:
    """Return a question of a quiz, made on first use; `text`: its row, if it is still there."""
    asked = questions.get((module.id, row.questionid))
    if asked is None:
        title = run.title(row.questionsummary)
        if text is not None and not title:
            title = plain_text(cells.text(text.questiontext)) or run.title(text.name)
        asked = questions[module.id, row.questionid] = _Question(
            run.writer.new_id(schema.question),
            {
                "key": f"{module.id}:{row.questionid}",
                "module_id": module.id,
                "activity_id": module.activity_id,
                "label": str(row.questionid),
                "title": title or f"question {row.questionid}",
                "type": (cells.text(text.qtype) if text else "")[:60] or _UNKNOWN,
                "position": row.slot or 0,
                "max_score": cells.number(row.maxmark),
            },
        )
    right = cells.text(row.rightanswer).strip()
    if right:
        asked.right.add(right)
    return asked


def _write_answer(
    run: MoodleRun, attempt: _Attempt, asked: _Question, row: Any, last: tuple[int, str, Any]
) -> None:
    _number, state, fraction = last
    most, given = cells.number(row.maxmark), cells.text(row.responsesummary).strip()
    run.writer.add(
        schema.answer,
        {
            "attempt_id": attempt.id,
            "question_id": asked.id,
            "activity_id": attempt.module.activity_id,
            "position": row.slot or 0,
            "answer": given or None,
            "state": _state(state, fraction, most),
            "points": None if fraction is None or most is None else max(fraction, 0.0) * most,
            "max_points": most,
        },
    )


def _state(state: str, fraction: float | None, most: float | None) -> str | None:
    """Return the state of an answer; None where nothing can be right, or nothing is marked yet."""
    if not most:
        return None
    if state in _STATES:
        return _STATES[state]
    if fraction is not None:
        # Marked on the way, in an attempt that goes on.
        return "correct" if fraction >= 1 else "partly" if fraction > 0 else "wrong"
    return "unanswered" if state in _ASKED else None
