"""Tiny databases of Kolibri with invented content."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from termstats.data.importers.kolibri.importer import KolibriImporter
from termstats.data.importers.kolibri.tables import FLAGS, TABLES
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second
from tests.data.importers.store_file import when

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]
AS_OF = Second(when("2025-12-01"))
NAIROBI = "(Africa/Nairobi)"


def hexed(number: int, kind: str = "0") -> str:
    """Return an id of 32 hex digits; `kind` tells ids of one number apart."""
    return f"{kind}{number:031x}"


def stamp(text: str) -> str:
    """Return a time as Kolibri writes it; the number is UTC."""
    return f"{text}.000000{NAIROBI}"


SCHOOL, ROOM, GROUP = hexed(1, "a"), hexed(2, "a"), hexed(3, "a")
ROOT, COACH, ANA, BO, CY = (hexed(n, "b") for n in range(1, 6))
CHANNEL, TOPIC, VIDEO, ADDING = (hexed(n, "c") for n in range(1, 5))
C_VIDEO, C_ADDING = hexed(1, "d"), hexed(2, "d")
LESSON, QUIZ, COURSE = hexed(1, "e"), hexed(2, "e"), hexed(3, "e")
DEVICE = hexed(1, "f")
ITEMS = [hexed(n, "1") for n in range(1, 4)]


def node(id_: str, content: str, kind: str, title: str, lft: int, **more: Any) -> Row:
    row: Row = {"id": id_, "content_id": content, "kind": kind, "title": title, "lft": lft}
    return row | {"parent_id": TOPIC, "channel_id": CHANNEL, "available": 1, "options": "{}"} | more


def visit(
    number: int, user: str | None, content: str, at: str, seconds: float = 60, **more: Any
) -> Row:
    context = more.pop("context", {})
    row: Row = {"id": hexed(number, "2"), "user_id": user, "content_id": content, "kind": "video"}
    row |= {"channel_id": CHANNEL, "time_spent": seconds, "progress": 0.5}
    row |= {"start_timestamp": stamp(at), "end_timestamp": stamp(at)}
    return row | {"extra_fields": json.dumps({"context": context})} | more


def summary(number: int, user: str, content: str, at: str, **more: Any) -> Row:
    row: Row = {"id": hexed(number, "3"), "user_id": user, "content_id": content, "kind": "video"}
    row |= {"channel_id": CHANNEL, "time_spent": 60, "progress": 0.5}
    return row | {"start_timestamp": stamp(at), "end_timestamp": stamp(at)} | more


def try_(number: int, user: str, of: int, at: str, **more: Any) -> Row:
    row: Row = {"id": hexed(number, "4"), "user_id": user, "summarylog_id": hexed(of, "3")}
    row |= {"mastery_criterion": '{"type": "m_of_n", "m": 2, "n": 3}', "mastery_level": 1}
    row |= {"start_timestamp": stamp(at), "end_timestamp": stamp(at), "complete": 0}
    return row | {"time_spent": 60} | more


def answer(number: int, of: int | None, visit_: int, item: str, correct: float, **more: Any) -> Row:
    row: Row = {"id": hexed(number, "5"), "masterylog_id": None if of is None else hexed(of, "4")}
    row |= {"sessionlog_id": hexed(visit_, "2"), "item": item, "correct": correct, "user_id": ANA}
    row |= {"start_timestamp": stamp(f"2025-10-01 08:00:{number:02}"), "simple_answer": "7"}
    row |= {"end_timestamp": stamp(f"2025-10-01 08:00:{number:02}"), "hinted": 0, "error": 0}
    history = [{"type": "answer", "correct": correct}]
    return row | {"answer": "{}", "interaction_history": json.dumps(history)} | more


QUIZ_TRY = '{"type": "quiz", "coach_assigned": true}'
SECTIONS = [
    {
        "section_title": "Part 1",
        "questions": [
            {"exercise_id": ADDING, "question_id": item, "title": "Adding"}
            | {"counter_in_exercise": number}
            for number, item in enumerate(ITEMS[:2], 1)
        ],
    }
]
CONTENT: Rows = {
    "kolibriauth_collection": [
        {"id": SCHOOL, "name": "Hill School", "kind": "facility", "parent_id": None},
        {"id": ROOM, "name": "Room 1", "kind": "classroom", "parent_id": SCHOOL},
        {"id": GROUP, "name": "Reds", "kind": "learnergroup", "parent_id": ROOM},
    ],
    "kolibriauth_facilityuser": [
        {"id": ROOT, "username": "root", "full_name": "Root", "facility_id": SCHOOL},
        {"id": COACH, "username": "coach", "full_name": "Kim Coach", "facility_id": SCHOOL},
        {"id": ANA, "username": "ana", "full_name": "Ana", "facility_id": SCHOOL}
        | {"gender": "FEMALE", "birth_year": "2012", "date_joined": stamp("2025-09-01 06:00:00")},
        {"id": BO, "username": "bo", "full_name": "Bo", "facility_id": SCHOOL}
        | {"gender": "NOT_SPECIFIED"},
        {"id": CY, "username": "cy", "full_name": "Cy", "facility_id": SCHOOL},
    ],
    "kolibriauth_role": [
        {"id": hexed(1, "6"), "user_id": COACH, "collection_id": ROOM, "kind": "coach"},
    ],
    "device_devicepermissions": [{"user_id": ROOT, "is_superuser": 1}],
    "kolibriauth_membership": [
        {"id": hexed(1, "7"), "user_id": ANA, "collection_id": ROOM},
        {"id": hexed(2, "7"), "user_id": BO, "collection_id": ROOM},
        {"id": hexed(3, "7"), "user_id": BO, "collection_id": GROUP},
    ],
    "content_channelmetadata": [{"id": CHANNEL, "name": "Sums", "root_id": CHANNEL}],
    "content_contentnode": [
        node(CHANNEL, hexed(9, "d"), "topic", "Sums", 1, parent_id=None),
        node(TOPIC, hexed(8, "d"), "topic", "First", 2, parent_id=CHANNEL),
        node(VIDEO, C_VIDEO, "video", "Counting", 3),
        node(ADDING, C_ADDING, "exercise", "Adding", 5),
    ],
    "content_assessmentmetadata": [
        {"id": hexed(1, "8"), "contentnode_id": ADDING, "number_of_assessments": 3}
        | {"assessment_item_ids": json.dumps(ITEMS)},
    ],
    "lessons_lesson": [
        {"id": LESSON, "collection_id": ROOM, "title": "Week 1", "is_active": 1}
        | {"date_created": stamp("2025-09-02 06:00:00")}
        | {
            "resources": json.dumps(
                [
                    {"contentnode_id": VIDEO, "content_id": C_VIDEO, "channel_id": CHANNEL},
                    {"contentnode_id": ADDING, "content_id": C_ADDING, "channel_id": CHANNEL},
                ]
            )
        },
    ],
    "lessons_lessonassignment": [{"id": hexed(1, "9"), "lesson_id": LESSON, "collection_id": ROOM}],
    "exams_exam": [
        {"id": QUIZ, "collection_id": ROOM, "title": "Test", "question_count": 2, "active": 1}
        | {"archive": 0, "date_created": "2025-09-03 06:00:00"}
        | {"question_sources": json.dumps(SECTIONS)},
    ],
    "exams_examassignment": [{"id": hexed(2, "9"), "exam_id": QUIZ, "collection_id": GROUP}],
    "courses_coursesession": [
        {"id": COURSE, "course": TOPIC, "collection_id": ROOM, "title": "First", "is_active": 1}
        | {"date_created": stamp("2025-09-04 06:00:00")},
    ],
    "courses_coursesessionassignment": [
        {"id": hexed(3, "9"), "course_session_id": COURSE, "collection_id": ROOM}
    ],
    "courses_unittestassignment": [
        {"id": hexed(4, "9"), "course_session_id": COURSE, "unit_contentnode_id": TOPIC}
        | {"test_type": "pre", "closed": 0}
    ],
    "logger_contentsessionlog": [
        visit(1, ANA, C_VIDEO, "2025-10-01 07:00:00", 90, context={"lesson_id": LESSON}),
        visit(2, ANA, C_ADDING, "2025-10-01 08:00:00", 120, kind="exercise"),
        visit(3, None, C_VIDEO, "2025-10-02 07:00:00", 30, visitor_id=hexed(1, "0")),
        visit(4, BO, QUIZ, "2025-10-03 07:00:00", 200, kind="quiz", channel_id=None)
        | {"extra_fields": json.dumps({"context": {"quiz_id": QUIZ, "mastery_level": -5}})},
    ],
    "logger_contentsummarylog": [
        summary(1, ANA, C_VIDEO, "2025-10-01 07:00:00", progress=1)
        | {"completion_timestamp": stamp("2025-10-01 07:01:30")},
        summary(2, ANA, C_ADDING, "2025-10-01 08:00:00", kind="exercise"),
        summary(3, BO, QUIZ, "2025-10-03 07:00:00", kind="quiz", channel_id=None)
        | {"progress": 1, "completion_timestamp": stamp("2025-10-03 07:03:20")},
    ],
    "logger_masterylog": [
        try_(1, ANA, 2, "2025-10-01 08:00:00"),
        try_(2, BO, 3, "2025-10-03 07:00:00", mastery_criterion=QUIZ_TRY, mastery_level=-5)
        | {"complete": 1, "completion_timestamp": stamp("2025-10-03 07:03:20")},
    ],
    "logger_attemptlog": [
        answer(1, 1, 2, ITEMS[0], 1.0),
        answer(2, 1, 2, ITEMS[1], 0.0, hinted=1),
        answer(3, 2, 4, f"{ADDING}:{ITEMS[0]}", 1.0, user_id=BO),
        answer(4, 2, 4, f"{ADDING}:{ITEMS[1]}", 0.5, user_id=BO),
        answer(5, None, 3, ITEMS[0], 1.0, user_id=None),
    ],
    "logger_usersessionlog": [
        {"id": hexed(1, "1"), "user_id": ANA, "device_info": "Android,11/Chrome,120"}
        | {"start_timestamp": stamp("2025-10-01 06:59:00")}
        | {"last_interaction_timestamp": stamp("2025-10-01 08:05:00")},
    ],
    "attendance_attendancesession": [
        {"id": hexed(5, "9"), "collection_id": ROOM}
        | {"session_start_datetime": stamp("2025-10-01 05:00:00")}
    ],
    "attendance_attendancerecord": [
        {"id": hexed(6, "9"), "attendance_session_id": hexed(5, "9"), "user_id": ANA, "present": 1}
    ],
    "morango_instanceidmodel": [{"id": DEVICE, "current": 1}],
}
"""A school of one class: Ana and Bo in it, Cy in none; one lesson, a quiz for a group, a course."""


def make(
    path: Path, rows: Rows | None = None, *, without: Sequence[str] = (), **replaced: Any
) -> Path:
    """Write a device's database: `CONTENT`, with the rows of some tables replaced.

    `without`: tables (`courses_coursesession`) and columns (`logger_masterylog.time_spent`) that
    its version lacks.
    """
    content: dict[str, Sequence[Row]] = {**CONTENT, **(rows or {}), **replaced}
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in TABLES.items():
            names = [name for name in columns.names if f"{table}.{name}" not in without]
            if table not in without:
                _fill(connection, table, names, content.get(table, ()))
        connection.commit()
    return path


def make_notifications(path: Path, rows: Sequence[Row] = ()) -> Path:
    """Write the second file of a device."""
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in FLAGS.items():
            _fill(connection, table, columns.names, rows)
        connection.commit()
    return path


def _fill(
    connection: sqlite3.Connection, table: str, names: Sequence[str], rows: Sequence[Row]
) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    connection.execute(f'CREATE TABLE "{table}" ({listed})')
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f'INSERT INTO "{table}" ({listed}) VALUES ({marks})',  # noqa: S608
        [[row.get(name) for name in names] for row in rows],
    )


async def load(*locations: Path | str, store: Path) -> ImportReport:
    """Import devices into a store."""
    first, *more = map(str, locations)
    options = ImportOptions(as_of=AS_OF, more=tuple(more))
    return await run_import(KolibriImporter(), first, store, options)
