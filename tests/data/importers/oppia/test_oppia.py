"""The OppiaMobile importer on invented content; the real databases: test_oppia_numbers.py."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.store import schema
from tests.data.importers.oppia.factory import SECRET, attempt, event, make
from tests.data.importers.store_file import contents, query

AS_OF = 1_717_200_000  # 2024-06-01
FIVE_MARCH = 1_709_596_800  # 2024-03-05 00:00 UTC
HOUR = 3_600


async def load(
    folder: Path, options: ImportOptions | None = None, **more: list[dict[str, Any]]
) -> tuple[Path, ImportReport]:
    source = make(folder / "oppia.db", **more)
    store = folder / "store.db"
    report = await run_import(
        OppiaImporter(), str(source), store, options or ImportOptions(as_of=AS_OF)
    )
    return store, report


async def test_the_registry_knows_it() -> None:
    assert isinstance(importers()["oppia"], OppiaImporter)


async def test_people(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        auth_user=[
            {"id": 4, "username": "flagged"},
            {"id": 5, "username": "blocked", "is_active": 0},
            {"id": 6, "username": "staff", "is_staff": 1, "last_login": "2024-01-01 00:00:00.5"},
        ],
        profile_userprofile=[
            {"id": 2, "user_id": 4, "exclude_from_reporting": 1},
            {"id": 3, "user_id": 99},
        ],
        oppia_coursepermissions=[
            {"id": 1, "user_id": 3, "course_id": 1, "role": "manager"},
            {"id": 2, "user_id": 3, "course_id": 2, "role": "viewer"},
            {"id": 3, "user_id": 3, "course_id": 9, "role": "viewer"},
        ],
        profile_customfield=[{"id": "town", "label": "Town"}, {"id": "ok", "label": "Agreed"}],
        profile_userprofilecustomfield=[
            {"id": 1, "user_id": 2, "key_name_id": "town", "value_str": "Oslo"},
            {"id": 2, "user_id": 2, "key_name_id": "town", "value_str": "Rome"},
            {"id": 3, "user_id": 2, "key_name_id": "ok", "value_bool": 0, "value_int": 4},
            {"id": 4, "user_id": 99, "key_name_id": "town", "value_str": "Bonn"},
        ],
    )
    people = query(
        store, "SELECT key, name, roles, staff, excluded, blocked, counted FROM person ORDER BY id"
    )
    assert people == [
        ("1", "root", "admin, staff", 1, 0, 0, 0),
        ("2", "Ann Ash", "student", 0, 0, 0, 1),
        ("3", "bob", "manager, viewer", 0, 0, 0, 1),
        ("4", "flagged", "student", 0, 1, 0, 0),
        ("5", "blocked", "student", 0, 0, 1, 0),
        ("6", "staff", "staff", 1, 0, 0, 0),
    ]
    assert query(store, "SELECT last_access_at FROM person WHERE key = '6'") == [(1_704_067_200,)]
    assert query(store, "SELECT field, value FROM person_field ORDER BY field") == [
        ("Agreed", "false"),
        ("Town", "Oslo"),
        ("job_title", "nurse"),
    ]
    assert query(
        store,
        'SELECT p.key, role, t.key FROM "grant" g JOIN person p ON p.id = g.person_id '
        "LEFT JOIN training t ON t.id = g.training_id ORDER BY g.id",
    ) == [
        ("1", "administrator", None),
        ("6", "administrator", None),
        ("3", "manager", "1"),
        ("3", "viewer", "2"),
    ]
    assert report.tables["profile_userprofile"].refused == {"unknown person": 1}
    assert report.tables["oppia_coursepermissions"].refused == {"unknown course": 1}
    assert report.tables["profile_userprofilecustomfield"].refused == {
        "second value of a field": 1,
        "unknown person": 1,
    }


async def test_secrets_are_never_read(tmp_path: Path) -> None:
    hidden = {"myPassword": SECRET}
    data = {"api_key": SECRET, "a": 1, "ip": "10.9.8.7", "list": [hidden]}
    store, report = await load(
        tmp_path,
        settings_settingproperties=[
            {"key": "MAP_API_KEY", "str_value": SECRET},
            {"key": "smtp_password", "str_value": SECRET},
            {"key": "YEARS", "int_value": 7},
            {"key": "OPEN", "bool_value": 0},
        ],
        oppia_tracker=[event(1, data=json.dumps(data)), event(2, data=f"token={SECRET}")],
    )
    assert query(store, "SELECT extra FROM event WHERE key = '1'") == [
        ('{"data": {"a": 1, "list": [{}]}}',)
    ]
    assert query(store, "SELECT name, value FROM source_setting ORDER BY name") == [
        ("OPEN", "0"),
        ("YEARS", "7"),
    ]
    assert report.tables["settings_settingproperties"].refused == {"secret, not kept": 2}
    for path in (store, store.with_name("store.db.bad-rows.csv")):
        assert SECRET.encode() not in path.read_bytes()
        assert b"10.9.8.7" not in path.read_bytes()


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


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("page", "activity_completed", ("page", "activity_completed", 1)),
        ("quiz", None, ("quiz", "quiz", 1)),
        ("media", None, ("media", "media", 1)),
        ("resource", None, ("resource", "resource", 1)),
        ("download", None, ("download", "download", 1)),
        ("search", None, ("search", "search", 1)),
        ("login", None, ("login", "login", 1)),
        ("feedback", "feedback_completed", ("other", "feedback_completed", 1)),
        ("url", None, ("other", "url", 1)),
        ("register", None, ("other", "register", 1)),
        ("", "course_downloaded", ("other", "course_downloaded", 0)),
        ("", None, ("other", "untyped", 0)),
        (None, "media_missing", ("error", "media_missing", 0)),
        (None, None, ("api", "untyped", 0)),
    ],
)
async def test_kinds_of_events(
    tmp_path: Path, kind: str | None, name: str | None, expected: tuple[str, str, int]
) -> None:
    store, _ = await load(tmp_path, oppia_tracker=[event(1, type=kind, event=name)])
    assert query(
        store, "SELECT kind, name, active FROM event JOIN action ON action.id = action_id"
    ) == [expected]


@pytest.mark.parametrize(
    ("device", "server", "expected"),
    [
        ("2024-03-05 10:00:00", "2024-03-05 12:00:00", (10 * HOUR, 12 * HOUR, 0)),
        ("2024-03-06 12:00:00", "2024-03-05 12:00:00", (36 * HOUR, 12 * HOUR, 0)),
        ("2024-03-06 12:00:01", "2024-03-05 12:00:00", (12 * HOUR, 12 * HOUR, 1)),
        ("1999-12-31 23:59:59", "2024-03-05 12:00:00", (12 * HOUR, 12 * HOUR, 1)),
        ("never", "2024-03-05 12:00:00", (12 * HOUR, 12 * HOUR, 1)),
        ("2024-03-05 10:00:00", None, (10 * HOUR, 10 * HOUR, 0)),
        ("2024-03-05 10:00:00", "1970-01-01 00:00:00", (10 * HOUR, 10 * HOUR, 0)),
    ],
)
async def test_impossible_dates_move_to_the_server_date(
    tmp_path: Path, device: str, server: str | None, expected: tuple[int, int, int]
) -> None:
    dates = {"tracker_date": device, "submitted_date": server}
    store, _ = await load(tmp_path, oppia_tracker=[event(1, **dates)])
    rows = query(store, "SELECT (id >> 20) - ?, server_at - ?, flags FROM event", *[FIVE_MARCH] * 2)
    assert rows == [expected]


async def test_a_device_date_after_as_of_moves(tmp_path: Path) -> None:
    dates = {"tracker_date": "2024-06-01 05:00:00", "submitted_date": "2024-05-31 22:00:00"}
    store, _ = await load(tmp_path, oppia_tracker=[event(1, **dates)])
    assert query(store, "SELECT flags, id >> 20 = server_at FROM event") == [(schema.FLAG_MOVED, 1)]


async def test_outliers_and_duplicates_are_flagged(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        oppia_tracker=[
            event(1, uuid="u", time_taken=14_400),
            event(2, uuid="u", time_taken=14_401),
            event(3, uuid="u", type="media"),
            event(4, uuid="u", user_id=3),
            event(5, uuid="", time_taken=-1),
            event(6, uuid=""),
            event(7, uuid="u", tracker_date="2024-03-05 10:00:01"),
            event(8, tracker_date="?", submitted_date="?"),
            event(9, tracker_date="1970-01-01 00:00:00", submitted_date=None),
        ],
    )
    duplicate, outlier = schema.FLAG_DUPLICATE, schema.FLAG_OUTLIER
    assert query(store, "SELECT key, flags FROM event ORDER BY key") == [
        ("1", 0),
        ("2", duplicate | outlier),
        ("3", 0),
        ("4", 0),
        ("5", outlier),
        ("6", 0),
        ("7", 0),
    ]
    assert report.tables["oppia_tracker"].refused == {"no usable date": 2}


async def test_dates_may_be_in_a_zone(tmp_path: Path) -> None:
    options = ImportOptions(as_of=AS_OF, source_zone="Asia/Kolkata")
    store, _ = await load(tmp_path, options, oppia_tracker=[event(1)])
    assert query(store, "SELECT (id >> 20) - ? FROM event", FIVE_MARCH) == [(4.5 * HOUR,)]
    assert query(store, "SELECT zone FROM source") == [("Asia/Kolkata",)]


@pytest.mark.parametrize("depth", [10, 500, 100_000])
async def test_deep_data_does_no_harm(tmp_path: Path, depth: int) -> None:
    data = '{"a":' * depth + "1" + "}" * depth
    store, _ = await load(tmp_path, oppia_tracker=[event(1, data=data)])
    kept = query(store, "SELECT extra FROM event")[0][0]
    assert kept.count("{") == {10: 11, 500: 22, 100_000: 100_001}[depth]


async def test_what_is_kept_of_an_event(tmp_path: Path) -> None:
    network = {"ip": "10.0.0.1", "agent": "App 7"}
    rows: dict[str, list[dict[str, Any]]] = {
        "oppia_tracker": [
            event(1, activity_title='{"en": "Read on"}', section_title="Sec", lang="en", **network),
            event(2, digest="gone", user_id=99, course_version=20220101, data="plain"),
            event(
                3,
                type="search",
                digest="",
                course_id=None,
                data='{"query": "x", "results_count": 0}',
            ),
            event(4, type="search", digest="", course_id=None, data='{"query": "\\ud800y"}'),
            event(5, type="search", digest="", course_id=None, data="{broken"),
        ],
        "viz_userlocationvisualization": [
            {"id": 1, "ip": "10.0.0.1", "hits": 3, "country_code": "NO"},
            {"id": 2, "ip": "10.0.0.2", "hits": 4, "country_code": "NO"},
        ],
    }
    sql = (
        "SELECT e.key, p.key, a.key, detail, missed, e.language, e.country, e.version, extra, ip, "
        "agent FROM event e LEFT JOIN person p ON p.id = person_id "
        "LEFT JOIN activity a ON a.id = activity_id ORDER BY e.key"
    )
    store, _ = await load(tmp_path, None, **rows)
    section = '{"section": "Sec"}'
    first = ("1", "2", "activity:1", "Read on", 0, "en", "NO", None, section)
    data = '{"data": {"query": "x", "results_count": 0}}'
    unknown = '{"data": "plain", "digest": "gone", "user": 99}'
    assert query(store, sql) == [
        (*first, None, None),
        ("2", None, None, None, 0, None, None, "20220101", unknown, None, None),
        ("3", "2", None, "x", 1, None, None, None, data, None, None),
        ("4", "2", None, "?y", 0, None, None, None, '{"data": {"query": "?y"}}', None, None),
        ("5", "2", None, None, 0, None, None, None, '{"data": "{broken"}', None, None),
    ]
    assert query(store, "SELECT part, value FROM reported WHERE name = 'viz_hits'") == [("NO", 7.0)]
    options = ImportOptions(as_of=AS_OF, with_network_data=True)
    await run_import(OppiaImporter(), str(tmp_path / "oppia.db"), store, options)
    assert query(store, sql)[0] == (*first, "10.0.0.1", "App 7")


async def test_missing_media_are_errors_grouped_by_file(tmp_path: Path) -> None:
    missing: dict[str, Any] = {"type": None, "event": "media_missing", "digest": ""}
    store, _ = await load(
        tmp_path,
        oppia_tracker=[
            event(1, **missing, data='{"filename": "a.mp4"}'),
            event(2, **missing, data="{"),
            event(3),
        ],
    )
    assert query(store, "SELECT key, error FROM event ORDER BY key") == [
        ("1", "media missing: a.mp4"),
        ("2", "media missing"),
        ("3", None),
    ]


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


async def test_attempts(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        quiz_quizattempt=[
            attempt(1, 6, attempt_date="2024-03-05 11:00:00"),
            attempt(2, 5.99),
            attempt(3, 10, attempt_date="2025-03-05 10:00:00"),
            attempt(4, 0, maxscore=0, quiz_id=11),
            attempt(5, 3, user_id=99),
            attempt(6, 7, quiz_id=None, instance_id="i-6", time_taken=28_801),
            attempt(7, 7, quiz_id=None, user_id=3),
        ],
        oppia_tracker=[event(1, type="quiz", digest="d-quiz", data='{"instance_id": "i-6"}')],
    )
    assert query(
        store,
        "SELECT a.key, m.key, number, finished_at - ?, score, passed, flags, in_score "
        "FROM attempt a LEFT JOIN module m ON m.id = module_id ORDER BY a.key",
        FIVE_MARCH,
    ) == [
        ("1", "activity:2", 3, 11 * HOUR, 60.0, 1, 0, 1),
        ("2", "activity:2", 1, 10 * HOUR, 59.9, 0, 0, 1),
        # A device date a year after its arrival: placed at the server's.
        ("3", "activity:2", 4, 12 * HOUR, 100.0, 1, schema.FLAG_MOVED, 1),
        ("4", "activity:3", 1, 10 * HOUR, None, None, 0, 0),
        # Its quiz is deleted, its event tells the module.
        ("6", "activity:2", 2, 10 * HOUR, 70.0, 1, schema.FLAG_OUTLIER, 1),
        ("7", None, 1, 10 * HOUR, 70.0, None, 0, 1),
    ]
    assert report.tables["quiz_quizattempt"].refused == {"unknown person": 1}


async def test_questions_and_answers(tmp_path: Path) -> None:
    kinds = ("multichoice", "multiselect", "matching", "shortanswer", "essay", "description")
    options = [
        (1, "yes", 1), (1, "no", 0), (1, "aye", 1),
        (2, "red", 0.33), (2, "blue", 0.33), (2, "green", 0.33), (2, "odd", 0),
        (3, "1|one", 0.5), (3, "2|two", 0.5), (3, "|three", 0.5),
        (4, "42", 2),
    ]  # fmt: skip
    answers = [
        (1, 1, "yes"), (1, 0, "no"), (1, 0, ""),
        (2, 0.99, "red||blue||green||"), (2, 0.33, "red||"),
        (3, 1, "1|one||2|two||"),
        (4, 1, "about 42"), (4, 2, "42"),
        (5, 0, "I think"), (5, 0, ""),
        (99, 1, "gone"),
    ]  # fmt: skip
    store, report = await load(
        tmp_path,
        quiz_question=[
            {"id": n, "title": f'{{"en": "Q{n}"}}', "type": kind} for n, kind in enumerate(kinds, 1)
        ],
        quiz_questionprops=[
            {"id": 1, "question_id": 4, "name": "maxscore", "value": "2"},
            {"id": 2, "question_id": 6, "name": "maxscore", "value": "0"},
        ],
        quiz_quizquestion=[
            {"id": n, "quiz_id": 10, "question_id": n, "order": 10 - n} for n in range(1, 7)
        ],
        quiz_response=[
            {"id": n, "question_id": q, "title": t, "score": s, "order": n}
            for n, (q, t, s) in enumerate(options)
        ],
        quiz_quizattempt=[attempt(1, 5)],
        quiz_quizattemptresponse=[
            *(
                {"id": n, "quizattempt_id": 1, "question_id": q, "score": s, "text": t}
                for n, (q, s, t) in enumerate(answers)
            ),
            {"id": 90, "quizattempt_id": 77, "question_id": 1, "score": 1, "text": "yes"},
        ],
    )
    assert query(
        store,
        "SELECT key, label, title, position, max_score, correct_answer FROM question ORDER BY key",
    ) == [
        ("10:1", "1", "Q1", 9, 1.0, "yes or aye"),
        ("10:2", "2", "Q2", 8, 1.0, "red; blue; green"),
        ("10:3", "3", "Q3", 7, 1.0, "1|one; 2|two"),
        ("10:4", "4", "Q4", 6, 2.0, "42"),
        ("10:5", "5", "Q5", 5, 1.0, None),
        ("10:6", "6", "Q6", 4, 0.0, None),
    ]
    found = query(
        store,
        "SELECT q.label, points, a.max_points, state FROM answer a "
        "LEFT JOIN question q ON q.id = a.question_id ORDER BY a.id",
    )
    assert found == [
        ("1", 1.0, 1.0, "correct"),
        ("1", 0.0, 1.0, "wrong"),
        ("1", 0.0, 1.0, "unanswered"),
        # Three thirds of 0.33 are a right answer.
        ("2", 0.99, 1.0, "correct"),
        ("2", 0.33, 1.0, "partly"),
        ("3", 1.0, 1.0, "correct"),
        ("4", 1.0, 2.0, "partly"),
        ("4", 2.0, 2.0, "correct"),
        ("5", 0.0, 1.0, "pending"),
        ("5", 0.0, 1.0, "unanswered"),
        (None, 1.0, None, None),
    ]
    assert report.tables["quiz_quizattemptresponse"].refused == {"unknown or refused attempt": 1}


async def test_enrolment_and_completion(tmp_path: Path) -> None:
    done = {"completed": 1, "user_id": 2}
    store, _ = await load(
        tmp_path,
        oppia_tracker=[
            event(1, digest="d-page", **done),
            event(2, digest="d-page", tracker_date="2024-03-04 10:00:00", **done),
            event(3, digest="d-quiz", type="quiz", tracker_date="2024-03-05 11:00:00", **done),
            event(4, digest="d-say", type="feedback", tracker_date="2024-03-05 10:30:00", **done),
            event(5, digest="d-old", **done),
            event(6, user_id=3, digest="", type="download"),
            event(7, user_id=3, digest="d-pre", type="quiz", completed=1),
        ],
        auth_user=[{"id": 4, "username": "carl"}],
        oppia_cohort=[
            {"id": 1, "description": "Spring", "start_date": "2024-03-01 00:00:00"},
            {"id": 2, "description": "Open"},
        ],
        oppia_coursecohort=[
            {"id": 1, "cohort_id": 1, "course_id": 1},
            {"id": 2, "cohort_id": 2, "course_id": 2},
        ],
        oppia_participant=[
            {"id": 1, "cohort_id": 1, "user_id": 4, "role": "student"},
            {"id": 2, "cohort_id": 1, "user_id": 4, "role": "student"},
            {"id": 3, "cohort_id": 1, "user_id": 3, "role": "teacher"},
            {"id": 4, "cohort_id": 2, "user_id": 4, "role": "student"},
        ],
    )
    assert query(
        store,
        "SELECT p.key, t.key, enrolled_at - ?, completed_at - ?, implied FROM enrolment e "
        "JOIN person p ON p.id = person_id JOIN training t ON t.id = training_id "
        "ORDER BY t.key, p.key",
        FIVE_MARCH,
        FIVE_MARCH,
    ) == [
        # Complete without the pre-test, at the last of the three.
        ("2", "1", -14 * HOUR, 11 * HOUR, 1),
        ("3", "1", 10 * HOUR, None, 1),
        ("4", "1", -4 * 24 * HOUR, None, 0),
        ("4", "2", None, None, 0),
    ]
    assert query(
        store,
        "SELECT p.key, a.key, at - ? FROM completion JOIN person p ON p.id = person_id "
        "JOIN activity a ON a.id = activity_id ORDER BY a.key",
        FIVE_MARCH,
    ) == [
        ("2", "activity:1", -14 * HOUR),
        ("2", "activity:2", 11 * HOUR),
        ("2", "activity:3", 10.5 * HOUR),
        ("3", "activity:4", 10 * HOUR),
    ]
    assert query(store, "SELECT role, count(*) FROM class_member GROUP BY 1") == [
        ("coach", 1),
        ("learner", 2),
    ]


async def test_the_report_adds_up_and_names_gaps(tmp_path: Path) -> None:
    _, report = await load(tmp_path, oppia_tracker=[event(1), event(2, tracker_date="")])
    for counts in report.tables.values():
        assert counts.read == counts.kept + sum(counts.refused.values())
    assert "table summary_coursedailystats" in report.gaps
    assert "tables not read: tastypie_apikey" in report.notes


async def test_an_old_server_may_lack_columns(tmp_path: Path) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1)])
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("ALTER TABLE oppia_tracker DROP COLUMN course_version")
        connection.execute("ALTER TABLE oppia_course DROP COLUMN status")
        connection.execute("DROP TABLE quiz_quizattempt")
        connection.commit()
    store = tmp_path / "store.db"
    report = await run_import(OppiaImporter(), str(source), store, ImportOptions(as_of=AS_OF))
    assert {
        "column oppia_tracker.course_version",
        "column oppia_course.status",
        "table quiz_quizattempt",
    } <= set(report.gaps)
    assert query(store, "SELECT count(*) FROM event") == [(1,)]
    assert query(store, "SELECT DISTINCT status, published FROM training") == [("live", 1)]


async def test_another_platform_is_refused_in_one_line(tmp_path: Path) -> None:
    source = tmp_path / "opigno.db"
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("CREATE TABLE users (uid INTEGER)")
        connection.commit()
    store = tmp_path / "store.db"
    with pytest.raises(SourceError, match="OppiaMobile.*table auth_user, .*table oppia_tracker"):
        await run_import(OppiaImporter(), str(source), store)
    assert not store.exists()


async def test_single_trainings_cannot_be_imported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--only"):
        await load(tmp_path, ImportOptions(only=("1",)))


async def test_twice_the_same_source_is_the_same_store(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path, oppia_tracker=[event(1), event(2)], quiz_quizattempt=[attempt(1, 5)]
    )
    first = contents(store)
    options = ImportOptions(as_of=AS_OF)
    await run_import(OppiaImporter(), str(tmp_path / "oppia.db"), store, options)
    assert contents(store) == first


async def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    rows = [event(1, digest="d-a", type="quiz"), event(2), event(3, digest="d-b", type="quiz")]
    stores = []
    for name, events in (("a", rows), ("b", rows[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        store, _ = await load(folder, oppia_tracker=events, quiz_quizattempt=[attempt(1, 5)])
        stores.append(contents(store))
    assert stores[0] == stores[1]


async def test_text_is_stored_as_it_is(tmp_path: Path) -> None:
    name = "\x1b]52;c;eA==\x07[/bold] =cmd()\u202e"
    store, _ = await load(tmp_path, auth_user=[{"id": 4, "username": name}])
    assert query(store, "SELECT name FROM person WHERE key = '4'") == [(name,)]
