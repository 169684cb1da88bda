"""Active people per day: what the panel's title says of them."""

from __future__ import annotations

from pathlib import Path

from tests.data.figures.hand_store import Hand, make_store, report


async def test_the_mean_of_few_people_is_not_zero(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.person("ann")
        hand.person("bob")
        hand.training("T")
        for day in range(1, 8):
            hand.event(f"2026-03-{day:02} 10:00", "bob" if day == 7 else "ann", "page", "T")

    store = await make_store(tmp_path, fill, as_of="2026-03-31")
    # One of them on 7 of 25 days: 0.28.
    table = await report(store, "global.active-users", "2026-03-01..2026-03-25")
    assert table.summary == "2 people · mean 0.28 · peak 1 on 1 Mar 2026"
