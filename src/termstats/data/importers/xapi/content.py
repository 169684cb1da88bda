"""Writes trainings and their parts: sections, quizzes, activities and questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import fitting, keys_of
from termstats.data.importers.xapi.staging import Part, Staging
from termstats.data.importers.xapi.things import Thing
from termstats.data.model.units import RowId
from termstats.data.store import schema

GRADE = "grade"
"""Kind of the module that holds the grades of a whole training."""
PROBLEM = "problem"
"""Kind of a question that is tried by itself, in no quiz."""
VIDEO_LENGTH = "video"
"""Name in `reported_row` of how long a video is: key of the activity, seconds."""
_PART_OF_PROBLEM = re.compile(r"(@problem\+block@[^_/]+)_\d+_\d+$")
_RUN = re.compile(r"course-v1:([^+]+\+[^+]+)\+([^+]+)$")
_DEPTH = {verbs.SECTION: 0, "subsection": 1}


@dataclass
class Element:
    """A part of a training."""

    thing: Thing
    kind: str
    parent: str = ""
    """Key of the element that holds it."""
    position: int = 0
    is_module: bool = False
    is_activity: bool = False
    is_question: bool = False
    current: int = 1
    key: str = ""
    """As the store has it: keys of the platform may be there in several trainings."""


@dataclass(frozen=True)
class Place:
    """Where in the store an activity of a training is."""

    training: RowId | None = None
    module: RowId | None = None
    activity: RowId | None = None
    question: RowId | None = None
    object: RowId | None = None
    kind: str = "other"
    is_tried: bool = False
    """Whether attempts are made there, or at what holds it."""
    is_part: bool = False
    """Whether it is a question among others."""


@dataclass
class Course:
    """A training with its parts."""

    thing: Thing
    elements: dict[str, Element] = field(default_factory=dict)
    has_grades: bool = False
    row: Mapping[str, Any] = field(default_factory=dict)
    """Columns of `training` that no statement tells."""
    tags: tuple[str, ...] = ()


@dataclass
class Content:
    """What was written: numbers of the staging -> where it is in the store."""

    trainings: dict[int, RowId] = field(default_factory=dict)
    places: dict[tuple[int | None, int], Place] = field(default_factory=dict)
    grades: dict[RowId, RowId] = field(default_factory=dict)
    """Training -> the module of its grades."""


def write_content(
    staging: Staging, writer: StoreWriter, outline: Mapping[str, Course] | None = None
) -> Content:
    """Write trainings with everything that statements, or the `outline`, name of them.

    `outline`: key of a training -> what the platform itself says of it.
    """
    parts, content = staging.parts(), Content()
    courses = {key: _merged(course) for key, course in (outline or {}).items()}
    numbers: dict[str, int] = {}
    for training, members in parts.items():
        if training is not None:
            thing = staging.activities[training].thing
            numbers[thing.key] = training
            course = courses.setdefault(thing.key, Course(thing))
            _add_parts(course, staging, members)
    _set_keys(courses)
    for key in sorted(courses):
        course = courses[key]
        training_id = _write_training(writer, course)
        ids = _write_elements(writer, course, training_id, content)
        if (number := numbers.get(key)) is not None:
            content.trainings[number] = training_id
            for member, part in parts[number].items():
                place = _place(staging, course, ids, member, part)
                content.places[number, member] = _placed(place, training_id)
    _write_objects(staging, writer, parts.get(None, {}), content)
    return content


def _merged(course: Course) -> Course:
    return Course(course.thing, dict(course.elements), row=course.row, tags=course.tags)


def problem_of(key: str) -> str:
    """Return the key of the problem that a question of Open edX is a part of."""
    return _PART_OF_PROBLEM.sub(r"\1", key)


def _add_parts(course: Course, staging: Staging, members: Mapping[int, Part]) -> None:
    """Add what statements name to what is known of a training."""
    around = {part.parent for part in members.values() if part.parent is not None}
    named = {**{number: Part() for number in around - members.keys()}, **members}
    for number in sorted(named, key=lambda each: staging.activities[each].thing.key):
        thing, part = staging.activities[number].thing, named[number]
        if thing.kind == verbs.REWARD:
            continue
        if thing.kind == verbs.COURSE:
            course.has_grades |= part.has_results and thing.key == course.thing.key
            continue
        parent = None if part.parent is None else staging.activities[part.parent].thing
        _add(course, thing, part, parent)


def _add(course: Course, thing: Thing, part: Part, parent: Thing | None) -> None:
    is_in_quiz = parent is not None and parent.kind == verbs.QUIZ
    base = problem_of(thing.key) if thing.kind == verbs.QUESTION else thing.key
    if base != thing.key or (thing.kind == verbs.QUESTION and is_in_quiz):
        holder = base if base != thing.key or parent is None else parent.key
        course.elements[thing.key] = Element(
            thing, verbs.QUESTION, holder, len(course.elements), is_question=part.is_answered
        )
        if base != thing.key and base not in course.elements:
            course.elements[base] = _element(Thing(base, kind=verbs.QUESTION), part, None, course)
        return
    known = course.elements.get(thing.key)
    if known is None:
        course.elements[thing.key] = _element(thing, part, parent, course)
    else:
        known.is_question |= part.is_answered and thing.kind == verbs.QUESTION
        known.thing = thing._replace(name=known.thing.name or thing.name)


def _element(thing: Thing, part: Part, parent: Thing | None, course: Course) -> Element:
    is_section = thing.kind in verbs.SECTIONS
    is_module = thing.kind in (verbs.QUIZ, verbs.QUESTION, *verbs.SECTIONS) or part.has_results
    return Element(
        thing,
        thing.kind if thing.kind != "other" else (thing.type or "other"),
        parent.key if parent is not None and parent.kind in verbs.SECTIONS else "",
        len(course.elements),
        is_module=is_module,
        is_activity=not is_section,
        is_question=thing.kind == verbs.QUESTION and part.is_answered,
    )


def _set_keys(courses: Mapping[str, Course]) -> None:
    """Give every element a key that no other has, in whichever training."""
    listed = [(courses[key], each) for key in sorted(courses) for each in _ordered(courses[key])]
    names = ((each.thing.key, f"{course.thing.key} {each.thing.key}") for course, each in listed)
    for (_course, each), key in zip(listed, keys_of(names), strict=True):
        each.key = key


def _ordered(course: Course) -> list[Element]:
    """Return elements after those that hold them."""
    return sorted(
        course.elements.values(),
        key=lambda e: (_DEPTH.get(e.kind, 2), not e.is_module, e.position, e.thing.key),
    )


def _write_training(writer: StoreWriter, course: Course) -> RowId:
    key = course.thing.key
    run = _RUN.match(key)
    row = {"key": fitting(key), "title": course.thing.name or key, **course.row}
    if run:
        row |= {"code": run[1], "version": run[2]}
    training = writer.add(schema.training, row)
    for tag in course.tags:
        writer.add(
            schema.training_tag, {"training_id": training, "kind": "tag", "value": tag[:255]}
        )
    return training


def _write_elements(
    writer: StoreWriter, course: Course, training: RowId, content: Content
) -> dict[str, Place]:
    """Write modules, activities and questions; return key of an element -> its place."""
    places: dict[str, Place] = {}
    for each in _ordered(course):
        holder = places.get(each.parent, Place())
        shared = {
            "training_id": training,
            "key": each.key,
            "title": each.thing.name or _short(each.thing.key),
            "position": each.position,
            "current": each.current,
        }
        module, activity, question = holder.module, None, None
        if each.is_module:
            module = writer.add(
                schema.module, {**shared, **_module_columns(course, each), "parent_id": module}
            )
        if each.is_activity:
            in_path = int(each.kind != verbs.QUIZ and not is_inner_block(each))
            word = PROBLEM if each.kind == verbs.QUESTION else each.kind[:60]
            columns = {"module_id": module, "type": word, "in_path": in_path}
            activity = writer.add(schema.activity, {**shared, **columns})
        if each.is_question and module is not None:
            question = _write_question(writer, each, shared, module, activity or holder.activity)
        if each.thing.length:
            data = json.dumps({"seconds": each.thing.length})
            row = {"name": VIDEO_LENGTH, "key": each.key, "data": data}
            writer.add(schema.reported_row, row)
        is_tried = each.kind == verbs.QUESTION or (
            each.is_module and each.kind not in verbs.SECTIONS
        )
        places[each.thing.key] = Place(
            *(training, module, activity or holder.activity, question),
            kind=each.kind,
            is_tried=is_tried,
            is_part=not each.is_module,
        )
    if course.has_grades:
        content.grades[training] = _write_grades(writer, course, training)
    return places


def is_inner_block(each: Element) -> bool:
    """Return whether an element is a block of Open edX that nothing tells when it is done."""
    return each.kind == verbs.RESOURCE and each.thing.key.startswith("block-v1:")


def _module_columns(course: Course, each: Element) -> dict[str, Any]:
    is_problem = each.kind == verbs.QUESTION
    is_tried = not (is_problem or each.kind in verbs.SECTIONS)
    return {
        "kind": PROBLEM if is_problem else each.kind[:40],
        "mandatory": int(is_tried and not course.has_grades),
        "max_score": None if each.kind in verbs.SECTIONS else 100.0,
        "keep": None if each.kind in verbs.SECTIONS else "best",
    }


def _write_question(
    writer: StoreWriter,
    each: Element,
    shared: Mapping[str, Any],
    module: RowId,
    activity: RowId | None,
) -> RowId:
    row = {
        "key": each.key,
        "title": shared["title"],
        "position": shared["position"],
        "module_id": module,
        "activity_id": activity,
        "label": _short(each.thing.key)[-255:],
        "type": each.thing.interaction[:60] or "other",
        "max_score": 1.0,
        "correct_answer": each.thing.correct or None,
    }
    return writer.add(schema.question, row)


def _write_grades(writer: StoreWriter, course: Course, training: RowId) -> RowId:
    row = {
        "training_id": training,
        "key": fitting(f"{course.thing.key}#{GRADE}"),
        "title": "Grade",
        "kind": GRADE,
        "position": len(course.elements),
        "mandatory": 1,
        "keep": "newest",
        "max_score": 100.0,
    }
    return writer.add(schema.module, row)


def _short(key: str) -> str:
    """Return the end of a key, for which no statement has a name."""
    return re.split(r"[@/]", key.rstrip("/@"))[-1] or key


def _place(
    staging: Staging, course: Course, ids: Mapping[str, Place], member: int, part: Part
) -> Place:
    """Return where an activity is; a training itself is in none of its parts."""
    thing = staging.activities[member].thing
    if thing.kind == verbs.COURSE or thing.key not in ids:
        return Place(kind=verbs.COURSE)
    return ids[thing.key]


def _placed(place: Place, training: RowId) -> Place:
    return place if place.training is not None else Place(training, kind=place.kind)


def _write_objects(
    staging: Staging, writer: StoreWriter, numbers: Iterable[int], content: Content
) -> None:
    """Write activities of no training: the platform itself, profiles."""
    for thing, number in _sorted(staging, numbers):
        kind = (thing.type or thing.kind)[:20]
        row = {"key": fitting(thing.key), "kind": kind, "title": thing.name or thing.key}
        content.places[None, number] = Place(
            object=writer.add(schema.object_, row), kind=thing.kind
        )


def _sorted(staging: Staging, numbers: Iterable[int]) -> Iterator[tuple[Thing, int]]:
    """Yield activities by their keys."""
    yield from sorted((staging.activities[number].thing, number) for number in numbers)
