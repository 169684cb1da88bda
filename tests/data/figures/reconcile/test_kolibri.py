"""`reconcile.kolibri`: each fault of Kolibri on a small school, with its reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.request import Param
from termstats.data.platform_pages.kolibri_reasons import WORDS
from termstats.data.platform_pages.kolibri_school import duration, lesson_state, whole_percent
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.kolibri import factory
from tests.data.importers.kolibri.factory import (
    ADDING,
    ANA,
    BO,
    C_ADDING,
    C_VIDEO,
    CHANNEL,
    COACH,
    CONTENT,
    CY,
    GROUP,
    ITEMS,
    LESSON,
    QUIZ,
    QUIZ_TRY,
    ROOM,
    SCHOOL,
    VIDEO,
    answer,
    hexed,
    load,
    make,
    make_notifications,
    stamp,
    summary,
    try_,
    visit,
)

Row = dict[str, Any]
Tables = Mapping[str, list[dict[str, Any]]]


async def page(
    tmp_path: Path, tables: Tables, period: str = "2025-10-01..2025-10-31", **about: str
) -> dict[tuple[str, str], Row]:
    """Import a school whose rows of some tables are added to, and return (figure, key) -> line."""
    rows = {**CONTENT, **{name: [*CONTENT.get(name, ()), *more] for name, more in tables.items()}}
    store = tmp_path / "store.db"
    await load(make(tmp_path / "db.sqlite3", rows), store=store)
    keys = {Param(name): key for name, key in about.items()}
    table = await report(store, "reconcile.kolibri", period, keys=keys)
    return {(row["figure"], row["key"]): row for row in dicts(table)}


def seen(row: Row) -> tuple[Any, Any]:
    return row["platform"], row["termstats"]


def done(content: str, user: str, number: int, **more: Any) -> dict[str, Any]:
    """Return a sum of somebody who completed a content."""
    at = {"completion_timestamp": stamp("2025-10-02 07:00:00"), "progress": 1}
    return summary(number, user, content, "2025-10-02 07:00:00", **at) | more


def quiz_try(number: int, user: str, of: int, **more: Any) -> dict[str, Any]:
    shared = {"mastery_criterion": QUIZ_TRY, "mastery_level": -number}
    return try_(number, user, of, "2025-10-04 07:00:00", **shared) | more


async def test_work_outside_lessons_is_said_to_be_on_no_page(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    other = factory.node(hexed(9, "c"), hexed(9, "d"), "video", "Film", 7)
    rows = {
        **CONTENT,
        "content_contentnode": [*CONTENT["content_contentnode"], other],
        "logger_contentsessionlog": [visit(1, ANA, hexed(9, "d"), "2025-10-01 07:00:00")],
    }
    await load(make(tmp_path / "db.sqlite3", rows), store=store)
    table = await report(
        store, "reconcile.kolibri", "2025-10-01..2025-10-31", keys={Param.CLASS: ROOM}
    )
    assert [note for note in table.notes if "1 of 1 visit" in note and WORDS[1] in note], (
        table.notes
    )


async def test_tries_of_former_and_deleted_learners(tmp_path: Path) -> None:
    """Faults 2, 3 and 4: Cy, who was never in the group, has one right answer of two."""
    lines = await page(
        tmp_path,
        {
            "logger_contentsummarylog": [summary(4, CY, QUIZ, "2025-10-04 07:00:00", kind="quiz")],
            "logger_masterylog": [quiz_try(3, CY, 4, complete=1)],
            "logger_attemptlog": [answer(9, 3, 4, f"{ADDING}:{ITEMS[0]}", 1.0, user_id=CY)],
        },
        **{"class": ROOM},
    )
    line = lines["question_correct", f"{QUIZ}/{ADDING}:{ITEMS[0]}"]
    assert seen(line) == ("2", 1)
    assert WORDS[3] in line["reason"]
    assert seen(lines["quiz_recipients", QUIZ]) == ("1", 1)
    former = lines["former_tries", f"{QUIZ}/{CY}"]
    assert (*seen(former), former["reason"]) == ("", 1, WORDS[2])


async def test_tries_of_a_deleted_member(tmp_path: Path) -> None:
    """Fault 4: Dee was in the group, tried the quiz, and was deleted."""
    dee = {"id": hexed(9, "b"), "username": "dee", "full_name": "Dee", "facility_id": SCHOOL}
    lines = await page(
        tmp_path,
        {
            "kolibriauth_facilityuser": [dee | {"date_deleted": stamp("2025-10-05 06:00:00")}],
            "kolibriauth_membership": [
                {"id": hexed(8, "7"), "user_id": dee["id"], "collection_id": GROUP},
                {"id": hexed(9, "7"), "user_id": dee["id"], "collection_id": ROOM},
            ],
            "logger_contentsummarylog": [
                summary(4, dee["id"], QUIZ, "2025-10-04 07:00:00", kind="quiz")
            ],
            "logger_masterylog": [quiz_try(3, dee["id"], 4, complete=1)],
        },
        **{"class": ROOM},
    )
    line = lines["question_total", f"{QUIZ}/{ADDING}:{ITEMS[0]}"]
    assert seen(line) == ("2", 1)
    assert WORDS[4] in line["reason"]


@pytest.mark.parametrize(("archive", "fault"), [(1, 5), (0, 6)])
async def test_a_quiz_that_was_ended_completes_open_tries(
    tmp_path: Path, archive: int, fault: int
) -> None:
    quiz = {**CONTENT["exams_exam"][0], "archive": archive}
    rows = {
        **CONTENT,
        "exams_exam": [quiz],
        "logger_masterylog": [quiz_try(2, BO, 3, complete=1)],
    }
    store = tmp_path / "store.db"
    await load(make(tmp_path / "db.sqlite3", rows), store=store)
    table = await report(
        store, "reconcile.kolibri", "2025-10-01..2025-10-31", keys={Param.CLASS: ROOM}
    )
    (line,) = [row for row in dicts(table) if row["figure"] == "quiz_avg_score"]
    assert seen(line) == ("75%", 75.0)
    assert line["reason"] == WORDS[fault]


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        (7, {"progress": 0.2}),
        (8, {"progress": 1.01, "completion_timestamp": None}),
    ],
)
async def test_what_was_completed_reads_started(
    tmp_path: Path, fault: int, more: dict[str, Any]
) -> None:
    lines = await page(
        tmp_path, {"logger_contentsummarylog": [done(C_VIDEO, BO, 4, **more)]}, **{"class": ROOM}
    )
    line = lines["resource_learner_status", f"{C_VIDEO}/{BO}"]
    assert seen(line) == ("started", "completed")
    assert WORDS[fault] in line["reason"]
    assert WORDS[fault] in lines["resource_completed", f"{LESSON}/{VIDEO}"]["reason"]


async def test_help_is_worked_out_from_answers(tmp_path: Path) -> None:
    """Fault 9: Ana was wrong four times outside the lesson; no device wrote a flag."""
    history = json.dumps([{"type": "answer", "correct": 0}, {"type": "hint"}, {"type": "error"}])
    more = {"interaction_history": history, "answer": "{}"}
    tables: Tables = {"logger_attemptlog": [answer(9, 1, 2, ITEMS[2], 0.0, **more)]}
    lines = await page(tmp_path, tables, **{"class": ROOM})
    line = lines["resource_learner_status", f"{C_ADDING}/{ANA}"]
    assert seen(line) == ("started", "helpNeeded")
    assert "notifications.sqlite3" in line["reason"]
    assert seen(lines["lesson_helpNeeded", LESSON]) == ("0", 1)
    flag = {"id": 1, "notification_object": "Resource", "notification_event": "HelpNeeded"}
    flag |= {"user_id": BO, "timestamp": stamp("2025-10-01 08:00:00"), "lesson_id": LESSON}
    make_notifications(tmp_path / "notifications.sqlite3", [flag | {"contentnode_id": VIDEO}])
    lines = await page(tmp_path, tables, **{"class": ROOM})
    assert WORDS[9] in lines["resource_learner_status", f"{C_ADDING}/{ANA}"]["reason"]


async def test_time_is_that_of_the_visits(tmp_path: Path) -> None:
    """Fault 10: the sum says 60 s, Ana's one visit took 90 s."""
    lines = await page(tmp_path, {}, **{"class": ROOM})
    line = lines["resource_learner_time", f"{C_VIDEO}/{ANA}"]
    assert seen(line) == ("60", 90)
    assert WORDS[10] in line["reason"]
    assert seen(lines["resource_avg_time_text", f"{LESSON}/{VIDEO}"]) == (
        "60 seconds",
        "90 seconds",
    )


