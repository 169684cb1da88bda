"""Staged events: ids follow time and key, parameters follow their event."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

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


async def test_columns_that_few_rows_fill_keep_their_place(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        writer: StoreWriter = hand.writer
        action = writer.action("page", "open")
        cells: list[dict[str, Any]] = [{"detail": "a"}, {"seconds": 2.5}, {}, {"completed": 1}]
        for at, told in enumerate(cells):
            row = {"action_id": action, "key": str(at), **told}
            writer.add_event(Second(when("2026-03-01") + at), at, row)

    path = await make_store(tmp_path, fill)
    assert rows(path, "SELECT key, detail, seconds, completed, value FROM event ORDER BY id") == [
        ("0", "a", None, None, None),
        ("1", None, 2.5, None, None),
        ("2", None, None, None, None),
        ("3", None, None, 1, None),
    ]
