"""The checks of the Datagrok reference: its events E, through importer and figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from termstats.data.importers.base import ImportOptions
from termstats.data.importers.datagrok import DatagrokImporter
from termstats.data.importers.run import run_import
from termstats.data.request import Param
from tests.figures.hand_store import dicts, report, when
from tests.importers.datagrok_factory import Rows, event, make, named, reference, uid

WEEK = "2024-05-13..2024-05-19"


async def store_of(folder: Path, rows: Rows) -> Path:
    source = make(folder / "datagrok.db", rows)
    store = folder / "store.db"
    options = ImportOptions(as_of=when("2024-05-20 00:00"))
    await run_import(DatagrokImporter(), str(source), store, options)
    return store


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await store_of(tmp_path, reference())


async def test_1_events_people_and_new_users(store: Path) -> None:
    sources = dicts(await report(store, "backoffice.sources", WEEK))
    assert sum(row["total"] for row in sources) == 7
    users = dicts(await report(store, "backoffice.unique-users", WEEK))
    assert [row["users"] for row in users] == [0, 0, 2, 0, 0, 0, 0]
    people = dicts(await report(store, "global.registrations", WEEK))
    assert sum(row["users"] for row in people) == 1


async def test_2_sessions_and_starts(store: Path) -> None:
    cards = {row["metric"]: row for row in dicts(await report(store, "backoffice.totals", WEEK))}
    assert cards["sessions"]["value"] == 2
    starts = dicts(await report(store, "backoffice.distribution", WEEK))[0]
    assert (starts["action"], starts["actions"]) == ("datagrok-started", 2)


async def test_2_without_e6_one_start_and_still_two_sessions(tmp_path: Path) -> None:
    rows = reference()
    del rows["events"][5]
    store = await store_of(tmp_path, rows)
    cards = {row["metric"]: row for row in dicts(await report(store, "backoffice.totals", WEEK))}
    assert cards["sessions"]["value"] == 2
    starts = dicts(await report(store, "backoffice.distribution", WEEK))[0]
    assert (starts["action"], starts["actions"]) == ("datagrok-started", 1)


async def test_3_and_4_packages(store: Path) -> None:
    table = await report(store, "backoffice.packages", WEEK)
    the_day = date(2024, 5, 15)
    assert table.rows == (
        ("Core", 2, 4, the_day, the_day),
        ("P1", 2, 2, the_day, the_day),
        ("P2", 1, 1, the_day, the_day),
    )
    assert "Of machines or without a known user: 1 event." in table.notes


async def test_5_events_by_user(store: Path) -> None:
    for user, events in (("u1", 4), ("u2", 2)):
        keys = {Param.USER: uid(user)}
        rows = dicts(await report(store, "backoffice.user-events", WEEK, keys=keys))
        assert sum(row["total"] for row in rows) == events


async def test_6_sources(store: Path) -> None:
    table = await report(store, "backoffice.sources", WEEK)
    assert [column.name for column in table.columns] == [
        *("day", "function", "usage", "audit", "error", "total"),
    ]
    assert table.rows[2] == (date(2024, 5, 15), 3, 2, 1, 1, 7)


async def test_7_groups_with_a_cycle(store: Path) -> None:
    table = await report(store, "backoffice.groups", WEEK)
    assert [row[1:] for row in table.rows] == [("G1", 2, 2, 6, 3.0), ("G2", 2, 2, 6, 3.0)]
    assert any(note.startswith("Groups overlap") for note in table.notes)


async def test_8_the_previous_period_is_as_long_and_just_before(store: Path) -> None:
    before = await report(store, "backoffice.totals", "2024-05-20..2024-05-26")
    cards = {row["metric"]: row for row in dicts(before)}
    assert (cards["actions"]["value"], cards["actions"]["previous"]) == (0, 3)


async def test_10_one_of_seven_is_an_error(store: Path) -> None:
    errors = dicts(await report(store, "backoffice.errors", WEEK))
    assert [row["error"] for row in errors] == ["h4sh"]
    assert (errors[0]["events"], errors[0]["users"], errors[0]["source"]) == (1, 1, "package")
    assert errors[0]["message"] == "x is null"


async def test_11_clicks_followed_by_an_error(tmp_path: Path) -> None:
    rows = reference()
    rows["event_types"].append(named(id="t-click", friendly_name="click", source="usage"))
    rows["events"] += [
        event("k1", "10:00:00", "s1", "t-click", request_id="r1"),
        event("k2", "10:01:00", "s1", "t-click", request_id="r2"),
        event("x1", "10:00:04", "s1", "t-error", request_id="r1.1"),
        event("x2", "10:01:06", "s1", "t-error", request_id="r2"),
    ]
    store = await store_of(tmp_path, rows)
    assert (await report(store, "backoffice.error-causes", WEEK)).rows == (("click", 2, 1, 50, 1),)


async def test_what_nobody_used(store: Path) -> None:
    rows = (await report(store, "backoffice.unused", WEEK)).rows
    assert rows == (("package", "P3", None, None), ("function", "idle", None, None))


async def test_functions_are_told_apart_by_package(tmp_path: Path) -> None:
    rows = reference()
    rows["event_parameter_values"][3]["value"] = "P3"
    store = await store_of(tmp_path, rows)
    found = dicts(await report(store, "backoffice.functions", WEEK))
    assert [(row["function_id"], row["runs"], row["users"]) for row in found] == [
        ("P2:join", 1, 1),
        ("P1:run", 1, 1),
        ("P3:run", 1, 1),
    ]