async def test_an_impossible_clock_is_no_last_activity(tmp_path: Path) -> None:
    odd = summary(4, BO, C_VIDEO, "2025-10-02 07:00:00", end_timestamp=stamp("2027-10-31 06:00:00"))
    lines = await page(tmp_path, {"logger_contentsummarylog": [odd]}, **{"class": ROOM})
    line = lines["learner_last_activity", BO]
    # Ours: when he began, which is possible; his answers in the quiz are a day older.
    assert seen(line) == ("2027-10-31T06:00:00Z", "2025-10-02T07:00:00Z")
    assert WORDS[11] in line["reason"]


async def test_exports_repeat_rows_and_take_the_next_midnight(tmp_path: Path) -> None:
    """Faults 12 to 14: a coach with two roles, a visitor, a visit at midnight after the end."""
    role = {"id": hexed(2, "6"), "user_id": COACH, "collection_id": SCHOOL}
    lines = await page(
        tmp_path,
        {
            "kolibriauth_role": [role | {"kind": "classroom assignable coach"}],
            "logger_contentsessionlog": [
                visit(11, COACH, C_VIDEO, "2025-10-01 09:00:00"),
                visit(12, ANA, C_VIDEO, "2025-10-03 00:00:00"),
            ],
        },
        period="2025-10-01..2025-10-02",
    )
    # Ana twice, a visitor once, the coach twice over, and the midnight after.
    line = lines["session_rows", SCHOOL]
    assert seen(line) == ("6", 2)
    assert WORDS[12] in line["reason"] and WORDS[14] in line["reason"]
    learners = lines["session_rows_usertype", f"{SCHOOL}/Learner"]
    assert seen(learners) == ("4", 2)
    assert WORDS[13] in learners["reason"]


