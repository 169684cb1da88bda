"""What is named again and again in a statement is read once for each enrolment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects import sqlite

from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.query.query import ask
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, make_store


def fill(hand: Hand) -> None:
    for name in ("ana", "ben"):
        hand.person(name)
    hand.training("fire")
    hand.event("2026-03-02 10:00", "ana", "page", training="fire")
    hand.enrol("ana", "fire", "2026-03-01", completed_at="2026-03-05")
    hand.enrol("ben", "fire", "2026-03-01")


def seeks(path: Path, statement: Select[int]) -> int:
    """Return how many subqueries SQLite runs for each row of a statement."""
    options = {"literal_binds": True}
    sql = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs=options))
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    return sum("CORRELATED SCALAR" in row[3] for row in plan)


async def test_a_state_that_is_named_again_is_not_worked_out_again(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill)
    store = await open_store(path)
    try:
        period = parse_period("2026-03", store.info.now, store.info.coverage)
        async with store.connect() as connection:
            q = await ask(connection, store, EVERYTHING, Request(period))
            states = q.roster.states_once()
            once = select(func.count()).where(states.c.state == "passed")
            again = once.where(
                or_(states.c.state != "failed", states.c.state > "a", states.c.started == 1)
            )
            assert seeks(path, again) == seeks(path, once)
            assert await q.fetch_value(again) == 1
            assert await q.fetch_value(select(func.count()).select_from(states)) == 2
    finally:
        await store.close()
