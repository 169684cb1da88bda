"""Builds the history of enrolments: `enrolment_day` and, summed, `progress_day`."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
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
from termstats.data.model.period import day_number, local_day
from termstats.data.model.scoring import BEST, ModuleRule
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store.schema import CLOCK_DEVICE


def build_progress(
    connection: sqlite3.Connection,
    zone: ZoneInfo,
    counted: set[RowId],
    trainings: Sequence[RowId] | None = None,
) -> None:
    """Fill `enrolment_day` and `progress_day` from completions, attempts and enrolments.

    `trainings`: only of these, of which there is nothing in them; None: of all.
    """
    rules = training_rules(connection)
    if trainings is None:
        trainings = [row[0] for row in connection.execute("SELECT id FROM training ORDER BY id")]
    for training_id in trainings:
        sums: dict[tuple[DayNumber, int], list[float]] = {}
        rule = rules.get(training_id, TrainingRule())
        rows: list[tuple[object, ...]] = []
        for person_id, steps, days in _enrolments(connection, zone, training_id, rule):
            rows.extend(
                (training_id, person_id, s.day, s.progress, s.score, s.modules_passed, s.attempts)
                for s in steps
            )
            for day, change in days:
                total = sums.setdefault((day, int(person_id in counted)), [0.0] * len(CHANGES))
                for index, value in enumerate(change):
                    total[index] += value
        connection.executemany(
            "INSERT INTO enrolment_day (training_id, person_id, day, progress, score, "
            "modules_passed, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
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


def _enrolments(
    connection: sqlite3.Connection, zone: ZoneInfo, training_id: RowId, rule: TrainingRule
) -> Iterator[tuple[RowId, list[EnrolmentStep], list[tuple[DayNumber, list[float]]]]]:
    """Give (person, steps, changes) of every enrolment of one training."""
    days: dict[int, DayNumber] = {}

    def day_of(second: Second | None) -> DayNumber | None:
        if second is None:
            return None
        hour = second // 900
        if hour not in days:  # zones change on quarter hours
            days[hour] = day_number(local_day(second, zone))
        return days[hour]

    first_day = dict(
        connection.execute(
            "SELECT person_id, min(day) FROM person_day WHERE clock = ? AND training_id = ? "
            "AND active = 1 GROUP BY person_id",
            (CLOCK_DEVICE, training_id),
        ).fetchall()
    )
    completions: dict[RowId, list[tuple[DayNumber, RowId]]] = defaultdict(list)
    for person_id, activity_id, at in connection.execute(
        "SELECT person_id, activity_id, at FROM completion WHERE training_id = ?", (training_id,)
    ):
        completions[person_id].append((day_of(at) or BEFORE_ALL, activity_id))
    attempts: dict[RowId, list[AttemptFact]] = defaultdict(list)
    for person_id, module_id, at, score, passed in connection.execute(
        "SELECT person_id, module_id, finished_at, score, passed FROM attempt "
        "WHERE training_id = ? AND in_score = 1 AND finished_at IS NOT NULL "
        "AND module_id IS NOT NULL ORDER BY person_id, finished_at, number, key",
        (training_id,),
    ):
        is_passed = None if passed is None else bool(passed)
        attempts[person_id].append(
            AttemptFact(day_of(at) or BEFORE_ALL, module_id, score, is_passed)
        )
    for row in connection.execute(
        "SELECT person_id, enrolled_at, completed_at, withdrawn_at, progress, score "
        "FROM enrolment WHERE training_id = ? ORDER BY person_id",
        (training_id,),
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
        change_days = list(changes(*ends, steps, start_of(active, completed)))
        yield person_id, steps, change_days
