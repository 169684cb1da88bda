"""Who of OULAD is active, and what became of them: by dates first, by the results at the end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oulad.factory import TABLES, load, tables, write_folder
from tests.data.importers.store_file import query, when

RUN = {Param.TRAINING: "AAA_2014B"}
"""From 1 to 11 February 2014."""
HEAD = {name: lines[0] for name, lines in TABLES.items()}


def learner(key: int, result: str) -> str:
    return f"AAA,2014B,{key},F,Wales,HE Qualification,20-30%,0-35,0,30,N,{result}"


CONTENT = {
    "courses": [HEAD["courses"], "AAA,2014B,10"],
    "assessments": [HEAD["assessments"], "AAA,2014B,1,TMA,4,50", "AAA,2014B,2,TMA,6,50"],
    "vle": [HEAD["vle"], "900,AAA,2014B,oucontent,,"],
    "studentInfo": [
        HEAD["studentInfo"],
        learner(1, "Pass"),  # submits everything by day 5
        learner(2, "Withdrawn"),  # no date, only a banked result
        learner(3, "Fail"),  # left on day 3, submitted without a click on day 2
        learner(4, "Withdrawn"),  # left on day 20, after the end
        learner(5, "Fail"),  # nothing at all
    ],
    "studentRegistration": [
        HEAD["studentRegistration"],
        "AAA,2014B,1,-3,",
        "AAA,2014B,2,-3,",
        "AAA,2014B,3,-3,3",
        "AAA,2014B,4,-3,20",
        "AAA,2014B,5,-3,",
    ],
    "studentAssessment": [
        HEAD["studentAssessment"],
        "1,1,4,0,80",
        "2,1,5,0,60",
        "1,2,-1,1,70",
        "1,3,2,0,40",
    ],
    "studentVle": [HEAD["studentVle"], "AAA,2014B,1,900,-1,4", "AAA,2014B,4,900,1,2"],
}


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    await load(write_folder(tmp_path / "oulad", tables(**CONTENT)), path)
    return path


async def states(store: Path, period: str) -> dict[str, Any]:
    rows = dicts(await report(store, "training.learners", period, keys=RUN))
    return {row["learner_id"]: row["state"] for row in rows}


async def test_as_of_covers_submissions_and_results(store: Path) -> None:
    assert query(store, "SELECT as_of FROM source") == [(when("2014-02-11T23:59:59"),)]
    # Registered on 29 January.
    days = query(store, "SELECT date(first_day * 86400, 'unixepoch') FROM source")
    assert days == [("2014-01-29",)]


async def test_before_the_end_dates_tell_the_state(store: Path) -> None:
    # Day 8: everything of learner 1 is done, and yet nobody has failed.
    assert await states(store, "2014-02-01..2014-02-09") == {
        "1": "in progress",
        "2": "not started",
        "3": "withdrawn",
        "4": "in progress",
        "5": "not started",
    }


async def test_from_the_last_day_on_the_result_does(store: Path) -> None:
    assert await states(store, "2014-02-01..2014-02-11") == {
        "1": "passed",
        "2": "withdrawn",
        "3": "failed",
        "4": "withdrawn",
        "5": "failed",
    }


@pytest.mark.parametrize(
    ("end", "active", "never"),
    # Learner 3 submits on day 2 without a click: that is activity. A banked result is none.
    [("2014-01-31", 1, 4), ("2014-02-02", 2, 3), ("2014-02-03", 3, 2), ("2014-02-11", 3, 2)],
)
async def test_active_and_never_started_are_all(
    store: Path, end: str, active: int, never: int
) -> None:
    period = f"2014-01-01..{end}"
    (row,) = dicts(await report(store, "global.trainings", period))
    assert (row["learners"], row["active"], row["never_started"]) == (5, active, never)
    cards = {r["metric"]: r["value"] for r in dicts(await report(store, "global.totals", period))}
    assert cards["never_started"] == never
    rows = dicts(await report(store, "global.attention", period))
    assert Counter(r["reason"] for r in rows)["never started"] == never


async def test_without_clicks_who_started_is_unknown(tmp_path: Path) -> None:
    content = tables(**{**CONTENT, "studentVle": [HEAD["studentVle"]]})
    store = tmp_path / "silent.sqlite3"
    await load(write_folder(tmp_path / "silent", content), store)
    (row,) = dicts(await report(store, "global.trainings", "all"))
    assert (row["active"], row["never_started"]) == (None, None)
    table = await report(store, "training.totals", "all", keys=RUN)
    cards = {r["metric"]: r["value"] for r in dicts(table)}
    assert (cards["active_users"], cards["never_started"], cards["failed"]) == (None, None, 2)
    assert any("unknown there, not zero" in note for note in table.notes)
    attention = await report(store, "global.attention", "all")
    assert attention.rows == ()
    assert "Left out: 5 enrolments in trainings without activity data." in attention.notes
    # Who submitted has begun.
    assert (await states(store, "2014-02-01..2014-02-09"))["1"] == "in progress"
