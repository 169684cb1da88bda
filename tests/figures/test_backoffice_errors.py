"""Errors and their causes, counted by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from termstats.data.filter_text import parse
from termstats.data.scope import Scope
from termstats.data.store import open_store
from tests.figures.hand_store import Hand, dicts, make_store, report


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
    assert table.rows == (
        ("Timeout", "function", "partly", 2, 2, date(2026, 1, 5), date(2026, 3, 3), "second line"),
        ("Full", "disk", "no", 1, 0, date(2026, 3, 4), date(2026, 3, 4), "no room"),
        ("Odd", None, None, 1, 1, date(2026, 3, 5), date(2026, 3, 5), "what?"),
    )
    assert table.summary == "3 different · 2 new"


async def test_first_seen_is_ever_whatever_the_filter(store: Path) -> None:
    opened = await open_store(store)
    try:
        only = await parse(opened, Scope(), "person=bo")
    finally:
        await opened.close()
    rows = dicts(await report(store, "backoffice.errors", only=only))
    assert [(row["error"], row["events"]) for row in rows] == [("Odd", 1), ("Timeout", 1)]
    assert rows[1]["first"] == date(2026, 1, 5)
    causes = await report(store, "backoffice.error-causes", only=only)
    assert causes.rows == () and causes.empty


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
