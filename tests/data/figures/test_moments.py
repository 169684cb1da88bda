"""Platform use in periods finer than a day: by hand, and that parts add up to the whole."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.period import Period, local_day
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.table import Heat, Kind, Line, StackedBars, Table
from termstats.data.model.units import Second
from termstats.data.model.writing import to_csv, to_text
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from termstats.screens.frame.exporting import export_name
from tests.data.figures.backoffice.test_datagrok_numbers import store_of
from tests.data.figures.definition.test_invariants import quick, total
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.datagrok.factory import reference


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
            filters=await parse(opened, EVERYTHING, "days='2024-05-15 12:00..16:00'"),
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


@pytest.mark.slow
@quick
@given(USES, ZONES, st.integers(1, LENGTH - 3601))
async def test_the_parts_of_a_split_period_add_up(uses: list[Use], zone: str, cut: int) -> None:
    async with opened(uses, zone) as (store, days):
        begin, end = days.seconds(store.info.zone)
        parts = [
            Period.between(begin, Second(begin + cut), store.info.zone),
            Period.between(Second(begin + cut), end, store.info.zone),
        ]
        for figure_id, column in SUMS.items():
            whole = total(await run_figure(store, figure_id, Request(days)), column)
            found = [
                total(await run_figure(store, figure_id, Request(part)), column) for part in parts
            ]
            assert sum(found) == whole, figure_id
            assert not parts[0].exact or found[0] <= whole


@quick
@given(USES, ZONES, st.integers(0, LENGTH - 3601), st.integers(1, LENGTH))
async def test_people_and_events_of_a_part_are_those_of_the_log(
    uses: list[Use], zone: str, skipped: int, length: int
) -> None:
    async with opened(uses, zone) as (store, days):
        begin, end = days.seconds(store.info.zone)
        start, stop = Second(begin + skipped), min(end, Second(begin + skipped + length))
        part = Period.between(start, stop, store.info.zone)
        inside = [use for use in uses if start <= begin + use.second < stop]
        found = await run_figure(store, "backoffice.sources", Request(part))
        assert total(found, "total") == len(inside)
        people: dict[date, set[int]] = {day: set() for day in part}
        for use in inside:
            if use.person in (0, 1):  # the third is a machine
                people[local_day(Second(begin + use.second), store.info.zone)].add(use.person)
        table = await run_figure(store, "backoffice.unique-users", Request(part))
        expected = {day: len(who) for day, who in people.items()}
        shown = dict(zip(table.column("day"), table.column("users"), strict=True))
        assert shown == (expected if any(expected.values()) else {})


# ---- automatic buckets ---------------------------------------------------------------------------

WEEK = "2024-05-13..2024-05-19"


def hours(table: Table, column: str) -> dict[str, Any]:
    """Return when -> value of the buckets in which something happened."""
    found = zip(table.column("start"), table.column(column), strict=True)
    return {f"{start:%d %H:%M}": value for start, value in found if value}


async def test_9_buckets_of_four_and_six_hours(store: Path) -> None:
    # e1 to e3 at 10, e4 and e5 at 12, e6 at 15, e7 at 16 o'clock.
    events = await report(store, "backoffice.sources", WEEK, by="auto")
    assert hours(events, "total") == {"15 08:00": 3, "15 12:00": 3, "15 16:00": 1}
    assert len(events.rows) == 7 * 6
    assert (events.columns[0].name, events.columns[0].kind) == ("start", Kind.MOMENT)
    assert events.step == 4 * 3600
    assert "Automatic buckets: 4 h." in events.notes
    assert events.summary == "total 7 · by 4 h"
    assert ("--by", "auto") in events.params
    users = await report(store, "backoffice.unique-users", WEEK, by="auto")
    assert hours(users, "users") == {"15 08:00": 1, "15 12:00": 2}
    packages = await report(store, "backoffice.package-usage", WEEK, by="auto")
    assert packages.step == 6 * 3600
    core = packages.with_rows(tuple(row for row in packages.rows if "Core" in row))
    assert hours(core, "events") == {"15 06:00": 1, "15 12:00": 3}
    assert isinstance(events.chart, Line | StackedBars) and events.chart.x == "start"
    assert isinstance(packages.chart, Heat) and packages.chart.x == "start"


async def test_use_of_functions(store: Path) -> None:
    by_day = dicts(await report(store, "backoffice.function-usage", WEEK))
    assert [row["function"] for row in by_day[:2]] == ["run", "join"]
    assert len(by_day) == 7 * 2
    assert sum(row["runs"] for row in by_day) == total(
        await report(store, "backoffice.functions", WEEK), "runs"
    )
    found = await report(store, "backoffice.function-usage", WEEK, by="auto")
    assert found.step == 6 * 3600
    run, join = (
        found.with_rows(tuple(row for row in found.rows if row[2] == name))
        for name in ("run", "join")
    )
    assert hours(run, "runs") == {"15 06:00": 1, "15 12:00": 1}
    assert hours(run, "users") == {"15 06:00": 1, "15 12:00": 1}
    assert hours(join, "runs") == {"15 06:00": 1}
    first = await report(store, "backoffice.function-usage", WEEK, top=1)
    assert {row["function"] for row in dicts(first)} == {"run"}
    assert "Left out, with fewer runs: 1 function, 1 run." in first.notes


async def test_buckets_of_two_and_a_half_days_begin_at_noon_too(store: Path) -> None:
    table = await report(store, "backoffice.sources", "2024-03-12..2024-05-20", by="auto")
    assert table.step == 60 * 3600
    # 2024-05-14 12:00 is where the reference floors 2024-05-15 10:30 to.
    assert hours(table, "total") == {"14 12:00": 7}
    # The first bucket begins before the period and holds only what is inside it.
    assert f"{table.rows[0][0]:%m-%d %H:%M}" == "03-10 12:00"


async def test_coarse_buckets_are_sums_of_days(store: Path) -> None:
    table = await report(store, "backoffice.unique-users", "2023-06-01..2024-05-31", by="auto")
    assert table.step == 7 * 86_400
    assert hours(table, "users") == {"09 00:00": 2}


async def test_buckets_after_the_as_of_moment_have_no_value(store: Path) -> None:
    table = await report(
        store, "backoffice.sources", "2024-05-19 22:00..2024-05-20 02:00", by="auto"
    )
    assert table.column("total") == []  # nothing happened at all: a sentence instead
    assert "No platform use in [2024-05-19 22:00, 2024-05-20 02:00)" in table.empty
    table = await report(store, "backoffice.sources", "2024-05-15..2024-05-21", by="auto")
    values = dict(zip(table.column("start"), table.column("total"), strict=True))
    assert [f"{start:%d %H}" for start, value in values.items() if value is None] == [
        *("20 04", "20 08", "20 12", "20 16", "20 20"),
        *("21 00", "21 04", "21 08", "21 12", "21 16", "21 20"),
    ]


async def test_figures_of_learning_choose_days_weeks_and_months(store: Path) -> None:
    for period, by in (("2024-05", "day"), ("2024", "week"), ("2020..2024", "month")):
        table = await report(store, "global.registrations", period, by="auto")
        assert table.columns[0].name == by
        assert f"Automatic buckets: {by}." in table.notes


@quick
@given(USES, ZONES)
async def test_buckets_of_any_size_add_up_to_the_days(uses: list[Use], zone: str) -> None:
    async with opened(uses, zone) as (store, days):
        # 3, 2 + 40 and 2 + 400 days: finer than a day, days, and weeks or more.
        for more in (0, 40, 400):
            period = Period(FIRST - timedelta(days=more), days.last)
            for figure_id in ("backoffice.sources", "backoffice.package-usage"):
                by_days = await run_figure(store, figure_id, Request(period))
                auto = await run_figure(store, figure_id, Request(period, by="auto"))
                column = SUMS[figure_id]
                assert total(auto, column) == total(by_days, column)
                starts = list(dict.fromkeys(auto.column("start")))
                assert all(isinstance(start, datetime) for start in starts)
                gaps = {
                    b - a
                    for a, b in zip(starts, starts[1:], strict=False)
                    if isinstance(a, datetime) and isinstance(b, datetime)
                }
                assert gaps <= {timedelta(seconds=auto.step)}


async def test_functions_of_one_name_are_two_lines(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        for package in ("geo", "chem"):
            parent = hand.object(package, "package", package)
            hand.object(f"{package}:draw", "function", "Draw", parent_id=parent)
            hand.event("2024-05-15 10:00", None, "function", object=f"{package}:draw")

    path = await make_store(tmp_path, fill, as_of="2024-05-20 00:00")
    table = await report(path, "backoffice.function-usage", "2024-05-15..2024-05-16")
    assert [tuple(row[1:]) for row in table.rows[:2]] == [
        ("chem:draw", "Draw", "chem", 1, 0),
        ("geo:draw", "Draw", "geo", 1, 0),
    ]
    assert isinstance(table.chart, Heat) and table.chart.y == "function_id"


async def test_an_error_is_new_where_it_was_first_seen_in_those_hours(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        for at in ("10:00", "12:00", "12:01"):
            hand.event(f"2024-05-15 {at}", None, "error", error="timeout")
        hand.event("2024-05-15 12:02", None, "error", error="crash")

    path = await make_store(tmp_path, fill, as_of="2024-05-20 00:00")
    day = await report(path, "backoffice.errors", "2024-05-15")
    noon = await report(path, "backoffice.errors", "2024-05-15 12:00..13:00")
    assert day.summary.startswith("2 different · 2 new")
    assert noon.summary.startswith("2 different · 1 new")
    assert numbers(noon, "error", "events") == {"timeout": (2,), "crash": (1,)}


async def test_a_file_says_which_hours_and_on_which_clock(store: Path) -> None:
    table = await report(store, "backoffice.sources", "2024-05-15 10:00..12:30", by="auto")
    assert export_name(table) == "backoffice.sources_2024-05-15T10-00_2024-05-15T12-30_UTC"
    assert "[2024-05-15 10:00, 12:30) UTC · " in to_text(table).splitlines()[1]
    assert to_csv(table).splitlines()[1] == "2024-05-15T10:00:00+00:00,2,0,1,3"
