"""Every event, and every time something failed: rows counted by hand, pages and filters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.table import Table, show
from termstats.data.model.writing import raw
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.opening import open_store
from tests.data.figures.backoffice.test_datagrok_numbers import WEEK, store_of
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when
from tests.data.importers.datagrok.factory import event, named, reference, uid

EVENTS, RUNS = "backoffice.events", "backoffice.error-runs"


def fill(hand: Hand) -> None:
    for name in ("ana", "bo"):
        hand.person(name, name.capitalize())
    hand.object("Charts", "package", "Charts pack")
    hand.object("Charts:bar", "function", "bar", parent_id=hand.id("object", "Charts"))
    hand.object("d1", "dataset", "Trees")
    hand.ids["session", "s1"] = hand.writer.add(
        schema.session,
        {"key": "s1", "person_id": hand.id("person", "ana"), "started_at": when("2026-03-02")},
    )
    hand.grant("bo", "manager")
    audit, function = json.dumps({"source": "audit"}), json.dumps({"source": "function"})
    more: dict[str, Any] = {"object": "d1", "session": "s1", "extra": audit}
    hand.event("2026-03-02 09:00", "ana", "admin", action="edit", detail="a\nnote", **more)
    hand.event("2026-03-02 09:10", None, "api", action="search", object="d1")
    hand.event(
        "2026-03-02 09:30", "bo", "error", action="Full", error="Full",
        detail="no room", extra=json.dumps({"source": "disk", "handled": True}),
    )  # fmt: skip
    hand.writer.add_event(
        when("2026-03-02 09:20"),
        "run",
        {
            "person_id": hand.id("person", "ana"),
            "session_id": hand.id("session", "s1"),
            "action_id": hand.writer.action("function", "bar"),
            "object_id": hand.id("object", "Charts:bar"),
            "seconds": 3.5,
            "error": "Timeout",
            "missed": 1,
            "extra": function,
        },
        {"input.table": "cars\nred", "output.rows": "17"},
    )
    hand.event("2026-02-02 09:00", "ana", "admin", action="edit")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_every_kind_of_event_is_a_row(store: Path) -> None:
    table = await report(store, EVENTS, "2026-03-02")
    rows = [{k: v for k, v in row.items() if v is not None} for row in dicts(table)]
    for row in rows:
        row["at"] = f"{row['at']:%H:%M}"
    assert rows == [
        {"at": "09:30", "user_id": "bo", "user": "Bo", "source": "error", "action": "Full",
         "error": "Full", "message": "no room"},
        {"at": "09:20", "user_id": "ana", "user": "Ana", "source": "function", "action": "bar",
         "object_id": "Charts:bar", "object": "bar", "object_kind": "function",
         "package": "Charts pack", "parameters": "output.rows=17, table=cars red",
         "duration": 3.5, "error": "Timeout", "session": "s1"},
        {"at": "09:10", "source": "api", "action": "search", "object_id": "d1",
         "object": "Trees", "object_kind": "dataset"},
        {"at": "09:00", "user_id": "ana", "user": "Ana", "source": "audit", "action": "edit",
         "object_id": "d1", "object": "Trees", "object_kind": "dataset", "message": "a note",
         "session": "s1"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "times"),
    [
        ("at", "09:2", ["09:20"]),
        ("user", "AN", ["09:20", "09:00"]),
        ("user_id", "bo", ["09:30"]),
        ("source", "audit", ["09:00"]),
        ("action", "ear", ["09:10"]),
        ("object", "trees", ["09:10", "09:00"]),
        ("object_kind", "func", ["09:20"]),
        ("package", "pack", ["09:20"]),
        ("parameters", "table=cars red", ["09:20"]),
        ("parameters", "17", ["09:20"]),
        ("duration", "3.5", ["09:20"]),
        ("error", "TIME", ["09:20"]),
        ("message", "a note", ["09:00"]),
        ("message", "room", ["09:30"]),
        ("session", "s1", ["09:20", "09:00"]),
        ("error", "", ["09:30", "09:20"]),
        ("object", "x", []),
    ],
)
async def test_each_column_filters(store: Path, column: str, text: str, times: list[str]) -> None:
    table = await report(store, EVENTS, "2026-03-02", row_search=((column, text),))
    assert [f"{row['at']:%H:%M}" for row in dicts(table)] == times
    assert bool(table.empty) is not bool(times)


async def test_an_unknown_column_is_an_error(store: Path) -> None:
    with pytest.raises(UsageError, match="no column 'colour'"):
        await report(store, EVENTS, row_search=(("colour", "red"),))


async def test_each_source_has_as_many_events_as_the_chart_says(store: Path) -> None:
    sources = await report(store, "backoffice.sources", "2026-03")
    rows = dicts(await report(store, EVENTS, "2026-03"))
    for column in sources.columns[1:-1]:
        counted = sum(1 for row in rows if row["source"] == column.name)
        assert counted == sum(int(str(cell)) for cell in sources.column(column.name)), column.name


async def test_only_who_sees_the_whole_platform_sees_events(store: Path) -> None:
    for figure_id in (EVENTS, RUNS):
        with pytest.raises(NotAllowed):
            await report(store, figure_id, viewer="bo")


async def test_a_source_without_platform_use_says_so(tmp_path: Path) -> None:
    store = await make_store(tmp_path, lambda hand: hand.person("ana"))
    assert "records no administrative actions" in (await report(store, EVENTS)).empty
    assert (await report(store, RUNS)).empty


# ---- what failed ---------------------------------------------------------------------------------


async def test_what_failed_is_a_row_with_what_went_in(store: Path) -> None:
    rows = dicts(await report(store, RUNS, "2026-03"))
    assert [(row["user"], row["error"], row["action"], row["source"]) for row in rows] == [
        ("Bo", "Full", None, "disk"),
        ("Ana", "Timeout", "bar", "function"),
    ]
    assert [(row["message"], row["handled"]) for row in rows] == [("no room", "yes"), (None, None)]
    assert (rows[1]["package"], rows[1]["inputs"]) == ("Charts pack", "table=cars red")
    assert rows[1]["session"] == "s1"


async def clicks(folder: Path) -> Path:
    """Return a Datagrok store with clicks and errors of the same and of other requests."""
    rows = reference()
    rows["event_types"].append(named(id="t-click", friendly_name="click", source="usage"))
    rows["events"] += [
        event("k1", "10:00:00", "s1", "t-click", request_id="r1"),
        event("k2", "10:01:00", "s2", "t-run", request_id="r2"),
        event("k3", "10:01:00", "s2", "t-click", request_id="r3"),
        event("x1", "10:00:04", "s1", "t-error", request_id="r1.1"),
        event("x2", "10:01:05", "s2", "t-error", request_id="r2"),
        event("x3", "10:01:06", "s2", "t-error", request_id="r3"),
    ]
    return await store_of(folder, rows)


async def test_an_error_names_the_action_that_it_followed(tmp_path: Path) -> None:
    store = await clicks(tmp_path)
    rows = dicts(await report(store, RUNS, WEEK))
    # 12:01 is e5; 10:01:06 came 6 seconds after its click, one too late.
    assert [(f"{row['at']:%H:%M:%S}", row["user"], row["action"]) for row in rows] == [
        ("12:01:00", "Udo Two", None),
        ("10:01:06", "Udo Two", None),
        ("10:01:05", "Udo Two", "run"),
        ("10:00:04", "Ulla One", "click"),
    ]
    errors = dicts(await report(store, "backoffice.errors", WEEK))
    assert [row["events"] for row in errors] == [len(rows)] == [4]


async def test_by_its_action_a_cause_is_a_row_of_its_own(tmp_path: Path) -> None:
    store = await clicks(tmp_path)
    opened = await open_store(store)
    try:
        only = await parse(opened, Scope(), "action=click")
    finally:
        await opened.close()
    rows = dicts(await report(store, RUNS, WEEK, filters=only))
    assert [(row["user"], row["action"], row["error"]) for row in rows] == [
        ("Ulla One", "click", "h4sh")
    ]
    causes = dicts(await report(store, "backoffice.error-causes", WEEK, filters=only))
    assert [row["errors"] for row in causes] == [len(rows)]


async def test_the_log_of_one_session(tmp_path: Path) -> None:
    store = await clicks(tmp_path)
    table = await report(store, EVENTS, WEEK, row_search=(("session", uid("s2")),))
    # e4 and e5 at noon, x3, x2, and k2 and k3 of the same second.
    actions = [str(row["action"]) for row in dicts(table)]
    assert actions[:4] == ["NullError", "run", "NullError", "NullError"]
    assert sorted(actions[4:]) == ["click", "run"]


# ---- pages ---------------------------------------------------------------------------------------

SOURCES = ("audit", "usage", None)


def fill_many(hand: Hand) -> None:
    """Write 60 events, several a second, with everything a filter may look for."""
    for name in ("ana", "bo"):
        hand.person(name)
    for number in range(60):
        kind = ("admin", "api", "function", "error")[number % 4]
        source = SOURCES[number % 3]
        extra = json.dumps({"source": source}) if source else None
        hand.event(
            f"2026-03-{2 + number // 20:02} 10:0{number // 7 % 10}",
            ("ana", "bo", None)[number % 3],
            kind,
            action=f"{kind}{source}",
            error="Full" if kind == "error" or number % 5 == 0 else None,
            detail="ok" if number % 2 else None,
            seconds=float(number) if number % 7 else None,
            extra=extra,
        )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import asyncio

    return asyncio.run(make_store(tmp_path_factory.mktemp("many"), fill_many))


def fits(table: Table, row: int, column: str, text: str) -> bool:
    at = table.position(column)
    cell, kind = table.rows[row][at], table.columns[at].kind
    return cell is not None and (text in raw(cell).casefold() or text in show(cell, kind))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    figure_id=st.sampled_from((EVENTS, RUNS)),
    column=st.sampled_from(("at", "user", "source", "action", "error", "message")),
    text=st.sampled_from(("a", "bo", "ok", "full", "2026-03-03", "10:05", "usage", "none", "zzz")),
    limit=st.integers(1, 70),
)
async def test_pages_joined_are_the_whole_filtered_list(
    many: Path, figure_id: str, column: str, text: str, limit: int
) -> None:
    whole = await report(many, figure_id, limit=1000)
    expected = [row for n, row in enumerate(whole.rows) if fits(whole, n, column, text)]
    found: list[Any] = []
    after = None
    while True:
        page = await report(many, figure_id, row_search=((column, text),), limit=limit, after=after)
        assert len(page.rows) <= limit
        found += page.rows
        after = page.after
        if after is None:
            break
    assert found == expected
