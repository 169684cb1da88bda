"""How far data reach: every dated record counts, plans and missing dates do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.data.figures.hand_store import Hand, HandImporter, when
from tests.data.importers.store_file import query

LATER = "2026-03-10 09:00"
PLANNED = when("2027-01-01")


def base(hand: Hand) -> None:
    hand.person("ana", joined_at=when("2025-12-01"))
    hand.training("t", created_at=when("2019-05-01"), ends_at=PLANNED)
    hand.module("m", "t", due_at=PLANNED)
    hand.activity("x", "t", "m")
    hand.class_("c", ("t",), starts_at=PLANNED, ends_at=PLANNED)
    hand.event("2026-03-01 10:00", "ana", "page", "t")


async def load(folder: Path, *fills: Callable[[Hand], object], latest: bool = True) -> Path:
    def fill(hand: Hand) -> None:
        for each in fills:
            each(hand)

    store = folder / "store.sqlite3"
    options = ImportOptions(as_of_latest=latest)
    await run_import(HandImporter(fill), "by hand", store, options)
    return store


def as_of(store: Path) -> int:
    return int(query(store, "SELECT as_of FROM source")[0][0])


RECORDS: dict[str, Callable[[Hand], object]] = {
    "event": lambda hand: hand.event(LATER, "ana", "page", "t"),
    "event by the server": lambda hand: hand.event(
        "2026-03-02 10:00", "ana", "page", "t", server_at=LATER
    ),
    "attempt": lambda hand: hand.attempt("a", "ana", "t", "m", finished_at=LATER),
    "completion": lambda hand: hand.complete("ana", "t", "x", LATER),
    "points": lambda hand: hand.point("ana", 5, "t", LATER),
    "award": lambda hand: hand.award("Star", "ana", "badge", "t", LATER),
    "enrolment": lambda hand: hand.enrol("ana", "t", LATER),
    "result": lambda hand: hand.enrol("ana", "t", "2026-01-01", completed_at=LATER),
    "account": lambda hand: hand.person("ben", joined_at=when(LATER)),
    "login": lambda hand: hand.person("ben", last_access_at=when(LATER)),
    "member": lambda hand: hand.member("c", "ana", from_at=when(LATER)),
}


@pytest.mark.parametrize("kind", RECORDS)
async def test_latest_is_the_newest_record_of_any_kind(tmp_path: Path, kind: str) -> None:
    store = await load(tmp_path, base, RECORDS[kind])
    assert as_of(store) == when(LATER)


async def test_plans_and_missing_dates_do_not_count(tmp_path: Path) -> None:
    def more(hand: Hand) -> None:
        hand.enrol("ana", "t", "2026-01-01", valid_until="2028-01-01")
        hand.complete("ana", "t", "x", "1970-01-01")
        hand.person("ben")
        hand.enrol("ben", "t", "2027-01-01")  # as planned for the class
        hand.member("c", "ben", to_at=PLANNED)

    store = await load(tmp_path, base, more)
    assert as_of(store) == when("2026-03-01 10:00")
    # 1 December 2025 and 1 March 2026.
    assert query(store, "SELECT first_day, last_day FROM source") == [(20_423, 20_513)]


async def test_a_store_without_events_covers_its_records(tmp_path: Path) -> None:
    def silent(hand: Hand) -> None:
        hand.person("ana")
        hand.training("t")
        hand.enrol("ana", "t", "2026-01-05", completed_at="2026-02-03 12:00")

    store = await load(tmp_path, silent)
    assert as_of(store) == when("2026-02-03 12:00")
    # 5 January 2026 and 3 February 2026.
    assert query(store, "SELECT first_day, last_day FROM source") == [(20_458, 20_487)]


async def test_an_import_forgets_how_far_the_one_before_reached(tmp_path: Path) -> None:
    await load(tmp_path, base, RECORDS["points"])
    assert as_of(await load(tmp_path, base)) == when("2026-03-01 10:00")
