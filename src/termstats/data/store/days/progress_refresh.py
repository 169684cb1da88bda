"""Refreshes the history of single enrolments, and the sums of the days on which they changed."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from termstats.data.model.enrolment_path import (
    BEFORE_ALL,
    EnrolmentStep,
    TrainingRule,
    changes,
    start_of,
)
from termstats.data.model.period import day_start, number_day
from termstats.data.model.units import DayNumber, RowId
from termstats.data.store.days.progress import (
    Change,
    Sums,
    add_changes,
    days_of,
    enrolments,
    only_of,
    training_rules,
    write_steps,
    write_sums,
)
from termstats.data.store.schema import CLOCK_DEVICE

Pair = tuple[RowId, RowId]
"""(training, person)."""


def refresh_progress(
    connection: sqlite3.Connection,
    before: sqlite3.Connection,
    zone: ZoneInfo,
    counted: set[RowId],
    pairs: Collection[Pair],
) -> None:
    """Write the steps of these enrolments anew, and the sums of the days that changed by them.

    What comes out is what `build_progress` makes, value by value.
    """
    rules = training_rules(connection)
    of_training: dict[RowId, set[RowId]] = defaultdict(set)
    for training_id, person_id in pairs:
        of_training[training_id].add(person_id)
    for training_id, people in sorted(of_training.items()):
        rule = rules.get(training_id, TrainingRule())
        now = list(enrolments(connection, zone, training_id, rule, people))
        is_changed = Counter(
            (person_id, day, *change)
            for person_id, days in _stored(before, zone, training_id, people)
            for day, change in days
        )
        is_changed.subtract(
            (person_id, day, *change) for person_id, _steps, days in now for day, change in days
        )
        only, values = only_of(people)
        connection.execute(
            f"DELETE FROM enrolment_day WHERE training_id = ? {only}",  # noqa: S608
            (training_id, *values),
        )
        write_steps(connection, training_id, ((person_id, steps) for person_id, steps, _ in now))
        days = {DayNumber(int(key[1])) for key, number in is_changed.items() if number}
        _sum_anew(connection, zone, counted, training_id, days)


def _sum_anew(
    connection: sqlite3.Connection,
    zone: ZoneInfo,
    counted: set[RowId],
    training_id: RowId,
    days: Collection[DayNumber],
) -> None:
    """Write the sums of some days of one training anew; the steps are written."""
    if not days:
        return
    marks = ", ".join("?" * len(days))
    connection.execute(
        f"DELETE FROM progress_day WHERE training_id = ? AND day IN ({marks})",  # noqa: S608
        (training_id, *days),
    )
    sums: Sums = {}
    people = None if BEFORE_ALL in days else _changing(connection, zone, training_id, days)
    for person_id, changed in _stored(connection, zone, training_id, people):
        theirs = (each for each in changed if each[0] in days)
        add_changes(sums, theirs, int(person_id in counted))
    write_sums(connection, training_id, sums)


def _changing(
    connection: sqlite3.Connection, zone: ZoneInfo, training_id: RowId, days: Collection[DayNumber]
) -> set[RowId]:
    """Return who may have changed on one of these days: a step, a beginning or an end."""
    marks = ", ".join("?" * len(days))
    rows = connection.execute(
        f"SELECT person_id FROM enrolment_day WHERE training_id = ? AND day IN ({marks}) "  # noqa: S608
        "UNION SELECT person_id FROM person_day AS d WHERE clock = ? AND training_id = ? "
        f"AND day IN ({marks}) AND active = 1 AND NOT EXISTS (SELECT 1 FROM person_day AS e "
        "WHERE e.clock = d.clock AND e.training_id = d.training_id "
        "AND e.person_id = d.person_id AND e.active = 1 AND e.day < d.day)",
        (training_id, *days, CLOCK_DEVICE, training_id, *days),
    )
    people = {row[0] for row in rows}
    for day in days:
        ends = (day_start(number_day(DayNumber(day + after)), zone) for after in (0, 1))
        first, end = (f"{second:d}" for second in ends)
        moments = ("enrolled_at", "completed_at", "withdrawn_at")
        is_then = " OR ".join(f"({name} >= {first} AND {name} < {end})" for name in moments)
        people.update(
            row[0]
            for row in connection.execute(
                f"SELECT person_id FROM enrolment WHERE training_id = ? AND ({is_then})",  # noqa: S608
                (training_id,),
            )
        )
    return people


def _stored(
    connection: sqlite3.Connection,
    zone: ZoneInfo,
    training_id: RowId,
    people: Collection[RowId] | None,
) -> Iterator[tuple[RowId, list[Change]]]:
    """Give (person, changes) of enrolments as their steps are stored, by the ids of people."""
    day_of = days_of(zone)
    only, values = only_of(people)
    steps: dict[RowId, list[EnrolmentStep]] = defaultdict(list)
    for person_id, *step in connection.execute(
        "SELECT person_id, day, progress, score, modules_passed, attempts FROM enrolment_day "  # noqa: S608
        f"WHERE training_id = ? {only} ORDER BY person_id, day",
        (training_id, *values),
    ):
        steps[person_id].append(EnrolmentStep(*step))
    first_day = "SELECT min(day) FROM person_day AS d WHERE d.clock = ? AND d.active = 1 "
    for person_id, *moments, active in connection.execute(
        f"SELECT person_id, enrolled_at, withdrawn_at, completed_at, ({first_day} "  # noqa: S608
        "AND d.training_id = e.training_id AND d.person_id = e.person_id) "
        f"FROM enrolment AS e WHERE training_id = ? {only} ORDER BY person_id",
        (CLOCK_DEVICE, training_id, *values),
    ):
        enrolled, withdrawn, completed = (day_of(at) for at in moments)
        theirs = steps.get(person_id, ())
        started = start_of(active, completed)
        yield person_id, list(changes(enrolled, withdrawn, completed, theirs, started))
