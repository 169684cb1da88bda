"""How far an enrolment had got on each day: the one definition behind states, charts and cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from termstats.data.model.scoring import (
    NEWEST,
    ModuleRule,
    kept_score,
    progress_percent,
    training_score,
)
from termstats.data.model.units import DayNumber, RowId

STALLED_DAYS = 14
"""Days without activity after which a training that was begun counts as stalled, unless asked
otherwise: by `Request.stalled_days`, an option and a key of the configuration."""


@dataclass(frozen=True)
class TrainingRule:
    """What progress and score of one training are made of (ids of the store)."""

    path: frozenset[RowId] = frozenset()
    """Activities that count for progress."""
    mandatory: Mapping[RowId, ModuleRule] = field(default_factory=dict)
    """Modules that count for the score."""
    module_path: Mapping[RowId, frozenset[RowId]] = field(default_factory=dict)
    """Activities of each mandatory module: passed by completing them where no pass mark is."""


class EnrolmentStep(NamedTuple):
    """The state of an enrolment from `day` on."""

    day: DayNumber
    progress: float
    score: float | None
    modules_passed: int
    attempts: int


@dataclass(frozen=True)
class AttemptFact:
    """What of an attempt matters here; `day` is the day it was finished."""

    day: DayNumber
    module_id: RowId
    score: float | None
    passed: bool | None


def timeline(
    rule: TrainingRule,
    *,
    started: DayNumber | None,
    completed: DayNumber | None,
    completions: Iterable[tuple[DayNumber, RowId]],
    attempts: Iterable[AttemptFact],
    stored_progress: float | None = None,
    stored_score: float | None = None,
) -> list[EnrolmentStep]:
    """Return the steps of one enrolment in order of days; empty when it was never started.

    `completions` are (day, activity id), `attempts` in order of time. Stored values are used only
    where nothing can be derived: they have no history and hold from the first day on.
    """
    done: set[RowId] = set()
    scores: dict[RowId, float | None] = dict.fromkeys(rule.mandatory)
    passed: dict[RowId, bool] = dict.fromkeys(rule.mandatory, False)
    tries = 0
    events: list[tuple[DayNumber, int, RowId | AttemptFact]] = [
        (day, 0, activity) for day, activity in completions
    ]
    events.extend((fact.day, 1, fact) for fact in attempts)
    events.sort(key=lambda event: (event[0], event[1]))
    marks = sorted(
        {event[0] for event in events}
        | ({started} if started is not None else set())
        | ({completed} if completed is not None else set())
    )
    steps: list[EnrolmentStep] = []
    position = 0
    for day in marks:
        while position < len(events) and events[position][0] <= day:
            what = events[position][2]
            if isinstance(what, AttemptFact):
                tries += 1
                _keep(rule, scores, passed, what)
            elif what in rule.path:
                done.add(what)
            position += 1
        for module_id, module in rule.mandatory.items():
            parts = rule.module_path.get(module_id, frozenset())
            if module.pass_mark is None and parts:
                passed[module_id] = parts <= done
        is_complete = completed is not None and day >= completed
        progress = progress_percent(len(done), len(rule.path), is_complete)
        if stored_progress is not None and not rule.path and not is_complete:
            progress = stored_progress
        score = training_score(scores.values())
        if stored_score is not None and not tries:
            score = stored_score
        step = EnrolmentStep(day, progress, score, sum(passed.values()), tries)
        if not steps or _differs(steps[-1], step):
            steps.append(step)
    return steps


def _keep(
    rule: TrainingRule,
    scores: dict[RowId, float | None],
    passed: dict[RowId, bool],
    fact: AttemptFact,
) -> None:
    """Let one attempt count by the module's rule; a newest worse one takes a pass away."""
    module = rule.mandatory.get(fact.module_id)
    if module is None or fact.score is None:
        return
    scores[fact.module_id] = kept_score((scores[fact.module_id], fact.score), module.keep)
    if module.keep == NEWEST:
        passed[fact.module_id] = bool(fact.passed)
    elif fact.passed:
        passed[fact.module_id] = True


def _differs(one: EnrolmentStep, other: EnrolmentStep) -> bool:
    return (one.progress, one.score, one.modules_passed, one.attempts) != (
        other.progress,
        other.score,
        other.modules_passed,
        other.attempts,
    )


CHANGES = ("enrolled", "withdrawn", "completed", "started", "progress", "scored", "score")
"""What `changes` gives, in order; `progress` and `score` are changes of sums."""

BEFORE_ALL = DayNumber(0)
"""The day of what has no date: 1970-01-01, before every period."""


def start_of(active: DayNumber | None, completed: DayNumber | None) -> DayNumber | None:
    """Return when somebody started: with the first activity; who completes it had some."""
    return min((day for day in (active, completed) if day is not None), default=None)


def changes(
    enrolled: DayNumber | None,
    withdrawn: DayNumber | None,
    completed: DayNumber | None,
    steps: Sequence[EnrolmentStep],
    started: DayNumber | None = BEFORE_ALL,
) -> Iterator[tuple[DayNumber, list[float]]]:
    """Give (day, changes) of one enrolment, `changes` in the order of CHANGES.

    Nothing counts before the day of enrolment: what was done earlier counts from that day on.
    `started` is the first activity, None: none; what was carried over is a step and no start.
    BEFORE_ALL stands for the first step.
    """
    first = BEFORE_ALL if enrolled is None else enrolled
    yield first, [1, 0, 0, 0, 0, 0, 0]
    if withdrawn is not None:
        yield max(first, withdrawn), [0, 1, 0, 0, 0, 0, 0]
    if completed is not None:
        yield max(first, completed), [0, 0, 1, 0, 0, 0, 0]
    if started == BEFORE_ALL:
        started = steps[0].day if steps else None
    if started is not None:
        yield max(first, started), [0, 0, 0, 1, 0, 0, 0]
    progress, score = 0.0, None
    for step in steps:
        change: list[float] = [0, 0, 0, 0, step.progress - progress, 0, 0]
        if step.score is not None:
            change[5] = 1 if score is None else 0
            change[6] = step.score - (score or 0.0)
        yield max(first, step.day), change
        progress, score = step.progress, step.score
