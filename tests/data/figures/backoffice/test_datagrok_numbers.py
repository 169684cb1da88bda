"""The checks of the Datagrok reference: its events E, through importer and figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.datagrok.importer import DatagrokImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, filters_of, report, when
from tests.data.importers.datagrok.factory import (
    Rows,
    event,
    make,
    named,
    parameter,
    reference,
    uid,
)

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


async def cards(store: Path, period: str = WEEK, column: str = "value") -> dict[str, Any]:
    table = await report(store, "backoffice.totals", period)
    return {row["metric"]: row[column] for row in dicts(table)}


async def test_1_2_and_10_the_cards(store: Path) -> None:
    found = await cards(store)
    assert (found["active_users"], found["new_users"], found["events"]) == (2, 1, 7)
    assert (found["sessions"], found["starts"]) == (2, 2)
    assert found["error_rate"] == pytest.approx(100 / 7)
    # u1 joined in 2023 and u2 within the week: nobody in the week before.
    assert (await cards(store, column="previous"))["new_users"] == 0


async def test_2_without_e6_one_start_and_still_two_sessions(tmp_path: Path) -> None:
    rows = reference()
    del rows["events"][5]
    found = await cards(await store_of(tmp_path, rows))
    assert (found["sessions"], found["starts"]) == (2, 1)


async def test_a_session_over_midnight_belongs_to_both_days(tmp_path: Path) -> None:
    rows = reference()
    rows["events"].append({**event("e8", "", "s1", "t-run"), "event_time": "2024-05-16 01:00:00"})
    store = await store_of(tmp_path, rows)
    days = {"2024-05-14": 0, "2024-05-15": 2, "2024-05-16": 1, "2024-05-17": 0, WEEK: 2}
    assert {period: (await cards(store, period))["sessions"] for period in days} == days
    course = await report(store, "backoffice.unique-users", "2024-05-14..2024-05-17")
    assert course.column("sessions") == [0, 2, 1, 0]
    only = await filters_of(store, "days=2024-05-15")
    four_days = "2024-05-14..2024-05-17"
    course = await report(store, "backoffice.unique-users", four_days, filters=only)
    assert course.column("sessions") == [0, 2, 0, 0]


async def test_queries_made_in_the_period_and_not_deleted(tmp_path: Path) -> None:
    rows = reference()
    made = {"q1": "2024-05-14", "q2": "2024-05-14", "q3": "2024-05-08", "q4": None}
    rows["queries"] = [
        named(id=name, name=name, author_id="u1") | {"created_on": at} for name, at in made.items()
    ]
    rows["entities"].append(named(id="q2", name="q2") | {"is_deleted": "true"})
    store = await store_of(tmp_path, rows)
    table = await report(store, "backoffice.totals", WEEK)
    (row,) = [row for row in dicts(table) if row["metric"] == "queries"]
    assert (row["value"], row["previous"]) == (1, 1)
    # Nothing is known of connections: no card of them either.
    assert "connections" not in table.column("metric")


async def test_projects_count_people_once_per_day(tmp_path: Path) -> None:
    rows = reference()
    rows["projects"] = [named(id=name, name=name) for name in ("sales", "stock")]
    # The second is another action, though it begins the same.
    for type_, name in (("t-open", "project-opened"), ("t-other", "project-opened-again")):
        rows["event_types"].append(named(id=type_, friendly_name=name, source="usage"))
        rows["event_parameters"].append(
            named(id=f"project {type_}", event_type_id=type_, name="project", type="entity_id")
        )
    opened = (
        *(("15 08:00", "s1", "sales"), ("15 09:00", "s1", "sales"), ("15 09:30", "s2", "sales")),
        *(("16 08:00", "s1", "sales"), ("16 09:00", None, "sales"), ("15 08:10", "s2", "stock")),
    )
    for n, (at, session, project) in enumerate(opened):
        new = {**event(f"o{n}", "", session, "t-open"), "event_time": f"2024-05-{at}:00"}
        rows["events"].append(new)
        rows["event_parameter_values"].append(parameter(f"o{n}", "project t-open", uid(project)))
    rows["events"].append({**event("other", "", "s2", "t-other"), "event_time": "2024-05-16 10:00"})
    rows["event_parameter_values"].append(parameter("other", "project t-other", uid("stock")))
    table = await report(await store_of(tmp_path, rows), "backoffice.projects", WEEK)
    assert [row[1:] for row in table.rows] == [
        # Sales: u1 on two days and u2 on one; five opens, one by nobody known.
        ("sales", 2, 3, 5, date(2024, 5, 16)),
        ("stock", 1, 1, 1, date(2024, 5, 15)),
    ]


async def test_3_and_4_packages(store: Path) -> None:
    table = await report(store, "backoffice.packages", WEEK)
    the_day = date(2024, 5, 15)
    assert tuple(row[1:6] for row in table.rows) == (
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
    after = "2024-05-20..2024-05-26"
    found = (await cards(store, after))["actions"], (await cards(store, after, "previous"))
    assert (found[0], found[1]["actions"]) == (0, 3)


async def test_10_one_of_seven_is_an_error(store: Path) -> None:
    errors = dicts(await report(store, "backoffice.errors", WEEK))
    assert [row["error"] for row in errors] == ["h4sh"]
    assert (errors[0]["events"], errors[0]["users"], errors[0]["source"]) == (1, 1, "package")
    assert errors[0]["message"] == "x is null"


async def test_how_often_an_error_was_reported(tmp_path: Path) -> None:
    rows = reference()
    rows["event_types"].append(
        named(id="t-odd", friendly_name="OddError", source="error") | {"is_error": "true"}
    )
    rows["events"].append(event("e8", "13:00:00", "s1", "t-odd"))
    store = await store_of(tmp_path, rows)
    errors = dicts(await report(store, "backoffice.errors", WEEK))
    assert {row["error"]: row["reported"] for row in errors} == {"h4sh": 0, "OddError": 0}
    (tmp_path / "datagrok.db").unlink()
    rows["reports"] = [{"number": n, "error_stack_trace_hash": "h4sh"} for n in (1, 2)]
    errors = dicts(await report(await store_of(tmp_path, rows), "backoffice.errors", WEEK))
    assert {row["error"]: row["reported"] for row in errors} == {"h4sh": 2, "OddError": 0}


async def test_functions_have_tags_and_packages_a_category(tmp_path: Path) -> None:
    rows = reference()
    rows["tags"] = [
        named(entity_id=entity) | {"tag": tag}
        for entity, tag in (("f-run", "viewer"), ("f-run", "demo"), ("f-idle", "never"))
    ]
    rows["packages"][0]["category"] = "Chemistry"
    store = await store_of(tmp_path, rows)
    functions = dicts(await report(store, "backoffice.functions", WEEK))
    assert {row["function"]: row["tags"] for row in functions} == {
        "run": "demo, viewer",
        "join": None,
    }
    packages = dicts(await report(store, "backoffice.packages", WEEK))
    assert {row["package"]: row["category"] for row in packages} == {
        **{"Core": None, "P1": "Chemistry", "P2": None},
    }


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
    assert rows == (
        ("P3", "package", "P3", None, None),
        ("P3:idle", "function", "idle", None, None),
    )


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
