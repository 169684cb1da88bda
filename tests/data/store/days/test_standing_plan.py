"""Where enrolments stand is worked out by their own rows, also before rows are counted."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.store.days.standing import build_standing
from tests.data.figures.hand_store import Hand, make_store


class Explaining(sqlite3.Connection):
    """A connection that notes how it reads."""

    plans: list[str]

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if "INSERT INTO standing" in sql:
            plan = super().execute(f"EXPLAIN QUERY PLAN {sql}", *values)
            self.plans = [row[3] for row in plan]
        return super().execute(sql, *values)


async def test_no_training_is_looked_through_for_each_of_its_people(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.training("t")
        hand.person("ana")
        hand.enrol("ana", "t", "2026-01-01")
        hand.event("2026-03-20 10:00", "ana", "page", "t")

    path = await make_store(tmp_path, fill)
    with sqlite3.connect(path) as counted:
        counted.execute("DELETE FROM sqlite_stat1")
    counted.close()
    connection = sqlite3.connect(path, factory=Explaining)
    build_standing(connection, ZoneInfo("UTC"))
    connection.close()
    (of_days,) = (step for step in connection.plans if step.startswith("SEARCH d "))
    assert "person_day_person" in of_days and "person_id=?" in of_days
