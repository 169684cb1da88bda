"""One device of Kolibri: what of it stands where in the store."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.kolibri.importer import KolibriImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError, UsageError
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.kolibri import factory
from tests.data.importers.kolibri.factory import (
    ANA,
    BO,
    C_VIDEO,
    CHANNEL,
    CONTENT,
    COURSE,
    CY,
    GROUP,
    LESSON,
    QUIZ,
    QUIZ_TRY,
    ROOM,
    SCHOOL,
    hexed,
    load,
    make,
    summary,
    try_,
    visit,
)
from tests.data.importers.oppia import factory as oppia
from tests.data.importers.store_file import query, when

ENROLLED = (
    "SELECT p.username FROM enrolment e JOIN person p ON p.id = e.person_id "
    "JOIN training t ON t.id = e.training_id WHERE t.key = ? AND e.withdrawn_at IS NULL ORDER BY 1"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def names(store: Path, sql: str, *values: object) -> list[Any]:
    return [row[0] for row in query(store, sql, *values)]


async def test_every_training_has_a_kind_and_its_recipients(tmp_path: Path, store: Path) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=store)
    kinds = query(
        store,
        "SELECT t.key, g.value FROM training t JOIN training_tag g "
        "ON g.training_id = t.id WHERE g.kind = 'type' ORDER BY 1",
    )
    assert dict(kinds) == {
        **{LESSON: "lesson", QUIZ: "quiz", COURSE: "course"},
        CHANNEL: "channel",
    }
    assert names(store, ENROLLED, LESSON) == ["ana", "bo"]
    assert names(store, ENROLLED, QUIZ) == ["bo"]  # of the group
    assert names(store, ENROLLED, CHANNEL) == ["ana"]  # by her visit
    (made,) = names(
        store,
        "SELECT enrolled_at FROM enrolment e JOIN training t ON "
        "t.id = e.training_id WHERE t.key = ?",
        QUIZ,
    )
    assert made == when("2025-09-03 06:00:00")


async def test_times_are_utc_whatever_zone_they_name(tmp_path: Path, store: Path) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=store)
    seconds = names(store, "SELECT id >> 20 FROM event WHERE key = ?", hexed(1, "2"))
    assert seconds == [when("2025-10-01 07:00:00")]
    assert names(store, "SELECT as_of FROM source") == [factory.AS_OF]


async def test_tries_belong_to_what_they_were_made_for(tmp_path: Path, store: Path) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=store)
    rows = query(
        store,
        "SELECT p.username, t.key, a.points, a.max_points, a.score, a.passed, a.in_score "
        "FROM attempt a JOIN person p ON p.id = a.person_id "
        "JOIN training t ON t.id = a.training_id ORDER BY 1",
    )
    assert rows == [
        ("ana", CHANNEL, 1.0, 2.0, None, 0, 0),  # an exercise, not mastered yet
        ("bo", QUIZ, 1.5, 2.0, 75.0, None, 1),
    ]
    states = query(
        store,
        "SELECT q.title, a.state, a.answer FROM answer a JOIN question q "
        "ON q.id = a.question_id ORDER BY a.id",
    )
    assert states == [
        *(("Adding (1)", "correct", "7"), ("Adding (2)", "wrong", "7 (with a hint)")),
        *(("Adding (1)", "correct", "7"), ("Adding (2)", "partly", "7")),
    ]


async def test_what_is_complete_is_so_in_every_training_with_it(
    tmp_path: Path, store: Path
) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=store)
    rows = query(
        store,
        "SELECT p.username, t.key, c.at FROM completion c JOIN person p ON p.id = c.person_id "
        "JOIN training t ON t.id = c.training_id ORDER BY 1, 2",
    )
    seen, done = when("2025-10-01 07:01:30"), when("2025-10-03 07:03:20")
    assert rows == [
        *(("ana", CHANNEL, seen), ("ana", LESSON, seen), ("ana", COURSE, seen)),
        ("bo", QUIZ, done),
    ]
    assert query(store, "SELECT sum(points), count(*) FROM point") == [(1000.0, 2)]


async def test_what_several_trainings_have_counts_once_in_time(tmp_path: Path, store: Path) -> None:
    """The video is in a lesson, a course and a channel; Ana saw it for 90 s, and tried for 120."""
    await load(make(tmp_path / "db.sqlite3"), store=store)
    rows = dicts(await report(store, "global.time-by-learner", "2025-10"))
    spent = [(row["learner"], row["training"], row["time_spent"]) for row in rows]
    assert sorted(spent) == [
        *(("Ana", "Sums", 120.0), ("Ana", "Week 1", 90.0)),
        ("Bo", "Test", 200.0),
    ]


async def test_visitors_are_nobody_and_their_answers_count_in_their_visit(
    tmp_path: Path, store: Path
) -> None:
    report = await load(make(tmp_path / "db.sqlite3"), store=store)
    assert report.tables["logger_attemptlog"].kept == 5
    ((person, extra),) = query(
        store, "SELECT person_id, extra FROM event WHERE key = ?", hexed(3, "2")
    )
    assert person is None
    told = json.loads(extra)
    assert (told["answers"], told["right"], told["visitor"]) == (1, 1.0, hexed(1, "0"))


async def test_roles_are_grants_on_facilities_and_classes(tmp_path: Path, store: Path) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=store)
    grants = 'SELECT p.username, g.role, c.key FROM "grant" g JOIN person p ON p.id = g.person_id '
    rows = query(store, f"{grants} LEFT JOIN class c ON c.id = g.class_id ORDER BY 1")
    assert rows == [("coach", "coach", ROOM), ("root", "administrator", None)]
    parents = "SELECT c.key, p.key FROM class_parent JOIN class c ON c.id = class_id "
    assert query(store, f"{parents} JOIN class p ON p.id = parent_id ORDER BY 1") == [
        *((ROOM, SCHOOL), (GROUP, ROOM)),
    ]
    assert names(store, "SELECT username FROM person WHERE counted = 1 ORDER BY 1") == [
        *("ana", "bo", "cy"),
    ]


async def test_a_former_member_with_tries_is_not_enrolled(tmp_path: Path, store: Path) -> None:
    rows = {**CONTENT}
    rows["logger_contentsummarylog"] = [
        *rows["logger_contentsummarylog"],
        summary(4, CY, QUIZ, "2025-10-04 07:00:00", kind="quiz", channel_id=None),
    ]
    rows["logger_masterylog"] = [
        *rows["logger_masterylog"],
        try_(3, CY, 4, "2025-10-04 07:00:00", mastery_criterion=QUIZ_TRY, mastery_level=-6),
    ]
    report = await load(make(tmp_path / "db.sqlite3", rows), store=store)
    assert names(store, ENROLLED, QUIZ) == ["bo"]
    assert names(store, "SELECT count(*) FROM attempt") == [3]
    assert any(note.startswith("1 person worked in lessons") for note in report.notes)


async def test_clocks_of_1970_and_2027_stay_out_of_series(tmp_path: Path, store: Path) -> None:
    rows = {**CONTENT}
    rows["logger_contentsessionlog"] = [
        *rows["logger_contentsessionlog"],
        visit(11, ANA, C_VIDEO, "1970-01-01 03:00:00", 50),
        visit(12, ANA, C_VIDEO, "2027-10-31 06:00:00", 50),
    ]
    await load(make(tmp_path / "db.sqlite3", rows), store=store)
    odd = "SELECT key, is_aggregate, active FROM event WHERE key IN (?, ?) ORDER BY id"
    assert query(store, odd, hexed(11, "2"), hexed(12, "2")) == [
        *((hexed(11, "2"), 1, 0), (hexed(12, "2"), 1, 0)),
    ]
    ((first, last),) = query(store, "SELECT first_day, last_day FROM source")
    assert (first, last) == (when("2025-09-01") // 86_400, when("2025-10-03") // 86_400)
    ((said,),) = query(store, "SELECT value FROM source_setting WHERE name LIKE 'device %'")
    told = json.loads(said)
    assert told["newest"] == when("2025-10-03 07:03:20")
    assert told["impossible"] == 2
    assert told["ahead"] == when("2027-10-31 06:00:00") - when("2025-10-03 07:03:20")


async def test_an_impossible_clock_is_not_the_latest(tmp_path: Path, store: Path) -> None:
    odd = visit(12, ANA, C_VIDEO, "2027-10-31 06:00:00", 50)
    rows = {**CONTENT, "logger_contentsessionlog": [odd]}
    options = ImportOptions(as_of_latest=True)
    await run_import(KolibriImporter(), str(make(tmp_path / "db.sqlite3", rows)), store, options)
    assert names(store, "SELECT as_of FROM source") == [when("2025-10-03 07:03:20")]


async def test_what_did_not_arrive_is_named_by_its_id_and_counted(
    tmp_path: Path, store: Path
) -> None:
    """A half-synchronised file: logs of a quiz, a lesson and a person that no device has."""
    nobody, lost = hexed(77, "b"), hexed(99, "e")
    rows = {**CONTENT}
    rows["exams_exam"] = rows["exams_examassignment"] = []
    rows["logger_contentsessionlog"] = [
        *rows["logger_contentsessionlog"],
        visit(11, nobody, C_VIDEO, "2025-10-05 07:00:00", context={"lesson_id": lost}),
    ]
    report = await load(make(tmp_path / "db.sqlite3", rows), store=store)
    assert report.refused == 0
    assert names(
        store, "SELECT title FROM training WHERE key IN (?, ?) ORDER BY 1", QUIZ, lost
    ) == [
        *(QUIZ, lost),
    ]
    assert names(store, "SELECT name FROM person WHERE key = ?", nobody) == [nobody]
    notes = " ".join(report.notes)
    for words in ("people that no device knows", "quizzes that no", "lessons that no"):
        assert f"{words}" in notes
    assert names(store, ENROLLED, QUIZ) == ["bo"]


async def test_two_facilities_of_one_name_are_told_apart(tmp_path: Path, store: Path) -> None:
    other = hexed(9, "a")
    rows = {**CONTENT}
    rows["kolibriauth_collection"] = [
        *rows["kolibriauth_collection"],
        {"id": other, "name": "Hill School", "kind": "facility", "parent_id": None},
    ]
    await load(make(tmp_path / "db.sqlite3", rows), store=store)
    titles = names(store, "SELECT title FROM class WHERE key IN (?, ?)", SCHOOL, other)
    assert len(set(titles)) == 2
    assert all(title.startswith("Hill School (") for title in titles)


async def test_older_versions_lack_tables_and_columns(tmp_path: Path, store: Path) -> None:
    lacks = (
        *("courses_coursesession", "courses_coursesessionassignment"),
        *("courses_unittestassignment", "attendance_attendancesession"),
        *("attendance_attendancerecord", "logger_contentsessionlog.visitor_id"),
        *("logger_masterylog.time_spent", "content_contentnode.modality"),
        "kolibriauth_facilityuser.date_deleted",
    )
    report = await load(make(tmp_path / "db.sqlite3", without=lacks), store=store)
    assert "table courses_coursesession" in report.gaps
    assert "column logger_masterylog.time_spent" in report.gaps
    assert names(store, "SELECT version FROM source") == ["before 0.15"]
    assert names(store, "SELECT count(*) FROM attempt") == [2]


async def test_another_projects_database_is_refused_by_its_name(
    tmp_path: Path, store: Path
) -> None:
    path = oppia.make(tmp_path / "db.sqlite3")
    with pytest.raises(SourceError, match="not a database of Kolibri: looks like an OppiaMobile"):
        await load(path, store=store)


async def test_a_database_of_another_django_project(tmp_path: Path, store: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as connection:
        connection.execute("CREATE TABLE django_migrations (id, app, name)")
        connection.execute("CREATE TABLE shop_order (id, total)")
    with pytest.raises(SourceError, match="Kolibri: looks like another Django project"):
        await load(tmp_path / "db.sqlite3", store=store)


async def test_a_resource_that_no_device_has_is_said_and_left_out(
    tmp_path: Path, store: Path
) -> None:
    lost = {"contentnode_id": hexed(50, "c"), "content_id": hexed(50, "d"), "channel_id": CHANNEL}
    seen = {"contentnode_id": factory.VIDEO, "content_id": C_VIDEO, "channel_id": CHANNEL}
    rows = {**CONTENT}
    rows["lessons_lesson"] = [
        {**CONTENT["lessons_lesson"][0], "resources": json.dumps([seen, lost])}
    ]
    report = await load(make(tmp_path / "db.sqlite3", rows), store=store)
    assert any("resources of lessons that no device knows" in note for note in report.notes)
    done = "SELECT e.completed_at FROM enrolment e JOIN training t ON t.id = e.training_id "
    ana = "JOIN person p ON p.id = e.person_id WHERE t.key = ? AND p.key = ?"
    assert names(store, done + ana, LESSON, ANA) == [when("2025-10-01 07:01:30")]
    assert names(store, done + ana, LESSON, BO) == [None]


async def test_single_trainings_cannot_be_asked_for(tmp_path: Path, store: Path) -> None:
    options = ImportOptions(only=(LESSON,))
    with pytest.raises(UsageError, match="imports whole devices only"):
        await run_import(KolibriImporter(), str(make(tmp_path / "db.sqlite3")), store, options)
