"""Attempts, answers, enrolments and completions of OppiaMobile."""

from __future__ import annotations

from pathlib import Path

from termstats.data.store import schema
from tests.data.importers.oppia.factory import (
    FIVE_MARCH,
    HOUR,
    attempt,
    event,
    load,
)
from tests.data.importers.store_file import query


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


KINDS = ("multichoice", "multiselect", "matching", "shortanswer", "essay", "description")
OPTIONS = [
    (1, "yes", 1), (1, "no", 0), (1, "aye", 1),
    (2, "red", 0.33), (2, "blue", 0.33), (2, "green", 0.33), (2, "odd", 0),
    (3, "1|one", 0.5), (3, "2|two", 0.5), (3, "|three", 0.5),
    (4, "42", 2),
]  # fmt: skip
ANSWERS = [
    (1, 1, "yes"), (1, 0, "no"), (1, 0, ""),
    (2, 0.99, "red||blue||green||"), (2, 0.33, "red||"),
    (3, 1, "1|one||2|two||"),
    (4, 1, "about 42"), (4, 2, "42"),
    (5, 0, "I think"), (5, 0, ""),
    (99, 1, "gone"),
]  # fmt: skip


async def test_questions_and_answers(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        quiz_question=[
            {"id": n, "title": f'{{"en": "Q{n}"}}', "type": kind} for n, kind in enumerate(KINDS, 1)
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
            for n, (q, t, s) in enumerate(OPTIONS)
        ],
        quiz_quizattempt=[attempt(1, 5)],
        quiz_quizattemptresponse=[
            *(
                {"id": n, "quizattempt_id": 1, "question_id": q, "score": s, "text": t}
                for n, (q, s, t) in enumerate(ANSWERS)
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
        ("2", "digest:1:d-old", 10 * HOUR),  # gone from the course: no part of its path
    ]
    assert query(store, "SELECT role, count(*) FROM class_member GROUP BY 1") == [
        ("coach", 1),
        ("learner", 2),
    ]
