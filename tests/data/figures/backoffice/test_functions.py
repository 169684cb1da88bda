"""Functions, their runs, and how long operations take, counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import Role, Scope
from termstats.data.query.search import resolve
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when


def fill(hand: Hand) -> None:
    for name in ("ana", "bo"):
        hand.person(name)
    hand.object("Charts", "package")
    hand.object("Charts:bar", "function", "bar", parent_id=hand.id("object", "Charts"))
    hand.object("slow", "function")
    # 20 runs of 1..20 seconds: the 19th is the p95, the mean 10.5.
    for number in range(1, 21):
        person = "ana" if number % 2 else "bo"
        failed: dict[str, Any] = {"error": "Timeout", "missed": 1} if number in (3, 5) else {}
        at = f"2026-03-02 10:{number:02}"
        hand.event(
            at, person, "function", action="bar", object="Charts:bar", seconds=number, **failed
        )
    hand.event("2026-03-02 11:00", "ana", "function", action="bar", object="Charts:bar")
    hand.event(
        "2026-03-02 12:00", "ana", "function", action="bar", object="Charts:bar",
        seconds=99_999, flags=2,
    )  # fmt: skip
    hand.event("2026-03-02 13:00", None, "function", action="slow", object="slow", seconds=7)
    hand.event("2026-03-02 14:00", "bo", "function", action="nameless", seconds=2)
    hand.event("2026-03-02 15:00", "bo", "api", action="search", seconds=4)
    params = {"input.table": "cars", "output.rows": "17", "colour": "red\nish"}
    hand.writer.add_event(
        when("2026-03-03 09:00"),
        "last",
        {
            "person_id": hand.id("person", "bo"),
            "action_id": hand.writer.action("function", "slow"),
            "object_id": hand.id("object", "slow"),
            "seconds": 3.5,
            "error": "Timeout",
        },
        params,
    )


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_functions(store: Path) -> None:
    table = await report(store, "backoffice.functions")
    assert tuple(row[:8] for row in table.rows) == (
        ("Charts:bar", "bar", "Charts", 22, 2, 10.5, 19, 2),
        ("slow", "slow", None, 2, 1, 5.25, 7, 1),
    )
    assert "Left out, without a named function: 1 run." in table.notes


async def test_runs_with_inputs_and_outputs(store: Path) -> None:
    keys = {Param.FUNCTION: "slow"}
    rows = dicts(await report(store, "backoffice.function-runs", keys=keys))
    assert [(row["user"], row["duration"], row["error"]) for row in rows] == [
        ("bo", 3.5, "Timeout"),
        (None, 7, None),
    ]
    assert (rows[0]["inputs"], rows[0]["outputs"]) == ("colour=red ish, table=cars", "rows=17")
    assert (rows[1]["inputs"], rows[1]["outputs"]) == (None, None)


@pytest.mark.parametrize("name", ["functions", "function-runs", "operations"])
async def test_filters_of_the_level_hold(store: Path, name: str) -> None:
    opened = await open_store(store)
    try:
        only = await parse(opened, Scope(), "person=bo days=2026-03-02")
    finally:
        await opened.close()
    keys = {Param.FUNCTION: "Charts:bar"} if name == "function-runs" else {}
    table = await report(store, f"backoffice.{name}", keys=keys, filters=only)
    # bo ran the ten of an even number of seconds, and twice something else.
    if name == "functions":
        assert [row[3:5] for row in table.rows] == [(10, 1)]
    elif name == "operations":
        assert [row[:2] for row in table.rows] == [("bar", 10), ("search", 1), ("nameless", 1)]
    else:
        assert [row[2] for row in table.rows] == list(range(20, 0, -2))


async def test_runs_are_paged_and_filtered_at_the_source(store: Path) -> None:
    keys = {Param.FUNCTION: "Charts:bar"}
    first = await report(store, "backoffice.function-runs", keys=keys, limit=10)
    seen = list(first.rows)
    after = first.after
    while after:
        page = await report(store, "backoffice.function-runs", keys=keys, limit=10, after=after)
        seen += page.rows
        after = page.after
    assert len(seen) == 22
    times = [str(row[0]) for row in seen]
    assert times == sorted(times, reverse=True)
    found = await report(
        store, "backoffice.function-runs", keys=keys, row_search=(("error", "timeout"),)
    )
    assert [row[2] for row in found.rows] == [5, 3]
    none = await report(store, "backoffice.function-runs", keys=keys, row_search=(("inputs", "x"),))
    assert none.empty.startswith("No run fits")


async def test_operations(store: Path) -> None:
    table = await report(store, "backoffice.operations")
    assert table.rows == (
        ("bar", 20, 10.5, 19, 20),
        ("slow", 2, 5.25, 7, 7),
        ("search", 1, 4, 4, 4),
        ("nameless", 1, 2, 2, 2),
    )


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=45))
async def test_median_and_p95_of_any_runs(
    tmp_path_factory: pytest.TempPathFactory, durations: list[int]
) -> None:
    def run_each(hand: Hand) -> None:
        hand.person("ana")
        for number, duration in enumerate(durations):
            hand.event(f"2026-03-02 10:{number:02}", "ana", "api", seconds=duration)

    store = await make_store(tmp_path_factory.mktemp("runs"), run_each)
    (_action, runs, median, p95, longest), *_rest = (
        await report(store, "backoffice.operations")
    ).rows
    order = sorted(durations)
    size = len(order)
    assert runs == size and longest == order[-1]
    assert median == (order[(size - 1) // 2] + order[size // 2]) / 2
    # The smallest duration that at least 95 % do not exceed.
    fitting = [d for d in order if 100 * sum(1 for o in order if o <= d) >= 95 * size]
    assert p95 == fitting[0]


async def test_a_source_without_functions_says_so(tmp_path: Path) -> None:
    store = await make_store(tmp_path, lambda hand: hand.person("ana"))
    assert "records no runs" in (await report(store, "backoffice.functions")).empty
    assert (await report(store, "backoffice.operations")).empty


async def test_functions_objects_and_users_by_id_or_name(store: Path) -> None:
    opened = await open_store(store)
    try:
        for param, text, key in (
            (Param.FUNCTION, "Charts:bar", "Charts:bar"),
            (Param.FUNCTION, "BAR", "Charts:bar"),
            (Param.OBJECT, "Charts", "Charts"),
            (Param.USER, "ana", "ana"),
        ):
            assert (await resolve(opened, Scope(), param, text)).key == key
        with pytest.raises(UsageError, match="no function 'Charts'"):
            await resolve(opened, Scope(), Param.FUNCTION, "Charts")
        coach = Scope(Role.COACH, "cora", classes=frozenset((RowId(1),)))
        with pytest.raises(NotAllowed, match="no object 'Chart' that cora may see") as error:
            await resolve(opened, coach, Param.OBJECT, "Chart")
        assert "Charts" not in str(error.value)
    finally:
        await opened.close()
