"""Errors and their causes, counted by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from termstats.data.model.errors import UsageError
from tests.data.figures.hand_store import Hand, dicts, filters_of, make_store, report


def fill(hand: Hand) -> None:
    for name in ("ana", "bo"):
        hand.person(name)

    def error(at: str, who: str | None, group: str | None, message: str, **extra: object) -> None:
        hand.event(
            at, who, "error", action=group or "Odd", error=group, detail=message,
            extra=json.dumps(extra) if extra else None,
        )  # fmt: skip

    error("2026-01-05 10:00", "ana", "Timeout", "old", source="api", handled=True)
    error("2026-03-02 10:00", "ana", "Timeout", "first", source="api", handled=True)
    error("2026-03-03 10:00", "bo", "Timeout", "second\nline", source="function", handled=False)
    error("2026-03-04 10:00", None, "Full", "no room", source="disk", handled=False)
    error("2026-03-05 10:00", "bo", None, "what?")
    for number in range(4):
        failed = {"error": "Timeout"} if number == 0 else {}
        hand.event(f"2026-03-06 10:0{number}", "ana", "function", action="fit", **failed)
    hand.event("2026-03-06 11:00", "bo", "api", action="search", missed=1)
    hand.event("2026-03-06 11:01", None, "api", action="geo", error="Full")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_equal_errors_are_one_row(store: Path) -> None:
    table = await report(store, "backoffice.errors")
    assert set(table.column("reported")) == {None}
    assert tuple(row[:8] for row in table.rows) == (
        ("Timeout", "function", "partly", 2, 2, date(2026, 1, 5), date(2026, 3, 3), "second line"),
        ("Full", "disk", "no", 1, 0, date(2026, 3, 4), date(2026, 3, 4), "no room"),
        ("Odd", None, None, 1, 1, date(2026, 3, 5), date(2026, 3, 5), "what?"),
    )
    assert table.summary == "3 different · 2 new"


async def test_first_seen_is_ever_whatever_the_filter(store: Path) -> None:
    only = await filters_of(store, "person=bo")
    rows = dicts(await report(store, "backoffice.errors", filters=only))
    assert [(row["error"], row["events"]) for row in rows] == [("Odd", 1), ("Timeout", 1)]
    assert rows[1]["first"] == date(2026, 1, 5)
    causes = await report(store, "backoffice.error-causes", filters=only)
    assert causes.rows == () and causes.empty


@pytest.mark.parametrize(
    ("text", "errors", "causes", "sources"),
    [
        ("error=Timeout", [("Timeout", 2)], [("fit", 4, 1, 25, 1)], {"error": 2, "function": 1}),
        ("error=Full", [("Full", 1)], [("geo", 1, 1, 100, 0)], {"error": 1, "api": 1}),
        # An error that the platform names no group of is called by its action.
        ("error=Odd", [("Odd", 1)], [], {"error": 1}),
        ("error=Odd error=Full", [("Full", 1), ("Odd", 1)], [("geo", 1, 1, 100, 0)],
         {"error": 2, "api": 1}),
        ("error=Timeout person=bo", [("Timeout", 1)], [], {"error": 1}),
        ("error=Timeout person=ana weekday=fri", [], [("fit", 4, 1, 25, 1)], {"function": 1}),
    ],
)  # fmt: skip
async def test_what_belongs_to_an_error(
    store: Path,
    text: str,
    errors: list[tuple[str, int]],
    causes: list[tuple[object, ...]],
    sources: dict[str, int],
) -> None:
    only = await filters_of(store, text)
    found = dicts(await report(store, "backoffice.errors", filters=only))
    assert [(row["error"], row["events"]) for row in found] == errors
    assert list((await report(store, "backoffice.error-causes", filters=only)).rows) == causes
    table = await report(store, "backoffice.sources", filters=only)
    sums = {name: sum(int(str(cell)) for cell in table.column(name)) for name in sources}
    assert sums == sources and len(table.columns) == len(sources) + 2
    cards = dicts(await report(store, "backoffice.totals", filters=only))
    shown = {row["metric"]: row["value"] for row in cards}
    assert shown["errors"] == sum(number for _name, number in errors)


async def test_an_error_is_found_by_a_part_of_its_name(store: Path) -> None:
    assert await filters_of(store, "error=time") == await filters_of(store, "error=Timeout")
    with pytest.raises(UsageError, match="no error 'nothing'; see: termstats report backoffice"):
        await filters_of(store, "error=nothing")
    with pytest.raises(UsageError, match="'u' may be any of 2 errors: Full, Timeout"):
        await filters_of(store, "error=u")


async def test_errors_sum_to_the_card(store: Path) -> None:
    rows = dicts(await report(store, "backoffice.errors"))
    cards = {row["metric"]: row for row in dicts(await report(store, "backoffice.totals"))}
    assert sum(row["events"] for row in rows) == cards["errors"]["value"] == 4


async def test_which_actions_cause_errors(store: Path) -> None:
    # A search without result is no error.
    assert (await report(store, "backoffice.error-causes")).rows == (
        ("fit", 4, 1, 25, 1),
        ("geo", 1, 1, 100, 0),
    )


async def test_without_errors(tmp_path: Path) -> None:
    store = await make_store(tmp_path, lambda hand: hand.person("ana"))
    assert "records no errors" in (await report(store, "backoffice.errors")).empty
    assert (await report(store, "backoffice.error-causes")).empty
