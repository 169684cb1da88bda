"""The gradebook of Moodle: what may be graded, the grades, and how they changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from termstats.data.importers.moodle.base import (
    MoodleModule,
    MoodleRun,
    Pair,
    pass_mark,
    percent,
    stamp,
)
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import NEWEST, is_passed
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

COURSE, MODULE, BY_HAND = "course", "mod", "manual"
"""Kinds of what is graded: the course as a whole, an activity, what a teacher added."""
OWN = {"quiz": "quiz_attempts", "assign": "assign_submission"}
"""Kind of activities with attempts of their own -> their table; of others grades are results."""
_LAST = 10_000
"""Place of what is in the gradebook only: behind all sections."""
_SCALE = 2
"""Kind of grade that is one of a few words in an order: no number."""


@dataclass(frozen=True)
class GradeItem:
    """What may be graded."""

    id: int
    course: int
    type: str
    kind: str
    """Kind of the activity; empty where it is none."""
    instance: int
    title: str
    least: float
    most: float | None
    """Points; None where grades are no numbers."""
    pass_mark: float | None
    """Percent."""
    is_hidden: bool

    def percent(self, points: object) -> float | None:
        """Return a grade as a percentage; None where it is no number."""
        return percent(points, self.least, self.most)


async def read_items(run: MoodleRun) -> dict[int, GradeItem]:
    """Return id -> what may be graded."""
    items: dict[int, GradeItem] = {}
    async for row in run.rows("grade_items"):
        is_number = (cells.whole(row.gradetype) or 0) != _SCALE
        most = cells.number(row.grademax) if is_number else None
        items[row.id] = GradeItem(
            *(row.id, row.courseid or 0, cells.text(row.itemtype), cells.text(row.itemmodule)),
            *(row.iteminstance or 0, run.title(row.itemname)),
            *(cells.number(row.grademin) or 0.0, most),
            pass_mark(row.gradepass, row.grademin, most),
            is_hidden(run, row.hidden),
        )
        if cells.flag(row.needsupdate):
            run.remarks[
                "grade items that the site has still to work out; their grades are old"
            ] += 1
    return items


def is_hidden(run: MoodleRun, hidden: object) -> bool:
    """Return whether something is hidden: for ever (1), or until a moment."""
    until = cells.whole(hidden) or 0
    return until == 1 or until > run.as_of


@dataclass(frozen=True)
class _Change:
    """A grade as it was from a moment on."""

    at: Second
    points: float
    is_excluded: bool


async def write_grades(run: MoodleRun, items: Mapping[int, GradeItem]) -> dict[Pair, float]:
    """Write the grades of activities without attempts of their own, with every change.

    Course totals too, but they are part of no score: they are made of the others.

    Returns the course totals as (course, user) -> percent.
    """
    places = _places(run, items)
    changes: dict[tuple[int, int], list[_Change]] = defaultdict(list)
    async for row in run.known("grade_grades_history", "itemid", items):
        change = _change(row)
        if change is not None and (row.itemid in places or _is_total(run, items[row.itemid])):
            changes[row.itemid, row.userid].append(change)
    totals: dict[Pair, float] = {}
    async for row in run.known("grade_grades", "itemid", items):
        item, change = items[row.itemid], _change(row)
        if item.is_hidden or is_hidden(run, row.hidden):
            changes.pop((row.itemid, row.userid), None)
            run.context.intake("grade_grades").pass_over("hidden from learners")
            continue
        if item.type == COURSE and (total := item.percent(row.finalgrade)) is not None:
            totals[item.course, row.userid] = total
        if change is not None and (row.itemid in places or _is_total(run, item)):
            changes[row.itemid, row.userid].append(change)
    for item_id in sorted({item_id for item_id, _user in changes} - places.keys()):
        places[item_id] = _add_module(run, items[item_id], "course total", "Course total")
    for (item_id, user), history in sorted(changes.items()):
        if not items[item_id].is_hidden:
            _write_history(run, items[item_id], places[item_id], user, history)
    return totals


def _places(
    run: MoodleRun, items: Mapping[int, GradeItem]
) -> dict[int, tuple[RowId, float | None]]:
    """Return item -> (its module, pass mark), of those whose grades are written as results."""
    own = {kind for kind, table in OWN.items() if table in run.names}
    places: dict[int, tuple[RowId, float | None]] = {}
    taken: set[RowId] = set()
    for item in items.values():
        module: MoodleModule | None = run.instances.get((item.kind, item.instance))
        if item.type == MODULE and module and item.kind not in own and module.id not in taken:
            taken.add(module.id)
            places[item.id] = (module.id, item.pass_mark)
        elif item.type == BY_HAND and item.course in run.trainings:
            title = item.title or f"grade item {item.id}"
            places[item.id] = _add_module(run, item, "grade item", title)
    return places


def _is_total(run: MoodleRun, item: GradeItem) -> bool:
    """Return whether an item is the total of a course, in points that learners may see."""
    is_shown = item.most is not None and not item.is_hidden
    return item.type == COURSE and item.course in run.trainings and is_shown


def _add_module(
    run: MoodleRun, item: GradeItem, kind: str, title: str
) -> tuple[RowId, float | None]:
    """Write what is in the gradebook only; return (its module, pass mark)."""
    new = run.writer.add(
        schema.module,
        {
            "key": f"grade item {item.id}",
            "training_id": run.trainings[item.course],
            "title": title,
            "kind": kind,
            "pass_mark": item.pass_mark,
            "position": _LAST + int(item.type == COURSE),
            "keep": NEWEST,
            "max_score": item.most,
        },
    )
    return new, item.pass_mark


def _change(row: Any) -> _Change | None:
    """Return what a row says of a grade; None where it has no grade, or no date."""
    points, at = cells.number(row.finalgrade), stamp(row.timemodified)
    if at is None:
        at = stamp(getattr(row, "timecreated", None))
    if points is None or at is None:
        return None
    return _Change(at, points, bool(cells.whole(row.excluded)))


def _write_history(
    run: MoodleRun,
    item: GradeItem,
    place: tuple[RowId, float | None],
    user: int,
    history: list[_Change],
) -> None:
    """Write each change of a grade as a result without an act: the newest counts."""
    if run.teaches_here(item.course, user):
        return
    module, mark = place
    before: float | None = None
    number = 0
    for change in sorted(history, key=lambda each: each.at):
        if change.points == before:
            continue
        before, number = change.points, number + 1
        score = item.percent(change.points)
        passed = is_passed(score, mark)
        if item.type != COURSE:
            run.work(item.course, user, change.at)
        run.writer.add(
            schema.attempt,
            {
                "key": f"grade {item.id}:{user}:{number}",
                "person_id": run.people[user],
                "training_id": run.trainings[item.course],
                "module_id": module,
                "number": number,
                "finished_at": change.at,
                "points": change.points if item.most is not None else None,
                "max_points": item.most,
                "score": score,
                "passed": None if passed is None else int(passed),
                "flags": schema.FLAG_NO_ACTIVITY,
                "in_score": int(not change.is_excluded and item.type != COURSE),
            },
        )
