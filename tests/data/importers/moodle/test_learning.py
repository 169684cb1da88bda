"""What learners did, as the store holds it: completions, attempts, answers, grades, awards."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.writing.base import ImportReport
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.moodle.factory import at, load, make
from tests.data.importers.moodle.learning import LEARNING
from tests.data.importers.store_file import query

COURSE = {Param.TRAINING: "10"}
MARCH = "2024-03-01..2024-03-14"
ATTEMPTS = (
    "SELECT a.number, a.finished_at, a.score, a.passed, a.evaluated, a.in_score, a.flags "
    "FROM attempt a JOIN person p ON p.id = a.person_id JOIN module m ON m.id = a.module_id "
    "WHERE p.key = ? AND m.key = ? ORDER BY a.number"
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ImportReport]:
    folder = tmp_path_factory.mktemp("moodle")
    source = make(folder / "moodle.sqlite3", LEARNING)
    return folder / "store.db", asyncio.run(load(source, folder / "store.db"))


@pytest.fixture
def store(imported: tuple[Path, ImportReport]) -> Path:
    return imported[0]


def attempts(store: Path, user: int, module: str) -> list[Any]:
    return query(store, ATTEMPTS, str(user), module)


def test_progress_counts_what_is_tracked(store: Path) -> None:
    path = query(store, 'SELECT key FROM activity WHERE in_path AND "current" ORDER BY key')
    assert path == [("30",), ("31",)]
    rows = dicts(asyncio.run(report(store, "training.learners", MARCH, keys=COURSE)))
    progress = {row["learner_id"]: row["progress"] for row in rows}
    # Cai completed the quiz without passing: that is no progress.
    assert progress == {"4": 100, "7": 0, "8": 0, "9": 0, "10": 0}
    assert {row["learner_id"]: row["state"] for row in rows}["4"] == "passed"


def test_a_course_is_completed_at_the_earliest_of_two_rows(store: Path) -> None:
    done = query(store, "SELECT completed_at FROM enrolment WHERE completed_at IS NOT NULL")
    assert done == [(at("2024-03-13 01:00"),)]


def test_attempts_at_a_quiz(store: Path) -> None:
    assert attempts(store, 4, "31") == [
        (1, at("2024-03-10 10:20"), pytest.approx(100 / 3), 0, 1, 1, 0),
        (2, at("2024-03-12 10:20"), 100.0, 1, 1, 1, 0),
    ]
    assert attempts(store, 7, "31") == [(1, None, None, None, None, 1, 0)]
    # Abandoned: over, but without a score; a day and two hours long: an outlier.
    assert attempts(store, 5, "31") == [(1, at("2024-03-02 10:20"), None, None, None, 0, 0)]
    assert attempts(store, 9, "31") == [
        (1, at("2024-03-02 10:00"), pytest.approx(200 / 3), 1, 1, 1, 2)
    ]
    assert attempts(store, 3, "31") == []  # a preview
    assert attempts(store, 10, "31") == []  # not begun


def test_answers_are_the_last_step_of_each(store: Path) -> None:
    rows = query(
        store,
        "SELECT t.key, n.position, q.title, q.type, n.answer, q.correct_answer, n.state, n.points "
        "FROM answer n JOIN attempt t ON t.id = n.attempt_id "
        "JOIN question q ON q.id = n.question_id ORDER BY t.key, n.position",
    )
    first = ("Question 1?", "multichoice")
    second = ("Question 2?", "shortanswer")
    assert rows == [
        ("1", 1, *first, "Ice", "Water", "wrong", 0.0),
        ("1", 2, *second, "Ten minutes", "Ten minutes", "correct", 1.0),
        ("1", 3, "Question 3?", "essay", "Because", None, "pending", None),
        ("2", 1, *first, "Water", "Water", "correct", 1.0),
        ("3", 1, *first, "Ice", "Water", "wrong", 0.0),  # marked on the way
        ("3", 2, *second, None, "Ten minutes", "unanswered", None),
        ("3", 3, "Question 3?", "essay", "It hurts", None, None, None),
        ("7", 1, *first, "Butter", "Water", "wrong", 0.0),
    ]


def test_assignments(store: Path) -> None:
    assert attempts(store, 4, "32") == [(1, at("2024-03-11"), 75.0, 1, 1, 1, 0)]
    assert attempts(store, 7, "32") == []
    # Graded without a submission: a result, and no act.
    assert attempts(store, 10, "32") == [(1, at("2024-03-12"), 25.0, 0, 1, 1, 8)]


async def test_what_a_team_hands_in_is_of_each_of_its_members(tmp_path: Path) -> None:
    submission = {"id": 9, "assignment": 1, "userid": 0, "groupid": 1, "status": "submitted"}
    submission |= {"attemptnumber": 0, "timemodified": at("2024-03-11"), "timecreated": 0}
    rows = [submission, submission | {"id": 10, "groupid": 0}]
    source = make(tmp_path / "moodle.sqlite3", LEARNING, assign_submission=rows)
    found = await load(source, tmp_path / "store.db")
    assert attempts(tmp_path / "store.db", 4, "32") == [(1, at("2024-03-11"), 75.0, 1, 1, 1, 0)]
    # Nobody has marked it for Cai; Flo is in no team: only the grade is hers.
    assert attempts(tmp_path / "store.db", 7, "32") == [(1, at("2024-03-11"), None, None, 0, 1, 0)]
    assert attempts(tmp_path / "store.db", 10, "32") == [(1, at("2024-03-12"), 25.0, 0, 1, 1, 8)]
    assert found.tables["assign_submission"].refused == {"unknown person or group": 1}


def test_grades_have_their_history(store: Path) -> None:
    # 7 and 12 of 5 to 15, of which 10 passes.
    assert attempts(store, 4, "35") == [
        (1, at("2024-03-10 12:00"), 20.0, 0, None, 1, 8),
        (2, at("2024-03-12 12:00"), 70.0, 1, None, 1, 8),
    ]
    # A mark of a scale is no number; an excluded grade is part of no score.
    assert attempts(store, 4, "grade item 6") == [
        (1, at("2024-03-12 12:00"), None, None, None, 1, 8)
    ]
    assert attempts(store, 7, "grade item 5") == [
        (1, at("2024-03-12 12:00"), 80.0, None, None, 0, 8)
    ]
    totals = query(
        store,
        "SELECT p.key, e.score FROM enrolment e JOIN person p ON p.id = e.person_id "
        "WHERE e.score IS NOT NULL",
    )
    assert totals == [("4", 80.0)]  # that of Cai is hidden
    # 10 and 40 of 50: how the total came about, which is part of no other score.
    assert attempts(store, 4, "grade item 1") == [
        (1, at("2024-03-10 12:00"), 20.0, None, None, 0, 8),
        (2, at("2024-03-13 12:00"), 80.0, None, None, 0, 8),
    ]
    assert attempts(store, 7, "grade item 1") == []


def test_sections_hold_activities(store: Path) -> None:
    rows = query(
        store,
        'SELECT m.title, s.title, m.kind, m.pass_mark, m.keep, m."current" FROM module m '
        "JOIN module s ON s.id = m.parent_id ORDER BY m.position",
    )
    assert rows == [
        ("Test", "Burns", "quiz", 50.0, "best", 1),
        ("Cool it", "Burns", "page", None, "newest", 1),
        ("Report", "Burns", "assign", 50.0, "newest", 1),
        ("lesson 1", "Burns", "lesson", 50.0, "newest", 1),
        ("Questions", "Burns", "forum", None, "newest", 1),
        ("More", "Burns", "url", None, "newest", 0),
    ]


def test_groups_and_cohorts_are_classes(store: Path) -> None:
    rows = query(
        store,
        "SELECT c.key, c.title, p.key, m.role FROM class c JOIN class_member m "
        "ON m.class_id = c.id JOIN person p ON p.id = m.person_id ORDER BY c.key, p.id",
    )
    assert rows == [
        ("cohort 3", "Nurses", "10", "learner"),
        ("group 1", "Reds", "3", "coach"),
        ("group 1", "Reds", "4", "learner"),
        ("group 1", "Reds", "7", "learner"),
    ]
    assert query(store, "SELECT count(*) FROM class_training") == [(2,)]


def test_posts_that_the_log_lacks_are_there_too(store: Path) -> None:
    rows = query(
        store,
        "SELECT e.key, a.name, p.key, e.detail FROM event e JOIN action a ON a.id = e.action_id "
        "JOIN person p ON p.id = e.person_id WHERE a.kind = 'forum' ORDER BY e.id",
    )
    assert rows == [
        ("post 1", "discussion_created", "4", "Ice?"),
        ("20", "post_created", "7", None),
    ]
    totals = dicts(
        asyncio.run(report(store, "training.totals", "2024-02-01..2024-03-14", keys=COURSE))
    )
    numbers = {row["metric"]: row["value"] for row in totals}
    assert (numbers["publications"], numbers["comments"]) == (1, 1)
    # Of Ana the log has more; of Ed nothing: the last access of the course is all that is known.
    last = query(store, "SELECT key FROM event WHERE key LIKE 'last%'")
    assert last == [("last 2",)]


def test_certificates_and_badges(store: Path) -> None:
    rows = query(store, "SELECT kind, name, at, valid_until FROM award ORDER BY at, name")
    assert rows == [
        ("certificate", "First aider", at("2024-03-13 02:00"), None),
        ("certificate", "Safe", at("2024-03-13 02:00"), at("2025-03-13")),
        ("badge", "Helper", at("2024-03-13 03:00"), None),
    ]


def test_who_was_unenrolled_stays(store: Path) -> None:
    rows = query(
        store,
        "SELECT e.enrolled_at, e.withdrawn_at, p.counted FROM enrolment e "
        "JOIN person p ON p.id = e.person_id WHERE p.key = '6'",
    )
    assert rows == [(None, at("2024-03-02 09:00"), 0)]


def test_profile_fields(store: Path) -> None:
    rows = query(store, "SELECT field, value FROM person_field ORDER BY field")
    assert rows == [("Shift", "Night"), ("city", "Oslo")]


def test_the_report_says_what_is_odd(imported: tuple[Path, ImportReport]) -> None:
    _store, found = imported
    assert found.tables["course_modules_completion"].refused == {"unknown state": 1}
    assert found.tables["quiz_attempts"].refused == {
        "not begun": 1,
        "preview of a teacher": 1,
    }
    assert found.tables["grade_grades"].refused == {"hidden from learners": 1}
    notes = "\n".join(found.notes)
    for words in (
        "activities that were completed without passing; not counted: 1",
        "events left out of learning, done as somebody else: 1",
        "events left out of learning, not done in the browser or the app: 2",
        "grade items that the site has still to work out; their grades are old: 1",
        "the log begins on 2024-03-01: what was done before is unknown, not zero",
        "table prefix mdl_",
        "the site's zone is Europe/Paris, the store reports in UTC; --zone tells a new store",
    ):
        assert words in notes
