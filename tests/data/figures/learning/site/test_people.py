"""Who stopped and who needs help, on stores small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, dicts, make_store, report

MARCH = "2026-03"


async def test_inactive_people(tmp_path: Path) -> None:
    def silent(hand: Hand) -> None:
        hand.person("a", email="a@x.org")
        hand.person("b")
        hand.person("c")
        hand.training("t")
        hand.enrol("a", "t", "2025-01-01")
        hand.event("2026-02-27 10:00", "a", "page", "t")
        hand.event("2026-02-28 10:00", "b", "page", "t")

    path = await make_store(tmp_path, silent)
    rows = dicts(await report(path, "global.inactive", MARCH))
    assert [(r["window"], r["people"], r["inactive"]) for r in rows[:2]] == [
        ("1 month", 2, 1),  # 28 February is within a month of 31 March, 27 is not
        ("3 months", 2, 0),
    ]
    names = dicts(await report(path, "global.inactive-people", MARCH))
    assert [(r["learner_id"], r["email"], r["days"], r["trainings"]) for r in names] == [
        ("a", "a@x.org", 32, 1)
    ]


async def test_attention(tmp_path: Path) -> None:
    def needy(hand: Hand) -> None:
        hand.training("t")
        hand.module("m", "t", mandatory=1, pass_mark=50)
        hand.activity("x", "t", "m")
        for name in ("never", "stalled", "failing", "fine", "gone", "left", "expired", "soon"):
            hand.person(name)
        hand.enrol("never", "t", "2026-03-01")
        hand.enrol("stalled", "t", "2026-01-01")
        hand.event("2026-02-15 10:00", "stalled", "page", "t")
        hand.enrol("failing", "t", "2026-01-01")
        hand.complete("failing", "t", "x", "2026-03-25")
        hand.event("2026-03-25 10:00", "failing", "quiz", "t")
        hand.enrol("fine", "t", "2026-01-01")
        hand.event("2026-03-20 10:00", "fine", "page", "t")
        hand.enrol("gone", "t", "2026-01-01", withdrawn_at="2026-02-01")
        hand.enrol("left", "t", "2026-01-01", withdrawn_at="2026-02-01")
        hand.event("2026-01-15 10:00", "left", "page", "t")
        for name, until in (("expired", "2026-03-15"), ("soon", "2026-04-15")):
            hand.enrol(name, "t", "2025-01-01", completed_at="2025-03-15", valid_until=until)

    path = await make_store(tmp_path, needy)
    table = await report(path, "global.attention", MARCH)
    rows = dicts(table)
    assert [(r["reason"], r["learner_id"], str(r["since"]), r["state"]) for r in rows] == [
        ("certificate expired", "expired", "2026-03-15", "expired"),
        ("certificate expiring", "soon", "2026-04-15", "passed"),
        ("failing", "failing", "2026-03-25", "failed"),
        ("stalled", "stalled", "2026-02-15", "in progress"),
        ("never started", "never", "2026-03-01", "not started"),
        # Longer ago, and yet behind whom a call may still help.
        ("never started", "gone", "2026-01-01", "withdrawn"),
    ]
    # Whoever the card counts has a row.
    cards = {r["metric"]: r["value"] for r in dicts(await report(path, "global.totals", MARCH))}
    assert cards["never_started"] == 2
    assert any(note.startswith("Left out: 1 who began") for note in table.notes)
    assert any("never started 1 " in note for note in table.notes)
    # On 28 February one certificate was about to expire, and gone, failing and fine had not begun.
    reasons = await report(path, "global.attention-reasons", MARCH)
    assert [row[:4] for row in reasons.rows] == [
        ("certificate expired", 1, 1, 1),
        ("certificate expiring", 1, 0, 1),
        ("failing", 1, 1, 1),
        ("stalled", 1, 1, 1),
        ("never started", 2, -1, 2),
    ]


async def test_who_passes_in_the_end_has_not_failed_before(tmp_path: Path) -> None:
    def late(hand: Hand) -> None:
        hand.training("t")
        hand.module("m", "t", mandatory=1, pass_mark=50)
        hand.activity("x", "t", "m")
        for name, passed in (("ana", "2026-03-20"), ("ben", None)):
            hand.person(name)
            hand.enrol(name, "t", "2026-01-01", completed_at=passed)
            hand.complete(name, "t", "x", "2026-02-10")

    path = await make_store(tmp_path, late)
    for period, ana in (("2026-02", "in progress"), (MARCH, "passed")):
        rows = dicts(await report(path, "training.learners", period, keys={Param.TRAINING: "t"}))
        assert [row["state"] for row in rows] == [ana, "failed"]


async def test_of_leaving_and_failing_the_later_counts(tmp_path: Path) -> None:
    def over(hand: Hand) -> None:
        hand.training("t")
        for name, left, ended in (
            ("ana", "2026-02-10", "2026-03-10"),
            ("ben", "2026-03-10", "2026-02-10"),
        ):
            hand.person(name)
            hand.enrol(name, "t", "2026-01-01", withdrawn_at=left, ended_at=ended)

    path = await make_store(tmp_path, over)
    for period, states in (("2026-02", ["withdrawn", "failed"]), (MARCH, ["failed", "withdrawn"])):
        rows = dicts(await report(path, "training.learners", period, keys={Param.TRAINING: "t"}))
        assert [row["state"] for row in rows] == states


@pytest.mark.parametrize(("evaluated", "state"), [(0, "in progress"), (1, "failed")])
async def test_who_waits_for_a_mark_has_not_failed(
    tmp_path: Path, evaluated: int, state: str
) -> None:
    def essay(hand: Hand) -> None:
        hand.person("ana")
        hand.training("t")
        hand.module("m", "t", mandatory=1, pass_mark=50)
        hand.activity("x", "t", "m")
        hand.enrol("ana", "t", "2026-03-01")
        hand.complete("ana", "t", "x", "2026-03-02")
        hand.attempt("a", "ana", "t", "m", finished_at="2026-03-02", evaluated=evaluated)

    path = await make_store(tmp_path, essay)
    rows = dicts(await report(path, "training.learners", MARCH, keys={Param.TRAINING: "t"}))
    assert [(row["progress"], row["state"]) for row in rows] == [(100, state)]
