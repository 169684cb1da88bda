"""Sources, one user's events, the history of an object, groups and patterns, counted by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.backoffice.events import change_words
from termstats.data.figures.backoffice.reading.patterns import Profile, alike
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from tests.data.figures.hand_store import Hand, dicts, make_store, report

DIFF = json.dumps(
    {
        "metadata": [
            {"path": ["default", "title"], "old_value": "Trees", "new_value": "Street trees"},
            {"path": ["default", "theme"], "old_value": None, "new_value": ["a", "b"]},
        ],
        "security": [{"path": ["open"], "old_value": True, "new_value": None}],
    }
)


def fill(hand: Hand) -> None:
    for name in ("ana", "bo", "cy"):
        hand.person(name)
    hand.person("robot", bot=1)
    hand.object("trees", "dataset", "Trees")
    hand.object("roads", "dataset", "Roads")
    hand.event("2026-03-01 10:00", "ana", "admin", action="add", object="trees")
    hand.event("2026-03-02 10:00", "bo", "admin", action="edit", object="trees", diff=DIFF)
    hand.event("2026-03-02 11:00", "bo", "admin", action="edit", object="roads")
    hand.event("2026-03-03 10:00", None, "admin", action="started", extra='{"source": "audit"}')
    hand.event("2026-03-03 10:01", "robot", "api", action="search", object="trees")
    hand.event("2026-03-03 10:02", "ana", "function", action="fit", extra='{"source": "script"}')
    hand.event("2026-03-03 10:03", "ana", "error", action="Full", extra='{"source": "disk"}')
    hand.event("2026-03-03 10:04", "cy", "forum", action="post")
    hand.class_("all")
    hand.class_("part")
    hand.class_("lonely")
    hand.sub_class("part", "all")
    hand.sub_class("all", "part")  # a cycle
    hand.member("all", "ana")
    hand.member("part", "bo")
    hand.member("part", "robot")
    hand.member("lonely", "cy")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_sources_per_day(store: Path) -> None:
    table = await report(store, "backoffice.sources", "2026-03-01..2026-03-03")
    assert [column.name for column in table.columns] == [
        *("day", "admin", "api", "audit", "error", "script", "total"),
    ]
    assert table.rows == (
        (date(2026, 3, 1), 1, 0, 0, 0, 0, 1),
        (date(2026, 3, 2), 2, 0, 0, 0, 0, 2),
        (date(2026, 3, 3), 0, 1, 1, 1, 1, 4),
    )


async def test_whoever_only_posts_does_not_use_the_platform(store: Path) -> None:
    rows = dicts(await report(store, "backoffice.unique-users", "2026-03-03..2026-03-03"))
    assert rows[0]["users"] == 1


async def test_events_of_one_user_with_the_rest_in_one_column(store: Path) -> None:
    keys = {Param.USER: "ana"}
    table = await report(store, "backoffice.user-events", by="month", keys=keys, top=1)
    assert [column.name for column in table.columns] == ["month", "Full", "(others)", "total"]
    assert table.rows == ((date(2026, 3, 1), 1, 2, 3),)
    nobody = await report(store, "backoffice.user-events", keys={Param.USER: "cy"})
    assert nobody.empty.startswith("No events of cy")


async def test_the_history_of_an_object(store: Path) -> None:
    keys = {Param.OBJECT: "trees"}
    rows = dicts(await report(store, "backoffice.object-history", keys=keys))
    assert [(row["user"], row["action"]) for row in rows] == [
        ("robot", "search"),
        ("bo", "edit"),
        ("ana", "add"),
    ]
    assert [row["diff"] for row in rows] == [
        None,
        "metadata default.title: Trees -> Street trees; "
        'metadata default.theme: + ["a", "b"]; security open: - true',
        None,
    ]


@pytest.mark.parametrize(
    ("diff", "shown"),
    [
        (None, None),
        ("", None),
        ("no JSON\nat all", "no JSON at all"),
        ("[1, 2]", "[1, 2]"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ('{"page": [{"path": [], "old_value": "", "new_value": "x"}]}', 'page : "" -> x'),
    ],
)
def test_a_diff_in_words(diff: str | None, shown: str | None) -> None:
    assert change_words(diff) == shown


async def test_groups_hold_their_sub_groups(store: Path) -> None:
    table = await report(store, "backoffice.groups")
    assert table.rows == (
        ("all", "all", 2, 2, 5, 2.5),
        ("part", "part", 2, 2, 5, 2.5),
        ("lonely", "lonely", 1, 0, 0, None),
    )
    assert any(note.startswith("Groups overlap") for note in table.notes)
    everybody = dicts(await report(store, "backoffice.groups", everybody=True))
    assert (everybody[0]["users"], everybody[0]["actions"]) == (3, 6)


def fill_patterns(hand: Hand) -> None:
    for number in range(9):
        person = hand_name(number)
        hand.person(person)
        kinds = (("admin", "edit"),) if number < 5 else (("api", "search"), ("admin", "publish"))
        for at in range(6):
            kind, action = kinds[at % len(kinds)]
            hand.event(f"2026-03-02 1{at}:0{number}", person, kind, action=action)
    hand.person("rare")
    hand.event("2026-03-02 10:00", "rare", "admin", action="edit")
    hand.class_("editors")
    for number in range(4):
        hand.member("editors", hand_name(number))


def hand_name(number: int) -> str:
    return f"person {number}"


async def test_people_who_work_alike(tmp_path: Path) -> None:
    store = await make_store(tmp_path, fill_patterns)
    table = await report(store, "backoffice.patterns")
    # Five people only edit; four search and publish half and half; one did too little.
    assert table.rows == (
        ("edit", 5, 30, "editors (4)"),
        ("API calls + publish", 4, 24, None),
    )


SORTS = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 40), min_size=1)


@given(st.dictionaries(st.integers(1, 99).map(RowId), SORTS, min_size=1, max_size=30))
def test_everybody_is_in_one_pattern_whatever_the_order(
    people: dict[RowId, dict[str, int]],
) -> None:
    profiles = {person: Profile(did) for person, did in people.items()}
    found = alike(profiles)
    assert sorted(person for some in found.values() for person in some) == sorted(people)
    assert 1 <= len(found) <= 6
    assert alike(dict(reversed(profiles.items()))) == found
