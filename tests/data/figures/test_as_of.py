"""A period that ends after as-of counts to as-of: over the whole registry."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.period import Moments, Period, local_day
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Cell, Kind, Table
from termstats.data.model.units import Second
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when
from tests.shared import ROOT

SAMPLE = ROOT / "sample_data" / "sample.sqlite3"
AS_OF = when("2026-10-15 12:00")
"""Weeks before the newest record of the sample: what comes later must not count."""
TODAY = date(2026, 10, 15)
FIRST = date(2026, 9, 7)
ENDS = (date(2026, 10, 16), date(2026, 10, 31), date(2027, 3, 1))
MOST = {
    Param.TRAINING: "SELECT training_id FROM enrolment GROUP BY 1 ORDER BY count(*) DESC",
    Param.CLASS: "SELECT class_id FROM class_member GROUP BY 1 ORDER BY count(*) DESC",
    Param.LEARNER: "SELECT person_id FROM person_day WHERE day > 20711 GROUP BY 1 "
    "ORDER BY count(*) DESC",
    Param.MODULE: "SELECT module_id FROM attempt GROUP BY 1 ORDER BY count(*) DESC",
    Param.ATTEMPT: "SELECT attempt_id FROM answer GROUP BY 1 ORDER BY count(*) DESC",
    Param.ACTIVITY: "SELECT activity_id FROM event WHERE activity_id IS NOT NULL GROUP BY 1 "
    "ORDER BY count(*) DESC",
    Param.FUNCTION: "SELECT object_id FROM event JOIN object o ON o.id = object_id "
    "WHERE o.kind = 'function' GROUP BY 1 ORDER BY count(*) DESC",
    Param.OBJECT: "SELECT object_id FROM event WHERE object_id IS NOT NULL GROUP BY 1 "
    "ORDER BY count(*) DESC",
    Param.USER: "SELECT person_id FROM event e JOIN action a ON a.id = e.action_id "
    "WHERE a.kind = 'admin' AND person_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC",
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "earlier.sqlite3"
    shutil.copy(SAMPLE, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE source SET as_of = ?", (AS_OF,))
        connection.commit()
    opened = await open_store(path)
    yield opened
    await opened.close()


async def entities(store: Store, figure: Figure) -> tuple[tuple[Param, Entity], ...]:
    async with store.connect() as connection:
        ids = [
            (param, (await connection.execute(text(MOST[param]))).first())
            for param in figure.needs
            if param in MOST
        ]
    return tuple((param, Entity(row[0], str(row[0]), "x")) for param, row in ids if row is not None)


async def asked(store: Store, figure: Figure, period: Period, by: str) -> Table:
    request = Request(period, await entities(store, figure), by=by)
    return await run_figure(store, figure.id, request)


def past(table: Table) -> list[tuple[Cell, ...]]:
    """Return the rows without those of days to come, of which nothing is known."""
    numbers = [
        index
        for index, column in enumerate(table.columns)
        if column.kind in (Kind.COUNT, Kind.SECONDS, Kind.PERCENT) and column.name != "before"
    ]
    return [
        row
        for row in table.rows
        if type(row[0]) is not date
        or row[0] <= TODAY
        or any(row[index] is not None for index in numbers)
    ]


@pytest.mark.parametrize("figure_id", sorted(figures()))
async def test_a_period_that_is_not_over_counts_to_as_of(store: Store, figure_id: str) -> None:
    figure = figures()[figure_id]
    for by in ("day", "week"):
        try:
            now = await asked(store, figure, Period(FIRST, TODAY), by)
        except (UsageError, NotAllowed):
            pytest.skip("the sample has nothing of the kind")
        for end in ENDS:
            later = await asked(store, figure, Period(FIRST, end), by)
            assert past(later) == past(now), (by, end)
            assert later.population == now.population
    if figure.by_moment:
        start, zone = when("2026-10-14 09:00"), store.info.zone
        exact = [
            Period(FIRST, TODAY, exact=Moments(start, Second(end), zone))
            for end in (AS_OF + 1, when("2026-11-02 10:30"))
        ]
        exact = [replace(p, first=local_day(start, zone)) for p in exact]
        exact[1] = replace(exact[1], last=date(2026, 11, 2))
        tables = [await asked(store, figure, period, "day") for period in exact]
        assert past(tables[0]) == past(tables[1])


async def test_this_month_is_silent_to_today_only(tmp_path: Path) -> None:
    def silent(hand: Hand) -> None:
        for name, last in (("ana", "2026-03-01 09:00"), ("ben", "2026-03-09 09:00")):
            hand.person(name)
            hand.training("t") if name == "ana" else None
            hand.enrol(name, "t", "2026-01-01")
            hand.event("2026-01-05 09:00", name, "page", "t")
            hand.event(last, name, "page", "t")

    path = await make_store(tmp_path, silent, as_of="2026-03-10 18:00")
    for period in ("2026-03-01..2026-03-10", "this-month", "this-year"):
        # To the end of the year both were silent for over a month, and stalled.
        assert [row["inactive"] for row in dicts(await report(path, "global.inactive", period))] \
            == [0] * 6  # fmt: skip
        assert (await report(path, "global.attention", period)).rows == ()
    cards = {r["metric"]: r for r in dicts(await report(path, "global.totals", "this-month"))}
    # Ten days are over: the ten before them are compared.
    assert (cards["active_users"]["value"], cards["active_users"]["previous"]) == (2, 0)


async def test_nobody_is_inactive_before_the_first_event(tmp_path: Path) -> None:
    def one(hand: Hand) -> None:
        hand.person("ana")
        hand.training("t")
        hand.event("2026-03-05 09:00", "ana", "page", "t")

    path = await make_store(tmp_path, one)
    rows = dicts(await report(path, "global.inactive", "2026-02"))
    assert [(r["people"], r["inactive"], r["share"]) for r in rows] == [(0, 0, None)] * 6


async def test_what_has_not_begun_counts_nothing_after_as_of(store: Store) -> None:
    later = Period(date(2026, 10, 20), date(2026, 11, 10))
    cards = {
        row["metric"]: row["value"]
        for row in dicts(await run_figure(store, "global.totals", Request(later)))
    }
    now = {
        row["metric"]: row["value"]
        for row in dicts(await run_figure(store, "global.totals", Request(Period(FIRST, TODAY))))
    }
    for happened in ("active_users", "actions", "new_enrolments", "completions", "new_users"):
        assert cards[happened] == 0, happened
    for state in ("users", "enrolments", "progress", "completion", "never_started"):
        assert cards[state] == now[state], state
