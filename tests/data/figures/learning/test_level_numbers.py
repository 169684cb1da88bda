"""Training and learner figures of real data against the numbers of the platform documents."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.shared import shared_path

pytestmark = pytest.mark.slow

AAA = {Param.TRAINING: "AAA_2013J"}
LEARNER = {Param.LEARNER: "11391"}
COURSE = {Param.TRAINING: "1"}
DEMO, TEACHER = {Param.LEARNER: "2"}, {Param.LEARNER: "4"}
QUIZ = {Param.MODULE: "activity:18"}
W1 = "2018-05-01..2018-05-31"
W2 = "2016-05-01..2016-06-30"


def imported(platform: str, source: Path, folder: Path, only: tuple[str, ...] = ()) -> Path:
    path = folder / "store.sqlite3"
    asyncio.run(run_import(importers()[platform], str(source), path, ImportOptions(only=only)))
    return path


@pytest.fixture(scope="module")
def oulad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_path("oulad")
    return imported("oulad", source, tmp_path_factory.mktemp("oulad"), ("AAA_2013J",))


@pytest.fixture(scope="module")
def oppia(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_path("oppia/oppia.sqlite3")
    return imported("oppia", source, tmp_path_factory.mktemp("oppia"))


async def test_learner_11391(oulad: Path) -> None:
    (training,) = dicts(await report(oulad, "learner.trainings", "all", keys=LEARNER))
    assert training["enrolled"] == date(2013, 4, 25)
    assert (training["state"], training["score"], training["progress"]) == ("passed", 82, 100)
    assert training["last_activity"] == date(2014, 6, 11)
    assert training["time_spent"] is None
    modules = dicts(await report(oulad, "learner.modules", "all", keys={**LEARNER, **AAA}))
    assert [(row["module"], row["score"], row["completed"]) for row in modules[:5]] == [
        ("TMA 1752", 78, date(2013, 10, 19)),
        ("TMA 1753", 85, date(2013, 11, 23)),
        ("TMA 1754", 80, date(2014, 1, 24)),
        ("TMA 1755", 85, date(2014, 3, 14)),
        ("TMA 1756", 82, date(2014, 5, 1)),
    ]


async def test_the_timeline_of_learner_11391_has_every_click_row(oulad: Path) -> None:
    table = await report(oulad, "learner.timeline", "all", keys=LEARNER, limit=500)
    assert len(table.rows) == 196
    assert table.after is None
    days = {str(at)[:10] for at in table.column("at")}
    assert (len(days), min(days), max(days)) == (40, "2013-09-26", "2014-06-11")


async def test_learners_of_a_presentation(oulad: Path) -> None:
    rows = dicts(await report(oulad, "training.learners", "all", keys=AAA))
    assert Counter(row["state"] for row in rows) == {
        "passed": 258 + 20,
        "failed": 45,
        "withdrawn": 60,
    }
    assert sum(1 for row in rows if row["last_activity"] is None) == 5
    # Day 100 of the presentation.
    rows = dicts(await report(oulad, "training.learners", "2014-01-09", keys=AAA))
    assert sum(1 for row in rows if row["state"] != "withdrawn") == 356


async def test_clicks_by_type(oulad: Path) -> None:
    clicks: Counter[str] = Counter()
    for row in dicts(await report(oulad, "training.activities", "all", keys=AAA)):
        clicks[row["type"]] += row["actions"]
    assert {name: number for name, number in clicks.items() if number} == {
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


async def test_the_quiz_of_the_demo_user(oppia: Path) -> None:
    attempts = dicts(await report(oppia, "learner.attempts", "all", keys={**DEMO, **QUIZ}))
    assert sorted(row["points"] for row in attempts) == [1, 1.33, 1.33, 2.33, 5.66]
    assert {row["max"] for row in attempts} == {10}
    assert {row["state"] for row in attempts} == {"failed"}
    modules = dicts(await report(oppia, "learner.modules", "all", keys={**DEMO, **COURSE}))
    (quiz,) = [row for row in modules if row["module_id"] == "activity:18"]
    assert (quiz["attempts"], quiz["state"], quiz["pass_mark"]) == (5, "failed", 80)
    assert [round(quiz[name], 1) for name in ("best", "first", "newest")] == [56.6, 23.3, 13.3]


async def test_question_indices(oppia: Path) -> None:
    rows = dicts(await report(oppia, "training.questions", "all", keys={**COURSE, **QUIZ}))
    # The platform document's facility of questions 132 to 141, the hardest first.
    facility = (0.2, 0.6, 0, 0, 0.2, 0, 0.33, 0, 0.8, 0.2)
    by_question = {str(number): value for number, value in enumerate(facility, 132)}
    assert {row["responses"] for row in rows} == {5}
    assert {row["question_id"]: round(row["difficulty"], 2) for row in rows} == by_question
    assert [row["difficulty"] for row in rows] == sorted(row["difficulty"] for row in rows)
    assert {row["flag"] for row in rows} == {"too few"}


async def test_responses_of_the_quiz_and_the_feedback(oppia: Path) -> None:
    table = await report(oppia, "training.quiz-responses", "all", keys=QUIZ)
    # The platform's export has 25 columns.
    ours = {"attempt_id", "learner", "number", "score", "passed", "version"}
    names = {column.name for column in table.columns}
    assert (len(table.rows), len(names - ours)) == (5, 25)
    assert ours <= names
    feedbacks: Counter[object] = Counter()
    table = await report(
        oppia, "training.feedback-responses", "all", keys={Param.MODULE: "activity:65323"}
    )
    feedbacks.update(table.column("learner_id"))
    assert feedbacks == {"2": 14, "4": 17}


@pytest.mark.parametrize(("period", "rows"), [(W1, 21), (W2, 125)])
async def test_the_tracker_log_of_a_course(oppia: Path, period: str, rows: int) -> None:
    table = await report(oppia, "training.tracker-log", period, keys=COURSE)
    assert len(table.rows) == rows


@pytest.mark.parametrize(
    ("who", "period", "events", "time"),
    [(DEMO, W1, 17, 231), (DEMO, W2, 119, 10_260), (TEACHER, W1, 4, 46), (TEACHER, W2, 6, 588)],
)
async def test_events_and_time_of_a_learner_in_the_course(
    oppia: Path, who: dict[Param, str], period: str, events: int, time: int
) -> None:
    table = await report(oppia, "learner.timeline", period, keys={**who, **COURSE})
    assert len(table.rows) == events
    assert sum(row["duration"] or 0 for row in dicts(table)) == time


async def test_badges_and_points(oppia: Path) -> None:
    assert len((await report(oppia, "learner.badges", "all", keys=DEMO)).rows) == 1
    (row,) = [
        row
        for row in dicts(await report(oppia, "training.learners", "all", keys=COURSE))
        if row["learner_id"] == "4"
    ]
    assert row["points"] == 10
