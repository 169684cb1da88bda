"""Attempts and their answers, of one person at one module after another."""

from __future__ import annotations

from dataclasses import dataclass, field

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.content import Place
from termstats.data.importers.xapi.staging import Row
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

LONGEST = 4 * 3600
"""Seconds; a longer event or attempt is an outlier."""


@dataclass(frozen=True)
class Given:
    """An answer to one question."""

    question: RowId
    response: str | None
    points: float | None
    passed: int | None


@dataclass
class Try:
    """One attempt as far as statements have told of it."""

    key: str
    started: Second | None
    number: int | None = None
    finished: Second | None = None
    server: Second | None = None
    score: float | None = None
    passed: int | None = None
    seconds: float | None = None
    flags: int = 0
    is_attempted: bool = False
    is_whole: bool = False
    """Whether the score is that of the whole attempt, not of its parts."""
    answers: list[Given] = field(default_factory=list)


@dataclass
class Tries:
    """The attempts of one person."""

    by_module: dict[RowId, list[Try]] = field(default_factory=dict)
    training: dict[RowId, RowId | None] = field(default_factory=dict)

    def take(self, row: Row, place: Place, grades: RowId | None) -> None:
        """Take note of a statement, where it is about an attempt.

        `grades`: the module of the grades of the training, where the statement is about that.
        """
        module = place.module
        if grades is not None:
            if row.score is not None and row.meaning in verbs.ENDS:
                self._grade(row, grades, place.training)
            return
        if module is None or not place.is_tried:
            return
        if place.kind == verbs.QUESTION:
            self._answer(row, place, module)
        elif row.meaning == verbs.START and row.score is None:
            self._start(row, module, place.training)
        elif row.meaning in verbs.ENDS or row.score is not None:
            self._end(row, module, place.training)

    def _new(self, row: Row, module: RowId, training: RowId | None, **known: object) -> Try:
        self.training[module] = training
        new = Try(row.id, second_of(row))
        for name, value in known.items():
            setattr(new, name, value)
        self.by_module.setdefault(module, []).append(new)
        return new

    def _last(self, module: RowId) -> Try | None:
        tries = self.by_module.get(module)
        return tries[-1] if tries else None

    def _grade(self, row: Row, module: RowId, training: RowId | None) -> None:
        flags = schema.FLAG_NO_ACTIVITY if row.meaning in verbs.BY_OTHERS else 0
        done = self._new(row, module, training, flags=flags)
        _finish(done, row)
        done.passed = passed_of(row)

    def _start(self, row: Row, module: RowId, training: RowId | None) -> None:
        last = self._last(module)
        is_attempted = row.verb == verbs.ATTEMPTED
        is_open = last is not None and last.finished is None
        # Launched, initialized and attempted begin the same attempt.
        if last is not None and is_open and not (is_attempted and last.is_attempted):
            last.is_attempted |= is_attempted
        else:
            self._new(row, module, training, is_attempted=is_attempted)

    def _end(self, row: Row, module: RowId, training: RowId | None) -> None:
        last = self._last(module)
        if last is None or (last.finished is not None and not _completes(last, row)):
            last = self._new(row, module, training)
            if row.meaning in verbs.BY_OTHERS:
                last.flags |= schema.FLAG_NO_ACTIVITY
        _finish(last, row)

    def _answer(self, row: Row, place: Place, module: RowId) -> None:
        """Take an answer: of an open attempt at its quiz, or the whole attempt at a problem."""
        attempt = self._last(module)
        if row.verb == verbs.EVALUATED:
            told = (row.number, second_of(row))
            if attempt is None or (attempt.number, attempt.finished) != told:
                attempt = self._new(row, module, place.training, number=row.number)
            _evaluate(attempt, row, place)
        elif row.verb == verbs.ANSWERED:
            if attempt is None or attempt.finished is not None:
                attempt = self._new(row, module, place.training)
            if place.question is not None:
                attempt.answers.append(_given(row, place.question))

    def write(self, writer: StoreWriter, person: RowId) -> None:
        """Write all attempts with their answers."""
        for module, tries in self.by_module.items():
            for number, each in enumerate(tries, 1):
                attempt = writer.add(
                    schema.attempt,
                    {
                        "key": each.key,
                        "person_id": person,
                        "training_id": self.training[module],
                        "module_id": module,
                        "number": each.number or number,
                        "started_at": each.started,
                        "finished_at": each.finished,
                        "server_at": each.server,
                        "score": each.score,
                        "passed": each.passed,
                        "seconds": each.seconds,
                        "flags": each.flags,
                    },
                )
                _write_answers(writer, attempt, each.answers)


def _given(row: Row, question: RowId) -> Given:
    points = row.passed if row.score is None else row.score / 100
    return Given(question, row.response, points, row.passed)


def _evaluate(attempt: Try, row: Row, place: Place) -> None:
    """Finish an attempt at a problem: with its own result, else with what its parts come to."""
    score, passed = attempt.score, attempt.passed
    _finish(attempt, row)
    if place.question is not None:
        attempt.answers.append(_given(row, place.question))
    if not place.is_part:
        attempt.is_whole = True
    elif attempt.is_whole:
        attempt.score, attempt.passed = score, passed
    else:
        points = [each.points for each in attempt.answers if each.points is not None]
        attempt.score = round(100 * sum(points) / len(points), 4) if points else None
        attempt.passed = int(all(each.passed for each in attempt.answers))


def second_of(row: Row) -> Second:
    """Return when a statement happened, in whole seconds."""
    return Second(row.at // 1_000_000)


def passed_of(row: Row) -> int | None:
    """Return whether a statement says that something was passed, or failed."""
    if row.meaning in (verbs.PASS, verbs.FAIL):
        return int(row.meaning == verbs.PASS)
    if row.verb == verbs.EARNED:
        return {"pass": 1, "fail": 0}.get((row.detail or "").lower(), row.passed)
    return row.passed


def _completes(last: Try, row: Row) -> bool:
    """Return whether a statement adds to an attempt that another has ended: cmi5 sends several."""
    adds_passed = last.passed is None and passed_of(row) is not None
    adds_score = last.score is None and row.score is not None
    adds_nothing = row.score is None and row.passed is None and row.meaning == verbs.COMPLETE
    return adds_passed or adds_score or adds_nothing


def _finish(attempt: Try, row: Row) -> None:
    attempt.finished, attempt.server = second_of(row), row.stored
    attempt.flags |= schema.FLAG_MOVED if row.device_at is not None else 0
    if row.score is not None:
        attempt.score = row.score
    passed = passed_of(row)
    attempt.passed = attempt.passed if passed is None else passed
    if row.seconds is not None:
        attempt.seconds = row.seconds
        attempt.flags |= schema.FLAG_OUTLIER if row.seconds > LONGEST else 0


def _write_answers(writer: StoreWriter, attempt: RowId, answers: list[Given]) -> None:
    # Parts of a problem have one time: then their places in it are the order.
    in_order = sorted(answers, key=lambda given: given.question)
    for position, given in enumerate(in_order, 1):
        state = None if given.passed is None else ("correct" if given.passed else "wrong")
        writer.add(
            schema.answer,
            {
                "attempt_id": attempt,
                "question_id": given.question,
                "position": position,
                "answer": given.response,
                "state": state,
                "points": given.points,
                "max_points": 1.0,
            },
        )
