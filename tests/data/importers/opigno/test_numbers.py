"""The Opigno importer on the team's dumps of one site; expected: its README, by hand, its rows."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.sources.dumps.loading import load_dump
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.model.units import Second
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.opigno.factory import at
from tests.data.importers.store_file import contents, query
from tests.shared import shared_path

TIMES = {
    1: at("2026-09-16 12:00:02"),
    2: at("2026-10-14 12:00:01"),
    3: at("2026-11-16 12:00:01"),
}
ENROLMENTS = (
    "FROM enrolment e JOIN person p ON p.id = e.person_id JOIN training t ON t.id = e.training_id"
)


def source(number: int) -> Path:
    return shared_path(f"opigno/site-{number}.sql.gz")


async def load(number: int, store: Path) -> ImportReport:
    options = ImportOptions(as_of=TIMES[number])
    return await run_import(OpignoImporter(), str(source(number)), store, options)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("opigno") / "store.db"
    asyncio.run(load(1, path))
    return path


@pytest.mark.parametrize("number", TIMES)
async def test_every_row_is_accounted_for(number: int, tmp_path: Path) -> None:
    found = await load(number, tmp_path / "store.db")
    assert len(found.tables) == 49
    async with load_dump(source(number)) as tables:
        for table, counts in found.tables.items():
            assert (table, counts.read) == (table, await tables.count(table))
            assert counts.read == counts.kept + sum(counts.refused.values())
    assert found.refused == 0
    assert found.gaps == [
        "table opigno_activity__field_true_false: no correct answers of true/false activities",
        "table file_managed: no names of uploaded files",
    ]


@pytest.mark.parametrize("number", TIMES)
async def test_completion_is_what_the_site_recorded(number: int, tmp_path: Path) -> None:
    await load(number, tmp_path / "store.db")
    rows = query(
        tmp_path / "store.db",
        "SELECT data FROM reported_row WHERE name = 'opigno_learning_path_achievements'",
    )
    recorded = {}
    for row in (json.loads(data) for (data,) in rows):
        moment = at(row["completed"]) if row["completed"] else None
        if row["uid"] == 11 and moment is not None:
            moment = Second(moment - 9 * 3_600)  # the one in Tokyo
        recorded[str(row["uid"]), str(row["gid"])] = moment
    ours = query(tmp_path / "store.db", f"SELECT p.key, t.key, e.completed_at {ENROLMENTS}")
    assert {(person, training): done for person, training, done in ours} == recorded


async def test_nothing_is_lost(store: Path) -> None:
    expected = {
        "person": 13, "training": 5, "class": 2, "class_training": 3, "class_member": 6,
        "enrolment": 18, "answer": 27, "module": 12, "question": 13, "activity": 14,
    }  # fmt: skip
    for table, rows in expected.items():
        assert (table, query(store, f'SELECT count(*) FROM "{table}"')) == (table, [(rows,)])  # noqa: S608
    own = "SELECT count(*) FROM attempt WHERE key NOT LIKE '%:%'"
    assert query(store, own) == [(19,)]
    assert query(store, "SELECT kind, count(*) FROM award GROUP BY 1 ORDER BY 1") == [
        ("badge", 2),
        ("certificate", 1),
        ("skill", 4),
    ]
    assert query(store, "SELECT name, platform, version, zone FROM source") == [
        ("opigno", "opigno", "3.x", "UTC")
    ]


async def test_who_is_gone_is_kept_and_marked(tmp_path: Path) -> None:
    await load(2, tmp_path / "store.db")
    people = "SELECT key, deleted, blocked FROM person WHERE deleted = 1 OR blocked = 1"
    assert query(tmp_path / "store.db", people) == [("16", 0, 1), ("15", 1, 0)]
    trainings = "SELECT key, published FROM training WHERE status = 'deleted'"
    assert query(tmp_path / "store.db", trainings) == [("9", 0)]
    left = f"SELECT p.key, t.key {ENROLMENTS} WHERE e.withdrawn_at IS NOT NULL ORDER BY 1"
    assert query(tmp_path / "store.db", left) == [("15", "3"), ("7", "4")]


async def test_a_later_dump_over_an_earlier_one_is_the_later_one(
    store: Path, tmp_path: Path
) -> None:
    # This site dropped no row for good: tests/importers/test_history.py has what is kept then.
    both, alone = tmp_path / "both.db", tmp_path / "alone.db"
    shutil.copyfile(store, both)
    await load(2, both)
    await load(2, alone)
    assert contents(both) == contents(alone)
    await load(2, both)
    assert contents(both) == contents(alone)


async def test_an_earlier_dump_over_a_later_one_is_the_earlier_one(
    store: Path, tmp_path: Path
) -> None:
    await load(2, tmp_path / "store.db")
    await load(1, tmp_path / "store.db")
    assert contents(tmp_path / "store.db") == contents(store)


async def test_twice_is_once(store: Path, tmp_path: Path) -> None:
    await load(1, tmp_path / "store.db")
    await load(1, tmp_path / "store.db")
    assert contents(tmp_path / "store.db") == contents(store)


async def test_global_trainings(store: Path) -> None:
    rows = dicts(await report(store, "global.trainings", "2026-08-18..2026-09-16"))
    found = {r["training_id"]: (r["learners"], r["completed"], r["progress"]) for r in rows}
    assert found == {
        # 100, 100, three of four answered, one of four
        "3": (4, 2, pytest.approx(75)),
        "4": (3, 1, pytest.approx(100 / 3)),
        # 100, two of three, nothing
        "6": (3, 1, pytest.approx(500 / 9)),
        "7": (2, 1, pytest.approx(50)),
        "8": (0, 0, None),
    }


async def test_global_totals(store: Path) -> None:
    rows = dicts(await report(store, "global.totals", "2026-08-18..2026-09-16"))
    found = {row["metric"]: row["value"] for row in rows}
    assert found["users"] == 8
    assert found["trainings"] == 5
    assert found["enrolments"] == 12
    assert found["completions"] == 3
    assert found["completion"] == pytest.approx((50 + 100 / 3 + 100 / 3 + 50) / 4)
    assert found["progress"] == pytest.approx((75 + 100 / 3 + 500 / 9 + 50) / 4)
    # Attempts of four learners, and three hours at a session.
    assert found["time_spent"] == 1_015 + 679 + 305 + 91 + 3 * 3_600


async def test_a_learner(store: Path) -> None:
    period = "2026-08-18..2026-09-16"
    ana = {Param.LEARNER: "5"}
    totals = dicts(await report(store, "learner.totals", period, keys=ana))
    assert {row["metric"]: row["value"] for row in totals}["time_spent"] == 1_015
    trainings = dicts(await report(store, "learner.trainings", period, keys=ana))
    scores = {row["training_id"]: (row["state"], row["score"]) for row in trainings}
    # Safety: 87 and 70; Data Protection: course 80, no points 100, essay 75.
    assert scores == {"3": ("passed", 78.5), "4": ("passed", 85.0)}
    gus = dicts(await report(store, "learner.trainings", period, keys={Param.LEARNER: "12"}))
    assert [(r["training_id"], r["score"], r["progress"]) for r in gus] == [("7", 0.0, 0.0)]


async def test_keep_newest_and_the_certificate_that_ended(tmp_path: Path) -> None:
    await load(3, tmp_path / "store.db")
    rows = dicts(
        await report(
            tmp_path / "store.db", "training.learners", "2026-11", keys={Param.TRAINING: "6"}
        )
    )
    found = {row["learner_id"]: (row["state"], row["score"]) for row in rows}
    assert found == {
        "8": ("expired", 85.0),
        "10": ("in progress", 50.0),
        "11": ("expired", 100.0),
    }
