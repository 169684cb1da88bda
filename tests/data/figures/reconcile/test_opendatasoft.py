"""What Opendatasoft's statistics pages show beside ours: logs L and A of its reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.opendatasoft.factory import (
    CALLS,
    WEEK,
    calls,
    csv_text,
    load,
    rows_of_log,
)


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "log.csv").write_text(csv_text(rows_of_log()))
    (folder / "api.csv").write_text(calls(*CALLS))
    await load(folder, tmp_path / "store.sqlite3")
    return tmp_path / "store.sqlite3"


async def numbers(store: Path, page: str, **options: Any) -> dict[tuple[str, str], tuple[Any, Any]]:
    rows = dicts(await report(store, "reconcile.opendatasoft", WEEK, **options))
    return {
        (row["figure"], row["key"]): (row["platform"], row["termstats"])
        for row in rows
        if row["page"] == page
    }


async def test_the_indicators_of_the_back_office_are_the_same(store: Path) -> None:
    found = await numbers(store, "back office")
    assert found["actions", ""] == ("12", 12)
    assert found["users", ""] == ("6", 6)
    assert found["actions_by_users", ""] == ("11", 11)
    tops = [(key, n) for (figure, key), n in found.items() if figure == "top_users"]
    # Five, the sixth tied with the fifth; nobody for the action without a user.
    assert tops == [
        *(("ana", ("3", 3)), ("bo", ("3", 3)), ("cy", ("2", 2))),
        *(("dee", ("1", 1)), ("eli", ("1", 1))),
    ]
    assert found["top_datasets", "d1"] == ("3", 3)
    assert found["top_pages", "p2"] == ("1", 1)
    assert found["distribution", "edit_dataset"] == ("33%", pytest.approx(100 / 3))


async def test_users_who_are_nobody_count_there_and_not_here(store: Path) -> None:
    found = await numbers(store, "users")
    assert found["activity", ""] == ("7", 7)
    # Seven calls of three logins, nobody's among them; here three calls of two.
    assert found["api_calls_per_user", ""] == ("2.33", 1.5)
    assert found["anonymous_users", ""] == ("57%", None)
    assert [(key, n) for (figure, key), n in found.items() if figure == "top_users"] == [
        *(("anonymous", ("4", None)), ("ana", ("2", 2)), ("bo", ("1", 1))),
    ]
    rows = dicts(await report(store, "reconcile.opendatasoft", WEEK))
    (nobody,) = [row for row in rows if row["key"] == "anonymous"]
    assert "without an account as one user" in nobody["reason"]
    share = next(row for row in rows if row["figure"] == "anonymous_users")
    assert share["platform_raw"] == pytest.approx(4 / 7) and "share of calls" in share["reason"]


async def test_everybody_makes_ours_the_platforms(store: Path) -> None:
    found = await numbers(store, "users", everybody=True)
    assert found["api_calls_per_user", ""] == ("2.33", pytest.approx(7 / 3))
    assert found["top_users", "anonymous"] == ("4", 4)


async def test_actions_from_the_api_log(store: Path) -> None:
    assert await numbers(store, "actions") == {
        ("analyze", ""): ("1", 1),
        ("geo", ""): ("1", 1),
        ("search", ""): ("2", 2),
        ("total_searches", ""): ("2", 2),
        ("searches_without_results", ""): ("1", 1),
        ("bot_activity", ""): ("14%", pytest.approx(100 / 7)),
        ("errors", "UnknownDataset"): ("1", 1),
    }


async def test_nothing_to_compare_says_why(store: Path, tmp_path: Path) -> None:
    empty = await report(store, "reconcile.opendatasoft", "2024-04-01..2024-04-02")
    assert empty.rows == () and empty.empty.startswith(
        "No actions or calls from 1 Apr to 2 Apr 2024."
    )

    def fill(hand: Hand) -> None:
        hand.person("ana")

    other = await report(
        await make_store(tmp_path, fill, name="o.sqlite3"), "reconcile.opendatasoft"
    )
    assert "termstats import opendatasoft" in other.empty
