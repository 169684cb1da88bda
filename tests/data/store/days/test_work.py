"""Who is active in a training: by events, and by own results where no event tells it first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.request import Param
from termstats.data.store import schema
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.store_file import query

RUN = {Param.TRAINING: "t"}


def fill(hand: Hand) -> None:
    hand.training("t")
    hand.module("m", "t", mandatory=1, pass_mark=50)
    hand.activity("x", "t", "m")
    for name in ("ana", "ben", "cho", "dan", "eva"):
        hand.person(name)
        hand.enrol(name, "t", "2026-01-01", completed_at="2026-03-15" if name == "eva" else None)
    tried: dict[str, Any] = {"finished_at": "2026-03-05", "score": 80, "passed": 1}
    hand.attempt("a1", "ana", "t", "m", **tried)
    # Carried over from before: neither the result nor what it completes is an act.
    hand.attempt("a2", "ben", "t", "m", flags=schema.FLAG_NO_ACTIVITY, **tried)
    hand.complete("ben", "t", "x", "2026-03-05")
    # Cho's work counts until the first event tells it.
    hand.attempt("a3", "cho", "t", "m", **tried)
    hand.event("2026-03-20 10:00", "cho", "page", "t")
    hand.attempt("a4", "cho", "t", "m", number=2, finished_at="2026-03-25", score=10)
    hand.event("2026-03-10 10:00", "dan", "search", "t", active=0)


@pytest.mark.parametrize(
    ("end", "active", "states"),
    [
        ("2026-03-04", 0, ["not started"] * 5),
        ("2026-03-31", 2, ["in progress", "not started", "in progress", "not started", "passed"]),
    ],
)
async def test_active_and_never_started_are_all(
    tmp_path: Path, end: str, active: int, states: list[str]
) -> None:
    path = await make_store(tmp_path, fill)
    period = f"2026-01-01..{end}"
    (row,) = dicts(await report(path, "global.trainings", period))
    # Eva's training is completed, of which nothing else is known: she is none of either.
    passed = states.count("passed")
    never = 5 - active - passed
    assert (row["learners"], row["active"], row["never_started"]) == (5, active, never)
    rows = dicts(await report(path, "training.learners", period, keys=RUN))
    assert [row["state"] for row in rows] == states
    # The same where people are asked about one by one.
    for name, state in zip(("ana", "ben", "cho", "dan", "eva"), states, strict=True):
        (row,) = dicts(await report(path, "learner.trainings", period, keys={Param.LEARNER: name}))
        assert row["state"] == state


async def test_work_is_no_event(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill)
    days = dict(
        query(
            path,
            "SELECT p.key, group_concat(date(d.day * 86400, 'unixepoch')) FROM person_day d "
            "JOIN person p ON p.id = d.person_id WHERE training_id <> 0 AND d.active = 1 "
            "GROUP BY 1",
        )
    )
    assert days == {"ana": "2026-03-05", "cho": "2026-03-05,2026-03-20"}
    assert query(path, "SELECT sum(rows), sum(events) FROM person_day WHERE training_id <> 0") == [
        (2, 2)
    ]
    # Active on the site is who has an event there.
    sites = "SELECT count(*) FROM person_day WHERE training_id = 0 AND active = 1"
    assert query(path, sites) == [(1,)]
