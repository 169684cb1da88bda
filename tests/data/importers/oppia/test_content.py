"""Courses, activities, quizzes and their questions of OppiaMobile."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.importers.writing.base import ImportOptions
from tests.data.importers.oppia.factory import (
    AS_OF,
    attempt,
    event,
    load,
)
from tests.data.importers.store_file import query


async def test_content(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        ImportOptions(as_of=AS_OF, language="fr"),
        oppia_category=[{"id": 1, "name": "Health"}],
        oppia_coursecategory=[
            {"id": 1, "course_id": 1, "category_id": 1},
            {"id": 2, "course_id": 1, "category_id": 1},
        ],
        oppia_media=[{"id": 7, "course_id": 1, "digest": "m", "filename": "a.mp4"}],
    )
    assert query(store, "SELECT key, title, code, version, status, published FROM training") == [
        ("1", "Alphe", "alpha", "20230101", "live", 1),
        ("2", "Beta", "beta", "20230202", "draft", 0),
    ]
    assert query(
        store,
        "SELECT key, kind, mandatory, pass_mark, keep, max_score, parent_id IS NULL FROM module "
        "ORDER BY id",
    ) == [
        ("section:1", "section", 0, None, None, None, 1),
        ("activity:1", "page", 0, None, None, None, 0),
        ("activity:2", "quiz", 1, 60.0, "best", 10.0, 0),
        ("activity:3", "feedback", 0, None, None, 0.0, 0),
        # No quiz row: the pass mark of the authoring tool. A pre-test is not mandatory.
        ("activity:4", "quiz", 0, 80.0, "best", None, 0),
    ]
    assert query(store, "SELECT key, type, in_path FROM activity ORDER BY id") == [
        ("activity:1", "page", 1),
        ("activity:2", "quiz", 1),
        ("activity:3", "feedback", 1),
        ("activity:4", "quiz", 0),
    ]
    assert query(store, "SELECT value FROM training_tag") == [("Health",)]
    assert query(store, "SELECT key, kind, title, extra FROM object") == [
        ("7", "media", "a.mp4", '{"digest": "m", "length": null}')
    ]


@pytest.mark.parametrize(
    ("value", "mark"),
    [("0", 0.0), ("75.5", 75.5), ("100", 100.0), ("101", 80.0), ("-1", 80.0), ("most", 80.0)],
)
async def test_pass_marks(tmp_path: Path, value: str, mark: float) -> None:
    store, _ = await load(
        tmp_path,
        quiz_quizprops=[{"id": 9, "quiz_id": 10, "name": "passthreshold", "value": value}],
    )
    assert query(store, "SELECT pass_mark FROM module WHERE key = 'activity:2'") == [(mark,)]


async def test_a_digest_belongs_to_its_course(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        oppia_section=[{"id": 2, "course_id": 2, "title": "Other"}],
        oppia_activity=[
            {"id": 8, "section_id": 2, "title": "Same", "type": "page", "digest": "d-page"},
            # Twice in one course: the lowest order counts.
            {
                "id": 9,
                "section_id": 1,
                "order": 0,
                "title": "Up",
                "type": "page",
                "digest": "d-page",
            },
        ],
        oppia_tracker=[event(1), event(2, course_id=2), event(3, course_id=None)],
    )
    assert query(
        store,
        "SELECT e.key, a.key FROM event e LEFT JOIN activity a ON a.id = activity_id "
        "ORDER BY e.key",
    ) == [("1", "activity:9"), ("2", "activity:8"), ("3", None)]


OLD = {
    "quiz_quiz": [{"id": 20, "title": "Old test"}, {"id": 21, "title": "Old say"}],
    "quiz_quizprops": [
        {"id": 20, "quiz_id": 20, "name": "digest", "value": "d-old"},
        {"id": 21, "quiz_id": 20, "name": "courseversion", "value": "20220101"},
        {"id": 22, "quiz_id": 21, "name": "digest", "value": "d-oldsay"},
    ],
}


async def test_old_content_is_no_part_of_the_path(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        oppia_media=[{"id": 1, "course_id": 1, "digest": "d-film", "filename": "a.mp4"}],
        oppia_tracker=[
            event(1, digest="d-oldpage", activity_title="Old page", course_version=20220101),
            event(2, digest="d-oldpage", completed=1, course_version=20220101),
            event(3, type="media", digest="d-film"),
            event(4, type="search", digest="d-term"),
            event(5, type="", digest="d-untyped"),
        ],
    )
    sql = (
        'SELECT a.title, a.type, a.in_path, a."current" FROM event e '
        "LEFT JOIN activity a ON a.id = e.activity_id ORDER BY e.key"
    )
    nothing = (None, None, None, None)
    assert query(store, sql) == [("Old page", "page", 0, 0)] * 2 + [nothing] * 3
    assert query(store, "SELECT count(*) FROM completion") == [(1,)]
    assert query(store, "SELECT max(progress) FROM enrolment_day") in ([(0.0,)], [(None,)])


async def test_an_attempt_has_the_version_of_its_event_else_of_its_quiz(tmp_path: Path) -> None:
    versions = [
        {"id": 90, "quiz_id": 10, "name": "courseversion", "value": "20230101"},
        {"id": 91, "quiz_id": 11, "name": "courseversion", "value": "20230101"},
        {"id": 92, "quiz_id": 11, "name": "courseversion", "value": "20240101"},
    ]
    shown = '{"instance_id": "i1"}'
    store, _ = await load(
        tmp_path,
        quiz_quizprops=versions,
        oppia_tracker=[
            event(1, type="quiz", digest="d-quiz", data=shown, course_version=20220101),
            event(2, type="download", digest="", data='{"version": 20220303}'),
        ],
        quiz_quizattempt=[
            attempt(1, 9, instance_id="i1"),
            attempt(2, 9, instance_id="i2"),
            attempt(3, 0, quiz_id=11),
        ],
    )
    assert query(store, "SELECT version FROM attempt ORDER BY key") == [
        ("20220101",),
        ("20230101",),
        (None,),
    ]
    assert query(store, "SELECT version FROM event ORDER BY key") == [("20220101",), ("20220303",)]


async def test_old_quizzes_are_modules_of_their_own(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        quiz_quiz=[*OLD["quiz_quiz"], {"id": 22, "title": "Nowhere"}],
        quiz_quizprops=OLD["quiz_quizprops"],
        oppia_tracker=[
            event(1, type="quiz", digest="d-old"),
            event(2, type="feedback", digest="d-oldsay"),
            event(3, type="quiz", digest="d-lost", activity_title="Lost"),
            event(4, type="page", digest="d-oldpage"),
        ],
        quiz_quizattempt=[attempt(1, 9, quiz_id=20), attempt(2, 9, quiz_id=22)],
        quiz_quizquestion=[{"id": 1, "quiz_id": 22, "question_id": 1}],
        quiz_question=[{"id": 1, "title": "Why?", "type": "essay"}],
    )
    assert query(
        store,
        "SELECT key, kind, title, mandatory, pass_mark, version FROM module WHERE current = 0 "
        "ORDER BY key",
    ) == [
        ("digest:1:d-lost", "quiz", "Lost", 0, 80.0, None),
        ("digest:1:d-oldpage", "page", "page d-oldpag", 0, None, None),
        ("quiz:20", "quiz", "Old test", 0, 80.0, "20220101"),
        ("quiz:21", "feedback", "Old say", 0, None, None),
    ]
    assert query(
        store,
        "SELECT a.key, m.key, passed FROM attempt a LEFT JOIN module m ON m.id = module_id "
        "ORDER BY a.key",
    ) == [("1", "quiz:20", 1), ("2", None, None)]
    assert report.tables["quiz_quiz"].refused == {"quiz of no course": 1}
    assert report.tables["quiz_quizquestion"].refused == {"quiz of no course": 1}


async def test_the_newest_quiz_of_a_digest_is_the_current_one(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        quiz_quiz=[{"id": 12, "title": "Newer"}],
        quiz_quizprops=[{"id": 12, "quiz_id": 12, "name": "digest", "value": "d-quiz"}],
        quiz_quizattempt=[attempt(1, 9), attempt(2, 9, quiz_id=12)],
    )
    assert query(
        store, "SELECT a.key, m.key FROM attempt a JOIN module m ON m.id = module_id ORDER BY a.key"
    ) == [("1", "quiz:10"), ("2", "activity:2")]
