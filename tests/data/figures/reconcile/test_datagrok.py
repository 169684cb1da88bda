"""What Datagrok's pages show beside ours: table 5.1 of its reference, its faults worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.datagrok.importer import DatagrokImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second
from termstats.data.platform_pages.datagrok import EventWindow, span_words
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from tests.data.figures.backoffice.test_datagrok_numbers import WEEK, store_of
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when
from tests.data.importers.datagrok.factory import (
    Rows,
    event,
    make,
    named,
    parameter,
    reference,
    uid,
)
from tests.data.importers.datagrok.test_datagrok import calls

Lines = dict[tuple[str, str, str], tuple[Any, Any, str]]


async def lines(store: Path, period: str = WEEK, only: str = "") -> Lines:
    """Return (page, figure, key) -> platform, termstats, reason."""
    opened = await open_store(store)
    try:
        filters = await parse(opened, EVERYTHING, only)
    finally:
        await opened.close()
    table = await report(store, "reconcile.datagrok", period, filters=filters)
    return {
        (row["page"], row["figure"], row["key"]): (
            *(row["platform"], row["termstats"], row["reason"]),
        )
        for row in dicts(table)
    }


def numbers(found: Lines, page: str, figure: str) -> dict[str, tuple[str, Any]]:
    return {key: value[:2] for (p, f, key), value in found.items() if (p, f) == (page, figure)}


@pytest.fixture
async def shown(tmp_path: Path) -> Lines:
    return await lines(await store_of(tmp_path, reference()))


def test_1_and_2_cards(shown: Lines) -> None:
    cards = {f: v for (page, f, key), v in shown.items() if page == "overview" and not key}
    assert {name: value[:2] for name, value in cards.items()} == {
        "window": ("2024-05-15 10:00..16:00", "2024-05-13..2024-05-19"),
        # 8: as long as the events found, just before the first.
        "previous_period": ("[2024-05-15 04:00, 10:00)", "2024-05-06..2024-05-12"),
        "active_users": ("2", 2),
        "active_users_before": ("0", 0),
        # u2 joined on the 14th, before the first event found.
        "new_users": ("0", 1),
        "new_users_before": ("0", 0),
        "sessions": ("2", 2),
        "sessions_before": ("0", 0),
    }
    assert "2024-05-15 10:00..16:00" in cards["new_users"][2]
    assert not cards["sessions"][2]


async def test_2_without_e6_sessions_are_one_start_and_two_sessions(tmp_path: Path) -> None:
    rows = reference()
    del rows["events"][5]
    found = await lines(await store_of(tmp_path, rows))
    platform, ours, reason = found["overview", "sessions", ""]
    assert (platform, ours) == ("1", 2) and "datagrok-started" in reason


def test_3_and_4_packages(shown: Lines) -> None:
    assert numbers(shown, "overview", "packages") == {
        "Core": ("2", 2),
        "P1": ("2", 2),
        "P2": ("1", 1),
        "P3": ("1", 0),
    }
    assert "every package that it names" in shown["overview", "packages", "P3"][2]
    usage = numbers(shown, "packages", "usage")
    assert usage["2024-05-15 10:00 P3"] == ("1", 0)
    assert usage["2024-05-15 10:00 P2"] == ("1", 1)
    sums = [sum(int(n[side]) for n in usage.values()) for side in (0, 1)]
    assert sums == [8, 7]


async def test_a_package_named_twice_counts_twice(tmp_path: Path) -> None:
    rows = reference()
    rows["event_parameter_values"].append(parameter("e2", "a", entity="f-run"))
    found = await lines(await store_of(tmp_path, rows))
    # e2 names P1 as its package, and by an entity of P1.
    assert found["packages", "usage", "2024-05-15 10:00 P1"][:2] == ("2", 1)
    assert found["overview", "packages", "P1"][:2] == ("2", 2)


def test_5_users_by_events(shown: Lines) -> None:
    # e7 has no session and is in no figure of users.
    assert numbers(shown, "overview", "users") == {"Ulla One": ("4", 4), "Udo Two": ("2", 2)}


def test_6_sources_hold_events_without_a_session(shown: Lines) -> None:
    assert {key: n[0] for key, n in numbers(shown, "events", "sources").items()} == {
        "2024-05-15 10:00 function": "2",
        "2024-05-15 10:00 usage": "1",
        "2024-05-15 12:00 error": "1",
        "2024-05-15 12:00 function": "1",
        "2024-05-15 15:00 usage": "1",
        "2024-05-15 16:00 audit": "1",
    }
    assert not any(value[2] for (page, f, _), value in shown.items() if f == "sources")


def test_9_buckets(shown: Lines) -> None:
    assert shown["events", "bucket", "events"][:2] == ("1 h", "4 h")
    assert shown["packages", "bucket", "packages"][:2] == ("1 h", "6 h")
    assert shown["functions", "bucket", "functions"][:2] == ("1 h", "6 h")
    assert "6 h; termstats by the period asked for, 7 d" in shown["events", "bucket", "events"][2]
    assert shown["overview", "bucket", "unique users"][:2] == ("30 min", "4 h")
    assert numbers(shown, "overview", "unique_users") == {
        "2024-05-15 10:00": ("1", 1),
        "2024-05-15 12:00": ("1", 1),
        "2024-05-15 15:00": ("1", 1),
    }


async def test_the_period_before_is_that_of_the_events_found(tmp_path: Path) -> None:
    rows = reference()
    for name, at in (("e8", "2024-05-16 02:00:00"), ("e9", "2024-05-16 14:00:00")):
        rows["events"].append({**event(name, "", "s2", "t-start"), "event_time": at})
    found = await lines(await store_of(tmp_path, rows), "2024-05-16")
    # 12 h before 02:00: e6 and e7 of the 15th. Ours is the whole 15th.
    assert found["overview", "previous_period", ""][0] == "[2024-05-15 14:00, 2024-05-16 02:00)"
    assert found["overview", "active_users_before", ""][:2] == ("1", 2)
    assert found["overview", "sessions_before", ""][:2] == ("1", 2)
    assert "[2024-05-15 14:00" in found["overview", "active_users_before", ""][2]


async def test_objects_made_outside_the_events_found_are_missed(tmp_path: Path) -> None:
    rows = reference()
    made = {"early": "2024-05-15 09:59:59", "in": "2024-05-15 10:00:00", "end": "2024-05-15 16:00"}
    rows["queries"] = [
        named(id=f"q-{name}", name=name, author_id="u1") | {"created_on": at}
        for name, at in (*made.items(), ("gone", "2024-05-15 11:00:00"))
    ]
    rows["entities"].append(named(id="q-gone", name="gone") | {"is_deleted": "true"})
    found = await lines(await store_of(tmp_path, rows))
    assert found["overview", "queries", ""][:2] == ("2", 3)
    assert found["overview", "queries_before", ""][:2] == ("1", 0)
    assert ("overview", "connections", "") not in found


async def test_projects_by_frequency_and_sessions_of_metrics(tmp_path: Path) -> None:
    rows = reference()
    rows["projects"] = [named(id="sales", name="sales", friendly_name="Sales")]
    rows["event_types"].append(named(id="t-open", friendly_name="project-opened", source="usage"))
    rows["event_parameters"].append(
        named(id="project", event_type_id="t-open", name="project", type="entity_id")
    )
    for n, (at, session) in enumerate((("08:00", "s1"), ("09:00", "s1"), ("09:30", "s2"))):
        rows["events"].append(event(f"o{n}", f"{at}:00", session, "t-open"))
        rows["event_parameter_values"].append(parameter(f"o{n}", "project", uid("sales")))
    rows["users_sessions"][1]["started"] = "2024-05-14 23:00:00"
    found = await lines(await store_of(tmp_path, rows), "2024-05-15")
    assert found["projects", "access", "Sales"][:2] == ("3", 2)
    assert "each person once per day" in found["projects", "access", "Sales"][2]
    assert found["projects", "unique_users", "Sales"] == ("2", 2, "")
    # s2 began the evening before and goes on.
    assert found["metrics", "sessions", ""][:2] == ("1", 2)


async def test_the_log_shows_twenty_minutes(tmp_path: Path) -> None:
    source, store = make(tmp_path / "d.db", reference()), tmp_path / "s.db"
    options = ImportOptions(as_of=when("2024-05-15 16:20"))
    await run_import(DatagrokImporter(), str(source), store, options)
    found = await lines(store, "2024-05-13..2024-05-15")
    # e7 of 16:00, twenty minutes ago to the second.
    assert found["log", "rows", ""][:2] == ("1", 7)


async def test_runs_without_an_event_are_ours_only(tmp_path: Path) -> None:
    rows: Rows = reference()
    for table, entries in calls().items():
        rows[table] = [*rows.get(table, []), *entries]
    found = await lines(await store_of(tmp_path, rows))
    # c3 of 18:00 has no event and no session.
    assert found["log", "rows", ""][1] == 8
    assert found["overview", "window", ""][0] == "2024-05-15 10:00..16:00"
    assert found["overview", "users", "Ulla One"][:2] == ("4", 4)
    assert sum(int(n) for n, _ in numbers(found, "events", "sources").values()) == 7


async def test_an_error_keeps_the_source_that_logged_it(tmp_path: Path) -> None:
    rows = reference()
    rows["event_types"].append(
        named(id="t-fail", friendly_name="upload", source="usage", is_error="true")
        | {"error_source": "server"}
    )
    rows["events"].append(event("e8", "12:30:00", "s1", "t-fail"))
    found = await lines(await store_of(tmp_path, rows))
    platform, ours, reason = found["events", "sources", "2024-05-15 12:00 usage"]
    assert (platform, ours) == ("1", 0) and "errors as one source" in reason


async def test_filters_hold_where_they_hold_on_its_pages(tmp_path: Path) -> None:
    store = await store_of(tmp_path, reference())
    found = await lines(store, only="person=ulla")
    assert found["overview", "active_users", ""][:2] == ("1", 1)
    # Sources obey the date only: bucket 10:00 is the same, 12:00 is udo's and 16:00 nobody's.
    sources = numbers(found, "events", "sources")
    assert sum(int(n) for n, _ in sources.values()) == 7
    assert sources["2024-05-15 12:00 function"] == ("1", 0)
    # Events of Core by having no package: on the cards, and not on the line.
    found = await lines(store, only="package=Core")
    assert found["overview", "active_users", ""][:2] == ("2", 2)
    line = numbers(found, "overview", "unique_users")
    assert [int(n) for n, _ in line.values()] == [0] * 3 and all(ours for _, ours in line.values())
    assert "without a package" in found["overview", "unique_users", "2024-05-15 12:00"][2]


async def test_nothing_to_compare_says_why(tmp_path: Path) -> None:
    store = await store_of(tmp_path, reference())
    empty = await report(store, "reconcile.datagrok", "2024-05-01..2024-05-02")
    assert empty.rows == () and empty.empty.startswith(
        "No events of Datagrok from 1 May to 2 May 2024."
    )

    def fill(hand: Hand) -> None:
        hand.person("ana")

    other = await make_store(tmp_path, fill, name="other.sqlite3")
    table = await report(other, "reconcile.datagrok")
    assert "termstats import datagrok" in table.empty


def test_a_single_event_has_no_period_before() -> None:
    second = Second(when("2024-05-15 10:00:30"))
    alone = EventWindow(second, second)
    assert (alone.before, alone.before_words) == (None, "-")
    assert alone.words == "2024-05-15 10:00:30..10:00:30"
    assert [span_words(n) for n in (0, 90, 5_400, 21_600, 604_800)] == [
        *("0 s", "90 s", "90 min", "6 h", "7 d"),
    ]
