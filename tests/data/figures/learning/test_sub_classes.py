"""One count per class: its list, its comparison and its own screen hold its sub-classes alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.plural import counted
from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, dicts, make_store, report

CLASSES = {"north": (4, 2), "night": (3, 1), "late": (1, 0), "south": (1, 0)}
"""Class -> its learners and its sub-classes, however deep."""


def fill(hand: Hand) -> None:
    """North (T; ann, bob) has Night (U; bob, cat), which has Late (T; dan). South (T; eve)."""
    for name in ("T", "U"):
        hand.training(name)
    for name in ("ann", "bob", "cat", "dan", "eve"):
        hand.person(name)
    for name, training, members in (
        ("north", "T", ("ann", "bob")),
        ("night", "U", ("bob", "cat")),
        ("late", "T", ("dan",)),
        ("south", "T", ("eve",)),
    ):
        hand.class_(name, (training,), title=name.title())
        for member in members:
            hand.member(name, member)
    hand.sub_class("night", "north")
    hand.sub_class("late", "night")
    for person, training, completed in (
        ("ann", "T", "2026-03-02"),
        ("bob", "T", None),
        ("bob", "U", None),
        ("cat", "U", "2026-03-02"),
        ("cat", "T", None),  # no class of hers takes it
        ("dan", "T", None),
    ):
        hand.enrol(person, training, "2026-01-01", completed_at=completed)
    hand.event("2026-03-02 10:00", "ann", "page", "T", seconds=60)
    hand.event("2026-03-02 10:00", "cat", "page", "U", seconds=30)
    hand.event("2026-03-02 10:00", "cat", "page", "T", seconds=500)
    hand.event("2026-03-03 10:00", "cat", "forum", "U", action="comment")
    hand.event("2026-03-03 10:00", "dan", "forum", "T", action="comment")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["class_id"]: row for row in rows}


async def test_a_class_counts_the_same_everywhere(store: Path) -> None:
    listed = by_id(dicts(await report(store, "global.classes")))
    assert set(listed) == set(CLASSES)
    for name, (learners, sub_classes) in CLASSES.items():
        keys = {Param.CLASS: name}
        compared = by_id(dicts(await report(store, "class.comparison", keys=keys)))[name]
        for row in (listed[name], compared):
            assert (row["learners"], row["sub_classes"]) == (learners, sub_classes), name
        members = await report(store, "class.members", keys=keys)
        assert len(members.rows) == learners
        assert members.population.startswith(f"{learners} of {counted(learners, 'person')}"), name


async def test_the_state_line_says_what_a_class_holds(store: Path) -> None:
    said = {
        name: (await report(store, "class.progress", keys={Param.CLASS: name})).population
        for name in CLASSES
    }
    assert said == {
        "north": "4 of 4 people in north + 2 sub-classes",
        "night": "3 of 3 people in night + 1 sub-class",
        "late": "1 of 1 person",
        "south": "1 of 1 person",
    }


async def test_measures_are_of_the_trainings_that_each_part_takes(store: Path) -> None:
    rows = by_id(dicts(await report(store, "global.classes")))
    # North: ann T, bob T, bob U, cat U, dan T, two of them completed. Night: without the first two.
    assert rows["north"]["completion"] == pytest.approx(100 * 2 / 5)
    assert rows["night"]["completion"] == pytest.approx(100 / 3)
    assert rows["late"]["completion"] == 0
    # Ann 60 s and cat 30 s; cat and dan wrote; what cat did in T is none of her classes'.
    assert [rows[name]["active"] for name in CLASSES] == [3, 2, 1, 0]
    assert [rows[name]["time_spent"] for name in CLASSES] == [90, 30, 0, 0]


async def test_contributions_of_a_group_and_the_people_behind_them(store: Path) -> None:
    groups = {
        row["Name"]: row["Comments"] for row in dicts(await report(store, "collaboration.groups"))
    }
    assert groups == {"North": 2, "Night": 2, "Late": 1, "South": 0}
    for name, comments in (("north", 2), ("night", 2), ("late", 1), ("south", 0)):
        behind = await report(
            store, "collaboration.people", keys={Param.CLASS: name}, action="comments"
        )
        assert sum(row["times"] for row in dicts(behind)) == comments, name


async def test_circles_of_classes_end(tmp_path: Path) -> None:
    def with_circle(hand: Hand) -> None:
        fill(hand)
        hand.sub_class("north", "late")

    rows = by_id(dicts(await report(await make_store(tmp_path, with_circle), "global.classes")))
    assert {name: (row["learners"], row["sub_classes"]) for name, row in rows.items()} == {
        **dict.fromkeys(("north", "night", "late"), (4, 2)),
        "south": (1, 0),
    }
