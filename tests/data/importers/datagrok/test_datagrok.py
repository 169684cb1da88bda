"""The Datagrok importer on the events E of its reference, and on what real servers add."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.datagrok.importer import DatagrokImporter
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError, UsageError
from tests.data.figures.hand_store import when
from tests.data.importers.datagrok.factory import (
    Rows,
    event,
    make,
    named,
    parameter,
    reference,
    uid,
)
from tests.data.importers.store_file import contents, query

AS_OF = when("2024-05-20 00:00")
EVENTS = (
    "SELECT e.key, p.key, a.kind, a.name, o.title, k.title, e.error FROM event e "
    "JOIN action a ON a.id = e.action_id LEFT JOIN person p ON p.id = e.person_id "
    "LEFT JOIN object o ON o.id = e.object_id LEFT JOIN object k ON k.id = e.package_id "
    "ORDER BY e.id"
)


async def load(
    folder: Path,
    rows: Rows | None = None,
    options: ImportOptions | None = None,
    without: tuple[str, ...] = (),
    altered: tuple[str, ...] = (),
) -> tuple[Path, ImportReport]:
    source = folder / "datagrok.db"
    make(source, rows or reference(), without=without, altered=altered)
    store = folder / "store.db"
    report = await run_import(
        DatagrokImporter(), str(source), store, options or ImportOptions(as_of=AS_OF)
    )
    return store, report


def with_more(**more: list[dict[str, Any]]) -> Rows:
    rows = reference()
    for table, entries in more.items():
        rows[table] = [*rows.get(table, []), *entries]
    return rows


def test_the_registry_knows_it() -> None:
    assert isinstance(importers()["datagrok"], DatagrokImporter)


async def test_the_events_of_the_reference(tmp_path: Path) -> None:
    store, report = await load(tmp_path)
    u1, u2 = uid("u1"), uid("u2")
    assert query(store, EVENTS) == [
        (uid("e1"), u1, "admin", "datagrok-started", "Core", "Core", None),
        (uid("e2"), u1, "function", "run", "run", "P1", None),
        (uid("e3"), u1, "function", "join", "join", "P2", None),
        (uid("e4"), u2, "function", "run", "run", "P1", None),
        (uid("e5"), u2, "error", "NullError", "Core", "Core", "h4sh"),
        (uid("e6"), u1, "admin", "datagrok-started", "Core", "Core", None),
        (uid("e7"), None, "admin", "server-started", "Core", "Core", None),
    ]
    assert report.refused == 0
    assert report.tables["events"].kept == 7
    moments = query(store, "SELECT id >> 20 FROM event ORDER BY id")
    assert moments[0] == (when("2024-05-15 10:00"),) and moments[-1] == (when("2024-05-15 16:00"),)


async def test_people_sessions_and_groups(tmp_path: Path) -> None:
    store, _ = await load(tmp_path)
    assert query(store, "SELECT key, name, username, email, joined_at FROM person") == [
        (uid("u1"), "Ulla One", "ulla", None, when("2023-01-01")),
        (uid("u2"), "Udo Two", "udo", None, when("2024-05-14")),
    ]
    sessions = (
        "SELECT s.key, p.username, started_at, ended_at, ip FROM session s "
        "JOIN person p ON p.id = s.person_id ORDER BY p.username DESC"
    )
    assert query(store, sessions) == [
        (uid("s1"), "ulla", when("2024-05-15 10:00"), when("2024-05-15 15:00"), None),
        (uid("s2"), "udo", when("2024-05-15 12:00"), when("2024-05-15 12:01"), None),
    ]
    # A person's own group is no class; the cycle of the two others is kept as it is.
    assert query(store, "SELECT title FROM class ORDER BY title") == [("G1",), ("G2",)]
    assert query(
        store,
        "SELECT c.title, p.username FROM class_member m JOIN class c ON c.id = m.class_id "
        "JOIN person p ON p.id = m.person_id ORDER BY 1",
    ) == [("G1", "ulla"), ("G2", "udo")]
    assert query(
        store,
        "SELECT c.title, p.title FROM class_parent x JOIN class c ON c.id = x.class_id "
        "JOIN class p ON p.id = x.parent_id ORDER BY 1",
    ) == [("G1", "G2"), ("G2", "G1")]


async def test_addresses_mail_and_stacks_only_on_request(tmp_path: Path) -> None:
    rows = reference()
    rows["events"][4]["error_stack_trace"] = "at main.dart"
    secrets = (b"192.0.2.7", b"ulla@invalid.example", b"main.dart")
    store, _ = await load(tmp_path, rows)
    assert not [secret for secret in secrets if secret in store.read_bytes()]
    (tmp_path / "datagrok.db").unlink()
    store, _ = await load(tmp_path, rows, ImportOptions(as_of=AS_OF, with_network_data=True))
    assert [secret for secret in secrets if secret in store.read_bytes()] == list(secrets)


async def test_packages_hold_their_functions(tmp_path: Path) -> None:
    store, _ = await load(tmp_path)
    assert query(
        store,
        "SELECT o.kind, o.key, p.key FROM object o LEFT JOIN object p ON p.id = o.parent_id "
        "ORDER BY 1, 2",
    ) == [
        ("function", "P1:run", "P1"),
        ("function", "P2:join", "P2"),
        ("function", "P3:idle", "P3"),
        ("package", "Core", None),
        ("package", "P1", None),
        ("package", "P2", None),
        ("package", "P3", None),
    ]


async def test_a_parameter_package_wins_over_entities(tmp_path: Path) -> None:
    rows = with_more(
        events=[event("e8", "17:00:00", "s1", "t-join"), event("e9", "17:01:00", "s1", "t-join")],
        event_parameter_values=[
            parameter("e8", "a", entity="entity-a"),
            parameter("e8", "package", "P3"),
            parameter("e9", "package", "null"),
            parameter("e9", "b", entity="entity-b"),
        ],
    )
    store, _ = await load(tmp_path, rows)
    assert [row[5] for row in query(store, EVENTS)[-2:]] == ["P3", "P3"]
    assert query(
        store,
        "SELECT v.name, v.value FROM event_param v JOIN event e ON e.id = v.event_id "
        "WHERE e.key = ? ORDER BY 1",
        uid("e8"),
    ) == [("a", uid("entity-a")), ("package", "P3")]


async def test_a_project_that_was_opened_is_the_object(tmp_path: Path) -> None:
    rows = with_more(
        projects=[
            named(id="sales", name="sales", friendly_name="Sales 2024"),
            named(id="whole", name="P1", is_package="true"),
        ],
        event_types=[named(id="t-open", friendly_name="project-opened", source="usage")],
        events=[event("e8", "17:00:00", "s1", "t-open")],
        event_parameters=[named(id="project", name="project", type="entity_id")],
        event_parameter_values=[parameter("e8", "project", uid("sales"))],
    )
    store, _ = await load(tmp_path, rows)
    assert query(store, EVENTS)[-1][3:6] == ("project-opened", "Sales 2024", "Core")
    assert query(store, "SELECT title FROM object WHERE kind = 'project'") == [("Sales 2024",)]


def calls() -> dict[str, list[dict[str, Any]]]:
    """Return three calls of P1:run: of e2 by time, of e4 by its id, and one without event."""
    day = "2024-05-15"
    times = {
        "c1": ("10:01:58.500", "10:02:00.750"),
        "c2": ("12:30:00", "12:30:04"),
        "c3": ("18:00:00", "23:00:01"),
    }
    return {
        "func_calls": [
            named(id=name, func_id="f-run") | {"started": f"{day} {a}", "ended": f"{day} {b}"}
            for name, (a, b) in times.items()
        ],
        "func_params": [
            named(id="in", func_id="f-run", name="table", is_input="true"),
            named(id="out", func_id="f-run", name="rows", is_input="false"),
        ],
        "func_call_values": [
            named(func_call_id="c1", func_param_id="in") | {"data_frame_value_name": "cars"},
            named(func_call_id="c1", func_param_id="out", value="17"),
            named(func_call_id="c9", func_param_id="out", value="lost"),
        ],
        "event_parameters": [named(id="call", name="call", type="string")],
        "event_parameter_values": [parameter("e4", "call", uid("c2"))],
    }


async def test_a_call_and_its_event_are_one_run(tmp_path: Path) -> None:
    store, report = await load(tmp_path, with_more(**calls()))
    runs = query(
        store,
        "SELECT e.key, e.seconds, e.flags, e.person_id IS NULL FROM event e "
        "JOIN action a ON a.id = e.action_id WHERE a.name = 'run' ORDER BY e.id",
    )
    # The last took over four hours: kept, flagged as an outlier.
    assert runs == [
        (uid("e2"), 2.25, 0, 0),
        (uid("e4"), 4.0, 0, 0),
        (uid("c3"), 18_001.0, 2, 1),
    ]
    params = query(
        store,
        "SELECT v.name, v.value FROM event_param v JOIN event e ON e.id = v.event_id "
        "WHERE e.key = ? ORDER BY 1",
        uid("e2"),
    )
    assert params == [("input.table", "cars"), ("output.rows", "17"), ("package", "P1")]
    assert report.tables["func_call_values"].refused == {"unknown call or parameter": 1}


async def test_an_error_marks_the_action_that_caused_it(tmp_path: Path) -> None:
    rows = with_more(
        event_types=[named(id="t-click", friendly_name="click", source="usage")],
        events=[
            event("k1", "10:00:00", "s1", "t-click", request_id="r1"),
            event("k2", "10:01:00", "s1", "t-click", request_id="r2"),
            event("x1", "10:00:04", "s1", "t-error", request_id="r1.1"),
            event("x2", "10:01:06", "s1", "t-error", request_id="r2"),
        ],
    )
    store, _ = await load(tmp_path, rows)
    found = query(
        store,
        "SELECT e.key, e.error FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.name = 'click' ORDER BY e.id",
    )
    assert found == [(uid("k1"), "h4sh"), (uid("k2"), None)]


async def test_an_error_says_where_and_whether_it_was_handled(tmp_path: Path) -> None:
    rows = with_more(
        event_parameters=[named(id="handled", name="handled", type="bool")],
        event_parameter_values=[parameter("e5", "handled", "true")],
    )
    store, _ = await load(tmp_path, rows)
    detail, extra = query(store, "SELECT detail, extra FROM event WHERE error = 'h4sh'")[0]
    assert detail == "x is null"
    assert json.loads(extra) == {"source": "package", "handled": True}
    sources = query(store, "SELECT json_extract(extra, '$.source') FROM event ORDER BY id")
    assert [row[0] for row in sources[:4]] == ["usage", "function", "function", "function"]
    assert sources[-1] == ("audit",)


async def test_an_old_version_says_package_and_error_elsewhere(tmp_path: Path) -> None:
    """Packages through projects, `is_error` on the type only, functions as types of events."""
    rows = reference()
    for table in ("packages", "published_packages", "entities", "func_calls", "func_params"):
        rows.pop(table, None)
    rows["projects"] = [named(id="P2-project", name="P2", is_package="true")]
    rows["project_relations"] = [
        named(project_id="P2-project", entity_id="entity-a"),
        named(project_id="P2-project", entity_id="t-run"),
    ]
    rows["event_parameter_values"] = [parameter("e3", "a", entity="entity-a")]
    altered = (
        "CREATE TABLE project_relations (project_id, entity_id)",
        "ALTER TABLE events DROP COLUMN is_error",
    )
    store, report = await load(
        tmp_path, rows, without=("packages", "published_packages", "entities"), altered=altered
    )
    found = query(store, EVENTS)
    assert [row[5] for row in found] == ["Core", "P2", "P2", "P2", "Core", "Core", "Core"]
    assert found[4][2:4] == ("error", "NullError")
    assert "column events.is_error" in report.gaps and "table packages" in report.gaps


async def test_all_packages_that_an_event_names_are_kept(tmp_path: Path) -> None:
    """Where they are several, or Core by name: the platform's own pages count each of them."""
    rows = with_more(
        packages=[named(id="core-id", name="Core")],
        events=[
            event("e8", "17:00:00", "s1", "t-join"),
            event("e9", "17:01:00", "s1", "t-run"),
            event("e10", "17:02:00", "s1", "t-run"),
        ],
        event_parameter_values=[
            parameter("e8", "a", entity="entity-a"),
            parameter("e8", "package", "P3"),
            parameter("e8", "b", entity="entity-b"),
            parameter("e9", "package", "Core"),
            parameter("e10", "package", "P9"),
        ],
    )
    store, _ = await load(tmp_path, rows)
    found = query(store, "SELECT key, extra FROM event WHERE extra LIKE '%packages%' ORDER BY id")
    assert [(name, json.loads(extra)["packages"]) for name, extra in found] == [
        (uid("e3"), ["P2", "P3"]),
        (uid("e8"), ["P3", "P2", "P3"]),
        (uid("e9"), ["Core"]),
    ]
    assert [row[5] for row in query(store, EVENTS)[-3:]] == ["P3", "Core", "P9"]


