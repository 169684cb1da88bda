"""Submissions of assignments of Moodle, and the grades that they were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from termstats.data.importers.moodle.base import MoodleModule, MoodleRun, percent, stamp
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import is_passed
from termstats.data.store import schema

ASSIGN = "assign"
SUBMITTED, DRAFT = "submitted", "draft"
_Key = tuple[int, int, int]
"""(assignment, user, number of the attempt from 0)."""


async def write_assignments(run: MoodleRun) -> None:
    """Write each submission as an attempt; a grade without one as a result without an act."""
    modules = run.of_kind(ASSIGN)
    grades: dict[_Key, Any] = {}
    async for row in run.known("assign_grades", "assignment", modules):
        if (cells.number(row.grade) or -1.0) >= 0:
            grades[row.assignment, row.userid, row.attemptnumber or 0] = row
    done: set[_Key] = set()
    async for row in run.rows("assign_submission"):
        for user in _who(run, row, modules):
            key = (row.assignment, user, row.attemptnumber or 0)
            if key not in done:
                done.add(key)
                team = "" if row.userid else f":{user}"
                _write(run, modules[row.assignment], key, f"{row.id}{team}", row, grades.get(key))
    for key, grade in grades.items():
        module = modules[key[0]]
        if key not in done and not run.teaches_here(module.course, key[1]):
            _write(run, module, key, f"grade {grade.id}", None, grade)


def _who(run: MoodleRun, row: Any, modules: Mapping[int, MoodleModule]) -> list[int]:
    """Return who handed something in: a person, or the members of a team; else it is refused."""
    table = "assign_submission"
    module = modules.get(row.assignment)
    if module is None:
        run.refuse(table, "unknown assignment", row)
        return []
    users = [row.userid] if row.userid else run.group_members.get(row.groupid or 0, [])
    known = [user for user in users if user in run.people]
    if not known:
        run.refuse(table, "unknown person or group", row)
    elif cells.text(row.status) not in (SUBMITTED, DRAFT):
        run.context.intake(table).pass_over("nothing is handed in yet")
        return []
    return [user for user in known if not run.teaches_here(module.course, user)]


def _write(
    run: MoodleRun, module: MoodleModule, key: _Key, name: str, handed_in: Any, grade: Any
) -> None:
    """Write one attempt; `handed_in`: its row, where there was a submission."""
    _assignment, user, number = key
    most = cells.number(module.detail.grade) if module.detail else None
    if most is not None and most <= 0:
        most = None  # a scale, or no grade
    shown = grade if not module.is_hidden else None
    points = cells.number(shown.grade) if shown and most is not None else None
    score = percent(points, 0, most)
    passed = is_passed(score, module.pass_mark)
    is_over = handed_in is None or cells.text(handed_in.status) == SUBMITTED
    at = stamp((handed_in or grade).timemodified)
    run.work(module.course, user, at)
    run.writer.add(
        schema.attempt,
        {
            "key": f"assign {name}",
            "person_id": run.people[user],
            "training_id": module.training_id,
            "module_id": module.id,
            "number": number + 1,
            "started_at": stamp(handed_in.timecreated) if handed_in else None,
            "finished_at": at if is_over else None,
            "points": points,
            "max_points": most,
            "score": score,
            "passed": None if passed is None else int(passed),
            "evaluated": int(grade is not None) if is_over and most is not None else None,
            "flags": 0 if handed_in else schema.FLAG_NO_ACTIVITY,
        },
    )
