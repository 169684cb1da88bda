"""What the OppiaMobile importer keeps for the figure of the platform's own pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.data.importers.oppia.factory import FIVE_MARCH, HOUR, attempt, event, load
from tests.data.importers.store_file import query


def kept(store: Path, table: str) -> list[dict[str, Any]]:
    rows = query(store, "SELECT data FROM reported_row WHERE name = ? ORDER BY key", table)
    return [json.loads(data) for (data,) in rows]


async def test_types_and_device_dates_of_events_stay_known(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        oppia_tracker=[
            event(1, type="feedback", event="feedback_completed"),
            event(2, type="url"),
            event(3, type="", event="course_downloaded"),
            event(4, type=None, event="media_missing", digest=""),
            event(5, tracker_date="2024-03-07 10:00:00"),
            event(6, tracker_date="never"),
            event(7),
        ],
    )
    events = query(store, "SELECT key, extra FROM event")
    rows = {key: json.loads(extra or "{}") for key, extra in events}
    assert {key: extra.get("type") for key, extra in rows.items()} == {
        **{"1": "feedback", "2": "url"},
        **dict.fromkeys(("3", "4", "5", "6", "7")),
    }
    moved = {key: extra["device_at"] for key, extra in rows.items() if "device_at" in extra}
    device_at = FIVE_MARCH + 2 * 24 * HOUR + 10 * HOUR
    assert moved == {"5": device_at}
    about = {"user_id": 2, "course_id": 1, "type": "page"}
    assert kept(store, "oppia_tracker") == [
        {"id": 5, **about, "tracker_date": device_at},
        {"id": 6, **about, "tracker_date": None},
    ]


async def test_attempts_keep_what_the_store_changes(tmp_path: Path) -> None:
    data = '{"instance_id": "i1"}'
    store, _ = await load(
        tmp_path,
        oppia_tracker=[event(1, type="quiz", digest="d-quiz", data=data)],
        quiz_quizattempt=[
            attempt(1, 5),
            attempt(2, 5, attempt_date="2024-03-07 10:00:00"),
            attempt(3, 5, quiz_id=None, instance_id="i1"),
            attempt(4, 5, quiz_id=None),
        ],
    )
    assert kept(store, "quiz_quizattempt") == [
        {"id": 2, "quiz_id": 10, "attempt_date": FIVE_MARCH + 58 * HOUR},
        {"id": 3, "quiz_id": None, "attempt_date": FIVE_MARCH + 10 * HOUR},
    ]


async def test_answers_of_no_quiz_keep_their_question(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        quiz_question=[{"id": 7, "title": "Why?", "type": "essay"}],
        quiz_quizattempt=[attempt(4, 5, quiz_id=None)],
        quiz_quizattemptresponse=[
            {"id": 1, "quizattempt_id": 4, "question_id": 7, "score": 1.5, "text": "so"}
        ],
    )
    assert kept(store, "quiz_quizattemptresponse") == [
        {"user_id": 2, "question_id": 7, "score": 1.5}
    ]


async def test_quizzes_and_duplicate_participants_are_kept(tmp_path: Path) -> None:
    student = {"cohort_id": 5, "user_id": 2, "role": "student"}
    store, report = await load(
        tmp_path,
        oppia_cohort=[{"id": 5, "description": "Five"}],
        oppia_participant=[{"id": 1, **student}, {"id": 2, **student}],
    )
    assert report.tables["oppia_participant"].refused == {"duplicate participant": 1}
    assert kept(store, "oppia_participant") == [{"id": 1, **student}, {"id": 2, **student}]
    assert kept(store, "quiz_quizprops") == [
        {"quiz_id": 10, "name": "digest", "value": "d-quiz"},
        {"quiz_id": 11, "name": "digest", "value": "d-say"},
    ]
