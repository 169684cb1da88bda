"""Packages and what nobody used, counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.data.figures.hand_store import Hand, dicts, filters_of, make_store, report, when


def fill(hand: Hand) -> None:
    for name in ("ana", "bo"):
        hand.person(name)
    hand.person("robot", bot=1)
    for group, people in (("team", ("bo",)), ("all", ("ana", "bo"))):
        hand.class_(group)
        for person in people:
            hand.member(group, person)
    for package in ("Charts", "Geo", "Old"):
        hand.object(package, "package")
    for name, package in (("bar", "Charts"), ("pie", "Charts"), ("map", "Geo"), ("tool", "Old")):
        hand.object(name, "function", parent_id=hand.id("object", package))
    hand.object("dead tool", "function", parent_id=hand.id("object", "Old"), deleted=1)
    hand.event("2026-02-20 10:00", "ana", "function", object="dead tool")
    hand.object("loose", "dataset")
    hand.object("gone", "dataset", deleted=1)
    hand.object("later", "dataset", created_at=when("2026-04-01"))
    hand.event("2026-02-10 10:00", "ana", "function", object="tool")
    hand.event("2026-02-11 10:00", "ana", "admin", action="merge", object="loose")
    hand.event("2026-03-02 10:00", "ana", "function", object="bar")
    hand.event("2026-03-02 11:00", "ana", "function", object="bar")
    hand.event("2026-03-02 12:00", "bo", "function", object="pie")
    hand.event("2026-03-04 10:00", "ana", "admin", action="edit", object="Geo")
    hand.event("2026-03-05 10:00", "robot", "function", object="bar")
    hand.event("2026-03-05 11:00", None, "function", object="bar", flags=4)  # a second copy
    hand.event("2026-03-06 10:00", "bo", "admin", action="edit", object="loose")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_packages(store: Path) -> None:
    table = await report(store, "backoffice.packages")
    assert tuple(row[:6] for row in table.rows) == (
        ("Charts", "Charts", 2, 4, date(2026, 3, 2), date(2026, 3, 5)),
        ("Geo", "Geo", 1, 1, date(2026, 3, 4), date(2026, 3, 4)),
    )
    assert "Of machines or without a known user: 1 event." in table.notes


async def test_everybody_counts_machines(store: Path) -> None:
    rows = dicts(await report(store, "backoffice.packages", everybody=True))
    assert [(row["package"], row["users"]) for row in rows] == [("Charts", 3), ("Geo", 1)]


async def test_use_per_day_is_zero_filled_and_sums_to_the_packages(store: Path) -> None:
    rows = dicts(await report(store, "backoffice.package-usage", "2026-03-01..2026-03-05"))
    assert len(rows) == 5 * 2
    found = {(row["day"].day, row["package"]): (row["users"], row["events"]) for row in rows}
    assert {key: value for key, value in found.items() if value != (0, 0)} == {
        (2, "Charts"): (2, 3),
        (4, "Geo"): (1, 1),
        (5, "Charts"): (0, 1),
    }


async def test_use_per_week_counts_a_person_once(store: Path) -> None:
    table = await report(store, "backoffice.package-usage", "2026-03-02..2026-03-08", by="week")
    assert table.columns[0].name == "week"
    assert table.rows == (
        (date(2026, 3, 2), "Charts", "Charts", 2, 4),
        (date(2026, 3, 2), "Geo", "Geo", 1, 1),
    )


async def test_days_after_as_of_have_no_value(tmp_path: Path) -> None:
    store = await make_store(tmp_path, fill, as_of="2026-03-06 18:00")
    rows = dicts(await report(store, "backoffice.package-usage", "2026-03-05..2026-03-07"))
    assert [(row["day"].day, row["events"]) for row in rows] == [(5, 1), (6, 0), (7, None)]


async def test_what_nobody_used(store: Path) -> None:
    table = await report(store, "backoffice.unused")
    assert table.rows == (
        ("Old", "package", "Old", None, date(2026, 2, 20)),
        ("map", "function", "map", None, None),
        ("tool", "function", "tool", None, date(2026, 2, 10)),
        (None, "action", "merge", None, date(2026, 2, 11)),
    )


_ALL = ("Old 02-20", "map", "tool 02-10", "merge 02-11")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Whose use counts.
        ("person=bo", ("Geo", "Old", "bar", "map", "tool", "merge")),
        ("person=ana", ("Old 02-20", "map", "pie", "tool 02-10", "merge 02-11", "loose 02-11")),
        ("person=ana person=bo", _ALL),
        ("group=team", ("Geo", "Old", "bar", "map", "tool", "merge")),
        ("group=team group=all", _ALL),
        # In which way.
        ("action=edit", ("Charts", "Old", "bar", "map", "pie", "tool")),
        (
            "action=merge",
            ("Charts", "Geo", "Old", "bar", "map", "pie", "tool", "merge 02-11", "loose 02-11"),
        ),
        # When: the machine used bar on Thursday the 5th.
        (
            "days=2026-03-04..2026-03-06",
            ("Old 02-20", "map", "tool 02-10", "pie 03-02", "merge 02-11"),
        ),
        (
            "weekday=friday",
            ("Old 02-20", "Geo 03-04", "Charts 03-05")
            + ("map", "tool 02-10", "pie 03-02", "bar 03-05", "merge 02-11"),
        ),
        # What is listed.
        ("package=Old", ("Old 02-20", "tool 02-10")),
        ("function=map", ("map",)),
        ("object=loose", ()),
        ("person=bo package=Charts", ("bar",)),
        ("person=bo package=Charts package=Geo", ("Geo", "bar", "map")),
    ],
)
async def test_what_some_did_not_use(store: Path, text: str, expected: tuple[str, ...]) -> None:
    table = await report(store, "backoffice.unused", filters=await filters_of(store, text))
    found = [
        f"{row['name']} {row['last_used']:%m-%d}" if row["last_used"] else row["name"]
        for row in dicts(table)
    ]
    assert found == list(expected)
    if not expected:
        assert table.empty == "Everything that the filters leave was used in this period."


async def test_filters_of_the_level(store: Path) -> None:
    only = await filters_of(store, "person=bo")
    of_package = await filters_of(store, "package=Charts")
    rows = (await report(store, "backoffice.packages", filters=only)).rows
    assert [row[1:4] for row in rows] == [("Charts", 1, 1)]
    rows = (await report(store, "backoffice.packages", filters=of_package)).rows
    assert [row[1:4] for row in rows] == [("Charts", 2, 4)]


async def test_a_source_without_packages_says_so(tmp_path: Path) -> None:
    store = await make_store(tmp_path, lambda hand: hand.person("ana"))
    for name in ("packages", "package-usage"):
        assert "records no packages" in (await report(store, f"backoffice.{name}")).empty
