"""Who used the platform in any way, and what belongs to a selection, counted by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.figures.backoffice.people import TOTAL
from tests.data.figures.hand_store import Hand, dicts, filters_of, make_store, report

PEOPLE, CONTEXT, MEMBERS = "backoffice.people", "backoffice.context", "backoffice.pattern-people"


def fill(hand: Hand) -> None:
    hand.person("ana", "Ana", staff=1)
    hand.person("ana2", "Ana")
    hand.person("bo", "Bo")
    hand.person("robot", bot=1)
    hand.object("Charts", "package")
    hand.object("bar", "function", parent_id=hand.id("object", "Charts"))
    hand.object("d1", "dataset", "Trees")
    audit, usage = (json.dumps({"source": name}) for name in ("audit", "usage"))
    hand.event("2026-03-02 09:00", "ana", "admin", action="edit", object="d1", extra=audit)
    hand.event("2026-03-03 09:00", "ana", "admin", action="edit", object="d1", extra=audit)
    hand.event("2026-03-03 10:00", "ana2", "admin", action="click", extra=usage)
    hand.event("2026-03-04 10:00", "bo", "function", action="bar", object="bar")
    hand.event("2026-03-04 11:00", "bo", "function", action="bar", object="bar")
    hand.event("2026-03-04 12:00", "bo", "error", action="Full", error="h4sh")
    hand.event("2026-03-04 13:00", "robot", "api", action="search", object="d1")
    hand.event("2026-03-04 14:00", None, "api", action="search", object="Charts")
    hand.event("2026-03-04 15:00", None, "api", action="search", flags=4)  # a second copy


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_people_with_any_use(store: Path) -> None:
    assert (await report(store, PEOPLE)).rows == (
        ("bo", "Bo", 3, 1, date(2026, 3, 4)),
        ("ana", "Ana", 2, 2, date(2026, 3, 3)),
        ("ana2", "Ana", 1, 1, date(2026, 3, 3)),
    )
    assert len((await report(store, PEOPLE, everybody=True)).rows) == 4


async def test_people_are_the_users_of_the_days(store: Path) -> None:
    users = await report(store, "backoffice.unique-users", "2026-03-04")
    people = await report(store, PEOPLE, "2026-03-04")
    assert [len(people.rows)] == users.column("users") == [1]


async def test_what_belongs_to_a_period(store: Path) -> None:
    table = await report(store, CONTEXT)
    assert table.rows == (
        ("Total", "events", 8, None),
        ("Total", "people", 3, None),
        ("People", "Bo", 3, 3),
        ("People", "Ana", 2, 3),
        ("People", "Ana", 1, 3),
        # Two runs in it, and a call of the package itself.
        ("Packages", "Charts", 3, 1),
        ("Functions", "Charts:bar", 2, 1),
        ("Objects", "Trees", 3, 1),
        ("Log events", "api", 2, 5),
        ("Log events", "audit", 2, 5),
        ("Log events", "function", 2, 5),
        ("Log events", "error", 1, 5),
        ("Log events", "usage", 1, 5),
        ("Audit events", "edit", 2, 1),
        ("Errors", "Full", 1, 1),
    )


async def test_what_belongs_to_a_person_and_a_day(store: Path) -> None:
    only = await filters_of(store, "person=bo days=2026-03-04")
    rows = dicts(await report(store, CONTEXT, filters=only))
    assert [(row["part"], row["name"], row["events"]) for row in rows] == [
        ("Total", "events", 3),
        ("Total", "people", 1),
        ("People", "Bo", 3),
        ("Packages", "Charts", 2),
        ("Functions", "Charts:bar", 2),
        ("Log events", "function", 2),
        ("Log events", "error", 1),
        ("Errors", "Full", 1),
    ]
    nothing = await report(store, CONTEXT, filters=await filters_of(store, "person=bo action=edit"))
    assert nothing.rows == () and nothing.empty


async def test_the_most_frequent_are_named_and_the_others_counted(tmp_path: Path) -> None:
    def many(hand: Hand) -> None:
        for number in range(12):
            hand.person(f"p{number:02}")
            for _ in range(12 - number):
                hand.event("2026-03-02 09:00", f"p{number:02}", "admin", action=f"a{number}")

    store = await make_store(tmp_path, many)
    rows = [row for row in dicts(await report(store, CONTEXT)) if row["part"] == "People"]
    assert [row["name"] for row in rows] == [f"p{number:02}" for number in range(8)]
    assert [row["events"] for row in rows] == [12, 11, 10, 9, 8, 7, 6, 5]
    assert {row["names"] for row in rows} == {12}
    three = dicts(await report(store, CONTEXT, top=3))
    assert [row["name"] for row in three if row["part"] == "People"] == ["p00", "p01", "p02"]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("ana", "bo", "robot", None)),
            st.sampled_from(("admin", "api", "function", "error")),
            st.sampled_from(("x", "y")),
        ),
        min_size=1,
        max_size=30,
    )
)
async def test_parts_add_up(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str | None, str, str]]
) -> None:
    def write(hand: Hand) -> None:
        for name in ("ana", "bo"):
            hand.person(name)
        hand.person("robot", bot=1)
        for number, (who, kind, action) in enumerate(events):
            hand.event(f"2026-03-{1 + number:02} 10:00", who, kind, action=action)

    store = await make_store(tmp_path_factory.mktemp("parts"), write)
    rows = dicts(await report(store, CONTEXT))

    def total(part: str) -> int:
        return sum(row["events"] for row in rows if row["part"] == part)

    totals = {row["name"]: row["events"] for row in rows if row["part"] == TOTAL}
    assert totals["events"] == total("Log events") == len(events)
    by_people = sum(who in ("ana", "bo") for who, _, _ in events)
    people = dicts(await report(store, PEOPLE))
    assert total("People") == by_people == sum(row["events"] for row in people)
    assert totals["people"] == len(people)
    assert total("Errors") == sum(kind == "error" for _, kind, _ in events)


async def test_everybody_in_a_pattern_is_listed_once(tmp_path: Path) -> None:
    def write(hand: Hand) -> None:
        for name, kind, times in (("ed", "edit", 6), ("fay", "edit", 9), ("gus", "look", 5)):
            hand.person(name)
            for number in range(times):
                hand.event(f"2026-03-02 10:{number:02}", name, "admin", action=kind)
        hand.person("few")
        hand.event("2026-03-02 10:00", "few", "admin", action="edit")

    store = await make_store(tmp_path, write)
    table = await report(store, MEMBERS)
    assert table.rows == (
        ("fay", "fay", "edit", 9),
        ("ed", "ed", "edit", 6),
        ("gus", "gus", "look", 5),
    )
    patterns = dicts(await report(store, "backoffice.patterns"))
    for row in patterns:
        people = [each for each in dicts(table) if each["pattern"] == row["pattern"]]
        assert (len(people), sum(each["actions"] for each in people)) == (
            row["users"],
            row["actions"],
        )
    assert (await report(store, MEMBERS, "2026-02")).empty
