"""What statements tell of learning: enrolments, attempts, answers, grades, teams, sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from termstats.data.store import schema
from tests.data.importers.store_file import query, when
from tests.data.importers.xapi.factory import (
    ADL,
    COURSE,
    HOME,
    LMS,
    TC,
    TLA,
    account,
    activity,
    course,
    imported,
    lesson,
    lines,
    small,
    statement,
)

QUIZ = activity(f"{COURSE}/quiz", "assessment", "Test")
EVALUATED = "https://w3id.org/xapi/acrossx/verbs/evaluated"
RUN = "course-v1:Org+Demo+2026"
ATTEMPT = "http://id.tincanapi.com/extension/attempt-id"
TRACK = "https://w3id.org/xapi/acrossx/extensions/type"


async def store_of(folder: Path, statements: Any, **options: Any) -> Path:
    store = folder / "s.db"
    await imported(lines(folder / "log.jsonl", statements), store, **options)
    return store


def at(day: int, clock: str = "10:00:00") -> str:
    return f"2026-03-{day:02}T{clock}Z"


async def test_an_enrolment_is_one_through_changes_and_returns(tmp_path: Path) -> None:
    mode = activity(COURSE, "course", "First aid", extensions={TRACK: "audit"})
    paid = activity(COURSE, "course", "First aid", extensions={TRACK: "verified"})
    steps = [("a", "registered", mode, 2), ("b", "registered", paid, 3)]
    raw = [statement(name, ADL + verb, about, at(day)) for name, verb, about, day in steps]
    raw += [
        statement("c", f"{TC}unregistered", paid, at(4)),
        statement("d", f"{LMS}enrolled", course(), at(5), who=account("bo")),
        statement("e", f"{TC}unregistered", course(), at(6), who=account("bo")),
        statement("f", f"{LMS}enrolled", course(), at(7), who=account("bo")),
        statement("g", f"{ADL}experienced", lesson(), at(8), who=account("cy")),
    ]
    store = await store_of(tmp_path, raw)
    rows = query(
        store,
        "SELECT p.key, enrolled_at, withdrawn_at, implied, f.value FROM enrolment e "
        "JOIN person p ON p.id = e.person_id LEFT JOIN enrolment_field f ON f.person_id = p.id "
        "ORDER BY p.key",
    )
    noon = "10:00:00"
    assert rows == [
        ("ana", when(f"2026-03-02 {noon}"), when(f"2026-03-04 {noon}"), 0, "verified"),
        ("bo", when(f"2026-03-07 {noon}"), None, 0, None),
        ("cy", when(f"2026-03-08 {noon}"), None, 1, None),
    ]
    active = "SELECT count(*), sum(active) FROM event"
    assert query(store, active) == [(7, 1)]  # others enrol


async def test_a_quiz_is_tried_and_answered(tmp_path: Path) -> None:
    question = activity(f"{COURSE}/q1", "cmi.interaction", "Why?", interactionType="choice")
    around = [QUIZ, course()]
    right = {"success": True, "score": {"scaled": 1}}
    raw = [
        statement("1", f"{ADL}launched", QUIZ, at(2, "10:00:00")),
        statement("2", f"{ADL}attempted", QUIZ, at(2, "10:00:05")),
        statement("3", f"{ADL}answered", question, at(2, "10:01:00"), parent=around)
        | {"result": {"success": False, "response": "secret"}},
        statement("4", f"{ADL}completed", QUIZ, at(2, "10:02:00"), result={"duration": "PT2M"}),
        statement("5", f"{ADL}failed", QUIZ, at(2, "10:02:01"))
        | {"result": {"score": {"raw": 0, "min": 0, "max": 3}}},
        statement("6", f"{ADL}attempted", QUIZ, at(3, "10:00:00")),
        statement("7", f"{ADL}answered", question, at(3, "10:01:00"), parent=around, result=right),
        statement("8", f"{ADL}attempted", QUIZ, at(4, "10:00:00")),
        statement("9", f"{ADL}passed", QUIZ, at(4, "10:03:00"), result={"score": {"scaled": 0.9}}),
    ]
    store = await store_of(tmp_path, raw)
    rows = query(
        store,
        "SELECT number, started_at, finished_at, score, passed, seconds, "
        "(SELECT group_concat(state) FROM answer WHERE attempt_id = a.id) FROM attempt a",
    )
    start = [when(f"2026-03-{day:02} 10:00:00") for day in (2, 3, 4)]
    assert rows == [
        (1, start[0], start[0] + 121, 0.0, 0, 120.0, "wrong"),
        (2, start[1], None, None, None, None, "correct"),  # the next began: it stays open
        (3, start[2], start[2] + 180, 90.0, 1, None, None),
    ]
    assert query(store, "SELECT DISTINCT answer FROM answer") == [(None,)]
    assert query(store, "SELECT title, type FROM question") == [("Why?", "choice")]
    modules = query(store, "SELECT title, kind, mandatory, keep FROM module")
    assert modules == [("Test", "quiz", 1, "best")]


async def test_a_problem_of_open_edx_is_tried_by_evaluations(tmp_path: Path) -> None:
    home, parent = f"{HOME}/xblock/", [course(f"{HOME}/course/{RUN}", "Demo")]

    def evaluated(name: str, number: int, part: str, success: bool, clock: str) -> Any:
        own = f"{home}block-v1:Org+Demo+2026+type@problem+block@ab1{part}"
        about = activity(own, "cmi.interaction", extensions={ATTEMPT: number})
        result = {"success": success, "score": {"scaled": float(success)}, "response": "so"}
        return statement(name, EVALUATED, about, at(2, clock), parent=parent, result=result)

    hinted = f"{home}block-v1:Org+Demo+2026+type@problem+block@ab1"
    raw = [
        evaluated("a", 1, "_2_1", False, "10:00:00"),
        evaluated("b", 1, "_3_1", True, "10:00:00"),
        evaluated("c", 2, "_2_1", True, "11:00:00"),
        statement("d", f"{ADL}asked", activity(f"{hinted}/hint", "x"), parent=parent),
    ]
    store = await store_of(tmp_path, raw)
    assert query(store, "SELECT key, code, version FROM training") == [(RUN, "Org+Demo", "2026")]
    problem = "block-v1:Org+Demo+2026+type@problem+block@ab1"
    assert query(store, "SELECT key, kind, mandatory FROM module") == [(problem, "problem", 0)]
    assert query(store, "SELECT key FROM question ORDER BY key") == [
        (f"{problem}_2_1",),
        (f"{problem}_3_1",),
    ]
    answers = query(
        store,
        "SELECT number, state, answer FROM answer JOIN attempt a ON a.id = attempt_id "
        "ORDER BY answer.id",
    )
    assert answers == [(1, "wrong", "so"), (1, "correct", "so"), (2, "correct", "so")]
    scores = query(store, "SELECT number, score, passed FROM attempt ORDER BY number")
    assert scores == [(1, 50.0, 0), (2, 100.0, 1)]
    assert query(store, "SELECT count(*) FROM completion") == [(1,)]


async def test_grades_are_of_the_course_and_the_latest_counts(tmp_path: Path) -> None:
    grade = "http://www.tincanapi.co.uk/activitytypes/grade_classification"

    def earned(name: str, day: int, scaled: float, word: str) -> Any:
        result = {"score": {"scaled": scaled}, "extensions": {grade: word}}
        return statement(name, f"{TC}earned", course(), at(day), result=result)

    raw = [earned("a", 2, 0.8, "Pass"), earned("b", 3, 0.4, "Fail"), earned("c", 4, 0.7, "Pass")]
    store = await store_of(tmp_path, raw)
    attempts = query(store, "SELECT score, passed, flags FROM attempt ORDER BY number")
    not_theirs = schema.FLAG_NO_ACTIVITY
    assert attempts == [(80.0, 1, not_theirs), (40.0, 0, not_theirs), (70.0, 1, not_theirs)]
    assert query(store, "SELECT kind, keep, mandatory FROM module") == [("grade", "newest", 1)]
    assert query(store, "SELECT completed_at FROM enrolment") == [(when("2026-03-04 10:00:00"),)]
    raw.append(earned("d", 5, 0.1, "Fail"))
    store = await store_of(tmp_path, raw)
    assert query(store, "SELECT completed_at FROM enrolment") == [(None,)]


async def test_what_is_revoked_was_never_completed(tmp_path: Path) -> None:
    raw = [
        statement("a", f"{ADL}completed", course(), at(2)),
        statement("b", f"{ADL}completed", lesson(), at(2)),
        statement("c", f"{TLA}achieved", activity("badge", "badge", "Gold"), at(2)),
        statement("d", f"{LMS}uncompleted", course(), at(3)),
        statement("e", f"{LMS}uncompleted", lesson(), at(3)),
        statement("f", f"{TLA}forfeited", activity("badge", "badge", "Gold"), at(3)),
        statement("g", f"{TLA}achieved", activity("b2", "badge", "Silver"), at(4)),
    ]
    store = await store_of(tmp_path, raw)
    assert query(store, "SELECT completed_at FROM enrolment") == [(None,)]
    assert query(store, "SELECT count(*) FROM completion") == [(0,)]
    assert query(store, "SELECT kind, name FROM award") == [("badge", "Silver")]


async def test_the_same_lesson_in_two_courses_is_two(tmp_path: Path) -> None:
    other = course(f"{HOME}/course/2", "Fire")
    shared = activity(f"{HOME}/shared", "lesson", "Safety")
    raw = [
        statement("a", f"{ADL}completed", shared, at(2)),
        statement("b", f"{ADL}completed", shared, at(3), parent=[other]),
    ]
    store = await store_of(tmp_path, raw)
    assert query(store, "SELECT key FROM activity ORDER BY key") == [
        (f"{COURSE} {HOME}/shared",),
        (f"{HOME}/course/2 {HOME}/shared",),
    ]
    assert query(store, "SELECT count(*) FROM completion") == [(2,)]


async def test_teams_teachers_and_sessions(tmp_path: Path) -> None:
    store = await store_of(tmp_path, small())
    assert query(store, "SELECT title FROM class") == [("mailto:red@x.org",)]
    members = "SELECT p.key, role, staff, counted FROM class_member m JOIN person p"
    assert query(store, f"{members} ON p.id = m.person_id ORDER BY 1") == [
        ("ana", "learner", 0, 1),
        ("t", "coach", 1, 0),
    ]
    at_noon = when("2026-03-02 10:00:00")
    sessions = query(store, "SELECT key, started_at, ended_at FROM session")
    assert sessions == [("ana:s", at_noon, at_noon)]
    people = query(store, "SELECT key, name, email FROM person WHERE key LIKE 'mail%'")
    assert people == [("mailto:bo@x.org", "bo@x.org", "bo@x.org")]


async def test_the_latest_name_is_the_name(tmp_path: Path) -> None:
    raw = [
        statement("b", f"{ADL}experienced", lesson(), at(3), who=account("ana", label="Ana New")),
        statement("a", f"{ADL}experienced", lesson(), at(2), who=account("ana", label="Ana Old")),
        statement("c", f"{ADL}experienced", lesson(), at(4), who=account("ana")),
    ]
    store = await store_of(tmp_path, raw)
    assert query(store, "SELECT name FROM person") == [("Ana New",)]
