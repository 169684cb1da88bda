"""The state of one learner in one module: the one rule of lists of modules and of blocks."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from termstats.data.figures.learning.module_list import ModuleItem, module_list
from termstats.data.model.blocks import blocks
from termstats.data.model.scoring import NEWEST
from termstats.data.model.units import RowId, Second
from termstats.data.query.query import Query
from termstats.data.store import schema


class Tries(NamedTuple):
    """The attempts at a module in order of time: those that are over, and of these the scored."""

    all: Sequence[Any]
    finished: Sequence[Any]
    counting: Sequence[Any]


class TriedScores(NamedTuple):
    """What the scores of a learner's attempts at a module come to, in percent."""

    best: float | None = None
    newest: float | None = None
    first: float | None = None
    lowest: float | None = None
    mean: float | None = None


def scores_of(tries: Tries) -> TriedScores:
    """Return best, newest, first, lowest and mean of the scored attempts; None: there are none."""
    scores = [attempt.score for attempt in tries.counting]
    if not scores:
        return TriedScores()
    return TriedScores(max(scores), scores[-1], scores[0], min(scores), statistics.fmean(scores))


def tries_of(attempts: Sequence[Any], end: Second) -> Tries:
    """Return the attempts, in order of time, as they stand at the period's end."""
    finished = [t for t in attempts if t.finished_at is not None and t.finished_at < end]
    counting = [t for t in finished if t.in_score and t.score is not None]
    return Tries(attempts, finished, counting)


def verdict(module: ModuleItem, tries: Tries, done: int) -> str | None:
    """Return passed, failed or completed; None: nothing is settled. `done` activities are."""
    counting = tries.counting
    if module.pass_mark is not None:
        passing = [t for t in counting if t.passed]
        passed = bool(counting[-1].passed) if module.keep == NEWEST and counting else bool(passing)
        judged = bool(counting) and counting[-1].passed is not None
        return "passed" if passed else "failed" if judged else None
    if module.path:
        return "completed" if done == len(module.path) else None
    return "completed" if tries.finished else None


def module_state(module: ModuleItem, tries: Tries, done: int) -> str:
    """Return the verdict, else in progress with anything done, else not started."""
    settled = verdict(module, tries, done)
    return settled or ("in progress" if tries.all or done else "not started")


async def attempts_by_module(q: Query) -> dict[RowId, list[Any]]:
    """Return module -> the attempts at it, of everybody in question, in order of time."""
    attempts = q.roster.attempts()
    by_module: dict[RowId, list[Any]] = defaultdict(list)
    for row in await q.fetch(
        select(attempts)
        .where(attempts.c.module_id.is_not(None))
        .order_by(attempts.c.finished_at, attempts.c.number, attempts.c.id)
    ):
        by_module[row.module_id].append(row)
    return by_module


async def module_blocks(q: Query) -> dict[tuple[RowId, RowId], str]:
    """Return (training, person) -> the signs of the modules, of everybody who did anything there.

    Under `NOBODY` in place of a person stand the signs of who did nothing. Headings and old
    versions have no sign. What waits for a teacher does so only while nothing else is settled.
    """
    modules: dict[RowId, list[ModuleItem]] = defaultdict(list)
    for module in await module_list(q):
        if module.current and not module.is_heading:
            modules[module.training_id].append(module)
    tries, done = await _tries(q), await _done(q)
    people: dict[RowId, set[RowId]] = defaultdict(set)
    for person_id, module_id in (*tries, *done):
        people[module_id].add(person_id)
    signs: dict[tuple[RowId, RowId], str] = {}
    for training_id, listed in modules.items():
        there = {NOBODY}.union(*(people[module.id] for module in listed))
        for person_id in there:
            states = [
                _block_state(module, tries.get(place, ()), done.get(place, 0), q.end)
                for module in listed
                for place in [(person_id, module.id)]
            ]
            signs[training_id, person_id] = blocks(states) or ""
    return signs


NOBODY = RowId(0)
"""Stands for a person who did nothing."""


def _block_state(module: ModuleItem, attempts: Sequence[Any], done: int, end: Second) -> str:
    tries = tries_of(attempts, end)
    state = module_state(module, tries, done)
    waits = bool(tries.finished) and tries.finished[-1].evaluated == 0
    return "waiting" if state == "in progress" and waits else state


async def _tries(q: Query) -> dict[tuple[RowId, RowId], list[Any]]:
    """Return (person, module) -> attempts in order of time."""
    table = q.roster.attempts()
    tries: dict[tuple[RowId, RowId], list[Any]] = defaultdict(list)
    for row in await q.fetch(
        select(
            *(table.c.person_id, table.c.module_id, table.c.finished_at, table.c.score),
            *(table.c.passed, table.c.in_score, table.c.evaluated),
        )
        .where(table.c.module_id.is_not(None))
        .order_by(table.c.finished_at, table.c.number, table.c.id)
    ):
        tries[row.person_id, row.module_id].append(row)
    return tries


async def _done(q: Query) -> dict[tuple[RowId, RowId], int]:
    """Return (person, module) -> completed activities that count for progress."""
    table, activity = q.roster.completions(), schema.activity
    rows = await q.fetch(
        select(table.c.person_id, activity.c.module_id, func.count().label("done"))
        .select_from(table)
        .join(activity, activity.c.id == table.c.activity_id)
        .where(activity.c.in_path == 1, activity.c.current == 1, activity.c.module_id.is_not(None))
        .group_by(table.c.person_id, activity.c.module_id)
    )
    return {(row.person_id, row.module_id): row.done for row in rows}