async def test_the_export_without_dates_is_said_to_end_in_an_error(tmp_path: Path) -> None:
    await load(make(tmp_path / "db.sqlite3"), store=tmp_path / "store.db")
    table = await report(tmp_path / "store.db", "reconcile.kolibri", "2025-10-01..2025-10-31")
    assert f"Kolibri's exportlogs: {WORDS[15]}." in table.notes


async def test_an_empty_submission_has_a_date_here(tmp_path: Path) -> None:
    rows = {**CONTENT, "logger_attemptlog": []}
    store = tmp_path / "store.db"
    await load(make(tmp_path / "db.sqlite3", rows), store=store)
    table = await report(
        store, "reconcile.kolibri", "2025-10-01..2025-10-31", keys={Param.CLASS: ROOM}
    )
    lines = {(row["figure"], row["key"]): row for row in dicts(table)}
    line = lines["quiz_learner_last", f"{QUIZ}/{BO}"]
    assert seen(line) == ("", "2025-10-03T07:03:20Z")
    assert WORDS[16] in line["reason"]
    assert seen(lines["quiz_learner_score", f"{QUIZ}/{BO}"]) == ("0%", 0)


async def test_a_lesson_with_a_lost_resource_can_be_completed_here(tmp_path: Path) -> None:
    lost = {"contentnode_id": hexed(50, "c"), "content_id": hexed(50, "d"), "channel_id": CHANNEL}
    video = {"contentnode_id": VIDEO, "content_id": C_VIDEO, "channel_id": CHANNEL}
    lesson = {**CONTENT["lessons_lesson"][0], "resources": json.dumps([video, lost])}
    store = tmp_path / "store.db"
    await load(make(tmp_path / "db.sqlite3", {**CONTENT, "lessons_lesson": [lesson]}), store=store)
    table = await report(
        store, "reconcile.kolibri", "2025-10-01..2025-10-31", keys={Param.CLASS: ROOM}
    )
    lines = {(row["figure"], row["key"]): row for row in dicts(table)}
    line = lines["lesson_completed", LESSON]
    assert seen(line) == ("0", 1)
    assert WORDS[17] in line["reason"]


async def test_partly_right_answers_count_in_full(tmp_path: Path) -> None:
    lines = await page(tmp_path, {}, learner=BO)
    line = lines["try_correct", hexed(2, "4")]
    assert seen(line) == ("1", 1.5)
    assert line["reason"] == WORDS[18]
    assert GROUP


def test_words_and_numbers_of_the_pages() -> None:
    assert [duration(s) for s in (1, 119.9, 120, 3599, 3600, 86_400)] == [
        *("1 second", "119 seconds", "2 minutes", "59 minutes", "1 hour", "1 day"),
    ]
    assert [whole_percent(share) for share in (0.625, 0.35185, 1)] == ["63%", "35%", "100%"]
    assert lesson_state([]) == "notStarted"
    assert lesson_state(["completed", "helpNeeded"]) == "helpNeeded"
    assert lesson_state(["completed", "notStarted"]) == "started"
    assert sorted(WORDS) == list(range(1, 19))