async def test_tags_and_reports_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    rows = with_more(
        tags=[
            *(named(entity_id=name) | {"tag": tag} for name, tag in (("f-run", "a"), ("x", "b"))),
            named(entity_id="f-run") | {"tag": None},
        ],
        reports=[{"number": n, "error_stack_trace_hash": of} for n, of in ((1, "h4sh"), (2, None))],
    )
    store, report = await load(tmp_path, rows)
    assert query(store, "SELECT name, part, value FROM reported") == [("error_reports", "h4sh", 1)]
    assert report.tables["tags"].refused == {"no tag": 1}
    assert report.tables["reports"].refused == {"no error": 1}
    assert "tags of 1 things that are not kept" in report.notes
    (extra,) = query(store, "SELECT extra FROM object WHERE extra LIKE '%tags%'")
    assert json.loads(extra[0]) == {"tags": ["a"]}


async def test_an_old_server_without_tags_and_reports(tmp_path: Path) -> None:
    _, report = await load(tmp_path, without=("tags", "reports", "connections", "queries"))
    gaps = {f"table {name}" for name in ("tags", "reports", "connections", "queries")}
    assert gaps <= set(report.gaps)


async def test_rows_that_cannot_be_used_are_refused_with_the_reason(tmp_path: Path) -> None:
    rows = with_more(
        events=[
            {**event("e8", "", "s1", "t-run"), "event_time": None},
            event("e9", "11:00:00", "s1", "t-unknown"),
        ],
        users_sessions=[named(id="s9", user_id="u9")],
        groups_relations=[
            named(parent_id="G1", child_id="G2"),
            named(parent_id="G9", child_id="G1"),
        ],
        event_parameter_values=[parameter("e1", "nothing", "x")],
    )
    _, report = await load(tmp_path, rows)
    assert {name: t.refused for name, t in report.tables.items() if t.refused} == {
        "events": {"no time": 1, "unknown type": 1},
        "users_sessions": {"unknown person": 1},
        "groups_relations": {"duplicate relation": 1, "unknown group": 1},
        "event_parameter_values": {"unknown parameter": 1},
    }
    assert all(t.read == t.kept + sum(t.refused.values()) for t in report.tables.values())


async def test_the_same_input_twice_gives_the_same_store(tmp_path: Path) -> None:
    store, _ = await load(tmp_path, with_more(**calls()))
    before = contents(store)
    await run_import(
        DatagrokImporter(), str(tmp_path / "datagrok.db"), store, ImportOptions(as_of=AS_OF)
    )
    assert contents(store) == before


async def test_another_database_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a database of Datagrok.*missing table events"):
        await load(tmp_path, {"users": []}, without=("events",))


async def test_single_trainings_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no trainings to choose"):
        await load(tmp_path, options=ImportOptions(only=("x",)))
