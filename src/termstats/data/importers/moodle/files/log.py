"""What people did, as the log that a teacher saves tells it."""

from __future__ import annotations

import json
import re
from collections import Counter

from termstats.data.importers.moodle.files import words
from termstats.data.importers.moodle.files.course import Activity, Course
from termstats.data.importers.moodle.files.descriptions import (
    Description,
    described,
    kind_of_event,
)
from termstats.data.importers.moodle.files.people import Person, as_whom
from termstats.data.importers.moodle.files.reading import NONE, LogRow
from termstats.data.importers.sources import cells
from termstats.data.model.text import clean
from termstats.data.store import schema

_BY_PEOPLE = ("web", "ws", "")
"""Origins of what people do: the browser, the app."""
_COMPLETED_MODULE, _COMPLETED_COURSE = "course_module_completion_updated", "course_completed"
_ABOUT_OTHERS = ("user_graded", "user_enrolment_created", "user_enrolment_deleted")
_ABOUT_RELATED = (*_ABOUT_OTHERS, _COMPLETED_MODULE, _COMPLETED_COURSE)
_LONGEST = 120
_NUMBER = re.compile(r"\d+")
_MOST_SHOWN = 3


def write_log(course: Course, rows: list[LogRow]) -> None:
    """Write the rows of logs as events, and what they tell of completions and enrolments."""
    completed: set[tuple[int, int]] = set()
    nobody: Counter[str] = Counter()
    for row in rows:
        said = described(row["description"])
        if said.user is None:
            nobody[_NUMBER.sub("..", row["description"])[:60]] += 1
        activity = _activity(course, row, said)
        why = _not_credited(course, row, said)
        person, target = _people(course, row, said)
        _note(course, row, said, activity, completed)
        if person is not None and not why:
            standing = course.standing(person)
            standing.first = min(standing.first or row.at, row.at)
        if why:
            course.remarks[f"events left out of learning, {why}"] += 1
        _write_event(course, row, said, activity, (person, target), why)
    if nobody:
        shown = "; ".join(clean(text) for text, _times in nobody.most_common(_MOST_SHOWN))
        course.remarks[f"events whose description names no user; of nobody: {shown}"] += sum(
            nobody.values()
        )


def _activity(course: Course, row: LogRow, said: Description) -> Activity | None:
    """Return the activity of a row; where no id tells it, the one that is called so."""
    if said.module is not None:
        return course.by_module.get(said.module)
    kind, title = words.kind_and_title(row["context"])
    return course.named(title) if kind else None


def _not_credited(course: Course, row: LogRow, said: Description) -> str:
    """Return why an event is no act of a learner; nothing where it is."""
    if as_whom(row, course.people) is not None:
        return "done as somebody else"
    if row["origin"].casefold() not in _BY_PEOPLE:
        return "not done in the browser or the app"
    if said.action in _ABOUT_RELATED and said.related is not None:
        return "done to somebody"
    if said.is_teaching:
        return "teaching"
    actor = course.people.by_user.get(said.user or 0)
    return "of who teaches" if actor is not None and actor.is_staff else ""


def _people(course: Course, row: LogRow, said: Description) -> tuple[Person | None, Person | None]:
    """Return (who did it, to whom); nobody where the log hides the name, or names no id."""
    people = course.people
    user, related = people.by_user.get(said.user or 0), people.by_user.get(said.related or 0)
    somebody = as_whom(row, people)
    if somebody is not None:
        return people.called(somebody[0]), user
    if row["user"] in NONE:
        return None, related
    return user, related


def _note(
    course: Course,
    row: LogRow,
    said: Description,
    activity: Activity | None,
    completed: set[tuple[int, int]],
) -> None:
    """Note what a row tells besides its event: completions and enrolments."""
    if as_whom(row, course.people) is not None:
        return
    whose = said.related if said.related is not None else said.user
    person = course.people.by_user.get(whose or 0)
    if person is None or person.is_staff:
        return
    if said.action == _COMPLETED_MODULE and activity is not None:
        activity.is_tracked = True
        if (activity.activity, person.id) not in completed:
            completed.add((activity.activity, person.id))
            course.standing(person)
            ids = {"training_id": course.id, "person_id": person.id}
            row_ = {**ids, "activity_id": activity.activity, "at": row.at}
            course.writer.add(schema.completion, row_)
    elif said.action == _COMPLETED_COURSE:
        standing = course.standing(person)
        standing.completed = min(standing.completed or row.at, row.at)
    elif said.action == "user_enrolment_created":
        standing = course.standing(person)
        standing.enrolled = min(standing.enrolled or row.at, row.at)
    elif said.action == "user_enrolment_deleted":
        standing = course.standing(person)
        standing.left = max(standing.left or row.at, row.at)


def _write_event(
    course: Course,
    row: LogRow,
    said: Description,
    activity: Activity | None,
    people: tuple[Person | None, Person | None],
    why: str,
) -> None:
    """Write one row; `why`: what leaves it out of learning."""
    person, target = people
    kind = kind_of_event(said, activity.kind if activity else said.module_kind)
    action = (said.action or row["event"] or "unnamed")[:_LONGEST]
    is_of_course = said.course is None or said.course == course.number
    extra = {
        "component": row["component"] if kind == schema.OTHER_KIND else "",
        "origin": "" if row["origin"] == "web" else row["origin"],
        "left out": why,
    }
    kept = {name: text for name, text in extra.items() if text}
    course.writer.add_event(
        row.at,
        row.tie,
        {
            "person_id": person.id if person else None,
            "target_person_id": target.id if target and target is not person else None,
            "action_id": course.writer.action("admin" if why else kind, action),
            "training_id": course.id if is_of_course else None,
            "module_id": activity.module if activity else None,
            "activity_id": activity.activity if activity else None,
            "active": int(not why and person is not None),
            "extra": cells.text(json.dumps(kept, ensure_ascii=False)) if kept else None,
        },
    )
