"""Platform use in periods finer than a day: by hand, and that parts add up to the whole."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.base import run_figure
from termstats.data.filter_text import parse
from termstats.data.period import Moments, Period, parse_period
from termstats.data.request import Request
from termstats.data.scope import EVERYTHING
from termstats.data.store import Store, open_store
from termstats.data.table import Table
from tests.figures.hand_store import Hand, dicts, make_store, report
from tests.figures.test_datagrok_numbers import store_of
from tests.figures.test_invariants import quick, total
from tests.importers.datagrok_factory import reference


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    """The events E of the Datagrok reference."""
    return await store_of(tmp_path, reference())


def numbers(table: Table, name: str, *columns: str) -> dict[str, tuple[Any, ...]]:
    return {row[name]: tuple(row[column] for column in columns) for row in dicts(table)}


async def test_two_and_a_half_hours_of_the_reference(store: Path) -> None:
    # e1 10:00 start, e2 10:02 P1, e3 10:05 P2, e4 12:00 P1, e5 12:01 error; e6, e7 are later.
    part = "2024-05-15 10:00..12:30"
    sources = await report(store, "backoffice.sources", part)
    assert sources.period == "[2024-05-15 10:00, 12:30)"
    assert sources.params[-1] == ("--period", "2024-05-15T10:00..2024-05-15T12:30")
    assert dicts(sources) == [
        {"day": date(2024, 5, 15), "function": 3, "error": 1, "usage": 1, "total": 5}
    ]
    assert (await report(store, "backoffice.unique-users", part)).column("users") == [2]
    packages = await report(store, "backoffice.packages", part)
    assert numbers(packages, "package", "users", "events") == {
        "Core": (2, 2),
        "P1": (2, 2),
        "P2": (1, 1),
    }
    functions = await report(store, "backoffice.functions", part)
    assert total(functions, "runs") == 3
    cards = numbers(await report(store, "backoffice.totals", part), "metric", "value", "previous")
    assert cards["errors"] == (1, 0)


@pytest.mark.parametrize(
    ("part", "events"),
    [
        ("2024-05-15 12:00", 1),
        ("2024-05-15 12:00..12:01", 1),
        ("2024-05-15 12:00..12:01:01", 2),
        ("before 2024-05-15 12:00", 3),
        ("after 2024-05-15 12:00", 3),
        ("2024-05-15 10:05:01..12:00", 0),
        ("last 105 hours", 2),  # as of 05-20 00:00: from 05-15 15:00
    ],
)
async def test_the_ends_of_a_part(store: Path, part: str, events: int) -> None:
    assert total(await report(store, "backoffice.sources", part), "total") == events


async def test_a_filter_of_hours_keeps_those_hours(store: Path) -> None:
    opened = await open_store(store)
    try:
        request = Request(
            parse_period("2024-05-13..2024-05-19", opened.info.now),
            only=await parse(opened, EVERYTHING, "days='2024-05-15 12:00..16:00'"),
        )
        assert total(await run_figure(opened, "backoffice.sources", request), "total") == 3
        assert request.words[0] == ("--only", "days=2024-05-15T12:00..2024-05-15T16:00")
    finally:
        await opened.close()


async def test_figures_of_learning_count_whole_days_and_say_so(store: Path) -> None:
    table = await report(store, "global.registrations", "2024-05-14 10:00..2024-05-15 12:30")
    assert table.period == "2024-05-14..2024-05-15"
    assert table.notes[0] == (
        "Counts whole days: 2024-05-14..2024-05-15, not only [2024-05-14 10:00, 2024-05-15 12:30)."
    )
    whole = await report(store, "global.registrations", "2024-05-14..2024-05-15")
    assert table.rows == whole.rows and whole.notes[:1] != table.notes[:1]


# ---- whatever the data ---------------------------------------------------------------------------

FIRST = date(2024, 10, 26)
LENGTH = 3 * 86_400 + 3600
"""In Paris the second of the three days has 25 hours."""


@dataclass(frozen=True)
class Use:
    second: int
    person: int | None
    action: int
    thing: int | None


USES = st.lists(
    st.builds(
        Use,
        st.integers(0, LENGTH - 1),
        st.none() | st.integers(0, 2),
        st.integers(0, 3),
        st.none() | st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)
ZONES = st.sampled_from(["UTC", "Europe/Paris", "Asia/Kolkata"])
_KINDS = ("admin", "admin", "api", "function")


@asynccontextmanager
async def opened(uses: list[Use], zone: str) -> AsyncIterator[tuple[Store, Period]]:
    days = Period(FIRST, date(2024, 10, 28))
    begin = days.seconds(ZoneInfo(zone))[0]

    def fill(hand: Hand) -> None:
        for number in range(3):
            hand.person(f"u{number}", bot=int(number == 2))
        package = hand.object("pack", "package", "Pack")
        for number, kind in enumerate(("dataset", "page", "function", "function")):
            parent = {"parent_id": package} if kind == "function" else {}
            hand.object(f"o{number}", kind, f"O{number}", **parent)
        for use in uses:
            more = {} if use.thing is None else {"object": f"o{use.thing}"}
            person = None if use.person is None else f"u{use.person}"
            kind = _KINDS[use.action]
            hand.event(begin + use.second, person, kind, action=f"a{use.action}", **more)

    with tempfile.TemporaryDirectory() as folder:
        path = await make_store(Path(folder), fill, zone=zone, as_of="2024-11-02 00:00")
        store = await open_store(path)
        try:
            yield store, days
        finally:
            await store.close()


SUMS = {
    "backoffice.sources": "total",
    "backoffice.distribution": "actions",
    "backoffice.packages": "events",
    "backoffice.package-usage": "events",
    "backoffice.functions": "runs",
    "backoffice.objects": "actions",
    "backoffice.users": "actions",
    "backoffice.weekdays": "actions",
    "backoffice.api-calls": "total",
}


@quick
@given(USES, ZONES, st.integers(1, LENGTH - 3601))
async def test_the_parts_of_a_split_period_add_up(uses: list[Use], zone: str, cut: int) -> None:
    async with opened(uses, zone) as (store, days):
        begin, end = days.seconds(store.info.zone)
        parts = [
            Period.between(begin, begin + cut, store.info.zone),
            Period.between(begin + cut, end, store.info.zone),
        ]
        for figure_id, column in SUMS.items():
            whole = total(await run_figure(store, figure_id, Request(days)), column)
            found = [
                total(await run_figure(store, figure_id, Request(part)), column) for part in parts
            ]
            assert sum(found) == whole, figure_id
            assert not parts[0].exact or found[0] <= whole


@quick
@given(USES, ZONES, st.sampled_from(["day", "week"]))
async def test_moments_that_are_whole_days_count_as_these(
    uses: list[Use], zone: str, by: str
) -> None:
    async with opened(uses, zone) as (store, days):
        start, end = days.seconds(store.info.zone)
        # As `Period.between` never makes it: read from the log, not from the tables of days.
        exact = replace(days, exact=Moments(start, end, store.info.zone))
        for figure_id in (*SUMS, "backoffice.totals", "backoffice.unique-users"):
            by_days = await run_figure(store, figure_id, Request(days, by=by))
            by_log = await run_figure(store, figure_id, Request(exact, by=by))
            assert by_log.rows == by_days.rows, figure_id
