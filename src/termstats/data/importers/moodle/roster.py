"""Who is, was or is no longer in Moodle's courses, and what they have completed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from termstats.data.importers.moodle.base import OPEN_END, MoodleRun, Pair, stamp
from termstats.data.importers.sources import cells
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_COMPLETED, _FAILED = (1, 2), 3
"""States of an activity that count as done; 3 is done without passing."""
_STATES = (0, *_COMPLETED, _FAILED)
_COHORT = "cohort"


@dataclass(frozen=True)
class _Method:
    """A way of enrolling in a course."""

    course: int
    name: str
    is_enabled: bool
    changed_at: Second | None
    cohort: int | None


@dataclass(frozen=True)
class _Membership:
    """One enrolment of a person, by one method."""

    method: str
    since: Second | None
    until: Second | None
    """When it ended; None: it has not."""
    state: str
    """What ended it; empty where nothing has."""


async def write_completions(run: MoodleRun) -> None:
    """Write which activities people have completed; of an activity undone the site keeps no row."""
    table = "course_modules_completion"
    seen: set[tuple[int, int]] = set()
    async for row in run.known(table, "coursemoduleid", run.modules):
        module, state = run.modules[row.coursemoduleid], cells.whole(row.completionstate)
        at = stamp(row.timemodified)
        if state not in _STATES:
            run.refuse(table, "unknown state", row)
        elif (row.coursemoduleid, row.userid) in seen:
            run.refuse(table, "second state of a person", row)
        elif state and at is None:
            run.refuse(table, "no usable date", row)
        elif state and at is not None and not run.teaches_here(module.course, row.userid):
            seen.add((row.coursemoduleid, row.userid))
            run.work(module.course, row.userid, at)
            if state == _FAILED:
                run.remarks["activities that were completed without passing; not counted"] += 1
                continue
            ids = {"training_id": module.training_id, "activity_id": module.activity_id}
            run.writer.add(
                schema.completion, {**ids, "person_id": run.people[row.userid], "at": at}
            )


async def read_completed(run: MoodleRun) -> dict[Pair, Second]:
    """Return when people completed courses: the earliest, where there are two rows."""
    completed: dict[Pair, Second] = {}
    async for row in run.known("course_completions", "course", run.trainings):
        at = stamp(row.timecompleted)
        if at is not None:
            pair = (row.course, row.userid)
            completed[pair] = min(at, completed.get(pair, at))
            run.work(*pair, at)
    return completed


async def write_enrolments(
    run: MoodleRun, completed: Mapping[Pair, Second], scores: Mapping[Pair, float]
) -> None:
    """Write who is in which course, and who was; `scores`: the course totals in percent."""
    methods = await _read_methods(run)
    members = await _read_memberships(run, methods)
    pairs = dict.fromkeys((*members, *sorted(run.worked.keys() | run.left.keys())))
    for course, user in pairs:
        held = members.get((course, user), [])
        if not _is_wanted(run, course, user, is_member=bool(held)):
            continue
        row: dict[str, Any] = _standing(held) if held else _former(run, course, user)
        if not held:
            run.remarks["people who were unenrolled; kept, left after their last activity"] += 1
        person, training = run.people[user], run.trainings[course]
        score = scores.get((course, user))
        run.writer.add(
            schema.enrolment,
            {
                "training_id": training,
                "person_id": person,
                "completed_at": completed.get((course, user)),
                "score": score,
                "reported_score": score,
                **row,
            },
        )
        _add_fields(run, training, person, held)


def _is_wanted(run: MoodleRun, course: int, user: int, *, is_member: bool) -> bool:
    """Return whether somebody belongs into the list of a course: as a learner, or as staff.

    Staff is in the lists of everybody only; who teaches here and learns elsewhere is in none.
    """
    if (course, user) in run.learners:
        return True
    if run.is_staff(course, user):
        return is_member and user in run.only_staff
    if not is_member:
        return True
    run.remarks["people enrolled without a learner's role; in no list of the course"] += 1
    return False


async def _read_methods(run: MoodleRun) -> dict[int, _Method]:
    """Return id -> method of enrolling; a cohort that a course enrols has that course."""
    methods: dict[int, _Method] = {}
    offered: set[tuple[RowId, RowId]] = set()
    async for row in run.rows("enrol"):
        if row.courseid not in run.trainings:
            continue
        method = methods[row.id] = _Method(
            row.courseid,
            cells.text(row.enrol) or "unknown",
            cells.whole(row.status) == 0,
            stamp(row.timemodified),
            cells.whole(row.customint1) if cells.text(row.enrol) == _COHORT else None,
        )
        if method.is_enabled and method.cohort in run.cohorts:
            offered.add((run.cohorts[method.cohort], run.trainings[row.courseid]))
    for cohort, training in sorted(offered):
        run.writer.add(schema.class_training, {"class_id": cohort, "training_id": training})
    return methods


async def _read_memberships(
    run: MoodleRun, methods: Mapping[int, _Method]
) -> dict[Pair, list[_Membership]]:
    """Return (course, user) -> their enrolments; one person may have several."""
    members: dict[Pair, list[_Membership]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    async for row in run.known("user_enrolments", "enrolid", methods):
        method = methods[row.enrolid]
        if (row.enrolid, row.userid) in seen:
            run.refuse("user_enrolments", "second enrolment by one method", row)
            continue
        seen.add((row.enrolid, row.userid))
        starts, ends = stamp(row.timestart), stamp(row.timeend)
        if starts is not None and starts > run.as_of:
            run.remarks["enrolments that have not begun; in no list yet"] += 1
            continue
        ends = None if ends is None or ends >= OPEN_END or ends > run.as_of else ends
        # Of whom nothing has a date it is not known that they ever were in it.
        changed = stamp(row.timemodified) or starts or stamp(row.timecreated) or Second(0)
        until: Second | None
        if not method.is_enabled:
            state, until = "method disabled", method.changed_at or changed
        elif cells.whole(row.status) != 0:
            state, until = "suspended", changed
        else:
            state, until = ("", None) if ends is None else ("ended", ends)
        since = starts or stamp(row.timecreated)
        members[method.course, row.userid].append(_Membership(method.name, since, until, state))
    return members


def _standing(held: list[_Membership]) -> dict[str, Any]:
    """Return since when somebody is enrolled, and when the last of their enrolments ended."""
    begins = [each.since for each in held]
    ends = [each.until for each in held]
    is_known = None not in begins
    return {
        "enrolled_at": min(at for at in begins if at is not None) if is_known else None,
        "withdrawn_at": None if None in ends else max(at for at in ends if at is not None),
    }


def _former(run: MoodleRun, course: int, user: int) -> dict[str, Any]:
    """Return when somebody without an enrolment was in a course, as far as that is known."""
    worked = run.worked.get((course, user), [])
    begins = [*worked, run.joined[course, user]] if (course, user) in run.joined else worked
    return {
        "enrolled_at": min(begins, default=None),
        "withdrawn_at": run.left.get((course, user)) or max(worked),
        "implied": int((course, user) not in run.joined),
    }


def _add_fields(run: MoodleRun, training: RowId, person: RowId, held: list[_Membership]) -> None:
    """Write by which methods somebody is enrolled, and why they are not any more."""
    states = sorted({each.state for each in held}) if all(each.state for each in held) else []
    for field, values in (
        ("enrolment method", sorted({each.method for each in held})),
        ("enrolment", states),
    ):
        if values:
            run.writer.add(
                schema.enrolment_field,
                {
                    "training_id": training,
                    "person_id": person,
                    "field": field,
                    "value": ", ".join(values),
                },
            )
