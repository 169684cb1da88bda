"""Builds the history of enrolments: `enrolment_day` and, summed, `progress_day`."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from termstats.data.model.enrolment_path import (
    BEFORE_ALL,
    CHANGES,
    AttemptFact,
    EnrolmentStep,
    TrainingRule,
    changes,
    start_of,
    timeline,
)
from termstats.data.model.period import local_day_number
from termstats.data.model.scoring import BEST, ModuleRule
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store.schema import CLOCK_DEVICE

Change = tuple[DayNumber, list[float]]
"""A day, and what changed then, in the order of CHANGES."""
Sums = dict[tuple[DayNumber, int], list[float]]
"""(day, whether counted) -> what changed then."""


def build_progress(connection: sqlite3.Connection, zone: ZoneInfo, counted: set[RowId]) -> None:
    """Fill `enrolment_day` and `progress_day` from completions, attempts and enrolments."""
    rules = training_rules(connection)
    trainings = connection.execute("SELECT id FROM training ORDER BY id").fetchall()
    for (training_id,) in trainings:
        sums: Sums = {}
        rule = rules.get(training_id, TrainingRule())
        listed: list[tuple[RowId, list[EnrolmentStep]]] = []
        for person_id, steps, days in enrolments(connection, zone, training_id, rule):
            listed.append((person_id, steps))
            add_changes(sums, days, int(person_id in counted))
        write_steps(connection, training_id, listed)
        write_sums(connection, training_id, sums)


def add_changes(sums: Sums, days: Iterable[Change], is_counted: int) -> None:
    """Add the changes of one enrolment; people come in the order of their ids, for sums round."""
    for day, change in days:
        total = sums.setdefault((day, is_counted), [0.0] * len(CHANGES))
        for index, value in enumerate(change):
            total[index] += value


def write_steps(
    connection: sqlite3.Connection,
    training_id: RowId,
    listed: Iterable[tuple[RowId, Sequence[EnrolmentStep]]],
) -> None:
    """Write the steps of enrolments, each (person, steps), of whom none are there."""
    connection.executemany(
        "INSERT INTO enrolment_day (training_id, person_id, day, progress, score, "
        "modules_passed, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((training_id, person_id, *step) for person_id, steps in listed for step in steps),
    )


def write_sums(connection: sqlite3.Connection, training_id: RowId, sums: Sums) -> None:
    """Write the changes of one training per day, of which none are there."""
    names = ", ".join(CHANGES)
    connection.executemany(
        f"INSERT INTO progress_day (training_id, day, counted, {names}) "  # noqa: S608
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((training_id, day, is_counted, *v) for (day, is_counted), v in sorted(sums.items())),
    )


def training_rules(connection: sqlite3.Connection) -> dict[RowId, TrainingRule]:
    """Return the rule of every training: its path and its mandatory modules."""
    path: dict[RowId, set[RowId]] = defaultdict(set)
    parts: dict[RowId, set[RowId]] = defaultdict(set)
    for training_id, activity_id, module_id in connection.execute(
        'SELECT training_id, id, module_id FROM activity WHERE in_path = 1 AND "current" = 1'
    ):
        path[training_id].add(activity_id)
        if module_id is not None:
            parts[module_id].add(activity_id)
    mandatory: dict[RowId, dict[RowId, ModuleRule]] = defaultdict(dict)
    for training_id, module_id, keep, pass_mark in connection.execute(
        "SELECT training_id, id, keep, pass_mark FROM module "
        'WHERE mandatory = 1 AND "current" = 1 ORDER BY id'
    ):
        mandatory[training_id][module_id] = ModuleRule(keep or BEST, pass_mark)
    return {
        training_id: TrainingRule(
            frozenset(path.get(training_id, ())),
            mandatory.get(training_id, {}),
            {m: frozenset(parts.get(m, ())) for m in mandatory.get(training_id, {})},
        )
        for training_id in {*path, *mandatory}
    }


def enrolments(
    connection: sqlite3.Connection,
    zone: ZoneInfo,
    training_id: RowId,
    rule: TrainingRule,
    people: Collection[RowId] | None = None,
) -> Iterator[tuple[RowId, list[EnrolmentStep], list[Change]]]:
    """Give (person, steps, changes) of the enrolments of one training, by the ids of people.

    `people`: of these only; None: of all.
    """
    day_of = days_of(zone)
    only, values = only_of(people)
    first_day = dict(
        connection.execute(
            f"SELECT person_id, min(day) FROM person_day WHERE clock = ? AND training_id = ? "  # noqa: S608
            f"AND active = 1 {only} GROUP BY person_id",
            (CLOCK_DEVICE, training_id, *values),
        ).fetchall()
    )
    completions: dict[RowId, list[tuple[DayNumber, RowId]]] = defaultdict(list)
    for person_id, activity_id, at in connection.execute(
        f"SELECT person_id, activity_id, at FROM completion WHERE training_id = ? {only}",  # noqa: S608
        (training_id, *values),
    ):
        completions[person_id].append((day_of(at) or BEFORE_ALL, activity_id))
    attempts: dict[RowId, list[AttemptFact]] = defaultdict(list)
    for person_id, module_id, at, score, passed in connection.execute(
        "SELECT person_id, module_id, finished_at, score, passed FROM attempt "  # noqa: S608
        "WHERE training_id = ? AND in_score = 1 AND finished_at IS NOT NULL "
        f"AND module_id IS NOT NULL {only} ORDER BY person_id, finished_at, number, key",
        (training_id, *values),
    ):
        is_passed = None if passed is None else bool(passed)
        attempts[person_id].append(
            AttemptFact(day_of(at) or BEFORE_ALL, module_id, score, is_passed)
        )
    for row in connection.execute(
        "SELECT person_id, enrolled_at, completed_at, withdrawn_at, progress, score "  # noqa: S608
        f"FROM enrolment WHERE training_id = ? {only} ORDER BY person_id",
        (training_id, *values),
    ):
        person_id, enrolled_at, completed_at, withdrawn_at, stored_progress, stored_score = row
        completed, active = day_of(completed_at), first_day.get(person_id)
        steps = timeline(
            rule,
            started=active,
            completed=completed,
            completions=completions.get(person_id, ()),
            attempts=attempts.get(person_id, ()),
            stored_progress=stored_progress,
            stored_score=stored_score,
        )
        ends = (day_of(enrolled_at), day_of(withdrawn_at), completed)
        yield person_id, steps, list(changes(*ends, steps, start_of(active, completed)))


def days_of(zone: ZoneInfo) -> Callable[[Second | None], DayNumber | None]:
    """Return what gives the local day of a moment; None of None."""

    def day_of(second: Second | None) -> DayNumber | None:
        return None if second is None else local_day_number(second, zone)

    return day_of


def only_of(people: Collection[RowId] | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition that a row is of one of `people`, and its value; None: of anybody."""
    if people is None:
        return "", ()
    return "AND person_id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(people)),)
