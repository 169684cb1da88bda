"""What an empty figure says: what there is none of, when, when there was some, and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.figures.hand_store import Hand, make_store, report

WAY_OUT = "Press p to choose another period."


def fill(hand: Hand) -> None:
    for key in ("ana", "ben", "sam"):
        hand.person(key, staff=int(key == "sam"))
    hand.training("fire")
    hand.enrol("ana", "fire", "2025-10-01")
    hand.event("2025-10-02 09:00", "ana", "page", "fire")
    for minute in range(4):
        hand.event(f"2025-10-03 10:0{minute}", "ben", "search", detail="ladder", active=0)
    hand.event("2026-01-05 10:00", "sam", "search", detail="staff only", active=0)
    hand.event("2025-12-01 10:00", "ana", "admin", action="edit")
    hand.event("2026-03-30 10:00", "ana", "download", "fire")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


@pytest.mark.parametrize(
    ("figure", "period", "said"),
    [
        (
            "global.searches",
            "2026-01-01..2026-02-28",
            "No searches from 1 Jan to 28 Feb 2026. This platform logs searches; the last one was "
            "on 3 Oct 2025 (4 searches).",
        ),
        (
            "global.search-terms",
            "2025-12-01..2025-12-01",
            "No searches on 1 Dec 2025. This platform logs searches; the last one was on 3 Oct "
            "(4 searches).",
        ),
        (
            "global.activity",
            "2025-09",
            "No activity from 1 Sep to 30 Sep 2025. This platform logs activity; the first was on "
            "2 Oct (1 event).",
        ),
        (
            "global.downloads",
            "2025-12-20..2026-01-10",
            "No downloads from 20 Dec 2025 to 10 Jan 2026. This platform logs downloads; the first "
            "one was on 30 Mar (1 download).",
        ),
        (
            "backoffice.actions",
            "2026-03",
            "No administrative actions from 1 Mar to 31 Mar 2026. This platform logs "
            "administrative actions; the last one was on 1 Dec 2025 (1 administrative action).",
        ),
    ],
)
async def test_it_names_the_nearest_day_with_data(
    store: Path, figure: str, period: str, said: str
) -> None:
    table = await report(store, figure, period)
    assert table.empty == f"{said} {WAY_OUT}"


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2025-11-30 08:00..2025-11-30 20:00", "the first one was on 1 Dec ("),
        ("2026-03-30 08:00..2026-03-30 09:00", "the last one was on 1 Dec 2025 ("),
        # That day's action was at 10 o'clock.
        ("2025-12-01 11:00..2025-12-01 12:00", "the nearest one was on 1 Dec ("),
    ],
)
async def test_it_names_the_day_for_a_period_of_hours_too(
    store: Path, period: str, said: str
) -> None:
    table = await report(store, "backoffice.actions", period, by="auto")
    assert f"{said}1 administrative action)" in table.empty


async def test_staff_do_not_count_for_the_nearest_day_unless_everybody_does(store: Path) -> None:
    table = await report(store, "global.searches", "2026-02", everybody=True)
    assert "the last one was on 5 Jan (1 search)" in table.empty


async def test_what_never_happened_is_not_said_to_be_logged(tmp_path: Path) -> None:
    def no_search(hand: Hand) -> None:
        hand.person("ana")
        hand.event("2026-03-02 09:00", "ana", "page")

    path = await make_store(tmp_path, no_search)
    table = await report(path, "global.searches", "2026-03")
    assert table.empty == (
        "No searches from 1 Mar to 31 Mar 2026, nor on any other day; "
        "this platform may not log searches."
    )
