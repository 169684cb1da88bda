"""The numbers that Moodle's document says are right for its test database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from termstats.data.importers.writing.base import bad_rows_path
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.moodle.factory import CONTENT, load, make
from tests.data.importers.store_file import query

COURSE = {Param.TRAINING: "10"}
MARCH = "2024-03-01..2024-03-14"
CREDITED = (
    "FROM event e JOIN action a ON a.id = e.action_id JOIN training t ON t.id = e.training_id "
    "JOIN enrolment r ON r.person_id = e.person_id AND r.training_id = t.id "
    "JOIN person p ON p.id = e.person_id WHERE t.key = '10' AND p.staff = 0 "
    "AND a.kind = 'page' AND a.name IN ('course_viewed', 'course_module_viewed')"
)
"""Views that count for learners of the course, enrolled now or not."""


async def stored(folder: Path, zone: str = "UTC") -> Path:
    settings = [*CONTENT["config"], CONTENT["config"][-1]]  # the last one twice: refused
    await load(make(folder / "moodle.sqlite3", config=settings), folder / "store.db", zone=zone)
    return folder / "store.db"


async def test_eight_enrolments_are_seven_people(tmp_path: Path) -> None:
    found = await load(make(tmp_path / "moodle.sqlite3"), tmp_path / "store.db")
    assert found.tables["user_enrolments"].kept == 8
    rows = await report(
        tmp_path / "store.db", "training.learners", MARCH, keys=COURSE, everybody=True
    )
    ids = [row["learner_id"] for row in dicts(rows)]
    assert sorted(ids, key=int) == ["3", "4", "5", "7", "8", "9", "10"]


async def test_the_methods_by_which_people_are_enrolled(tmp_path: Path) -> None:
    await load(make(tmp_path / "moodle.sqlite3"), tmp_path / "store.db")
    methods = query(
        tmp_path / "store.db",
        "SELECT p.key, f.field, f.value FROM enrolment_field f "
        "JOIN person p ON p.id = f.person_id WHERE p.key IN ('4', '7', '10') ORDER BY 1, 2",
    )
    assert methods == [
        ("10", "enrolment method", "self"),
        ("4", "enrolment method", "manual"),
        ("7", "enrolment method", "manual, self"),
    ]


async def test_enrolled_now_are_four_and_learners_three(tmp_path: Path) -> None:
    store = await stored(tmp_path)
    now = query(
        store,
        "SELECT p.key FROM enrolment e JOIN person p ON p.id = e.person_id "
        "WHERE e.withdrawn_at IS NULL AND p.blocked = 0 AND p.deleted = 0 ORDER BY p.id",
    )
    assert now == [("3",), ("4",), ("7",), ("10",)]
    rows = dicts(await report(store, "training.learners", MARCH, keys=COURSE))
    assert {row["learner_id"]: row["state"] for row in rows} == {
        "4": "in progress",
        "7": "in progress",
        "8": "withdrawn",
        "9": "withdrawn",
        "10": "not started",  # never active
    }


async def test_credited_views_of_learners_enrolled_now(tmp_path: Path) -> None:
    store = await stored(tmp_path)
    now = f"{CREDITED} AND p.blocked = 0 AND r.withdrawn_at IS NULL"
    assert query(store, f"SELECT e.key {now} ORDER BY e.id") == [("1",), ("2",), ("7",)]
    assert query(store, f"SELECT count(DISTINCT p.id) {now}") == [(2,)]
    rows = await report(store, "training.activity", MARCH, keys=COURSE)
    assert sum(row["page"] for row in dicts(rows)) == 3
    assert sum(row["total"] for row in dicts(rows)) == 3


async def test_credited_views_of_all_learners_ever(tmp_path: Path) -> None:
    store = await stored(tmp_path)
    keys = query(store, f"SELECT e.key {CREDITED} ORDER BY e.id")
    assert keys == [("14",), ("1",), ("2",), ("7",)]
    assert query(store, f"SELECT count(DISTINCT p.id) {CREDITED}") == [(3,)]


@pytest.mark.parametrize(
    ("zone", "views"),
    [("UTC", (1, 2)), ("Europe/Paris", (0, 3)), ("America/New_York", (2, 1))],
)
async def test_views_by_day_of_the_zone(tmp_path: Path, zone: str, views: tuple[int, int]) -> None:
    store = await stored(tmp_path, zone)
    rows = dicts(await report(store, "training.activity", "2024-03-10..2024-03-11", keys=COURSE))
    assert {row["day"]: row["total"] for row in rows} == {
        date(2024, 3, 10): views[0],
        date(2024, 3, 11): views[1],
    }


async def test_who_did_what_as_whom(tmp_path: Path) -> None:
    store = await stored(tmp_path)
    rows = query(
        store,
        "SELECT e.key, a.kind, p.key, o.key, e.active FROM event e "
        "JOIN action a ON a.id = e.action_id LEFT JOIN person p ON p.id = e.person_id "
        "LEFT JOIN person o ON o.id = e.target_person_id ORDER BY CAST(e.key AS INTEGER)",
    )
    assert rows == [
        ("1", "page", "4", None, 1),
        ("2", "page", "4", None, 1),
        ("3", "page", "3", None, 1),
        ("4", "admin", "2", "4", 0),  # the administrator, as Ana
        ("5", "admin", "2", None, 0),  # by the command line
        ("6", "admin", "2", None, 0),  # by restoring a backup
        ("7", "page", "7", None, 1),
        ("8", "admin", None, "4", 0),  # graded by the site itself
        ("9", "login", "4", None, 1),
        ("10", "page", "6", None, 1),  # a deleted account
        ("11", "page", "4", None, 1),
        ("12", "page", None, None, 1),  # anonymous
        ("13", "page", "1", None, 1),  # the guest
        ("14", "page", "5", None, 1),
    ]


async def test_the_store_holds_no_secret_setting_and_no_name_of_the_deleted(
    tmp_path: Path,
) -> None:
    store = await stored(tmp_path)
    written = store.read_bytes()
    refused = bad_rows_path(store).read_bytes()
    assert b"cronremotepassword" in refused
    assert b"invented-secret" not in written + refused
    assert b"Gone" not in written
    assert query(store, "SELECT name, username, email FROM person WHERE key = '6'") == [
        ("deleted user 6", None, None)
    ]
