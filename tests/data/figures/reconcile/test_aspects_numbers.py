"""The 32 checks of the shared tables of Aspects, in their order; skipped where those are absent."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termstats.data.figures.reconcile.aspects_rows import site_of
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.request import Param, Request
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages.aspects_course import buckets_of
from termstats.data.platform_pages.aspects_pages import at_risk_pairs
from termstats.data.platform_pages.aspects_site import (
    WEEK,
    Site,
    last_answers_of,
    last_visits_of,
    scores_of,
    seconds_of,
    single,
    states_of,
    students_of,
)
from termstats.data.query.query import ask
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.store_file import query, when
from tests.data.importers.xapi.record_stores import URL, served, shared_tables

AS_OF = when("2024-03-13 00:00:00")
RUNS = (
    *("2bc51b", "81bba1", "1937e7", "682526", "e4380c"),
    *("528fdd", "0b1656", "db4c73", "57295b", "3fefec"),
)
"""Runs of the courses in the order of the checks."""
DAYS = ("2019-10-13", "2021-07-28", "2021-12-01", "2022-01-08", "2024-03-12")
ACTIVE = "active = 1"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("aspects") / "store.db"
    with served(shared_tables()):
        options = ImportOptions(as_of=AS_OF)
        asyncio.run(run_import(importers()["xapi"], URL, path, options))
    return path


async def site(store: Path, as_of: Second = AS_OF) -> Site:
    opened = await open_store(store)
    try:
        async with opened.connect() as connection:
            request = Request(Period(EPOCH, opened.info.today))
            q = await ask(connection, opened, EVERYTHING, request)
            return await site_of(q, RowId(1), as_of, None)
    finally:
        await opened.close()


async def pages(store: Path, period: str, **keys: str) -> dict[tuple[str, str], Any]:
    """Return (figure, key) -> (what Aspects shows unrounded, ours) of a page."""
    params = {Param(name): key for name, key in keys.items()}
    table = await report(store, "reconcile.aspects", period, keys=params)
    return {(r["figure"], r["key"]): (r["platform_raw"], r["termstats"]) for r in dicts(table)}


def by_run(store: Path, sql: str) -> list[int]:
    """Return the numbers of a query of (run, number), in the order of the checks."""
    found = dict(query(store, sql))
    return [found.get(run, 0) for run in RUNS]


def on_days(store: Path, zone: str, where: str = "1 = 1") -> list[tuple[int, int]]:
    """Return (people, events) of the five days in a zone."""
    found = []
    for day in DAYS:
        begin = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
        ends = [int(each.timestamp()) for each in (begin, begin + timedelta(days=1))]
        sql = "SELECT count(DISTINCT person_id), count(*) FROM event WHERE id >> 20 >= ? "
        found += query(store, f"{sql} AND id >> 20 < ? AND {where}", *ends)
    return found


def test_1_to_4_rows_and_verbs(store: Path) -> None:
    counts = "SELECT count(*), count(DISTINCT person_id), count(DISTINCT training_id) FROM event"
    assert query(store, counts) == [(9_659, 99, 10)]
    report_of = "SELECT json_extract(report, '$.tables.statements.read') FROM source"
    assert query(store, report_of) == [(10_575,)]
    ends = query(store, "SELECT min(id >> 20), max(id >> 20) FROM event")
    assert ends == [(when("2019-06-19 02:10:43"), when("2024-03-12 23:34:08"))]
    verbs = "SELECT name, count(*) FROM event JOIN action a ON a.id = action_id GROUP BY 1"
    assert dict(query(store, verbs)) == {
        **{"registered": 711, "unregistered": 18, "navigated": 738, "evaluated": 913},
        **{"asked": 145, "earned": 152, "passed": 3},
        **{"played": 2_490, "paused": 1_591, "seeked": 1_219, "initialized": 725},
        **{"completed": 548, "terminated": 406},
    }


async def test_5_to_9_enrolments(store: Path) -> None:
    roster = "SELECT count(*), count(*) - count(withdrawn_at) FROM enrolment"
    assert query(store, roster) == [(423, 417)]
    ever = {(each.course, each.actor) for each in (await site(store)).enrolments}
    assert len(ever) == 423
    shown = await pages(store, "2024-03")
    assert shown["currently_enrolled", ""] == (99.0, 99)
    now = (
        "SELECT version, count(*) FROM enrolment e JOIN training t ON t.id = e.training_id "
        "WHERE withdrawn_at IS {} NULL GROUP BY 1"
    )
    assert by_run(store, now.format("")) == [22, 21, 55, 37, 60, 24, 62, 55, 41, 40]
    assert by_run(store, now.format("NOT")) == [0, 1, 0, 0, 2, 0, 2, 0, 0, 1]
    tracks: Counter[str] = Counter()
    for (figure, key), (platform, ours) in shown.items():
        if figure == "enrolled_by_mode":
            assert platform == ours, key
            tracks[key.rpartition(" / ")[2]] += ours
    assert tracks == {"audit": 133, "honor": 162, "verified": 122}
    # Fault 6: what Aspects calls current is ever registered.
    course = await pages(store, "2024-03", training="course-v1:Org4+DemoX+0b1656")
    assert course["current_enrollees", ""] == (64.0, 62)


async def test_10_to_13_results(store: Path) -> None:
    done = (
        "SELECT version, count(completed_at) FROM enrolment e "
        "JOIN training t ON t.id = e.training_id GROUP BY 1"
    )
    assert by_run(store, done) == [6, 2, 5, 5, 6, 5, 7, 5, 6, 8]
    everything = await site(store)
    students, scores = students_of(everything), scores_of(everything)
    states = Counter(states_of(everything).get(pair, "none") for pair in students)
    assert states == {"passed": 55, "failed": 74, "none": 294}
    ever = {(e.course, e.actor) for e in everything.grades if e.state == "passed"}
    assert len(ever) == 61
    assert len(scores) == 127
    shown = await pages(store, "2024-03", training="course-v1:Org1+DemoX+1937e7")
    assert shown["grade_mean", ""] == (
        pytest.approx(0.1180, abs=5e-5),
        pytest.approx(0.4635, abs=5e-5),
    )
    buckets = buckets_of(single(scores.get(pair, 0.0)) for pair in students)
    assert buckets == [310, 11, 15, 12, 10, 7, 9, 10, 13, 26]
    assert buckets_of(scores.values())[0] == 14


async def test_14_to_20_activity(store: Path) -> None:
    courses = (
        "SELECT t.version, count(*) FROM event JOIN training t ON t.id = training_id GROUP BY 1"
    )
    assert by_run(store, courses) == [906, 1001, 999, 1003, 994, 924, 985, 981, 940, 926]
    people, events = (23, 30, 15, 24, 13), (50, 53, 19, 49, 26)
    assert on_days(store, "UTC") == list(zip(people, events, strict=True))
    own = [(21, 44), (26, 47), (14, 17), (23, 46), (10, 21)]
    assert on_days(store, "UTC", ACTIVE) == own
    for day, number, events_of, (active, _) in zip(DAYS, people, events, own, strict=True):
        shown = await pages(store, f"{day}..{day}")
        assert shown["active_learners", day] == (number, active)
        assert shown["event_activity", day][0] == events_of
    assert on_days(store, "Europe/Paris") == [(24, 48), (29, 52), (15, 18), (22, 46), (12, 26)]
    assert on_days(store, "Asia/Kolkata") == [(23, 46), (27, 47), (13, 15), (20, 38), (12, 28)]
    york = [(18, 43), (28, 48), (13, 15), (23, 37), (10, 21)]
    assert on_days(store, "America/New_York") == york
    learner = (
        "SELECT count(*), count(DISTINCT person_id), count(DISTINCT training_id || ',' || "
        "person_id), count(DISTINCT (id >> 20) / 86400) FROM event WHERE active = 1"
    )
    assert query(store, learner) == [(8_775, 99, 423, 881)]


async def test_21_to_24_problems(store: Path) -> None:
    answers = (await site(store)).answers
    last = last_answers_of(answers)
    assert (len(answers), sum(each.is_right for each in answers)) == (913, 448)
    assert len({each.problem for each in answers}) == 411
    assert (len(last), max(each.number for each in answers)) == (873, 9)
    right = [each for each in last.values() if each.is_right]
    assert abs(len(right) - 432) <= 3  # four pairs have equal numbers
    every = sum(each.number for each in last.values())
    assert every == 4_453
    assert round(sum(each.number for each in right) / every, 2) == 0.51
    first = [each for each in answers if each.number == 1]
    assert (len(first), sum(each.is_right for each in first)) == (98, 49)
    asked = (
        "SELECT detail, count(*) FROM event JOIN action a ON a.id = action_id "
        "WHERE a.name = 'asked' GROUP BY 1"
    )
    assert dict(query(store, asked)) == {"hint": 7, "answer": 138}


async def test_25_to_28_videos_pages_and_blocks(store: Path) -> None:
    plays = (
        "SELECT t.version, count(*) FROM event JOIN training t ON t.id = training_id "
        "JOIN action a ON a.id = action_id WHERE a.name = 'played' GROUP BY 1"
    )
    assert by_run(store, plays) == [214, 275, 271, 254, 255, 252, 234, 276, 220, 239]
    everything = await site(store)
    seen = seconds_of(everything.videos)
    assert sum(map(len, seen.values())) == 14_628
    assert sum(sum(counts.values()) for counts in seen.values()) == 14_900
    assert sum(n > 1 for counts in seen.values() for n in counts.values()) == 272
    assert (len({actor for _, actor in seen}), len({video for video, _ in seen})) == (80, 106)
    visited = set(last_visits_of(everything))
    assert (len(everything.visits), len(visited)) == (738, 310)
    registered = {p for p, s in students_of(everything).items() if s.is_registered}
    assert len(registered - visited) == 110
    modules = dict(query(store, "SELECT kind, count(*) FROM module GROUP BY 1"))
    activities = dict(query(store, "SELECT type, count(*) FROM activity GROUP BY 1"))
    assert (modules["section"], modules["subsection"]) == (51, 270)
    assert activities == {"page": 510, "problem": 660, "media": 230}
    assert query(store, "SELECT count(*) FROM training") == [(10,)]


@pytest.mark.parametrize(
    ("day", "not_passed", "at_risk", "idle", "never", "no_result"),
    [
        ("2022-01-01", 261, 187, 184, 67, 211),
        ("2023-01-01", 311, 226, 226, 85, 251),
        ("2024-03-13", 362, 262, 257, 98, 288),
    ],
)
async def test_29_and_30_learners_at_risk(
    store: Path, day: str, not_passed: int, at_risk: int, idle: int, never: int, no_result: int
) -> None:
    then = await site(store, when(f"{day} 00:00:00"))
    students, states, visits = students_of(then), states_of(then), last_visits_of(then)
    pairs = {
        pair
        for pair, each in students.items()
        if each.is_registered and states.get(pair) != "passed"
    }
    assert len(pairs) == not_passed
    assert len(at_risk_pairs(then)) == at_risk
    old = [pair for pair in pairs if pair in visits and visits[pair] < then.as_of - WEEK]
    assert (len(old), len(pairs - visits.keys())) == (idle, never)
    assert len(pairs - states.keys()) == no_result


async def test_30_those_who_are_missing_there_have_a_reason(store: Path) -> None:
    table = await report(store, "reconcile.aspects", "2024-03")
    lines = [row for row in dicts(table) if row["page"] == "at-risk"]
    assert sum(row["platform"] == "at risk" for row in lines) == 262
    for row in lines:
        assert row["reason"] if row["platform"] != row["termstats"] else not row["reason"]


def test_31_and_32_a_month_and_the_most_active(store: Path) -> None:
    month = (when("2022-01-01 00:00:00"), when("2022-02-01 00:00:00"))
    new = "SELECT count(*) FROM enrolment WHERE enrolled_at >= ? AND enrolled_at < ?"
    assert query(store, new, *month) == [(24,)]
    people = (
        "SELECT t.version, count(DISTINCT person_id) FROM event e JOIN training t "
        "ON t.id = training_id WHERE e.id >> 20 >= ? AND e.id >> 20 < ? AND active = 1 GROUP BY 1"
    )
    found = dict(query(store, people, *month))
    assert (found["682526"], found["e4380c"]) == (32, 44)
    most = (
        "SELECT substr(p.key, 1, 8), count(*) n, count(DISTINCT (e.id >> 20) / 86400) FROM event e "
        "JOIN person p ON p.id = e.person_id GROUP BY 1 ORDER BY n DESC LIMIT 3"
    )
    assert query(store, most) == [
        ("3c83b6e9", 217, 164),
        ("47f03e71", 208, 152),
        ("49a47dcd", 193, 147),
    ]
