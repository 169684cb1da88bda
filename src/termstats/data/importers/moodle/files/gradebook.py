"""Grades of the gradebook that a teacher saves."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.importers.moodle.files import words
from termstats.data.importers.moodle.files.course import Course
from termstats.data.importers.moodle.files.people import Person
from termstats.data.importers.moodle.files.reading import NONE, GradeRow
from termstats.data.importers.sources import cells
from termstats.data.model.units import Second
from termstats.data.store import schema


@dataclass
class _Grade:
    """What one row says of one thing that is graded."""

    points: float | None = None
    percent: float | None = None


def write_grades(course: Course, rows: list[GradeRow], as_of: Second) -> None:
    """Write the grades of one gradebook; `as_of`: when it was saved, where it does not tell.

    Attempts that a report of the quiz tells of are not written again. Points of which no file
    tells the most are kept as they are.
    """
    for row in rows:
        person = course.people.of(row.who)
        standing = course.standing(person)
        at = row.at if row.at is not None else as_of
        grades: dict[tuple[str, str], _Grade] = {}
        for column, cell in row.grades.items():
            _take(course, person, grades, column, cell)
        for (kind, title), grade in grades.items():
            if words.TOTAL.fullmatch(title):
                standing.score = grade.percent if grade.percent is not None else standing.score
            elif not _is_sum(title) or kind:
                _write_grade(course, person, (kind, title), grade, at)


def _is_sum(name: str) -> bool:
    """Return whether what is graded is a sum: of the course, or of a category of it."""
    return bool(words.TOTAL.fullmatch(name) or words.SUM.fullmatch(name))


def _take(
    course: Course,
    person: Person,
    grades: dict[tuple[str, str], _Grade],
    column: str,
    cell: str,
) -> None:
    """Take what one cell of a gradebook says; words and letters are no grades."""
    match = words.ITEM.fullmatch(column)
    name, type_ = (match["name"], match["type"].casefold()) if match else (column, "")
    number = cells.number(cell.rstrip("% \u00a0\u202f")) if cell not in NONE else None
    if number is None:
        return
    grade = grades.setdefault(words.kind_and_title(name), _Grade())
    if type_ in words.PERCENT:
        grade.percent = min(max(number, 0.0), 100.0)
    elif type_ in words.REAL:
        grade.points = number
        if _is_sum(name):
            course.standing(person).fields[name] = cell


def _write_grade(
    course: Course, person: Person, item: tuple[str, str], grade: _Grade, at: Second
) -> None:
    """Write the grade of an activity as an attempt; `item`: (its kind, its title)."""
    activity = course.activity(item[1], item[0])
    if (activity.module, person.id) in course.attempts:
        return
    course.attempts.add((activity.module, person.id))
    course.remarks["grades of the gradebook, which has no dates; placed when it was saved"] += 1
    course.writer.add(
        schema.attempt,
        {
            "key": f"grade {activity.key}:{course.people.key_of(person.id)}"[:255],
            "person_id": person.id,
            "training_id": course.id,
            "module_id": activity.module,
            "number": 1,
            "finished_at": at,
            "points": grade.points,
            "score": grade.percent,
            "evaluated": 1,
            "flags": schema.FLAG_NO_ACTIVITY,
        },
    )
