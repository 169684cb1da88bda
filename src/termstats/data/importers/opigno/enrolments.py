"""Who is, was or is no longer in Opigno's trainings, with the platform's own record beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from termstats.data.importers.opigno.base import DAY, OpignoRun, number_of, stamp
from termstats.data.importers.opigno.content import add_deleted_training
from termstats.data.importers.opigno.people import ACTIVE, MEMBERSHIP_STATES, OpignoRoster
from termstats.data.importers.opigno.results import OpignoAttempt, Results
from termstats.data.importers.opigno.rules import Expiry, Learner, Standing, standing
from termstats.data.importers.opigno.structure import COURSE, OpignoStep, Training
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import is_passed
from termstats.data.model.units import Second
from termstats.data.store import schema

Records = dict[tuple[int, int], Any]
"""(gid, uid) -> row of the platform's achievements."""


async def read_records(run: OpignoRun, other_groups: Collection[int]) -> Records:
    """Return the platform's achievements; trainings that only they name are written as deleted.

    `other_groups`: groups that are no trainings, by id.
    """
    table = "opigno_learning_path_achievements"
    records: Records = {}
    for row in await run.table(table):
        if (row.gid, row.uid) in records:
            run.refuse(table, "second row of a person and training", row)
        elif row.gid in other_groups:
            run.refuse(table, "group that is no training", row)
        else:
            records[row.gid, row.uid] = row
            if row.gid not in run.trainings:
                add_deleted_training(run, row.gid, cells.text(row.name) or f"training {row.gid}")
            if number_of(row.progress) < 100 and cells.text(row.status) == "completed":
                run.remarks["completed, but the platform shows less than 100 % progress"] += 1
            registered = cells.moment(row.registered)
            if registered is not None and registered < 2 * DAY:
                run.remarks["registered in 1970: date unknown, counted as always"] += 1
    return records


async def read_expiries(run: OpignoRun) -> dict[tuple[int, int], Expiry]:
    """Return (gid, uid) -> the platform's record of a certificate that ends."""
    return {
        (row.gid, row.uid): Expiry(stamp(row.latest_cert_date), stamp(row.expire))
        for row in await run.table("user_lp_status_expire")
    }


def write_courses(run: OpignoRun, results: Results) -> None:
    """Write how courses inside trainings stood after each attempt at one of their modules."""
    learners = sorted({(gid, uid) for gid, uid, _ in results.tries})
    for gid, uid in learners:
        training = run.trainings[gid]
        for course in training.steps:
            if course.kind != COURSE:
                continue
            modules = {part.entity for part in course.parts}
            tries = [t for m in sorted(modules) for t in results.tries.get((gid, uid, m), ())]
            ended = sorted((t.finished, t.key, t) for t in tries if t.finished is not None)
            learner = Learner(results, training, uid, None)
            for position, (at, _, attempt) in enumerate(ended, 1):
                score, completed = learner.course(course, until=at)
                passed = None if completed is None else is_passed(score, course.min_score)
                _write_course(run, training, course, attempt, position, score, passed)


def _write_course(
    run: OpignoRun,
    training: Training,
    course: OpignoStep,
    attempt: OpignoAttempt,
    position: int,
    score: float | None,
    passed: bool | None,
) -> None:
    seconds = None if attempt.started is None else (attempt.finished or 0) - attempt.started
    run.writer.add(
        schema.attempt,
        {
            "key": f"course:{course.entity}@{training.gid}:{attempt.key}",
            "person_id": run.person(attempt.uid),
            "training_id": training.id,
            "module_id": course.id,
            "number": position,
            "started_at": attempt.started,
            "finished_at": attempt.finished,
            "score": score,
            "passed": None if passed is None else int(passed),
            "seconds": seconds,
            "evaluated": 0 if attempt.waiting else 1,
        },
    )


def write_completions(run: OpignoRun, results: Results) -> None:
    """Write when each person first answered each activity, or was present at a session."""
    for (training, person, activity), at in sorted(results.first.items()):
        run.writer.add(
            schema.completion,
            {"training_id": training, "person_id": person, "activity_id": activity, "at": at},
        )


def write_enrolments(
    run: OpignoRun,
    roster: OpignoRoster,
    records: Records,
    results: Results,
    expiries: Mapping[tuple[int, int], Expiry],
) -> dict[tuple[int, int], Standing]:
    """Write current members and those who left; return (gid, uid) -> completion and validity."""
    standings: dict[tuple[int, int], Standing] = {}
    former: dict[int, set[int]] = defaultdict(set)
    for gid, uid in (*records, *results.learners()):
        former[gid].add(uid)
    for gid in sorted(run.trainings):
        training = run.trainings[gid]
        members = roster.members.get(gid, {})
        for uid in (*members, *sorted(former[gid] - members.keys())):
            record, member = records.get((gid, uid)), members.get(uid)
            now = standings[gid, uid] = _standing(run, training, uid, record, results, expiries)
            row = {**_row(run, training, uid, record, now), **_since(run, training, uid, record)}
            state = "left" if training.exists else None
            if member is not None:
                row["enrolled_at"] = member.since
                state = MEMBERSHIP_STATES.get(member.state)
                if member.state != ACTIVE:
                    row["withdrawn_at"] = member.since
                if record is None:
                    run.remarks["members without a record of the platform"] += 1
            elif training.exists:
                enrolled = row["enrolled_at"]
                # Of whom nothing has a date it is not known that they ever were in it.
                row["withdrawn_at"] = results.last.get((gid, uid), enrolled or Second(0))
                run.remarks["people who left a training; kept, left after their last activity"] += 1
            run.writer.add(schema.enrolment, row)
            if state:
                pair = {"training_id": training.id, "person_id": run.person(uid)}
                run.writer.add(
                    schema.enrolment_field, {**pair, "field": "membership", "value": state}
                )
    return standings


def _standing(
    run: OpignoRun,
    training: Training,
    uid: int,
    record: Any,
    results: Results,
    expiries: Mapping[tuple[int, int], Expiry],
) -> Standing:
    by_results = standing(
        results, training, uid, expiries.get((training.gid, uid)), run.as_of, run.zone
    )
    if (
        by_results.completed_at is not None
        or record is None
        or cells.text(record.status) != "completed"
    ):
        return by_results
    if training.exists:
        run.remarks["completed by the platform's record only; its attempts do not tell"] += 1
    return Standing(run.moment(record.completed, uid), by_results.valid_until)


def _row(
    run: OpignoRun, training: Training, uid: int, record: Any, standing: Standing
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "training_id": training.id,
        "person_id": run.person(uid),
        "completed_at": standing.completed_at,
        "valid_until": standing.valid_until,
    }
    if record is not None:
        row |= {
            "reported_state": cells.text(record.status) or None,
            "reported_progress": cells.number(record.progress),
            "reported_score": cells.number(record.score),
            "reported_seconds": cells.number(record.time),
        }
    return row


def _since(run: OpignoRun, training: Training, uid: int, record: Any) -> dict[str, Any]:
    """Return since when somebody without a membership was enrolled, as far as it is known."""
    if record is None:
        return {"enrolled_at": None, "implied": 1}
    return {"enrolled_at": run.moment(record.registered, uid)}
