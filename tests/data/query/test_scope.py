"""Viewers: what they may see reaches every figure through the query, totals and tops included."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.model.errors import NotAllowed
from termstats.data.model.request import Param
from termstats.data.store import schema
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when

MARCH = "2026-03"


def fill(hand: Hand) -> None:
    for name in ("ana", "ben", "cho", "dee", "mia", "tom"):
        hand.person(name, name.title(), email=f"{name}@x.org")
    for key in ("fire", "water", "air"):
        hand.training(key, key.title())
        for name in ("ana", "ben", "cho"):
            hand.enrol(name, key, "2026-03-01")
            hand.event("2026-03-02 10:00", name, "page", key)
            hand.point(name, 1, key, "2026-03-02")
    hand.event("2026-03-03 10:00", "dee", "page", "air")
    hand.event("2026-03-03 11:00", "ana", "search", detail="secret")
    hand.class_("north", ("fire",))
    hand.class_("south", ("water",))
    hand.class_("night", ("fire", "water"))
    hand.sub_class("night", "north")
    hand.sub_class("north", "night")  # a cycle
    hand.member("north", "ana")
    hand.member("south", "ben")
    hand.member("night", "cho")
    hand.grant("mia", "manager", training_id=hand.id("training", "fire"))
    hand.grant("tom", "coach", class_id=hand.id("class", "north"))
    hand.member("north", "tom", "coach")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def total(store: Path, figure: str, column: str, viewer: str | None = None) -> float:
    table = await report(store, figure, MARCH, viewer=viewer)
    return sum(value for value in table.column(column) if isinstance(value, (int, float)))


async def test_a_manager_sees_only_their_trainings(store: Path) -> None:
    assert await total(store, "global.activity", "total") == 11
    assert await total(store, "global.activity", "total", "mia") == 3
    rows = dicts(await report(store, "global.trainings", MARCH, viewer="mia"))
    assert [(row["training_id"], row["learners"]) for row in rows] == [("fire", 3)]
    assert await total(store, "global.leaderboard", "points", "mia") == 3
    assert (await report(store, "global.search-terms", MARCH, viewer="mia")).rows == ()
    top = dicts(await report(store, "global.top-learners", MARCH, viewer="mia"))
    assert {row["learner_id"] for row in top} == {"ana", "ben", "cho"}
    cards = await report(store, "global.totals", MARCH, viewer="mia")
    values = dict(zip(cards.column("metric"), cards.column("value"), strict=True))
    assert (values["users"], values["enrolments"], values["trainings"]) == (3, 3, 1)


async def test_a_coach_sees_only_pairs_of_member_and_training(store: Path) -> None:
    # north: ana in fire; night (a sub-class): cho in fire and water. Never ben, never air.
    assert await total(store, "global.activity", "total", "tom") == 3
    assert await total(store, "global.active-users", "users", "tom") == 2
    rows = dicts(await report(store, "global.trainings", MARCH, viewer="tom"))
    assert {row["training_id"]: row["learners"] for row in rows} == {"fire": 2, "water": 1}
    assert await total(store, "global.leaderboard", "points", "tom") == 3
    keys = {Param.LEARNER: "ana"}
    own = dicts(await report(store, "learner.trainings", MARCH, viewer="tom", keys=keys))
    assert [row["training_id"] for row in own] == ["fire"]


async def test_a_learner_sees_only_themselves(store: Path) -> None:
    with pytest.raises(NotAllowed):
        await report(store, "global.activity", MARCH, viewer="ana")
    mine = await report(store, "learner.activity", MARCH, viewer="ana", keys={Param.LEARNER: "ana"})
    assert sum(row["total"] for row in dicts(mine)) == 4
    other = await report(
        store, "learner.activity", MARCH, viewer="ana", keys={Param.LEARNER: "ben"}
    )
    assert sum(row["total"] for row in dicts(other)) == 0


@pytest.mark.parametrize("viewer", ["mia", "tom"])
async def test_the_backoffice_is_for_administrators(store: Path, viewer: str) -> None:
    with pytest.raises(NotAllowed, match="administrators"):
        await report(store, "backoffice.totals", MARCH, viewer=viewer)


async def test_an_unknown_viewer_sees_nothing(store: Path) -> None:
    with pytest.raises(NotAllowed, match="nobody is called 'eve'"):
        await report(store, "global.activity", MARCH, viewer="eve")


async def test_no_global_figure_names_a_person_outside_the_scope(store: Path) -> None:
    """Every figure of the global level is run for both viewers and searched for strangers."""
    for name, figure in figures().items():
        if figure.level is not Level.GLOBAL:
            continue
        for viewer, strangers in (("mia", {"dee"}), ("tom", {"dee", "ben"})):
            table = await report(store, name, MARCH, viewer=viewer)
            cells = {str(cell).casefold() for row in table.rows for cell in row}
            found = {s for s in strangers if s in cells or f"{s}@x.org" in cells}
            assert not found, (name, viewer)


async def test_a_class_is_its_members_in_its_trainings(store: Path) -> None:
    table = await report(store, "class.activity", MARCH, keys={Param.CLASS: "south"})
    assert sum(row["total"] for row in dicts(table)) == 1  # ben in water
    table = await report(store, "class.activity", MARCH, keys={Param.CLASS: "north"})
    assert sum(row["total"] for row in dicts(table)) == 3  # the cycle ends


async def test_former_members_are_no_members(tmp_path: Path) -> None:
    def left(hand: Hand) -> None:
        fill(hand)
        hand.person("zoe")
        hand.enrol("zoe", "water", "2026-03-01")
        hand.event("2026-03-02 10:00", "zoe", "page", "water")
        hand.member("south", "zoe", to_at=1_767_225_600)  # left on 2026-01-01

    path = await make_store(tmp_path, left)
    table = await report(path, "class.activity", MARCH, keys={Param.CLASS: "south"})
    assert sum(row["total"] for row in dicts(table)) == 1


async def test_members_of_a_class_are_those_whom_a_manager_may_see(tmp_path: Path) -> None:
    def more(hand: Hand) -> None:
        fill(hand)
        hand.member("north", "dee")  # in the class, but not enrolled in what mia manages
        hand.person("gil", "Gil")
        hand.enrol("gil", "fire", "2026-03-01")
        hand.class_("annex", ("water",))  # in what mia manages, but not through this class
        hand.member("annex", "gil")
        hand.sub_class("annex", "north")

    path = await make_store(tmp_path, more)
    keys = {Param.CLASS: "north"}
    table = await report(path, "class.members", MARCH, viewer="mia", keys=keys)
    assert table.column("learner_id") == ["ana", "cho"]
    assert table.population.startswith("2 of 2 people")
    whole = await report(path, "class.members", MARCH, keys=keys)
    assert whole.column("learner_id") == ["ana", "cho", "dee", "gil"]


async def test_a_coach_sees_sessions_of_his_trainings_only(tmp_path: Path) -> None:
    def sessions(hand: Hand) -> None:
        fill(hand)
        for key, training in (("in", "fire"), ("out", "air")):
            ids = {"person_id": hand.id("person", "ana"), "ended_at": when("2026-03-05 18:00")}
            hand._add(schema.session, key, started_at=when("2026-03-05 08:00"), **ids)  # noqa: SLF001
            hand.event("2026-03-05 09:00", "ana", "page", training, session=key, seconds=60.0)

    path = await make_store(tmp_path, sessions)
    keys = {Param.LEARNER: "ana"}
    whole = await report(path, "learner.sessions", MARCH, keys=keys)
    assert sorted(map(str, whole.column("session"))) == ["in", "out"]
    table = await report(path, "learner.sessions", MARCH, viewer="tom", keys=keys)
    # 2 March 10:00 in fire, of which no session is recorded, and the minute of 5 March.
    assert table.column("duration") == [60, 0]
    timeline = await report(path, "learner.timeline", MARCH, viewer="tom", keys=keys)
    assert set(timeline.column("session")) == {None}


async def test_former_members_are_out_of_scope_whatever_the_period(tmp_path: Path) -> None:
    def left(hand: Hand) -> None:
        fill(hand)
        for key in ("zoe", "new"):
            hand.person(key)
            hand.enrol(key, "fire", "2026-03-01")
            hand.event("2026-03-02 10:00", key, "page", "fire")
        hand.member("north", "zoe", to_at=when("2026-03-20"))
        hand.member("north", "new", from_at=when("2026-03-30"))

    path = await make_store(tmp_path, left)
    keys = {Param.TRAINING: "fire"}
    for period in ("2026-03", "2026-03-01..2026-03-10", "all"):
        table = await report(path, "training.learners", period, viewer="tom", keys=keys)
        assert table.column("learner_id") == ["ana", "cho", "new"], period
    top = await report(path, "global.top-learners", MARCH, viewer="tom")
    assert sorted(map(str, top.column("learner_id"))) == ["ana", "cho", "new"]


async def test_a_person_in_two_trainings_is_one_row_and_a_day_in_both_is_one_day(
    store: Path,
) -> None:
    # cho opened a page of fire and one of water, both on 2 March.
    top = dicts(await report(store, "global.top-learners", MARCH, viewer="tom"))
    row = next(row for row in top if row["learner_id"] == "cho")
    assert (row["actions"], row["active_days"]) == (2, 1)
    assert len(top) == 2
    keys = {Param.LEARNER: "cho"}
    cards = dicts(await report(store, "learner.totals", MARCH, viewer="tom", keys=keys))
    values = {card["metric"]: card["value"] for card in cards}
    assert (values["actions"], values["active_days"]) == (2, 1)


async def test_an_administrator_of_one_class_is_none_of_the_platform(tmp_path: Path) -> None:
    def grants(hand: Hand) -> None:
        fill(hand)
        hand.person("adi")
        hand.grant("adi", "administrator", class_id=hand.id("class", "south"))
        hand.person("vic")
        hand.grant("vic", "viewer", training_id=hand.id("training", "fire"))
        hand.person("bot", bot=1)

    path = await make_store(tmp_path, grants)
    rows = dicts(await report(path, "global.trainings", MARCH, viewer="adi"))
    assert [row["training_id"] for row in rows] == ["water"]
    with pytest.raises(NotAllowed, match="is a learner"):
        await report(path, "global.trainings", MARCH, viewer="vic")
    for nobody in ("bot", "", "  "):
        with pytest.raises(NotAllowed):
            await report(path, "learner.profile", viewer=nobody, keys={Param.LEARNER: "ana"})


async def test_the_backoffice_says_who_counts_there(tmp_path: Path) -> None:
    def people(hand: Hand) -> None:
        hand.person("ana")
        hand.person("sam", staff=1)
        hand.person("robot", bot=1)
        hand.event("2026-03-02 10:00", "sam", "admin", action="edit_page")

    path = await make_store(tmp_path, people)
    table = await report(path, "backoffice.totals", "2026-03")
    assert table.population == "2 of 3 people, staff too (not 1 bot)"
    assert dict(zip(table.column("metric"), table.column("value"), strict=True))["users"] == 1
