"""What learners of Opigno achieved: attempts, answers, sessions, course scores, completions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.opigno.answers import points_of, state_of
from termstats.data.importers.opigno.base import ATTEMPT_LIMIT, OpignoRun, number_of, stamp
from termstats.data.importers.opigno.content import add_deleted_training
from termstats.data.importers.opigno.steps import place_of
from termstats.data.importers.opigno.structure import OpignoModule, OpignoStep, Training
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import is_passed
from termstats.data.model.text import round_half_up
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema


@dataclass
class OpignoAttempt:
    """One attempt at a module, and what its answers come to."""

    key: int
    id: RowId
    uid: int
    module_id: int
    started: Second | None
    finished: Second | None
    training: Training | None
    step: OpignoStep | None
    stored: float | None
    maximum: float | None
    answered: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    gained: dict[int, float] = field(default_factory=dict)
    score: float | None = None
    passed: bool | None = None


@dataclass(frozen=True)
class Presence:
    """A learner's result of a session."""

    uid: int
    attended: bool
    score: float
    ends_at: Second | None


@dataclass
class Results:
    """Everything achieved, by training and learner."""

    tries: dict[tuple[int, int, int], list[OpignoAttempt]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """(gid, uid, module) -> attempts in order of their ids."""
    presence: dict[tuple[int, int, str, int], Presence] = field(default_factory=dict)
    """(gid, uid, kind, session) -> result."""
    first: dict[tuple[RowId, RowId, RowId], Second] = field(default_factory=dict)
    """(training, person, activity) of the store -> when it was first answered."""
    last: dict[tuple[int, int], Second] = field(default_factory=dict)
    """(gid, uid) -> last activity."""
    skill_at: dict[tuple[int, int], Second] = field(default_factory=dict)
    """(skill, uid) -> last answer that counts for it."""

    def learners(self) -> set[tuple[int, int]]:
        """Return (gid, uid) of everybody with a result."""
        return {(g, u) for g, u, _ in self.tries} | {(g, u) for g, u, _, _ in self.presence}

    def seen(self, gid: int, uid: int, at: Second | None) -> None:
        """Note that somebody was active in a training."""
        if at is not None:
            self.last[gid, uid] = max(at, self.last.get((gid, uid), at))


async def read_attempts(
    run: OpignoRun, modules: Mapping[int, OpignoModule], other_groups: Collection[int]
) -> dict[int, OpignoAttempt]:
    """Return the attempts by their ids; deleted trainings that only they name are written.

    `other_groups`: groups that are no trainings, by id.
    """
    attempts: dict[int, OpignoAttempt] = {}
    async for row in run.rows("user_module_status"):
        run.person(row.user_id)
        gid = number_of(row.learning_path)
        training = run.trainings.get(gid)
        if training is None and gid and gid not in other_groups:
            training = add_deleted_training(run, gid, f"training {gid}")
        step = place_of(run, training, row.module, modules) if training else None
        if training is None:
            run.remarks["attempts outside of any training; kept without one"] += 1
        attempts[row.id] = OpignoAttempt(
            row.id,
            run.writer.new_id(schema.attempt),
            row.user_id,
            row.module,
            stamp(row.started),
            stamp(row.finished),
            training,
            step,
            cells.number(row.score),
            cells.number(row.max_score),
        )
    return attempts


async def write_answers(
    run: OpignoRun,
    attempts: Mapping[int, OpignoAttempt],
    texts: Mapping[int, str],
    results: Results,
) -> None:
    """Write the answers, and note in `attempts` and `results` what they come to."""
    table = "opigno_answer_field_data"
    async for row in run.rows(table):
        attempt = attempts.get(row.user_module_status)
        if attempt is None:
            run.refuse(table, "unknown attempt", row)
        elif row.activity in attempt.answered:
            run.refuse(table, "second answer to one activity of an attempt", row)
        else:
            _write_answer(run, row, attempt, texts.get(row.id), results)
    for attempt in attempts.values():
        _write_unanswered(run, attempt)


def _write_answer(
    run: OpignoRun, row: Any, attempt: OpignoAttempt, text: str | None, results: Results
) -> None:
    step = attempt.step
    module = step.module if step else None
    place = module.places.get(row.activity) if module else None
    item = module.items[place] if module and place is not None else None
    maximum = item.max_score if item else None
    waits = bool(item and item.manual) and not cells.flag(row.evaluated)
    attempt.answered.add(row.activity)
    if waits:
        attempt.waiting.add(row.activity)
    elif item is not None:
        attempt.gained[row.activity] = points_of(row.score, maximum)
    run.writer.add(
        schema.answer,
        {
            "attempt_id": attempt.id,
            "question_id": step.questions.get(row.activity) if step else None,
            "activity_id": step.activities.get(row.activity) if step else None,
            "position": place if place is not None else len(module.items) if module else 0,
            "answer": text or None,
            "state": state_of(points_of(row.score, maximum), maximum, waits=waits),
            "points": None if waits else cells.number(row.score),
            "max_points": maximum,
        },
    )
    at = stamp(row.created)
    if at is None:
        return
    if number_of(row.skills_mode):
        skill = (number_of(row.skills_mode), row.user_id)
        results.skill_at[skill] = max(at, results.skill_at.get(skill, at))
    if attempt.training is not None:
        results.seen(attempt.training.gid, attempt.uid, at)
        for place_in in attempt.training.places[attempt.module_id]:
            _note_answer(run, attempt, place_in, row.activity, at, results)
    run.writer.add_event(
        at,
        f"answer:{row.id:012}",
        {
            "key": f"answer:{row.id}",
            "person_id": run.person(attempt.uid),
            "action_id": run.writer.action("quiz", "answer"),
            "training_id": attempt.training.id if attempt.training else None,
            "module_id": step.id if step else None,
            "activity_id": step.activities.get(row.activity) if step else None,
            "value": None if waits else cells.number(row.score),
        },
    )


def _note_answer(
    run: OpignoRun,
    attempt: OpignoAttempt,
    step: OpignoStep,
    activity: int,
    at: Second,
    results: Results,
) -> None:
    """Note the first answer to an activity; of a random module it fills the next place."""
    own = step.activities.get(activity)
    if own is None:
        return
    person = run.person(attempt.uid)
    is_new = (step.training_id, person, own) not in results.first
    note_first(results, step.training_id, person, own, at)
    if is_new:
        free = (s for s in step.slots if (step.training_id, person, s) not in results.first)
        slot = next(free, None)
        if slot is not None:
            note_first(results, step.training_id, person, slot, at)


def note_first(
    results: Results, training: RowId, person: RowId, activity: RowId, at: Second
) -> None:
    """Note when an activity was first answered or attended; ids of the store."""
    key = (training, person, activity)
    results.first[key] = min(at, results.first.get(key, at))


def _write_unanswered(run: OpignoRun, attempt: OpignoAttempt) -> None:
    """Write the activities that a finished attempt left open."""
    module = attempt.step.module if attempt.step else None
    if attempt.step is None or module is None or module.draws is not None:
        return
    if attempt.finished is None:
        return
    for position, item in enumerate(module.items):
        if item.published and item.id not in attempt.answered:
            run.writer.add(
                schema.answer,
                {
                    "attempt_id": attempt.id,
                    "question_id": attempt.step.questions[item.id],
                    "activity_id": attempt.step.activities[item.id],
                    "position": position,
                    "state": "unanswered",
                    "max_points": item.max_score,
                },
            )


def judge(attempt: OpignoAttempt) -> None:
    """Set score and pass of an attempt by the module's rule.

    The score is the platform's stored one, in whole percent; without points to gain 100 once
    finished; NULL while everything waits for a teacher. Passed is who answered every published
    activity (of a random module as many as it draws) and reaches the pass mark.
    """
    module = attempt.step.module if attempt.step else None
    if attempt.finished is None:
        return
    counted = (
        [i for i in module.items if module.draws is None or i.id in attempt.answered]
        if (module)
        else []
    )
    total = sum(item.max_score for item in counted)
    live = 100.0
    if total:
        live = round_half_up(100.0 * sum(attempt.gained.values()) / total)
    maximum = total if attempt.maximum is None else attempt.maximum
    attempt.maximum = maximum
    scored = [item.id for item in counted if item.max_score]
    if scored and attempt.waiting.issuperset(scored):
        attempt.score = None
    elif not maximum:
        attempt.score = 100.0
    else:
        stored = live if attempt.stored is None else attempt.stored
        attempt.score = min(max(stored, 0.0), 100.0)
    if module is None or attempt.step is None or attempt.step.min_score is None:
        return
    if module.draws is None:
        complete = attempt.answered.issuperset(i.id for i in module.items if i.published)
    else:
        complete = len(attempt.answered) >= module.draws
    if complete and attempt.waiting:
        attempt.passed = None
    else:
        attempt.passed = complete and bool(is_passed(live, attempt.step.min_score))


def write_attempts(run: OpignoRun, attempts: Mapping[int, OpignoAttempt], results: Results) -> None:
    """Write the attempts and the events of their start and end."""
    numbers: dict[tuple[int, int | None, int], int] = defaultdict(int)
    for attempt in attempts.values():
        judge(attempt)
        gid = attempt.training.gid if attempt.training else None
        place = (attempt.uid, gid, attempt.module_id)
        numbers[place] += 1
        seconds, flags = _duration(attempt)
        common = {
            "person_id": run.person(attempt.uid),
            "training_id": attempt.training.id if attempt.training else None,
            "module_id": attempt.step.id if attempt.step else None,
        }
        run.writer.add(
            schema.attempt,
            {
                **common,
                "id": attempt.id,
                "key": str(attempt.key),
                "number": numbers[place],
                "started_at": attempt.started,
                "finished_at": attempt.finished,
                "points": sum(attempt.gained.values()) if attempt.answered else None,
                "max_points": attempt.maximum,
                "score": attempt.score,
                "passed": None if attempt.passed is None else int(attempt.passed),
                "seconds": seconds,
                "evaluated": 0 if attempt.waiting else 1 if attempt.finished else None,
                "flags": flags,
            },
        )
        if gid is not None:
            results.tries[gid, attempt.uid, attempt.module_id].append(attempt)
            results.seen(gid, attempt.uid, attempt.started)
            results.seen(gid, attempt.uid, attempt.finished)
        _write_events(run, attempt, common, seconds, flags)


def _duration(attempt: OpignoAttempt) -> tuple[float | None, int]:
    if attempt.started is None or attempt.finished is None:
        return None, 0
    seconds = attempt.finished - attempt.started
    return seconds, 0 if 0 <= seconds <= ATTEMPT_LIMIT else schema.FLAG_OUTLIER


def _write_events(
    run: OpignoRun,
    attempt: OpignoAttempt,
    common: Mapping[str, object],
    seconds: float | None,
    flags: int,
) -> None:
    moments = (("start", attempt.started), ("finish", attempt.finished))
    for name, at in moments:
        if at is None:
            continue
        row = {**common, "action_id": run.writer.action("quiz", name)}
        if name == "finish":
            row |= {"value": attempt.score, "flags": flags}
            row["seconds"] = None if seconds is None else min(seconds, ATTEMPT_LIMIT)
        key = f"{name}:{attempt.key}"
        run.writer.add_event(at, f"{name}:{attempt.key:012}", {**row, "key": key})
