# ruff: noqa: S608 - the SQL is put together from constants of this file
"""The sample data: the same for the same seed, of the size asked for, and whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.errors import UsageError
from termstats.data.sample import SampleImporter
from termstats.data.store import schema
from tests.shared import ROOT

from .sample_store import AS_OF, SECOND, Sample, build, dump


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    store = Sample(build(tmp_path_factory.mktemp("sample") / "sample.sqlite3"))
    with closing(store.connection):
        yield store


# ---- the same, and of the size asked for ---------------------------------------------------------


def test_the_same_seed_gives_the_same_store(tmp_path: Path) -> None:
    size = {"learners": 60, "events": 1_500}
    first = dump(build(tmp_path / "1.sqlite3", seed=3, **size))
    assert dump(build(tmp_path / "2.sqlite3", seed=3, **size)) == first
    other = dump(build(tmp_path / "3.sqlite3", seed=4, **size))
    for table in ("person", "enrolment", "attempt", "answer", "event", "class_member"):
        assert other[table] != first[table], table


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    size = {"learners": 60, "events": 1_500}
    store = build(tmp_path / "1.sqlite3", **size)
    first = dump(store)
    assert dump(build(store, **size)) == first


@pytest.mark.parametrize(("learners", "events"), [(60, 1_000), (150, 9_000), (3_000, 1_000)])
def test_the_size_is_as_asked(tmp_path: Path, learners: int, events: int) -> None:
    store = Sample(build(tmp_path / "1.sqlite3", learners=learners, events=events))
    with closing(store.connection):
        assert store.one("SELECT count(*) FROM person") == learners
        assert store.one("SELECT count(*) FROM event") == events


@pytest.mark.parametrize(("learners", "events"), [(59, 1_000), (60, 999)])
def test_too_small_is_said(learners: int, events: int) -> None:
    with pytest.raises(UsageError, match="at least 60 learners and 1,000 events"):
        SampleImporter(learners=learners, events=events)


def test_the_default_size(sample: Sample) -> None:
    assert sample.one("SELECT count(*), sum(counted) FROM person") == (600, 581)
    assert sample.one("SELECT count(*) FROM event") == 10_500


def test_the_shipped_store_is_what_the_program_makes(tmp_path: Path) -> None:
    shipped = ROOT / "sample_data" / "sample.sqlite3"
    assert shipped.stat().st_size <= 3_000_000
    made = dump(build(tmp_path / "1.sqlite3"))
    for table, rows in dump(shipped).items():
        assert rows == made[table], f"{table} differs: run python -m termstats.data.sample"


def test_the_shipped_store_finds_the_days_of_a_person_without_looking_at_all() -> None:
    shipped = Sample(ROOT / "sample_data" / "sample.sqlite3")
    with closing(shipped.connection):
        plan = shipped.all(
            "EXPLAIN QUERY PLAN SELECT max(day) FROM person_day "
            "WHERE clock = 0 AND person_id = 5 AND training_id = 3 AND day <= 20000"
        )
        assert "person_id=? AND training_id=? AND day<?" in plan[-1][3]


# ---- whole ---------------------------------------------------------------------------------------

TARGETS = {
    "target_person_id": "person",
    "owner_id": "person",
    "package_id": "object",
    ("module", "parent_id"): "module",
    ("object", "parent_id"): "object",
    ("class_parent", "parent_id"): "class",
}
REFERENCES = [
    (table.name, column.name)
    for table in schema.CANONICAL_TABLES
    for column in table.columns
    if column.name.endswith("_id")
]


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_every_reference_resolves(sample: Sample, table: str, column: str) -> None:
    target = TARGETS.get((table, column)) or TARGETS.get(column) or column.removesuffix("_id")
    lost = sample.one(
        f'SELECT count(*) FROM "{table}" WHERE {column} IS NOT NULL '
        f'AND {column} NOT IN (SELECT id FROM "{target}")'
    )
    assert lost == 0


def test_nothing_happens_before_the_account_or_after_as_of(sample: Sample) -> None:
    assert sample.one("SELECT as_of FROM source") == AS_OF
    assert (
        sample.one(
            f"SELECT count(*) FROM event e JOIN person p ON p.id = e.person_id "
            f"WHERE {SECOND} < p.joined_at AND p.roles = 'learner' AND e.training_id IS NOT NULL"
        )
        == 0
    )
    assert sample.one(f"SELECT max{SECOND} FROM event e") <= AS_OF
    for table, column in (
        *(("enrolment", "enrolled_at"), ("enrolment", "completed_at")),
        *(("enrolment", "withdrawn_at"), ("attempt", "finished_at"), ("completion", "at")),
        *(("session", "ended_at"), ("person", "joined_at"), ("award", "at"), ("point", "at")),
    ):
        newest = sample.one(f"SELECT max({column}) FROM {table}")
        assert newest <= AS_OF, (table, column)
    assert (
        sample.one(
            "SELECT count(*) FROM attempt a JOIN enrolment n ON n.training_id = a.training_id "
            "AND n.person_id = a.person_id WHERE a.started_at < n.enrolled_at"
        )
        == 0
    )


def test_attempts_belong_to_enrolments(sample: Sample) -> None:
    assert (
        sample.one(
            "SELECT count(*) FROM attempt a WHERE NOT EXISTS (SELECT 1 FROM enrolment n "
            "WHERE n.training_id = a.training_id AND n.person_id = a.person_id)"
        )
        == 0
    )


def test_points_and_scores_of_attempts_follow_from_their_answers(sample: Sample) -> None:
    rows = sample.all(
        "SELECT a.points, a.max_points, a.score, a.passed, m.pass_mark, sum(x.points), "
        "sum(x.max_points), sum(x.state = 'pending'), a.evaluated FROM attempt a "
        "JOIN module m ON m.id = a.module_id JOIN answer x ON x.attempt_id = a.id GROUP BY a.id"
    )
    assert len(rows) > 1_000
    for points, maximum, score, passed, mark, gained, total, pending, evaluated in rows:
        assert (points, maximum) == (gained or 0.0, total)
        assert score == pytest.approx(100 * points / maximum)
        assert passed == (1 if score >= mark else 0)
        assert evaluated == (0 if pending else 1)


def test_questions_are_completed_when_first_answered(sample: Sample) -> None:
    rows = sample.all(
        "SELECT c.at, (SELECT min(a.finished_at) FROM attempt a JOIN answer x "
        "ON x.attempt_id = a.id WHERE a.person_id = c.person_id "
        "AND x.activity_id = c.activity_id AND x.state <> 'unanswered') FROM completion c "
        "JOIN activity v ON v.id = c.activity_id WHERE v.type = 'question'"
    )
    assert len(rows) > 1_000
    assert all(at == first for at, first in rows)


def test_completed_means_every_mandatory_module_passed(sample: Sample) -> None:
    """Derived here from the rows alone: best or newest attempt, or every activity completed."""
    modules: dict[int, list[Any]] = {}
    for row in sample.all(
        "SELECT training_id, id, keep, pass_mark FROM module WHERE mandatory = 1"
    ):
        modules.setdefault(row[0], []).append(row[1:])
    parts = sample.all("SELECT module_id, id FROM activity")
    attempts: dict[tuple[int, int], list[Any]] = {}
    for person, module, at, score in sample.all(
        "SELECT person_id, module_id, finished_at, score FROM attempt "
        "WHERE score IS NOT NULL ORDER BY finished_at"
    ):
        attempts.setdefault((person, module), []).append((at, score))
    done = {
        (p, a): at for p, a, at in sample.all("SELECT person_id, activity_id, at FROM completion")
    }
    completed = 0
    for training, person, at in sample.all(
        "SELECT training_id, person_id, completed_at FROM enrolment"
    ):
        until = AS_OF if at is None else at
        passed = []
        for module, keep, mark in modules.get(training, []):
            if mark is None:
                mine = [a for m, a in parts if m == module]
                passed.append(all(done.get((person, a), AS_OF + 1) <= until for a in mine))
                continue
            scores = [s for when, s in attempts.get((person, module), []) if when <= until]
            kept = (scores[-1] if keep == "newest" else max(scores)) if scores else None
            passed.append(kept is not None and kept >= mark)
        assert (bool(passed) and all(passed)) == (at is not None), (training, person)
        completed += at is not None
    assert completed > 100


# ---- Ben Bauer, worked out by hand ---------------------------------------------------------------

BEN = "JOIN person p ON p.id = {0}.person_id AND p.username = 'ben'"


def test_ben_failed_fire(sample: Sample) -> None:
    rows = sample.all(
        "SELECT m.title, a.number, a.points, a.max_points, a.score, a.passed, a.evaluated, "
        f"a.seconds FROM attempt a {BEN.format('a')} JOIN module m ON m.id = a.module_id "
        "ORDER BY a.started_at"
    )
    assert rows == [
        ("Intro", 1, 12.0, 20.0, 60.0, 1, 1, 150.0),
        ("Intro", 2, 16.0, 20.0, 80.0, 1, 1, 90.0),
        ("First Aid", 1, 15.0, 15.0, 100.0, 1, 1, 200.0),
        ("Fire", 1, 7.0, 20.0, 35.0, 0, 0, 300.0),
    ]


def test_ben_and_his_answers_about_fire(sample: Sample) -> None:
    rows = sample.all(
        "SELECT q.title, x.answer, q.correct_answer, x.state, x.points, x.max_points "
        f"FROM answer x JOIN attempt a ON a.id = x.attempt_id {BEN.format('a')} "
        "JOIN module m ON m.id = a.module_id AND m.title = 'Fire' "
        "JOIN question q ON q.id = x.question_id ORDER BY x.position"
    )
    assert [row[:5] for row in rows[:3]] == [
        ("Which extinguisher for oil?", "Water", "Foam or CO2", "wrong", 0.0),
        ("Where is the assembly point?", "Car park", "Car park", "correct", 5.0),
        ("Name two exits", "North", "North; South", "partly", 2.0),
    ]
    title, answer, _, state, points, maximum = rows[3]
    assert (title, state, points, maximum) == ("Describe an evacuation you led", "pending", None, 5)
    assert answer.startswith("In May we")


def test_ben_and_his_progress(sample: Sample) -> None:
    """Path: 4 + 4 + 3 + 2 + 2 activities; 11 answered. Score: (80 + 35 + 100 + 0 + 0) / 5."""
    rows = sample.all(
        "SELECT round(d.progress, 4), d.score, d.modules_passed, d.attempts "
        f"FROM enrolment_day d {BEN.format('d')} JOIN training t ON t.id = d.training_id "
        "AND t.key = 'safety' ORDER BY d.day"
    )
    assert rows == [
        (26.6667, 16.0, 1, 2),
        (46.6667, 36.0, 2, 3),
        (73.3333, 43.0, 2, 4),
    ]
    state = sample.all(
        "SELECT t.key, n.completed_at, n.withdrawn_at, date(n.enrolled_at, 'unixepoch') "
        f"FROM enrolment n {BEN.format('n')} JOIN training t ON t.id = n.training_id "
        "ORDER BY 1"
    )
    assert state == [
        ("onboarding", None, None, "2026-11-02"),
        ("safety", None, None, "2026-03-02"),
    ]
    assert sample.all(
        f"SELECT c.key FROM class c JOIN class_member k ON k.class_id = c.id {BEN.format('k')}"
    ) == [("north",)]
