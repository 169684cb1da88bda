"""Attempts at quizzes and feedbacks of OppiaMobile, and their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.importers.oppia.base import ATTEMPT_LIMIT, OppiaModule, OppiaRun
from termstats.data.importers.oppia.content import OppiaQuestion
from termstats.data.importers.oppia.since_last import ANSWERS, read_before
from termstats.data.importers.sources import cells
from termstats.data.importers.writing.writer import EverythingNeeded
from termstats.data.model.scoring import is_passed, score_percent
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema


@dataclass
class OppiaAttempt:
    """One attempt as read."""

    key: int
    user_id: int
    """The person's id at the source."""
    person_id: RowId
    quiz_id: int | None
    instance: str
    event: str
    finished_at: Second
    server_at: Second | None
    flags: int
    device_at: Second | None
    points: float | None
    max_points: float | None
    seconds: float | None


async def read_attempts(run: OppiaRun) -> list[OppiaAttempt]:
    """Read the attempts, in the order of their ids."""
    attempts = []
    async for row in run.rows("quiz_quizattempt"):
        key, user, quiz_id, device, server, score, maximum, instance, event, time_taken = row
        at, received, flags = run.place(device, server)
        if user not in run.people:
            run.refuse("quiz_quizattempt", "unknown person", row)
            continue
        if at is None:
            run.refuse("quiz_quizattempt", "no usable date", row)
            continue
        seconds = cells.number(time_taken)
        if seconds is not None and not 0 <= seconds <= ATTEMPT_LIMIT:
            flags |= schema.FLAG_OUTLIER
        attempts.append(
            OppiaAttempt(
                key,
                user,
                run.people[user],
                quiz_id,
                cells.text(instance),
                cells.text(event),
                at,
                received,
                flags,
                run.moment(device),
                cells.number(score),
                cells.number(maximum),
                seconds,
            )
        )
    return attempts


def kinds_by_attempt(attempts: list[OppiaAttempt]) -> dict[int, str]:
    """Return quiz -> "feedback" for those that attempts say were answered as one."""
    return {
        attempt.quiz_id: "feedback"
        for attempt in attempts
        if attempt.quiz_id is not None and attempt.event == "feedback_completed"
    }


def _module_of(run: OppiaRun, attempt: OppiaAttempt) -> OppiaModule | None:
    """Return the module of an attempt: by its quiz; of a deleted quiz, by its event."""
    by_event, _version = run.instances.get(attempt.instance, (None, ""))
    if attempt.quiz_id is None:
        return by_event
    quiz = run.quizzes.get(attempt.quiz_id)
    if quiz is None or not quiz.modules:
        return None
    # A quiz that several courses share: the event tells which.
    return next((m for m in quiz.modules if m is by_event), quiz.modules[0])


def _version_of(run: OppiaRun, attempt: OppiaAttempt) -> str | None:
    """Return the version of the course that an attempt was made in: that of its event.

    Without an event it is that of the quiz, where it has only one.
    """
    _module, version = run.instances.get(attempt.instance, (None, ""))
    quiz = run.quizzes.get(attempt.quiz_id) if attempt.quiz_id is not None else None
    only = next(iter(quiz.versions)) if quiz and len(quiz.versions) == 1 else None
    return version or only


async def write_attempts(
    run: OppiaRun,
    attempts: list[OppiaAttempt],
    questions: Mapping[int, OppiaQuestion],
    written: Mapping[tuple[RowId, int], tuple[RowId, int]],
) -> None:
    """Write attempts and answers; `written`: (module, question) -> (store id, position)."""
    modules = {attempt.key: _module_of(run, attempt) for attempt in attempts}
    numbers: dict[int, int] = {}
    count: dict[tuple[RowId, object], int] = defaultdict(int)
    for attempt in sorted(attempts, key=lambda a: (a.finished_at, a.key)):
        module = modules[attempt.key]
        group = (attempt.person_id, module.id if module else ("quiz", attempt.quiz_id))
        count[group] += 1
        numbers[attempt.key] = count[group]
    ids: dict[int, tuple[RowId, OppiaAttempt, OppiaModule | None]] = {}
    placed = run.placed_attempts
    for attempt in attempts:
        module = modules[attempt.key]
        _keep_attempt(run, attempt, module)
        score = score_percent(attempt.points, attempt.max_points)
        passed = is_passed(score, module.pass_mark if module else None)
        if module:
            run.enrol(module.training_id, attempt.person_id, attempt.finished_at)
        new = run.writer.add(
            schema.attempt,
            {
                "key": str(attempt.key),
                "person_id": attempt.person_id,
                "training_id": module.training_id if module else None,
                "module_id": module.id if module else None,
                "number": numbers[attempt.key],
                "finished_at": attempt.finished_at,
                "server_at": attempt.server_at,
                "points": attempt.points,
                "max_points": attempt.max_points,
                "score": score,
                "passed": None if passed is None else int(passed),
                "seconds": attempt.seconds,
                "version": _version_of(run, attempt),
                "flags": attempt.flags,
                "in_score": int(module is None or module.kind != "feedback"),
            },
        )
        ids[attempt.key] = (new, attempt, module)
        if placed.get(new, module.id if module else None) != (module.id if module else None):
            raise EverythingNeeded("attempts have moved to other quizzes")
    await _write_answers(run, ids, questions, written)


def _keep_attempt(run: OppiaRun, attempt: OppiaAttempt, module: OppiaModule | None) -> None:
    """Keep what the platform's pages need of an attempt where it cannot be told from the store."""
    is_moved = bool(attempt.flags & schema.FLAG_MOVED)
    if is_moved or (module is not None and attempt.quiz_id is None):
        run.keep_row(
            "quiz_quizattempt",
            id=attempt.key,
            quiz_id=attempt.quiz_id,
            attempt_date=attempt.device_at if is_moved else attempt.finished_at,
        )


async def _write_answers(
    run: OppiaRun,
    attempts: Mapping[int, tuple[RowId, OppiaAttempt, OppiaModule | None]],
    questions: Mapping[int, OppiaQuestion],
    written: Mapping[tuple[RowId, int], tuple[RowId, int]],
) -> None:
    async for row in run.rows(ANSWERS, above=read_before(run, ANSWERS)):
        _, attempt_key, question_key, score, text = row
        if attempt_key not in attempts:
            run.refuse("quiz_quizattemptresponse", "unknown or refused attempt", row)
            continue
        attempt_id, attempt, module = attempts[attempt_key]
        question = questions.get(question_key)
        place = written.get((module.id, question_key)) if module else None
        points, answer = cells.number(score), cells.text(text)
        if place is None:
            run.keep_row(
                "quiz_quizattemptresponse",
                user_id=attempt.user_id,
                question_id=question_key,
                score=points,
            )
        run.writer.add(
            schema.answer,
            {
                "attempt_id": attempt_id,
                "question_id": place[0] if place else None,
                "activity_id": module.activity_id if module else None,
                "position": place[1] if place else 0,
                "answer": answer,
                "state": _state(question, points or 0.0, answer),
                "points": points,
                "max_points": question.max_score if question else None,
            },
        )


def _state(question: OppiaQuestion | None, points: float, answer: str) -> str | None:
    """Return the state of an answer; None where there is nothing to be right about."""
    if question is None:
        return None
    if not answer and not points:
        return "unanswered"
    if question.type == "essay":
        return "pending"
    if question.max_score <= 0:
        return None
    if points <= 0:
        return "wrong"
    return "correct" if points >= question.full_points - 1e-9 else "partly"
