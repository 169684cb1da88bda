"""docs/store.md: nothing of the schema without words, and queries that give what they promise."""

from __future__ import annotations

import asyncio
import csv
import io
import math
from pathlib import Path
from typing import Any

import pytest

from termstats.cli.store_page import store_page
from termstats.cli.store_queries import QUERIES
from termstats.data.model.request import Param
from termstats.data.store import schema
from termstats.data.store.schema.columns import REFERS_TO
from tests.cli.command import Capture, prints
from tests.data.figures.hand_store import Hand, dicts, make_store, report


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=lambda table: table.name)
def test_tables_and_columns_say_what_they_are(table: Any) -> None:
    assert table.comment
    assert [column.name for column in table.columns if not column.comment] == []
    refers = {column.name: column.info.get(REFERS_TO) for column in table.columns}
    assert set(filter(None, refers.values())) <= set(schema.metadata.tables)
    assert [name for name, target in refers.items() if name.endswith("_id") and not target] == []
    assert f"**{table.name}**: {table.comment}" in store_page()


def academy(hand: Hand) -> None:
    for key in ("ann", "ben", "cleo"):
        hand.person(key)
    hand.person("sam", staff=1)
    hand.training("T")
    hand.training("U")
    hand.module("M", "T", pass_mark=50.0, keep="best", mandatory=1)
    hand.activity("A", "T", "M")
    for number, points in ((1, 2.0), (2, 1.0)):
        hand.question(f"q{number}", "M", "A", position=number, max_score=points)
    for key in ("ann", "ben", "cleo", "sam"):
        done = {"completed_at": "2026-03-05"} if key == "ann" else {}
        hand.enrol(key, "T", "2026-02-20", **done)
    hand.enrol("ann", "U", "2026-02-20")
    _events(hand)
    # Who, when, score, passed, points of both questions.
    tries = (
        ("ann", "2026-03-01", 40.0, 0, (1.0, 0.0)),
        ("ann", "2026-03-02", 80.0, 1, (2.0, 1.0)),
        ("ben", "2026-03-02", 60.0, 1, (2.0, 0.0)),
        ("sam", "2026-03-02", 100.0, 1, (0.0, 1.0)),
    )
    for number, (who, at, score, passed, given) in enumerate(tries):
        hand.attempt(f"a{number}", who, "T", "M", finished_at=at, score=score, passed=passed)
        for question, points, most in zip(("q1", "q2"), given, (2.0, 1.0), strict=True):
            hand.answer(f"a{number}", question, points=points, max_points=most, state="partly")


def _events(hand: Hand) -> None:
    hand.event("2026-03-01 10:00", "ann", "page", "T", seconds=60.0)
    hand.event("2026-03-01 10:00", "ann", "page", "T", seconds=60.0, flags=4)
    hand.event("2026-03-02 10:00", "ann", "quiz", "T", seconds=30.0)
    hand.event("2026-03-02 11:00", "ben", "page", "T", seconds=100.0)
    hand.event("2026-03-02 12:00", "sam", "page", "T", seconds=500.0)
    hand.event("2026-03-03 09:00", "ann", "search", detail="rope", missed=1)
    hand.event("2026-03-03 10:00", "ben", "search", detail="rope")
    hand.event("2026-03-04 10:00", "ben", "search", detail="knot")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_store(tmp_path_factory.mktemp("academy"), academy))


VALUES = {"training": "T", "learner": "ann", "first": "2026-03-04", "last": "2026-03-04"}
EXPECTED: tuple[list[list[str | float]], ...] = (
    [[3, 4, 1, 0, 0, 0]],
    [["T", 3, 1, 100 / 3], ["U", 1, 0, 0]],
    [["T", "cleo"], ["U", "ann"]],
    [["2026-03-01", 1, 1, 0], ["2026-03-02", 2, 1, 1]],
    [[1]],
    [["ben", 100, "2026-03-02"], ["ann", 90, "2026-03-02"]],
    [["M", 2, 70, 2]],
    [["q2", 3, 1 / 3], ["q1", 3, 2.5 / 3]],
    [["rope", 2, 1], ["knot", 1, 0]],
    [
        ["2026-03-03 09:00:00", "search", "search", ""],
        ["2026-03-02 10:00:00", "quiz", "quiz", 30],
        ["2026-03-01 10:00:00", "page", "page", 60],
    ],
)
"""What each of the queries gives, worked out by hand."""


def equal(cell: str, wanted: str | float) -> bool:
    if isinstance(wanted, str):
        return cell == wanted
    return math.isclose(float(cell), wanted, rel_tol=1e-9)


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_queries_give_what_was_worked_out(store: Path, capsys: Capture, number: int) -> None:
    sql = QUERIES[number].sql
    given = [f"--param={name}={value}" for name, value in VALUES.items() if f":{name}" in sql]
    out = prints(["sql", sql, "--store", str(store), "--format", "csv", *given], capsys)
    rows = list(csv.reader(io.StringIO(out)))[1:]
    wanted = EXPECTED[number]
    assert len(rows) == len(wanted), rows
    for row, expected in zip(rows, wanted, strict=True):
        assert [equal(a, b) for a, b in zip(row, expected, strict=True)] == [True] * len(row), row
    assert sql in store_page()


async def test_the_figures_named_beside_them_say_the_same(store: Path) -> None:
    training = {Param.TRAINING: "T"}

    async def rows(figure: str, period: str = "all", **options: Any) -> list[dict[str, Any]]:
        return dicts(await report(store, figure, period, **options))

    cards = {row["metric"]: row["value"] for row in await rows("global.totals")}
    assert cards["users"] == EXPECTED[0][0][0]
    trainings = await rows("global.trainings")
    of_training = ("training_id", "learners", "completed", "completion")
    assert sorted([row[name] for name in of_training] for row in trainings) == EXPECTED[1]
    never = await rows("global.behind-enrolments", action="never_started")
    assert sorted([row["training_id"], row["learner_id"]] for row in never) == EXPECTED[2]
    days = [row for row in await rows("training.activity", keys=training) if row["total"]]
    kinds = ("total", "page", "quiz")
    assert [[str(row["day"]), *(row[n] for n in kinds)] for row in days] == EXPECTED[3]
    cards = {r["metric"]: r["value"] for r in await rows("global.totals", "2026-03-04")}
    assert cards["active_users"] == EXPECTED[4][0][0]
    learners = await rows("training.learners", keys=training)
    assert sorted(
        [row["learner_id"], row["time_spent"], str(row["last_activity"])]
        for row in learners
        if row["time_spent"]
    ) == sorted(EXPECTED[5])
    (module,) = await rows("training.content", keys=training)
    assert module["score"] == EXPECTED[6][0][2]
    asked = await rows("training.questions", keys=training)
    of_question = ("question_id", "responses", "difficulty")
    assert [[row[n] for n in of_question] for row in asked] == [
        [row[0], row[1], pytest.approx(row[2])] for row in EXPECTED[7]
    ]
    terms = await rows("global.search-terms")
    assert [[r["term"], r["searches"], r["without_result"]] for r in terms] == EXPECTED[8]
    timeline = await rows("learner.timeline", keys={Param.LEARNER: "ann"})
    events = [row for row in timeline if row["kind"] in ("page", "quiz", "search")]
    assert [f"{row['at']:%Y-%m-%d %H:%M:%S}" for row in events][: len(EXPECTED[9])] == [
        row[0] for row in EXPECTED[9]
    ]


def test_each_query_has_a_result_here() -> None:
    assert len(QUERIES) == len(EXPECTED) == 10
