"""The class figures, counted by hand over one small store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when

CLASS = {Param.CLASS: "A"}


def fill(hand: Hand) -> None:
    """Class A (trainings T1, T2; ana, bo, cy), its sub-class S (T3; dee), and class B (T1; eli)."""
    for name in ("T1", "T2", "T3", "T4"):
        hand.training(name)
    for number in (1, 2):
        hand.activity(f"a{number}", "T1")
    for name in ("ana", "bo", "cy", "dee", "eli", "old"):
        hand.person(name, name.title())
    hand.person("boss", staff=1)
    hand.class_("A", ("T1", "T2"))
    hand.class_("S", ("T3",))
    hand.class_("B", ("T1",))
    hand.class_("empty")
    hand.sub_class("S", "A")
    hand.sub_class("A", "S")  # a cycle
    for name in ("ana", "bo", "cy", "boss"):
        hand.member("A", name)
    hand.member("A", "old", to_at=when("2026-02-01"))
    hand.member("A", "eli", "coach")
    hand.member("S", "dee")
    hand.member("B", "eli")
    hand.grant("eli", "coach", class_id=hand.id("class", "B"))
    hand.enrol("ana", "T1", "2026-01-01", completed_at="2026-03-10")
    hand.enrol("ana", "T2", "2026-01-01", progress=50.0, score=80.0)
    hand.enrol("bo", "T1", "2026-01-01")
    hand.enrol("bo", "T4", "2026-01-01")  # not a training of the class
    hand.enrol("boss", "T1", "2026-01-01")
    hand.enrol("old", "T1", "2026-01-01")
    hand.enrol("dee", "T3", "2026-01-01")
    hand.enrol("dee", "T1", "2026-01-01")  # not through the sub-class
    hand.enrol("eli", "T1", "2026-01-01", completed_at="2026-04-01")
    hand.complete("bo", "T1", "a1", "2026-03-03")
    hand.event("2026-03-03 10:00", "bo", "page", "T1", seconds=60)
    hand.event("2026-02-03 10:00", "bo", "page", "T1", seconds=900)
    hand.event("2026-03-04 10:00", "ana", "page", "T2", seconds=30)
    hand.event("2026-03-05 10:00", "bo", "page", "T4", seconds=5000)
    hand.event("2026-03-06 10:00", "eli", "page", "T1", seconds=40)
    hand.point("ana", 7, "T1", "2026-03-01")
    hand.point("ana", 5, "T4", "2026-03-01")
    hand.award("star", "ana", "badge", "T1", "2026-03-10")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_trainings(store: Path) -> None:
    table = await report(store, "class.trainings", keys=CLASS)
    assert dicts(table) == [
        {
            "training_id": "T1",
            "training": "T1",
            "learners": 2,
            "completed": 1,
            "completion": 50.0,
            "progress": 75.0,
            "score": None,
            "time_spent": 60.0,
        },
        {
            "training_id": "T2",
            "training": "T2",
            "learners": 1,
            "completed": 0,
            "completion": 0.0,
            "progress": 50.0,
            "score": 80.0,
            "time_spent": 30.0,
        },
        {
            "training_id": "T3",
            "training": "T3",
            "learners": 1,
            "completed": 0,
            "completion": 0.0,
            "progress": 0.0,
            "score": None,
            "time_spent": 0.0,
        },
    ]


async def test_learners_are_the_roster(store: Path) -> None:
    table = await report(store, "class.learners", keys=CLASS)
    assert [(r["learner_id"], r["training_id"], r["state"]) for r in dicts(table)] == [
        ("ana", "T1", "passed"),
        ("ana", "T2", "in progress"),
        ("bo", "T1", "in progress"),
        ("dee", "T3", "not started"),
    ]
    bo = dicts(table)[2]
    assert (bo["progress"], bo["time_spent"], bo["last_activity"]) == (
        50.0,
        960.0,
        date(2026, 3, 3),
    )
    assert bo["class"] == "A"


async def test_members_without_anything_are_rows_with_zeros(store: Path) -> None:
    table = await report(store, "class.members", keys=CLASS)
    assert [row[:4] for row in table.rows] == [
        ("ana", "Ana", 2, 1),
        ("bo", "Bo", 1, 0),
        ("cy", "Cy", 0, 0),
        ("dee", "Dee", 1, 0),
    ]
    ana, bo, cy, _dee = dicts(table)
    assert (ana["points"], ana["badges"], ana["last_activity"]) == (7, 1, date(2026, 3, 4))
    assert (ana["progress"], ana["score"]) == (75.0, 80.0)
    assert bo["progress"] == 50.0
    assert (cy["progress"], cy["score"], cy["points"], cy["last_activity"]) == (None, None, 0, None)


async def test_everybody_and_former_members(store: Path) -> None:
    everybody = await report(store, "class.members", keys=CLASS, everybody=True)
    assert "boss" in everybody.column("learner_id")
    earlier = await report(store, "class.members", "2026-01", keys=CLASS)
    assert "old" in earlier.column("learner_id")


async def test_states_are_those_of_the_periods_end(store: Path) -> None:
    table = await report(store, "class.trainings", "2026-03-01..2026-03-09", keys=CLASS)
    first = dicts(table)[0]
    assert (first["learners"], first["completed"], first["progress"]) == (2, 0, 25.0)


async def test_comparison_puts_this_class_first(store: Path) -> None:
    table = await report(store, "class.comparison", keys=CLASS)
    rows = dicts(table)
    assert [(r["class_id"], r["this"], r["learners"]) for r in rows] == [
        # A and S hold each other: the four are in both.
        ("A", "this class", 4),
        ("S", None, 4),
        ("B", None, 1),
        ("empty", None, 0),
    ]
    # Of ana, bo, cy and dee two were active; ana T1 done, ana T2 half, bo T1 half, dee T3 nothing.
    assert rows[0]["active"] == pytest.approx(200 / 4)
    assert rows[0]["completion"] == pytest.approx(100 / 4)
    assert rows[0]["progress"] == pytest.approx(200 / 4)
    assert rows[0]["score"] == 80.0
    # The others: the most progress first, without any last.
    assert rows[1]["progress"] == pytest.approx(200 / 4)
    assert (rows[2]["active"], rows[2]["completion"]) == (100.0, 0.0)
    assert rows[3]["active"] is None and rows[3]["progress"] is None


async def test_a_coach_compares_only_own_classes(store: Path) -> None:
    own = await report(store, "class.comparison", keys={Param.CLASS: "B"}, viewer="eli")
    assert own.column("class_id") == ["B"]
    # T1 is a training of the coach's own class too: known, but nobody of the other class in it.
    shared = await report(store, "class.trainings", keys=CLASS, viewer="eli")
    assert [row[:4] for row in shared.rows] == [("T1", "T1", 0, 0)]
    assert shared.column("time_spent") == [0.0]
    for name in ("learners", "members"):
        other = await report(store, f"class.{name}", keys=CLASS, viewer="eli")
        assert other.rows == ()
        assert other.empty


async def test_empty_class_and_missing_class(store: Path) -> None:
    for name in ("trainings", "learners", "members"):
        table = await report(store, f"class.{name}", keys={Param.CLASS: "empty"})
        assert table.rows == ()
        assert table.empty
        with pytest.raises(UsageError, match="needs --class KEY"):
            await report(store, f"class.{name}")


async def test_a_learner_does_not_see_the_class(store: Path) -> None:
    with pytest.raises(NotAllowed):
        await report(store, "class.members", keys=CLASS, viewer="ana")
