"""`reconcile.aspects` on a store of few statements: lines, ours, and reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, make_store, report
from tests.data.importers.store_file import when
from tests.data.importers.xapi.factory import imported, lines, statement
from tests.data.importers.xapi.record_stores import EDX, RUN, open_edx

ANA, BO = "5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11", "6b8be8d7-9c8d-4b1f-9e64-7e1f5c2d4d22"
AS_OF = when("2026-03-20 00:00:00")
Lines = dict[tuple[str, str], tuple[Any, Any, str]]


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    """Ana did all kinds of things and left; Bo was registered and never came."""
    statements, _tables = open_edx(ANA)
    registered = statement("bo", EDX["registered"], statements[0]["object"], "2026-03-02T11:00:00")
    registered["actor"] = {"account": {"homePage": "http://edx.example", "name": BO}}
    path = tmp_path / "s.db"
    await imported(lines(tmp_path / "log.jsonl", [*statements, registered]), path, as_of=AS_OF)
    return path


async def page(store: Path, **keys: str) -> Lines:
    params = {Param(name): key for name, key in keys.items()}
    table = await report(store, "reconcile.aspects", "2026-03", keys=params)
    return {
        (row["figure"], row["key"]): (row["platform"], row["termstats"], row["reason"])
        for row in dicts(table)
    }


async def test_the_site_beside_ours(store: Path) -> None:
    shown = await page(store)
    day = "2026-03-02"
    assert shown["event_activity", day] == ("13", 13, "")
    assert shown["active_learners", day][:2] == ("2", 1)
    assert "enrolments that the site makes" in shown["active_learners", day][2]
    assert shown["enrolments_registered", day][0] == "3"  # two of Ana: she changed her track
    assert shown["currently_enrolled", ""] == ("1", 1, "")
    assert shown["last_event", ""] == ("2026-03-02 11:00:00", "2026-03-02 11:00:00", "")
    # Nobody of Aspects' list: Ana has left, and Bo has no visit that it could join.
    platform, ours, reason = shown["at_risk", f"{RUN} / {BO}"]
    assert (platform, ours) == ("", "never started")
    assert reason.startswith("Aspects joins the last visits")


async def test_a_course_beside_ours(store: Path) -> None:
    shown = await page(store, training=RUN)
    assert shown["current_enrollees", ""][:2] == ("2", 1)
    assert shown["track", "audit"][:2] == ("2", 1)
    # Her last grade is 0.2121 of 0.2121 and no grade; ours are of those who are there: none.
    assert shown["grade_mean", ""][:2] == ("0.11", None)
    assert shown["passed", ""][:2] == ("1", 0)
    problem = "block-v1:Org+Demo+2026+type@problem+block@p1"
    assert shown["problem_correct", problem][:2] == ("2", 1)
    assert "nine times" in shown["problem_correct", problem][2]
    assert shown["last_success", f"{problem} / {ANA}"] == ("1", 1, "")
    assert shown["page_views", "2026-03"][1:] == (
        None,
        "termstats has no number of the same meaning",
    )


async def test_a_learner_beside_ours(store: Path) -> None:
    shown = await page(store, learner=BO)
    assert shown["state", RUN] == ("failed", "not started", "no result reads failed there")
    assert shown["grade", RUN][:2] == ("0", None)
    assert shown["enrolled", RUN] == ("2026-03-02 11:00:00", "2026-03-02 11:00:00", "")


async def test_it_says_how_many_have_a_grade(store: Path) -> None:
    table = await report(store, "reconcile.aspects", "2026-03")
    # Ana has one, but has left.
    assert "0 of 1 enrolment have a grade of the course." in table.notes


async def test_without_statements_it_says_how_to_get_them(tmp_path: Path) -> None:
    store = await make_store(tmp_path, lambda _writer: None)
    table = await report(store, "reconcile.aspects", "2026-03")
    assert not table.rows
    assert "termstats import xapi SOURCE" in table.empty
