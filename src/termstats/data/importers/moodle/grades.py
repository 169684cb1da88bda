"""The gradebook of Moodle: what may be graded, the grades, and how they changed."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.importers.moodle.base import MoodleRun, pass_mark, percent
from termstats.data.importers.sources import cells

COURSE, MODULE = "course", "mod"
"""Kinds of what is graded: the course as a whole, an activity."""
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
            *(row.iteminstance or 0, cells.number(row.grademin) or 0.0, most),
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
