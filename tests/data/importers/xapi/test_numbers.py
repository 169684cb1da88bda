"""The numbers that the shared statements must give; skipped where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.importers.store_file import query, when
from tests.data.importers.xapi.factory import imported
from tests.shared import shared_path

FIRE, AID = "https://lms.example.org/course/fire", "https://lms.example.org/course/first-aid"
BY_DAY = (
    "SELECT (SELECT count(*) FROM event e WHERE e.id >> 20 BETWEEN ?1 AND ?1 + 86399), "
    "(SELECT count(DISTINCT person_id) FROM event e WHERE e.id >> 20 BETWEEN ?1 AND ?1 + 86399)"
)
OFFSETS = {"UTC": 0, "Europe/Paris": 1, "Asia/Kolkata": 5.5, "America/New_York": -5}


def on_day(store: Path, day: str, zone: str = "UTC") -> tuple[int, int]:
    """Return (events, people) of a local day; these days have no change of clocks."""
    begin = when(f"{day} 00:00:00") - int(3600 * OFFSETS[zone])
    return tuple(query(store, BY_DAY, begin)[0])


async def test_videos_of_a_mooc(tmp_path: Path) -> None:
    source, store = shared_path("xapi/statements.jsonl.gz"), tmp_path / "s.db"
    report = await imported(source, store)
    table = report.table("statements")
    assert (table.read, table.kept, report.refused) == (6000, 6000, 0)
    says = "what they say: interact 3,520, view 1,807, start 379, complete 183, session 98"
    assert f"{says}, download 13" in report.notes
    assert query(store, "SELECT count(*) FROM person") == [(1130,)]
    assert query(store, "SELECT count(*), count(DISTINCT type) FROM activity") == [(10, 1)]
    courses = (
        "SELECT t.key, count(*), count(DISTINCT person_id) FROM event JOIN training t "
        "ON t.id = training_id GROUP BY 1"
    )
    assert query(store, courses) == [
        ("course-v1:FUN-MOOC+00001+session01", 2312, 817),
        ("course-v1:FUN-MOOC+00002+session01", 3688, 677),
    ]
    verbs = "SELECT name, count(*) FROM event JOIN action a ON a.id = action_id GROUP BY 1"
    assert dict(query(store, verbs)) == {
        **{"played": 1807, "paused": 1736, "interacted": 967, "seeked": 817},
        **{"initialized": 379, "completed": 183, "terminated": 98, "downloaded": 13},
    }
    done = "SELECT count(DISTINCT person_id), count(*) FROM completion"
    assert query(store, done) == [(169, 178)]
    assert query(store, "SELECT count(*) FROM enrolment WHERE implied = 0") == [(0,)]
    assert query(store, "SELECT count(*) FROM enrolment WHERE completed_at IS NOT NULL") == [(0,)]
    busiest = (
        "SELECT v.key, count(*) n, count(DISTINCT person_id) FROM event JOIN activity v "
        "ON v.id = activity_id GROUP BY 1 ORDER BY n DESC LIMIT 2"
    )
    assert query(store, busiest) == [
        ("uuid://0aecfa93-cef3-45ae-b7f5-a603e9e45f50", 1636, 298),
        ("uuid://d613b564-5d18-4238-a69c-0fc8cee5d0e7", 738, 296),
    ]
    most = (
        "SELECT substr(p.key, 1, 8), count(*) n FROM event JOIN person p ON p.id = person_id "
        "GROUP BY 1 ORDER BY n DESC LIMIT 5"
    )
    assert [n for _key, n in query(store, most)] == [117, 98, 91, 73, 63]
    assert query(store, "SELECT as_of, has_time, two_clocks FROM source") == [
        (when("2021-12-01 10:54:28"), 0, 0)
    ]
    for zone, expected in {
        "UTC": [(676, 364), (889, 460), (870, 445)],
        "Europe/Paris": [(663, 358), (894, 462), (869, 446)],
        "Asia/Kolkata": [(482, 254), (909, 464), (842, 443)],
        "America/New_York": [(682, 369), (888, 460), (870, 445)],
    }.items():
        days = ("2021-11-24", "2021-11-25", "2021-11-29")
        assert [on_day(store, day, zone) for day in days] == expected, zone


@pytest.fixture
async def record_store(tmp_path: Path) -> Path:
    report = await imported(shared_path("aspects/lrsql.jsonl.gz"), tmp_path / "s.db")
    table = report.table("statements")
    assert (table.read, table.kept) == (309, 282)
    assert table.refused == {
        "the same statement again": 3,
        "voided by another statement": 11,
        "voids another statement": 13,
    }
    return tmp_path / "s.db"


async def test_a_record_store_of_every_kind(record_store: Path) -> None:
    verbs = "SELECT name, count(*) FROM event JOIN action a ON a.id = action_id GROUP BY 1"
    assert dict(query(record_store, verbs)) == {
        **{"experienced": 70, "launched": 38, "initialized": 36, "answered": 23, "completed": 23},
        **{"progressed": 20, "paused": 19, "played": 18, "attempted": 8, "registered": 6},
        **{"login": 5, "enrolled": 4, "failed": 4, "passed": 3},
        **dict.fromkeys(("unregistered", "achieved", "viewed", "commented", "scored"), 1),
    }
    people = (
        "SELECT coalesce(p.name, 'nobody'), count(*) n FROM event e "
        "LEFT JOIN person p ON p.id = e.person_id GROUP BY 1 ORDER BY n DESC, 1"
    )
    found = query(record_store, people)
    assert [(name[:3], n) for name, n in found] == [
        *(("Cyd", 83), ("Ann", 81), ("Bob", 72), ("d9a", 41)),
        *(("Eli", 2), ("nob", 2), ("Coa", 1)),
    ]
    courses = (
        "SELECT t.key, count(*) FROM event LEFT JOIN training t ON t.id = training_id GROUP BY 1"
    )
    assert query(record_store, courses) == [(None, 8), (FIRE, 157), (AID, 117)]
    assert query(record_store, "SELECT count(*) FROM event WHERE flags & 1") == [(2,)]
    times = "SELECT count(*), sum(seconds) FROM event WHERE seconds IS NOT NULL AND flags & 2 = ?"
    assert query(record_store, times, 0) == [(93, 34_630.5)]
    assert query(record_store, times, 2) == [(1, 93_600.0)]
    assert query(record_store, "SELECT state, count(*) FROM answer GROUP BY 1") == [
        ("correct", 13),
        ("wrong", 10),
    ]
    assert query(record_store, "SELECT as_of FROM source") == [(when("2026-03-15 12:00:02"),)]
    assert [on_day(record_store, day) for day in ("2026-03-09", "2026-03-10")] == [(11, 4), (15, 4)]
    for zone in ("Europe/Paris", "Asia/Kolkata"):
        found = [on_day(record_store, day, zone) for day in ("2026-03-09", "2026-03-10")]
        assert found == [(2, 2), (24, 4)], zone


async def test_learning_in_a_record_store(record_store: Path) -> None:
    roster = "SELECT count(*), count(withdrawn_at), sum(implied) FROM enrolment"
    assert query(record_store, roster) == [(9, 1, 0)]
    done = (
        "SELECT p.name, t.key FROM enrolment e JOIN person p ON p.id = person_id "
        "JOIN training t ON t.id = training_id WHERE completed_at IS NOT NULL ORDER BY 1"
    )
    assert query(record_store, done) == [("Ann Baker", FIRE), ("Bob Boyle", FIRE)]
    never = (
        "SELECT substr(p.name, 1, 3), t.key FROM enrolment e JOIN person p ON p.id = e.person_id "
        "JOIN training t ON t.id = e.training_id WHERE NOT EXISTS (SELECT 1 FROM event v WHERE "
        "v.person_id = p.id AND v.training_id = t.id AND v.active = 1) ORDER BY 1"
    )
    assert query(record_store, never) == [("Eli", FIRE), ("d9a", AID)]
    assert query(record_store, "SELECT count(*) FROM completion") == [(7,)]
    results = (
        "SELECT substr(p.name, 1, 3), t.key, round(score, 2), passed FROM attempt a "
        "JOIN person p ON p.id = a.person_id JOIN training t ON t.id = a.training_id "
        "JOIN module m ON m.id = a.module_id WHERE m.kind = 'quiz' AND finished_at IS NOT NULL "
        "ORDER BY finished_at"
    )
    assert query(record_store, results) == [
        ("Ann", FIRE, 33.33, 0),
        ("Cyd", FIRE, 100.0, 1),
        ("d9a", FIRE, 33.0, 0),
        ("Cyd", AID, 33.33, 0),
        ("Ann", FIRE, 100.0, 1),
        ("Ann", AID, 66.67, 1),
        ("Bob", AID, None, 0),
    ]
