"""Attempts at quizzes and feedbacks of OppiaMobile, and their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from termstats.data.importers.oppia.attempts_before import (
    ATTEMPTS,
    Group,
    Try,
    Written,
    attempt_before,
    check_modules,
    note_attempt,
    note_settled,
    numbers_of,
    resume_attempts,
    set_attempts_mark,
)
from termstats.data.importers.oppia.base import ATTEMPT_LIMIT, OppiaModule, OppiaRun
from termstats.data.importers.oppia.content import OppiaQuestion
from termstats.data.importers.oppia.since_last import ANSWERS, largest_of, read_before
from termstats.data.importers.sources import cells
from termstats.data.importers.writing.writer import EverythingNeeded
from termstats.data.model.scoring import is_passed, score_percent
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_MOMENTS = ("finished_at", "server_at")


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
    """Read the attempts, in the order of their ids; those that may be news to the store."""
    attempts = []
    async for row in run.rows(ATTEMPTS, above=resume_attempts(run)):
        key, user, quiz_id, device, server, score, maximum, instance, event, time_taken = row
        at, received, flags = run.place(device, server)
        note_attempt(run, key, received)
        if user not in run.people:
            run.unknown_people.add(user or 0)
            run.refuse(ATTEMPTS, "unknown person", row)
            continue
        if at is None:
            run.refuse(ATTEMPTS, "no usable date", row)
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
    if run.attempts.mark is None:
        set_attempts_mark(run, await largest_of(run, ATTEMPTS))
    return attempts


def kinds_by_attempt(run: OppiaRun, attempts: list[OppiaAttempt]) -> dict[int, str]:
    """Return quiz -> "feedback" for those that attempts say were answered as one."""
    log = run.attempts
    told = {
        attempt.key: attempt.quiz_id
        for attempt in attempts
        if attempt.quiz_id is not None and attempt.event == "feedback_completed"
    }
    kinds = dict.fromkeys({*told.values(), *log.feedbacks}, "feedback")
    log.feedbacks.update(quiz for key, quiz in told.items() if key <= (log.mark or 0))
    return kinds


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
    check_modules(run)
    modules = {attempt.key: _module_of(run, attempt) for attempt in attempts}
    numbers = numbers_of(run, (_place_of(each, modules[each.key]) for each in attempts))
    ids: dict[int, Written] = {}
    log = run.attempts
    for attempt in attempts:
        module = modules[attempt.key]
        _keep_attempt(run, attempt, module)
        pair = (module.training_id, attempt.person_id) if module else None
        if pair is not None:
            run.enrol(*pair, attempt.finished_at)
        if attempt.key <= (log.mark or 0):
            note_settled(
                run, attempt.key, attempt.quiz_id, attempt.instance, pair, attempt.finished_at
            )
        row = _row(run, attempt, module, numbers[attempt.key])
        new, is_changed = run.writer.add_changed(schema.attempt, row, log.stored)
        ids[attempt.key] = (new, attempt.user_id, module)
        before = _columns(log.stored.get(new))
        if before.get("module_id", row["module_id"]) != row["module_id"]:
            raise EverythingNeeded("attempts have moved to other quizzes")
        if is_changed and pair is not None:
            moments = (each.get(name) for each in (row, before) for name in _MOMENTS)
            run.context.note_changed(pair, *moments)
    await _write_answers(run, ids, questions, written)


def _place_of(attempt: OppiaAttempt, module: OppiaModule | None) -> tuple[Group, Try]:
    """Return among which attempts one is numbered, and by what."""
    group = attempt.person_id, module.id if module else ("quiz", attempt.quiz_id)
    return group, (attempt.finished_at, attempt.key)


def _columns(row: Sequence[Any] | None) -> dict[str, Any]:
    """Return a row of the store by the names of its columns; nothing of None."""
    return {} if row is None else dict(zip(schema.attempt.columns.keys(), row, strict=True))


def _row(
    run: OppiaRun, attempt: OppiaAttempt, module: OppiaModule | None, number: int
) -> dict[str, Any]:
    """Return the columns of an attempt."""
    score = score_percent(attempt.points, attempt.max_points)
    passed = is_passed(score, module.pass_mark if module else None)
    return {
        "key": str(attempt.key),
        "person_id": attempt.person_id,
        "training_id": module.training_id if module else None,
        "module_id": module.id if module else None,
        "number": number,
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
    }


def _keep_attempt(run: OppiaRun, attempt: OppiaAttempt, module: OppiaModule | None) -> None:
    """Keep what the platform's pages need of an attempt where it cannot be told from the store."""
    is_moved = bool(attempt.flags & schema.FLAG_MOVED)
    if is_moved or (module is not None and attempt.quiz_id is None):
        run.keep_row(
            ATTEMPTS,
            id=attempt.key,
            quiz_id=attempt.quiz_id,
            attempt_date=attempt.device_at if is_moved else attempt.finished_at,
        )


async def _write_answers(
    run: OppiaRun,
    attempts: dict[int, Written],
    questions: Mapping[int, OppiaQuestion],
    written: Mapping[tuple[RowId, int], tuple[RowId, int]],
) -> None:
    async for row in run.rows(ANSWERS, above=read_before(run, ANSWERS)):
        _, attempt_key, question_key, score, text = row
        found = attempts.get(attempt_key) or attempt_before(run, attempt_key)
        if found is None:
            run.refuse("quiz_quizattemptresponse", "unknown or refused attempt", row)
            continue
        attempt_id, user, module = attempts[attempt_key] = found
        question = questions.get(question_key)
        place = written.get((module.id, question_key)) if module else None
        points, answer = cells.number(score), cells.text(text)
        if place is None:
            run.keep_row(
                "quiz_quizattemptresponse",
                user_id=user,
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
