"""The state of enrolments over time, per training: what progress charts and cards are read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import case, func, select

from termstats.data.figures.definition.phrases import by_device
from termstats.data.figures.definition.series import local_days
from termstats.data.model.enrolment_path import CHANGES, EnrolmentStep, changes, start_of
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query

History: TypeAlias = dict[RowId, list[tuple[DayNumber, list[float]]]]
"""Training id -> (day number, changes) in the order of days; changes in the order of CHANGES."""
Pair: TypeAlias = tuple[RowId, RowId]
"""Training and person of an enrolment."""
Change: TypeAlias = tuple[DayNumber, list[float]]
"""A day, and what changed on it, in the order of CHANGES."""
NOBODY: Mapping[str, float] = dict.fromkeys(CHANGES, 0.0)
"""The sums of a training that nobody is enrolled in."""
WITHIN = {
    **{"enrolled": "new_enrolled", "completed": "new_completed"},
    **{"withdrawn": "new_withdrawn", "started": "new_started"},
}
"""Name of a sum -> name of its change within the period."""


async def history(q: Query) -> History:
    """Return the changes of the period, of the population, in scope and focus.

    Everything before the period comes as one change, dated the day before it.
    """
    by_device(q)
    if q.question.by_person:
        return await _history_of_people(q)
    table = q.roster.progress_days()
    first = q.day_range[0]
    when = case((table.c.day < first, first - 1), else_=table.c.day)
    days = select(when.label("day"), *(c for c in table.c if c.name != "day")).subquery("days")
    sums = [func.sum(days.c[name]).label(name) for name in CHANGES]
    rows = await q.fetch(
        select(days.c.training_id, days.c.day, *sums)
        .group_by(days.c.training_id, days.c.day)
        .order_by(days.c.training_id, days.c.day)
    )
    by_training: History = defaultdict(list)
    for training, day, *changed in map(tuple, rows):
        by_training[training].append((day, [float(number) for number in changed]))
    return by_training


async def _history_of_people(q: Query) -> History:
    before = DayNumber(q.day_range[0] - 1)
    sums: dict[RowId, dict[DayNumber, list[float]]] = defaultdict(dict)
    for (training, _person), changed in (await changes_of_each(q)).items():
        per_day = sums[training]
        for day, change in changed:
            total = per_day.setdefault(max(day, before), [0.0] * len(CHANGES))
            for index, value in enumerate(change):
                if value:
                    total[index] += value
    return {training: sorted(per_day.items()) for training, per_day in sums.items()}


async def changes_of_each(q: Query, *, with_steps: bool = True) -> dict[Pair, list[Change]]:
    """Return (training, person) -> the changes of that enrolment, up to the period's end.

    Of the roster. What `history` gives is what these add up to. `with_steps=False`: without those
    of progress and score, which are most of them.
    """
    of_pair = await _steps(q) if with_steps else {}
    end, to_day = q.end, local_days(q)
    roster = q.roster.enrolments()
    rows = await q.fetch(
        select(
            roster.c.training_id,
            roster.c.person_id,
            roster.c.enrolled_at,
            roster.c.withdrawn_at,
            roster.c.completed_at,
            q.roster.first_active_day(roster).label("active"),
        )
    )
    of_each: dict[Pair, list[Change]] = {}
    for training, person, *moments, active in map(tuple, rows):
        enrolled, withdrawn, completed = (
            None if at is None or at >= end else to_day(at) for at in moments
        )
        taken = of_pair.get((training, person), ())
        started = start_of(active, completed)
        of_each[training, person] = list(changes(enrolled, withdrawn, completed, taken, started))
    return of_each


async def _steps(q: Query) -> dict[Pair, list[EnrolmentStep]]:
    """Return (training, person) -> the steps of that enrolment, up to the period's end."""
    steps = q.roster.steps()
    of_pair: dict[Pair, list[EnrolmentStep]] = defaultdict(list)
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
        of_pair[training, person].append(EnrolmentStep(*step))
    return of_pair


def sums_at(by_training: History, ends: Sequence[DayNumber]) -> list[dict[RowId, dict[str, float]]]:
    """Return, for each day number of `ends` (ascending), training id -> sums of its enrolments."""
    running = {training: dict(NOBODY) for training in by_training}
    positions = dict.fromkeys(by_training, 0)
    at_ends: list[dict[RowId, dict[str, float]]] = []
    for end in ends:
        for training, changed in by_training.items():
            position = positions[training]
            sums = running[training]
            while position < len(changed) and changed[position][0] <= end:
                for name, value in zip(CHANGES, changed[position][1], strict=True):
                    sums[name] += value
                position += 1
            positions[training] = position
        at_ends.append({training: sums.copy() for training, sums in running.items()})
    return at_ends


def changes_within(q: Query, by_training: History) -> dict[DayNumber, dict[str, float]]:
    """Return day number -> what was enrolled, completed and withdrawn then, by WITHIN.

    Of the days of the period on which anything changed.
    """
    first = q.day_range[0]
    per_day: dict[DayNumber, dict[str, float]] = {}
    for changed in by_training.values():
        for day, change in changed:
            if day >= first:
                sums = per_day.setdefault(day, dict.fromkeys(WITHIN.values(), 0.0))
                for name, value in zip(CHANGES, change, strict=True):
                    if name in WITHIN:
                        sums[WITHIN[name]] += value
    return per_day
