"""What learners of an invented Opigno site achieved: scores, completion, expiry, awards."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.request import Param
from termstats.data.store import schema
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.opigno.factory import ENROLLED, TRIED, answer, at, attempt, load, member
from tests.data.importers.store_file import query


async def test_keep_newest_with_a_worse_second_attempt(tmp_path: Path) -> None:
    first = attempt(1, 2, (4, 2), ("2024-03-01 10:00", "2024-03-01 10:10"), score=90, max_score=10)
    worse = attempt(2, 2, (4, 2), ("2024-03-02 10:00", "2024-03-02 10:10"), score=50, max_score=10)
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 4, 2)],
        user_module_status=[first, worse],
        opigno_answer_field_data=[answer(1, first, 3, 9), answer(2, worse, 3, 5)],
    )
    assert query(store, TRIED, "module:2@4") == [(90.0, 1, 1), (50.0, 0, 1)]
    assert query(store, ENROLLED, "2", "4") == [(None, None, None)]
    days = query(store, "SELECT score, modules_passed FROM enrolment_day ORDER BY day")
    assert days == [(90.0, 1), (50.0, 0)]


async def test_a_module_without_points_scores_100_once_finished(tmp_path: Path) -> None:
    tried = attempt(1, 2, (5, 5), ("2024-03-01 10:00", "2024-03-01 10:10"), score=0, max_score=0)
    still = attempt(2, 3, (5, 5), ("2024-03-01 10:00", ""))
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 5, 2), member(21, 5, 3)],
        user_module_status=[tried, still],
        opigno_answer_field_data=[answer(1, tried, 6, 10)],
    )
    assert query(store, TRIED, "module:5@5") == [(100.0, 1, 1), (None, None, None)]


async def test_an_essay_waits_for_its_mark(tmp_path: Path) -> None:
    waits = attempt(1, 2, (5, 6), ("2024-03-01 10:00", "2024-03-01 10:10"), score=0, max_score=8)
    marked = attempt(2, 2, (5, 6), ("2024-03-02 10:00", "2024-03-02 10:10"), score=75, max_score=8)
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 5, 2)],
        user_module_status=[waits, marked],
        opigno_answer_field_data=[
            answer(1, waits, 7, 0, evaluated=0),
            answer(2, marked, 7, 6),
        ],
        opigno_answer__opigno_body=[
            {"entity_id": 1, "opigno_body_value": "<p>Because &amp; so</p>"}
        ],
    )
    assert query(store, TRIED, "module:6@5") == [(None, None, 0), (75.0, 1, 1)]
    answers = query(store, "SELECT answer, state, points, max_points FROM answer ORDER BY id")
    assert answers == [("Because & so", "pending", None, 8.0), (None, "partly", 6.0, 8.0)]


async def test_an_expired_certificate_and_a_new_one(tmp_path: Path) -> None:
    old = attempt(1, 2, (4, 2), ("2024-01-31 09:50", "2024-01-31 10:00"), score=80, max_score=10)
    both = [
        attempt(2, 3, (4, 2), ("2024-01-31 09:50", "2024-01-31 10:00"), score=80, max_score=10),
        attempt(3, 3, (4, 2), ("2024-05-05 09:50", "2024-05-05 10:00"), score=90, max_score=10),
    ]
    expiry = {"gid": 4, "expire": at("2024-03-02 10:00"), "latest_cert_date": old["started"]}
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 4, 2), member(21, 4, 3)],
        user_module_status=[old, *both],
        opigno_answer_field_data=[answer(n, t, 3, 8) for n, t in enumerate((old, *both), 1)],
        user_lp_status_expire=[{"id": 1, "uid": 2, **expiry}, {"id": 2, "uid": 3, **expiry}],
    )
    # January has 31 days, February 2024 has 29: the end runs over to 2 March.
    assert query(store, ENROLLED, "2", "4") == [
        (at("2024-01-31 10:00"), None, at("2024-03-02 10:00"))
    ]
    assert query(store, ENROLLED, "3", "4") == [
        (at("2024-05-05 10:00"), None, at("2024-06-05 10:00"))
    ]
    certificates = query(
        store, "SELECT name, at, valid_until FROM award WHERE kind = 'certificate'"
    )
    assert certificates == [
        ("Proof", at("2024-01-31 10:00"), at("2024-03-02 10:00")),
        ("Proof", at("2024-05-05 10:00"), at("2024-06-05 10:00")),
    ]


async def test_presence_and_absence_at_a_session(tmp_path: Path) -> None:
    tries = [
        attempt(n, uid, (7, 7), ("2024-03-01 10:00", "2024-03-01 10:10"), score=100, max_score=1)
        for n, uid in enumerate((2, 3), 1)
    ]
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 7, 2), member(21, 7, 3)],
        user_module_status=tries,
        opigno_answer_field_data=[answer(n, t, 1, 1) for n, t in enumerate(tries, 1)],
        opigno_ilt_result=[
            {"id": 1, "opigno_ilt": 1, "user_id": 2, "status": 1, "score": 80},
            {"id": 2, "opigno_ilt": 1, "user_id": 3, "status": 0, "score": 0},
        ],
    )
    ends = at("2024-03-10 12:00")
    assert query(
        store,
        "SELECT p.key, a.score, a.passed, a.seconds FROM attempt a JOIN person p "
        "ON p.id = a.person_id WHERE a.key LIKE 'ilt:%' ORDER BY p.key",
    ) == [("2", 80.0, 1, 10_800.0), ("3", 0.0, 0, None)]
    assert query(store, ENROLLED, "2", "7") == [(ends, None, None)]
    assert query(store, ENROLLED, "3", "7") == [(None, None, None)]
    progress = query(
        store,
        "SELECT p.key, max(d.progress), max(d.score) FROM enrolment_day d "
        "JOIN person p ON p.id = d.person_id GROUP BY 1 ORDER BY 1",
    )
    assert progress == [("2", 100.0, 90.0), ("3", 50.0, 50.0)]


async def test_an_attempt_across_new_year(tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 1), ("2023-12-31 23:50", "2024-01-01 00:20"), score=67, max_score=15)
    store, _ = await load(
        tmp_path,
        user_module_status=[tried],
        opigno_answer_field_data=[answer(1, tried, 1, 5), answer(2, tried, 2, 5)],
    )
    events = query(
        store,
        "SELECT a.name, e.id >> 20, e.seconds FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'quiz' ORDER BY e.id",
    )
    assert events == [
        ("start", at("2023-12-31 23:50"), None),
        ("answer", at("2023-12-31 23:51"), None),
        ("answer", at("2023-12-31 23:51"), None),
        ("finish", at("2024-01-01 00:20"), 1_800.0),
    ]
    assert query(store, "SELECT key FROM event WHERE flags <> 0") == []


async def test_an_attempt_of_ten_hours_is_flagged_and_counts_eight(tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 1), ("2024-03-01 08:00", "2024-03-01 18:00"), score=0, max_score=15)
    store, _ = await load(tmp_path, user_module_status=[tried])
    assert query(store, "SELECT seconds, flags FROM event WHERE key = 'finish:1'") == [
        (28_800.0, schema.FLAG_OUTLIER)
    ]
    assert query(store, "SELECT seconds, flags, passed FROM attempt") == [
        (36_000.0, schema.FLAG_OUTLIER, 0)
    ]
    assert query(store, "SELECT state, max_points FROM answer ORDER BY position") == [
        ("unanswered", 10.0),
        ("unanswered", 5.0),
    ]


async def test_the_progress_of_random_modules_counts_what_is_drawn(tmp_path: Path) -> None:
    one = attempt(1, 2, (8, 8), ("2024-03-01 10:00", "2024-03-01 10:10"), score=50, max_score=20)
    two = attempt(2, 2, (8, 8), ("2024-03-03 10:00", "2024-03-03 10:10"), score=100, max_score=20)
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 8, 2)],
        user_module_status=[one, two],
        opigno_answer_field_data=[
            answer(1, one, 8, 10),
            answer(2, two, 9, 10),
            answer(3, two, 10, 10),
        ],
    )
    # One of two drawn was answered first: half; the first attempt does not pass for that.
    assert query(store, TRIED, "module:8@8") == [(50.0, 0, 1), (100.0, 1, 1)]
    assert query(store, "SELECT progress FROM enrolment_day ORDER BY day") == [(50.0,), (100.0,)]
    assert query(store, ENROLLED, "2", "8") == [(at("2024-03-03 10:10"), None, None)]


async def test_a_course_scores_the_mean_of_its_modules(tmp_path: Path) -> None:
    law = attempt(1, 2, (5, 3), ("2024-03-01 10:00", "2024-03-01 10:10"), score=90, max_score=10)
    two = attempt(2, 2, (5, 4), ("2024-03-02 10:00", "2024-03-02 10:10"), score=40, max_score=10)
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 5, 2)],
        user_module_status=[law, two],
        opigno_answer_field_data=[answer(1, law, 4, 9), answer(2, two, 5, 4)],
    )
    assert query(store, TRIED, "course:6@5") == [(45.0, None, 1), (65.0, 1, 1)]
    # Three mandatory steps, one of them this course: 65 / 3.
    score = query(store, "SELECT score FROM enrolment_day ORDER BY day DESC LIMIT 1")
    assert score == [(pytest.approx(65 / 3),)]


async def test_badges_and_skills(tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=100, max_score=15)
    store, report = await load(
        tmp_path,
        user_module_status=[tried],
        opigno_answer_field_data=[
            answer(1, tried, 1, 10, skills_mode=2),
            answer(2, tried, 2, 5),
        ],
        opigno_module_badges=[
            {"id": 1, "uid": 2, "gid": 3, "entity_id": 1, "typology": "Module", "badges": 2}
        ],
        taxonomy_term__field_level_names=[
            {"entity_id": 2, "delta": n, "field_level_names_value": name}
            for n, name in enumerate(("High", "Low"))
        ],
        opigno_skills_statistic=[
            {"id": 1, "tid": 2, "uid": 2, "score": 80, "progress": 50, "stage": 1},
            {"id": 2, "tid": 2, "uid": 3, "score": 90, "progress": 100, "stage": 0},
            {"id": 3, "tid": 5, "uid": 3, "score": 90, "progress": 100, "stage": 0},
        ],
    )
    awards = query(store, "SELECT kind, name, at, level, number, score FROM award ORDER BY id")
    assert awards == [
        ("badge", "Points", at("2024-03-01 10:10"), None, 2, None),
        ("skill", "Speaking", at("2024-03-01 10:01"), "Low", 0, 80.0),
        ("skill", "Speaking", None, "High", 1, 90.0),
    ]
    refused = report.tables["opigno_skills_statistic"].refused
    assert refused == {"skill that no longer exists": 1}


async def test_a_guided_training_is_completed_along_the_own_path(tmp_path: Path) -> None:
    steps = [
        {"id": 20 + n, "group_id": 3, "entity_id": m, "coordinate_y": 1 + n, "success_score_min": 0}
        for n, m in enumerate((5, 7))
    ]
    # From 90 % on the second step follows, below the third, which nobody did.
    links = [
        {"id": 1, "group_id": 3, "parent_content_id": 1, "child_content_id": 20},
        {"id": 2, "group_id": 3, "parent_content_id": 1, "child_content_id": 21},
    ]
    tries = [
        attempt(n, uid, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=s, max_score=15)
        for n, (uid, s) in enumerate(((2, 100), (3, 60)), 1)
    ]
    seconds = [
        attempt(n, uid, (3, 5), ("2024-03-02 10:00", "2024-03-02 10:10"), score=0, max_score=0)
        for n, uid in enumerate((2, 3), 3)
    ]
    given = [(10, 5), (6, 3)]
    store, report = await load(
        tmp_path,
        group__field_guided_navigation=[{"entity_id": 3, "field_guided_navigation_value": 1}],
        group_content_field_data=[member(20, 3, 2), member(21, 3, 3)],
        opigno_group_content=steps,
        opigno_group_link=[
            {**link, "required_score": score} for link, score in zip(links, (90, 0), strict=True)
        ],
        user_module_status=[*tries, *seconds],
        opigno_answer_field_data=[
            *(answer(2 * n, t, 1, given[n][0]) for n, t in enumerate(tries)),
            *(answer(2 * n + 1, t, 2, given[n][1]) for n, t in enumerate(tries)),
            *(answer(10 + n, t, 6, 0) for n, t in enumerate(seconds)),
        ],
    )
    assert query(store, ENROLLED, "2", "3") == [(at("2024-03-02 10:10"), None, None)]
    assert query(store, ENROLLED, "3", "3") == [(None, None, None)]
    assert any("guided navigation" in note for note in report.notes)


async def test_a_module_that_left_its_training_is_an_old_one(tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 7), ("2024-03-01 10:00", "2024-03-01 10:10"), score=100, max_score=1)
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 3, 2)],
        user_module_status=[tried],
        opigno_answer_field_data=[answer(1, tried, 1, 1)],
    )
    old = "SELECT title, mandatory, \"current\" FROM module WHERE key = 'module:7@3'"
    assert query(store, old) == [("Read", 0, 0)]
    assert query(store, "SELECT progress FROM enrolment_day") == [(0.0,)]


async def test_a_live_meeting_counts_like_a_session(tmp_path: Path) -> None:
    step = {"group_content_type_id": "ContentTypeMeeting", "success_score_min": 90}
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 3, 2)],
        opigno_group_content=[{"id": 20, "group_id": 3, "entity_id": 4, **step}],
        opigno_moxtra_meeting=[
            {
                "id": 4,
                "title": "Call",
                "date__value": "2024-03-10 09:00:00",
                "date__end_value": "2024-03-10 10:00:00",
                "training": 3,
            }
        ],
        opigno_moxtra_meeting_result=[
            {"id": 1, "meeting": 4, "user_id": 2, "status": 1, "score": 60},
            {"id": 2, "meeting": 4, "user_id": 2, "status": 1, "score": 80},
        ],
    )
    # The better of two results; present, but below the pass mark.
    assert query(store, TRIED, "meeting:4@3") == [(80.0, 0, 1)]
    assert query(store, "SELECT seconds FROM event") == [(3_600.0,)]
    # One of three things done: two activities and the meeting.
    assert query(store, "SELECT progress FROM enrolment_day") == [(pytest.approx(100 / 3),)]


async def test_being_absent_is_no_activity(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 7, 2), member(21, 7, 3)],
        opigno_ilt_result=[
            {"id": 1, "opigno_ilt": 1, "user_id": 2, "status": 1, "score": 80},
            {"id": 2, "opigno_ilt": 1, "user_id": 3, "status": 0, "score": 0},
        ],
    )
    keys = {Param.TRAINING: "7"}
    rows = dicts(await report(store, "training.learners", "2024-03", keys=keys))
    states = {row["learner_id"]: (row["state"], row["progress"]) for row in rows}
    assert states == {"2": ("in progress", 50), "3": ("not started", 0)}
    trainings = dicts(await report(store, "global.trainings", "2024-03"))
    (row,) = [row for row in trainings if row["training_id"] == "7"]
    assert (row["learners"], row["active"], row["never_started"]) == (2, 1, 1)
