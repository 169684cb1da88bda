# ruff: noqa: S608 - the SQL is put together from constants of this file
"""The OULAD importer against the published checks: numbers from the CSV files themselves."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.oulad.importer import OuladImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from tests.shared import shared_path

pytestmark = pytest.mark.slow

RUNS = ("AAA_2013J", "AAA_2014J", "GGG_2014B")
DAY = "CAST(round(((e.id >> 20) - t.starts_at) / 86400.0) AS INTEGER)"
EVENTS = "event e JOIN training t ON t.id = e.training_id AND t.key = :run"
ROSTER = "enrolment n JOIN training t ON t.id = n.training_id AND t.key = :run"
ATTEMPTS = (
    "attempt x JOIN training t ON t.id = x.training_id AND t.key = :run "
    "JOIN module m ON m.id = x.module_id"
)
LAST_DAY_TO_100 = (
    "(SELECT max(CAST(round(((e.id >> 20) - t.starts_at) / 86400.0) AS INTEGER)) FROM event e "
    "WHERE e.training_id = n.training_id AND e.person_id = n.person_id "
    "AND (e.id >> 20) < t.starts_at + 100.5 * 86400)"
)
REGISTERED_100 = (
    "n.enrolled_at <= t.starts_at + 100.5 * 86400 AND "
    "(n.withdrawn_at IS NULL OR n.withdrawn_at > t.starts_at + 100.5 * 86400)"
)


class Loaded:
    """The store with the three presentations that have clicks, and the report of its import."""

    def __init__(self, connection: sqlite3.Connection, report: ImportReport) -> None:
        self.connection = connection
        self.report = report

    def all(self, sql: str, run: str = "") -> list[Any]:
        return self.connection.execute(sql, {"run": run}).fetchall()

    def one(self, sql: str, run: str = "") -> Any:
        row = self.all(sql, run)[0]
        return row[0] if len(row) == 1 else row


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    store: Path = tmp_path_factory.mktemp("oulad") / "store.sqlite3"
    # A zone with summer time: if days moved, the numbers below would too.
    options = ImportOptions(zone="Europe/Paris", only=RUNS)
    location = str(shared_path("oulad"))
    report = asyncio.run(run_import(OuladImporter(), location, store, options))
    with closing(sqlite3.connect(store)) as connection:
        yield Loaded(connection, report)


CHECKS = {
    "enrolments": (f"SELECT count(*) FROM {ROSTER}", (383, 365, 833)),
    "results": (
        "SELECT sum(reported_state = 'Pass'), sum(reported_state = 'Distinction'), "
        f"sum(reported_state = 'Fail'), sum(reported_state = 'Withdrawn') FROM {ROSTER}",
        ((258, 20, 45, 60), (229, 24, 46, 66), (350, 128, 255, 100)),
    ),
    "outcomes as dates": (
        f"SELECT count(completed_at), count(ended_at), count(withdrawn_at) FROM {ROSTER}",
        ((278, 45, 60), (253, 46, 66), (478, 255, 100)),
    ),
    "click rows": (f"SELECT count(*) FROM {EVENTS}", (180_982, 169_316, 123_319)),
    "clicks": (f"SELECT sum(e.weight) FROM {EVENTS}", (648_494, 598_158, 425_165)),
    "active learners": (f"SELECT count(DISTINCT e.person_id) FROM {EVENTS}", (378, 357, 773)),
    "never active": (
        f"SELECT count(*), sum(reported_state = 'Withdrawn'), sum(reported_state = 'Fail') "
        f"FROM {ROSTER} WHERE NOT EXISTS (SELECT 1 FROM event e "
        "WHERE e.training_id = n.training_id AND e.person_id = n.person_id)",
        ((5, 5, 0), (8, 8, 0), (60, 34, 26)),
    ),
    "day 0": (
        f"SELECT count(DISTINCT e.person_id), sum(e.weight), count(*) FROM {EVENTS} "
        f"WHERE {DAY} = 0",
        ((143, 4_611, 1_205), (130, 4_025, 1_110), (146, 2_172, 700)),
    ),
    "first and last day": (
        f"SELECT min({DAY}), max({DAY}) FROM {EVENTS}",
        ((-10, 268), (-24, 269), (-8, 241)),
    ),
    "length": (
        "SELECT CAST(round((ends_at - starts_at) / 86400.0) AS INTEGER) FROM training "
        "WHERE key = :run",
        (268, 269, 241),
    ),
    "most active learners on one day": (
        f"SELECT count(DISTINCT e.person_id), {DAY} FROM {EVENTS} GROUP BY 2 ORDER BY 1 DESC",
        ((264, 18), (245, 18), (233, 221)),
    ),
    "learner x day": (
        f"SELECT count(*) FROM (SELECT DISTINCT e.person_id, {DAY} FROM {EVENTS})",
        (34_072, 30_703, 26_352),
    ),
    "learner x page x day": (
        f"SELECT count(*) FROM (SELECT DISTINCT e.person_id, e.activity_id, {DAY} FROM {EVENTS})",
        (150_025, 130_965, 87_881),
    ),
    "rows that a DISTINCT would lose": (
        "SELECT sum(n - 1) FROM (SELECT count(*) AS n "
        f"FROM {EVENTS} GROUP BY e.person_id, e.activity_id, {DAY}, e.weight)",
        (7_439, 8_110, 14_432),
    ),
    "rows after unregistration": (
        f"SELECT count(*) FROM {EVENTS} JOIN enrolment n ON n.training_id = e.training_id "
        "AND n.person_id = e.person_id WHERE (e.id >> 20) > n.withdrawn_at",
        (46, 113, 35),
    ),
    "unregistered, before the start": (
        f"SELECT count(withdrawn_at), sum(withdrawn_at <= t.starts_at) FROM {ROSTER}",
        ((60, 7), (66, 13), (100, 26)),
    ),
    "submissions, with a score": (
        f"SELECT count(*), count(score) FROM {ATTEMPTS}",
        ((1_633, 1_631), (1_516, 1_515), (4_896, 4_895)),
    ),
    "banked": (f"SELECT sum(x.version IS 'banked') FROM {ATTEMPTS}", (0, 42, 0)),
    "mean score": (
        f"SELECT round(avg(score), 4) FROM {ATTEMPTS}",
        (69.4316, 68.5987, 79.5659),
    ),
    "mean without banked": (
        f"SELECT round(avg(score), 4) FROM {ATTEMPTS} WHERE x.version IS NOT 'banked'",
        (69.4316, 68.5248, 79.5659),
    ),
    "late": (
        f"SELECT count(*) FROM {ATTEMPTS} WHERE x.version IS NOT 'banked' "
        "AND x.finished_at > m.due_at",
        (386, 429, 508),
    ),
    "registered on day 100": (
        f"SELECT count(*) FROM {ROSTER} WHERE {REGISTERED_100}",
        (356, 335, 780),
    ),
    "of them quiet since day 93": (
        f"SELECT count(*) FROM {ROSTER} WHERE {REGISTERED_100} "
        f"AND coalesce({LAST_DAY_TO_100}, -999) < 93",
        (72, 87, 372),
    ),
    "of them never seen": (
        f"SELECT count(*) FROM {ROSTER} WHERE {REGISTERED_100} AND {LAST_DAY_TO_100} IS NULL",
        (0, 0, 28),
    ),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", CHECKS)
def test_check(loaded: Loaded, name: str, run: str) -> None:
    sql, expected = CHECKS[name]
    assert loaded.one(sql, run) == expected[RUNS.index(run)]


TOP = {
    "AAA_2013J": "312537 12882 1970390 11139 321942 10083 187100 8562 760729 7288",
    "AAA_2014J": "1576513 15716 2244332 13879 998493 10464 293824 7901 2596621 7649",
    "GGG_2014B": "626159 4423 447475 4040 31107 3873 620808 3843 616851 3773",
}


@pytest.mark.parametrize("run", RUNS)
def test_top_five_learners(loaded: Loaded, run: str) -> None:
    rows = loaded.all(
        f"SELECT p.key, sum(e.weight) FROM {EVENTS} JOIN person p ON p.id = e.person_id "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5",
        run,
    )
    assert " ".join(f"{key} {clicks}" for key, clicks in rows) == TOP[run]


def test_clicks_by_activity_type(loaded: Loaded) -> None:
    rows = loaded.all(
        f"SELECT c.name, sum(e.weight) FROM {EVENTS} JOIN action c ON c.id = e.action_id "
        "GROUP BY 1",
        "AAA_2013J",
    )
    assert dict(rows) == {
        "oucontent": 267_482,
        "forumng": 175_513,
        "homepage": 140_345,
        "subpage": 39_624,
        "url": 15_754,
        "resource": 7_365,
        "dataplus": 1_843,
        "glossary": 327,
        "oucollaborate": 241,
    }


def test_mean_score_by_kind(loaded: Loaded) -> None:
    rows = loaded.all(
        f"SELECT m.kind, round(avg(score), 4), count(score) FROM {ATTEMPTS} GROUP BY 1 ORDER BY 1",
        "GGG_2014B",
    )
    assert rows == [("CMA", 85.746, 3_063), ("TMA", 69.2331, 1_832)]


def test_learner_11391(loaded: Loaded) -> None:
    person = "JOIN person p ON p.id = e.person_id AND p.key = '11391'"
    assert loaded.one(
        f"SELECT count(*), sum(e.weight), count(DISTINCT {DAY}), count(DISTINCT e.activity_id), "
        f"min({DAY}), max({DAY}), date(min(e.id) >> 20, 'unixepoch'), "
        f"date(max(e.id) >> 20, 'unixepoch') FROM {EVENTS} {person}",
        "AAA_2013J",
    ) == (196, 934, 40, 55, -5, 253, "2013-09-26", "2014-06-11")
    assert loaded.one(
        f"SELECT date(n.enrolled_at, 'unixepoch'), reported_state FROM {ROSTER} "
        "JOIN person p ON p.id = n.person_id AND p.key = '11391'",
        "AAA_2013J",
    ) == ("2013-04-25", "Pass")
    scores = loaded.all(
        "SELECT m.key, score, CAST(round((x.finished_at - t.starts_at) / 86400.0) AS INTEGER) "
        f"FROM {ATTEMPTS} JOIN person p ON p.id = x.person_id AND p.key = '11391' "
        "ORDER BY x.finished_at",
        "AAA_2013J",
    )
    assert scores == [
        ("assessment:1752", 78, 18),
        ("assessment:1753", 85, 53),
        ("assessment:1754", 80, 115),
        ("assessment:1755", 85, 164),
        ("assessment:1756", 82, 212),
    ]


def test_the_three_together(loaded: Loaded) -> None:
    assert loaded.one("SELECT count(*), count(DISTINCT person_id) FROM enrolment") == (1_581, 1_545)
    assert loaded.one("SELECT count(*) FROM person") == 1_545
    assert loaded.one("SELECT count(*), sum(weight) FROM event") == (473_617, 1_671_817)


def test_every_row_is_kept_or_refused(loaded: Loaded) -> None:
    for counts in loaded.report.tables.values():
        assert counts.read == counts.kept + sum(counts.refused.values())
    assert loaded.report.tables["studentVle"].read == 473_617
    assert loaded.report.tables["studentVle"].kept == 473_617
    assert loaded.report.refused == 0


def test_the_day_tables_know_the_same(loaded: Loaded) -> None:
    """Clicks by day = clicks by kind = clicks by learner; days are those of the convention."""
    assert loaded.one(
        "SELECT sum(events), sum(rows), sum(page + quiz + media + resource + download + search "
        "+ login + forum + other) FROM training_day WHERE clock = 0 AND training_id = 0"
    ) == (1_671_817, 473_617, 1_671_817)
    assert loaded.one(
        "SELECT count(*), sum(events) FROM person_day WHERE clock = 0 AND training_id = "
        "(SELECT id FROM training WHERE key = :run) "
        "AND day = julianday('2013-10-01') - julianday('1970-01-01')",
        "AAA_2013J",
    ) == (143, 4_611)


@pytest.mark.slow
def test_all_presentations(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    location = str(shared_path("oulad"))
    report = asyncio.run(run_import(OuladImporter(), location, store, ImportOptions()))
    assert report.refused == 0
    with closing(sqlite3.connect(store)) as connection:
        whole = Loaded(connection, report)
        assert whole.one("SELECT count(*) FROM enrolment") == 32_593
        assert whole.one("SELECT count(*), sum(has_activity) FROM training") == (22, 3)
        with_exam = whole.all(
            "SELECT DISTINCT t.code FROM module m JOIN training t ON t.id = m.training_id "
            "WHERE m.kind = 'Exam' AND m.mandatory = 1 ORDER BY 1"
        )
        assert with_exam == [("CCC",), ("DDD",)]
