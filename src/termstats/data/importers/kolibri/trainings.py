"""Lessons, quizzes and courses of classes: each is a training with its parts and its recipients."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from termstats.data.importers.kolibri.base import (
    COURSE,
    LESSON,
    QUIZ,
    UNIT_TEST,
    KolibriRun,
    Node,
)
from termstats.data.importers.kolibri.content import write_question, write_resource, write_section
from termstats.data.importers.kolibri.devices import Row
from termstats.data.importers.kolibri.tables import key, parsed
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import NEWEST
from termstats.data.model.units import RowId
from termstats.data.store import schema

TESTS = ("pre", "post")


async def write_trainings(run: KolibriRun) -> None:
    """Write lessons, quizzes and course sessions, and whom each is for."""
    for row in await run.devices.rows("lessons_lesson"):
        _write_lesson(run, row)
    for row in await run.devices.rows("exams_exam"):
        _write_quiz(run, row)
    await _write_courses(run)
    for table in ("lessons_lesson", "exams_exam", "courses_coursesession"):
        await _read_recipients(run, f"{table}assignment")
    for row in await run.devices.rows("exams_draftexam"):
        run.keep_row("draftexam", id=row[0], collection=key(row[1]), title=cells.text(row[2]))


def _offer(run: KolibriRun, training: str, collection: str) -> None:
    """Write that a class has a training."""
    if collection in run.classes:
        run.writer.add(
            schema.class_training,
            {"class_id": run.classes[collection], "training_id": run.trainings[training]},
        )


def _write_lesson(run: KolibriRun, row: Row) -> None:
    lesson, collection, title, active, made, resources = row
    is_active = cells.flag(active)
    run.add_training(
        *(lesson, LESSON, cells.text(title)),
        status="visible" if is_active else "hidden",
        published=int(is_active),
        created_at=run.possible(made),
    )
    _offer(run, lesson, key(collection))
    kept = []
    for position, resource in enumerate(parsed(resources, list), 1):
        if not isinstance(resource, dict):
            continue
        content, node_id = key(resource.get("content_id")), key(resource.get("contentnode_id"))
        node = run.nodes.get(node_id)
        kept.append({"node": node_id, "content": content})
        if node is None and (other := run.node_of(content, key(resource.get("channel_id")))):
            node = other
        if node is not None:
            write_resource(run, lesson, node, position)
        elif content:
            run.unknown["resources of lessons"] += 1
            run.add_place(
                *(
                    lesson,
                    content,
                    f"{lesson}/{node_id or content}",
                    f"not on any device: {content}",
                ),
                "unknown",
                position=position,
                in_path=0,
            )
    run.keep_row(
        "lesson",
        id=lesson,
        collection=key(collection),
        title=cells.text(title),
        active=int(is_active),
        resources=json.dumps(kept),
    )


def _write_quiz(run: KolibriRun, row: Row) -> None:
    quiz, collection, title, count, sources, active, archive, *dates = row
    is_active, is_over = cells.flag(active), cells.flag(archive)
    asked = _questions(parsed(sources, list))
    size = cells.whole(count) or len(asked)
    run.sizes[quiz] = size
    run.add_training(
        *(quiz, QUIZ, cells.text(title)),
        status="ended" if is_over else "open" if is_active else "not open yet",
        published=int(is_active or is_over),
        created_at=run.possible(dates[0]),
    )
    _offer(run, quiz, key(collection))
    place = run.add_place(
        *(quiz, quiz, quiz, cells.text(title), QUIZ),
        mandatory=1,
        keep=NEWEST,
        max_score=float(size),
    )
    for each in asked:
        item = f"{key(each.get('exercise_id'))}:{key(each.get('question_id'))}"
        name = f"{cells.text(each.get('title'))} ({cells.text(each.get('counter_in_exercise'))})"
        write_question(run, place.key, place.module, place.activity, item, name)
    run.keep_row(
        "exam",
        id=quiz,
        collection=key(collection),
        title=cells.text(title),
        count=size,
        active=int(is_active),
        archive=int(is_over),
        archived=run.possible(dates[1]),
        items=json.dumps(
            [f"{key(e.get('exercise_id'))}:{key(e.get('question_id'))}" for e in asked]
        ),
    )


def _questions(sources: list[Any]) -> list[dict[str, Any]]:
    """Return the questions of a quiz: in sections, or of older versions in one list."""
    listed: list[Any] = []
    for source in sources:
        if isinstance(source, dict):
            inside = source.get("questions")
            listed += inside if isinstance(inside, list) else [source]
    return [each for each in listed if isinstance(each, dict) and each.get("question_id")]


# ---- courses -------------------------------------------------------------------------------------


async def _write_courses(run: KolibriRun) -> None:
    tests: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in await run.devices.rows("courses_unittestassignment"):
        session, unit, kind = key(row[1]), key(row[2]), cells.text(row[3])
        tests[session, unit].append(kind)
        run.keep_row(
            "unittestassignment",
            session=session,
            unit=unit,
            type=kind,
            closed=int(cells.flag(row[4])),
        )
    children: dict[str, list[Node]] = defaultdict(list)
    for node in run.nodes.values():
        children[node.parent].append(node)
    for row in await run.devices.rows("courses_coursesession"):
        session, course, collection, title, active, made = row
        is_active = cells.flag(active)
        run.add_training(
            *(session, COURSE, cells.text(title)),
            status="visible" if is_active else "hidden",
            published=int(is_active),
            created_at=run.possible(made),
        )
        _offer(run, session, key(collection))
        _write_parts(run, session, key(course), None, children, tests)
        run.keep_row(
            "coursesession",
            id=session,
            course=key(course),
            collection=key(collection),
            title=cells.text(title),
            active=int(is_active),
        )


def _write_parts(
    run: KolibriRun,
    session: str,
    above: str,
    parent: RowId | None,
    children: Mapping[str, list[Node]],
    tests: Mapping[tuple[str, str], list[str]],
) -> None:
    """Write what is below a node of a course: units and lessons as sections, tests, resources."""
    for position, node in enumerate(children.get(above, []), 1):
        if node.id == above:
            continue
        if node.kind != "topic":
            write_resource(run, session, node, position, parent)
            continue
        section = write_section(run, session, node, position, parent)
        goals = parsed(node.options, dict).get("assessment_objectives")
        run.keep_node(
            node,
            objectives=json.dumps(goals if isinstance(goals, dict) else {}),
            size=len(next(iter(test_items(node).values()), [])),
        )
        if node.modality == "UNIT":
            for number, kind in enumerate(TESTS):
                if kind in tests.get((session, node.id), ()):
                    _write_test(run, session, node, kind, number * 10_000, section)
        _write_parts(run, session, node.id, section, children, tests)


def _write_test(
    run: KolibriRun, session: str, unit: Node, kind: str, position: int, parent: RowId
) -> None:
    """Write the test before or after a unit; logs name it by a content of its own."""
    versions = test_items(unit)
    size = len(next(iter(versions.values()), []))
    place = run.add_place(
        *(session, test_content(session, unit.id, kind), f"{session}/{unit.id}/{kind}"),
        *(f"{unit.title}: {kind}-test", UNIT_TEST),
        parent_id=parent,
        position=position,
        mandatory=1,
        keep=NEWEST,
        max_score=float(size) if size else None,
    )
    for version, items in versions.items():
        for number, item in enumerate(items, 1):
            title = f"{unit.title} ({version}{number})"
            write_question(run, place.key, place.module, place.activity, item, title)


def test_content(session: str, unit: str, kind: str) -> str:
    """Return what stands for the content of a unit test, which has none of its own."""
    return f"{session}:{unit}:{kind}"


def test_items(unit: Node) -> dict[str, list[str]]:
    """Return version -> questions of the tests of a unit."""
    value: Any = parsed(unit.options, dict)
    for name in ("completion_criteria", "threshold", "pre_post_test"):
        value = value.get(name) if isinstance(value, dict) else None
    found = value if isinstance(value, dict) else {}
    versions = {
        version: [
            cells.text(item)
            for item in parsed(found.get(f"version_{version.lower()}_item_ids"), list)
        ]
        for version in ("A", "B")
    }
    return {version: items for version, items in versions.items() if items}


# ---- recipients ----------------------------------------------------------------------------------


async def _read_recipients(run: KolibriRun, table: str) -> None:
    """Read whom the trainings of an assignment table are for: members of what it names, once."""
    kind = {"lessons": LESSON, "exams": QUIZ, "courses": COURSE}[table.partition("_")[0]]
    for row in await run.devices.rows(table):
        training, collection = key(row[1]), key(row[2])
        if training not in run.trainings or run.kinds[training] != kind:
            run.refuse(table, f"unknown {kind}", row)
            continue
        run.recipients.setdefault(training, set()).update(run.members.get(collection, ()))
        run.keep_row("assignment", training=training, collection=collection)
