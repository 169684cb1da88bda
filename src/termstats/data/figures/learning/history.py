"""The state of enrolments over time, per training: what progress charts and cards are read from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import case, func, select

from termstats.data.figures.definition.series import local_days
from termstats.data.model.enrolment_path import CHANGES, Step, changes
from termstats.data.model.period import day_number
from termstats.data.query.query import Query

ENROLLED, WITHDRAWN, COMPLETED, STARTED, PROGRESS, SCORED, SCORE = range(len(CHANGES))
History = dict[int, list[tuple[int, list[float]]]]
"""Training id -> (day number, changes) in the order of days; changes in the order of CHANGES."""


async def history(q: Query) -> History:
    """Return the changes of the period, of the population, in scope and focus.

    Everything before the period comes as one change, dated the day before it.
    """
    if q.question.by_person:
        return await _history_of_people(q)
    table = q.roster.progress_days()
    first = day_number(q.period.first)
    when = case((table.c.day < first, first - 1), else_=table.c.day)
    days = select(when.label("day"), *(c for c in table.c if c.name != "day")).subquery("days")
    sums = [func.sum(days.c[name]).label(name) for name in CHANGES]
    rows = await q.fetch(
        select(days.c.training_id, days.c.day, *sums)
        .group_by(days.c.training_id, days.c.day)
        .order_by(days.c.training_id, days.c.day)
    )
    found: History = defaultdict(list)
    for training, day, *changed in map(tuple, rows):
        found[training].append((day, [float(number) for number in changed]))
    return found


async def _history_of_people(q: Query) -> History:
    steps = q.roster.steps()
    of_pair: dict[tuple[int, int], list[Step]] = defaultdict(list)
    rows = await q.fetch(
        select(
            steps.c.training_id,
            steps.c.person_id,
            steps.c.day,
            steps.c.progress,
            steps.c.score,
            steps.c.modules_passed,
            steps.c.attempts,
        ).order_by(steps.c.training_id, steps.c.person_id, steps.c.day)
    )
    for training, person, *step in map(tuple, rows):
        of_pair[training, person].append(Step(*step))
    before, end, to_day = day_number(q.period.first) - 1, q.end, local_days(q)
    sums: dict[int, dict[int, list[float]]] = defaultdict(dict)
    roster = q.roster.enrolments()
    rows = await q.fetch(
        select(
            roster.c.training_id,
            roster.c.person_id,
            roster.c.enrolled_at,
            roster.c.withdrawn_at,
            roster.c.completed_at,
        )
    )
    for training, person, *moments in map(tuple, rows):
        days = [None if at is None or at >= end else to_day(at) for at in moments]
        per_day = sums[training]
        found = changes(days[0], days[1], days[2], of_pair.get((training, person), ()))
        for day, change in found:
            total = per_day.setdefault(max(day, before), [0.0] * len(CHANGES))
            for index, value in enumerate(change):
                if value:
                    total[index] += value
    return {training: sorted(per_day.items()) for training, per_day in sums.items()}


@dataclass(frozen=True)
class Standing:
    """Progress and completion at one moment, in percent; None when nobody is enrolled."""

    progress: float | None
    completion: float | None
    pooled_progress: float | None
    pooled_completion: float | None


def standing(states: list[list[float]]) -> Standing:
    """Return the standing of trainings whose sums are `states` (in the order of CHANGES).

    Unpooled: the plain mean over trainings with learners. Pooled: over all enrolments.
    """
    with_learners = [state for state in states if state[ENROLLED] > 0]
    if not with_learners:
        return Standing(None, None, None, None)
    enrolled = sum(state[ENROLLED] for state in with_learners)
    size = len(with_learners)
    return Standing(
        sum(state[PROGRESS] / state[ENROLLED] for state in with_learners) / size,
        100 * sum(state[COMPLETED] / state[ENROLLED] for state in with_learners) / size,
        sum(state[PROGRESS] for state in with_learners) / enrolled,
        100 * sum(state[COMPLETED] for state in with_learners) / enrolled,
    )


def states_at(found: History, ends: list[int]) -> list[dict[int, list[float]]]:
    """Return, for each day number of `ends` (ascending), training id -> running sums."""
    states: dict[int, list[float]] = {training: [0.0] * len(CHANGES) for training in found}
    positions = dict.fromkeys(found, 0)
    result: list[dict[int, list[float]]] = []
    for end in ends:
        for training, changed in found.items():
            position = positions[training]
            state = states[training]
            while position < len(changed) and changed[position][0] <= end:
                for index, value in enumerate(changed[position][1]):
                    state[index] += value
                position += 1
            positions[training] = position
        result.append({training: state.copy() for training, state in states.items()})
    return result
