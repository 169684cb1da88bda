"""Who had passed, failed or left by each day: worked out by hand, and the card's own number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, make_store, report

PERIOD = "2026-03-02..2026-03-09"
TRAINING = {Param.TRAINING: "T"}


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    def fill(hand: Hand) -> None:
        hand.training("T")
        hand.module("m", "T", mandatory=1, pass_mark=50.0, keep="best")
        hand.activity("a", "T", "m")
        for key in ("passed", "expired", "failed", "left", "left before", "all done", "late"):
            hand.person(key)
        hand.enrol("passed", "T", "2026-03-01", completed_at="2026-03-03 12:00")
        hand.enrol("expired", "T", completed_at="2026-03-02", valid_until="2026-03-06")
        hand.enrol("failed", "T", "2026-03-01", ended_at="2026-03-05")
        hand.enrol("left", "T", ended_at="2026-03-04", withdrawn_at="2026-03-07 08:00")
        hand.enrol("left before", "T", withdrawn_at="2026-03-03", ended_at="2026-03-08")
        hand.enrol("all done", "T", "2026-03-01")
        hand.event("2026-03-06 09:00", "all done", "page", "T", active=1)
        hand.complete("all done", "T", "a", "2026-03-06 09:00")
        # What was passed before the enrolment counts from that day on.
        hand.enrol("late", "T", "2026-03-08", completed_at="2026-02-01")

    return await make_store(tmp_path, fill, as_of="2026-03-31")


async def test_endings_of_each_day(store: Path) -> None:
    table = await report(store, "training.endings", PERIOD, keys=TRAINING)
    assert [tuple(row) for row in table.rows] == [
        (date(2026, 3, 2), 1, 0, 0),
        (date(2026, 3, 3), 2, 0, 1),  # passed; left before
        (date(2026, 3, 4), 2, 1, 1),  # left has failed first
        (date(2026, 3, 5), 2, 2, 1),  # failed
        (date(2026, 3, 6), 1, 3, 1),  # expired; all done without passing
        (date(2026, 3, 7), 1, 2, 2),  # left
        (date(2026, 3, 8), 2, 3, 1),  # late; left before has failed since
        (date(2026, 3, 9), 2, 3, 1),
    ]
    assert table.summary == "2 passed · 3 failed · 1 withdrawn"


@pytest.mark.parametrize("last", [f"2026-03-0{day}" for day in range(2, 10)])
async def test_the_cards_of_each_day_are_its_endings(store: Path, last: str) -> None:
    period = f"2026-03-02..{last}"
    endings = await report(store, "training.endings", period, keys=TRAINING)
    totals = await report(store, "training.totals", period, keys=TRAINING)
    cards = dict(zip(totals.column("metric"), totals.column("value"), strict=True))
    assert endings.rows[-1][1:] == tuple(cards[name] for name in ("passed", "failed", "withdrawn"))


async def test_nobody_has_passed_or_failed_yet(store: Path) -> None:
    table = await report(store, "training.endings", "2026-02-01..2026-02-20", keys=TRAINING)
    assert table.empty == "Nobody has passed or failed by then."
    assert set(table.rows[-1][1:]) == {0}
