"""Staged events: ids follow time and key, parameters follow their event."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.units import Second
from tests.data.figures.hand_store import Hand, make_store, when


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def test_the_order_of_arrival_changes_nothing(tmp_path: Path) -> None:
    found = []
    for seed in range(3):

        def fill(hand: Hand, seed: int = seed) -> None:
            writer: StoreWriter = hand.writer
            action = writer.action("page", "open")
            events = [(second, tie) for second in (5, 6) for tie in range(4)]
            random.Random(seed).shuffle(events)  # noqa: S311
            for second, tie in events:
                params = {"tie": str(tie), "none": None} if tie % 2 else None
                at = Second(when("2026-03-01") + second)
                writer.add_event(at, tie, {"action_id": action, "key": str(tie)}, params)

        path = await make_store(tmp_path, fill, name=f"{seed}.sqlite3")
        found.append(
            (
                rows(path, "SELECT id >> 20, id & 1048575, key FROM event ORDER BY id"),
                rows(path, "SELECT event_id, name, value FROM event_param ORDER BY 1, 2"),
            )
        )
    start = when("2026-03-01")
    assert found[0][0] == [(start + second, tie, str(tie)) for second in (5, 6) for tie in range(4)]
    assert found[0][1] == [
        row
        for second in (5, 6)
        for tie in (1, 3)
        for row in (
            (start + second << 20 | tie, "none", None),
            (start + second << 20 | tie, "tie", str(tie)),
        )
    ]
    assert found[1] == found[0] and found[2] == found[0]
