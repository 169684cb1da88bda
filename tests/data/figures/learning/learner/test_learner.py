"""Figures of one learner, against small stores whose numbers are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.errors import TermstatsError
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Table
from tests.data.figures.hand_store import Hand, dicts, make_store, report, when

ANN = {Param.LEARNER: "ann"}
ANN_T = {**ANN, Param.TRAINING: "T"}


def fill(hand: Hand) -> None:
    hand.person("ann", "Ann", email="ann@x.example", joined_at=when("2025-03-01"))
    hand.person("bob", "Bob")
    hand.training("T", "Safety")
    hand.training("U", "Unstarted")
    hand.module("S", "T", kind="section", position=1)
    hand.module("best", "T", parent="S", position=1, mandatory=1, pass_mark=50.0, keep="best")
    hand.module("newest", "T", parent="S", position=2, mandatory=1, pass_mark=50.0, keep="newest")
    hand.module("page", "T", kind="page", position=2)
    hand.module("essay", "T", position=3)
    hand.module("old", "T", current=0)
    hand.module("old untried", "T", current=0)
    for activity, module in (("b1", "best"), ("b2", "best"), ("p1", "page")):
        hand.activity(activity, "T", module)
    hand.enrol("ann", "T", "2026-02-01")
    hand.enrol("ann", "U", "2026-02-02")
    hand.enrol("bob", "T", "2026-02-01")

    def attempt(key: str, module: str, at: str, score: float, **values: Any) -> None:
        passed = values.pop("passed", int(score >= 50))
        hand.attempt(key, "ann", "T", module, finished_at=at, score=score, passed=passed, **values)

    attempt("a1", "best", "2026-03-01 10:00", 30, number=1, seconds=60.0)
    attempt("a2", "best", "2026-03-02 10:00", 80, number=2, seconds=30.0)
    attempt("a3", "best", "2026-03-03 10:00", 40, number=3, seconds=-5.0, flags=2)
    attempt("n1", "newest", "2026-03-03 10:00", 90, number=1)
    attempt("n2", "newest", "2026-03-04 10:00", 20, number=2)
    attempt("o1", "old", "2026-02-20 10:00", 70)
    hand.attempt("w1", "ann", "T", "essay", finished_at="2026-03-05 10:00", evaluated=0)
    hand.attempt("i1", "ann", "T", "best", started_at="2026-03-06 10:00", number=4)
    hand.attempt("bob1", "bob", "T", "best", finished_at="2026-03-01", score=1.0)
    hand.complete("ann", "T", "b1", "2026-03-01 10:00")
    hand.complete("ann", "T", "p1", "2026-03-01 10:05")
    hand.event("2026-03-01 10:00", "ann", "page", "T", seconds=60.0, activity="p1")
    hand.award("star", "ann", "badge", "T", "2026-03-02")
    hand.award("later", "ann", "badge", "T", "2026-04-02")
    hand.award("paper", "ann", "certificate", "T", "2026-03-03")


async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill, as_of="2026-04-30")


async def test_modules_by_hand(tmp_path: Path) -> None:
    table = await report(await store(tmp_path), "learner.modules", keys=ANN_T)
    rows = {row["module_id"]: row for row in dicts(table)}
    assert list(rows) == ["S", "best", "newest", "page", "essay", "old"]
    best = rows["best"]
    scores = ("score", "best", "newest", "first", "pass_mark")
    assert [best[name] for name in scores] == [80, 80, 40, 30, 50]
    # Passed by the second attempt; one of two activities is done, but passed is complete.
    assert (best["attempts"], best["state"], best["progress"]) == (4, "passed", 100)
    assert (best["time_spent"], best["completed"]) == (90, date(2026, 3, 2))
    newest = rows["newest"]
    assert [newest[name] for name in scores] == [20, 90, 20, 90, 50]
    assert (newest["state"], newest["completed"]) == ("failed", None)
    assert (rows["page"]["state"], rows["page"]["progress"]) == ("completed", 100)
    assert rows["essay"]["state"] == "completed"
    assert (rows["old"]["mandatory"], rows["old"]["score"]) == ("old version", 70)
    # The section holds two activities, one of them done.
    assert (rows["S"]["state"], rows["S"]["progress"]) == (None, 50)


async def test_modules_at_an_earlier_end(tmp_path: Path) -> None:
    path = await store(tmp_path)
    table = await report(path, "learner.modules", "2026-03-01", keys=ANN_T)
    rows = {row["module_id"]: row for row in dicts(table)}
    assert (rows["best"]["state"], rows["best"]["score"], rows["best"]["progress"]) == (
        "failed",
        30,
        50,
    )
    assert rows["newest"]["state"] == "not started"


async def test_attempts_by_hand(tmp_path: Path) -> None:
    path = await store(tmp_path)
    table = await report(path, "learner.attempts", keys={**ANN, Param.MODULE: "best"})
    rows = dicts(table)
    assert [row["attempt_id"] for row in rows] == ["a1", "a2", "a3", "i1"]
    assert [row["state"] for row in rows] == ["failed", "passed", "failed", "in progress"]
    assert [row["score"] for row in rows] == [30, 80, 40, None]
    assert [row["time_spent"] for row in rows] == [60, 30, -5, None]
    assert rows[0]["finished"] == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert any("below 0" in note for note in table.notes)
    (waiting,) = dicts(await report(path, "learner.attempts", keys={**ANN, Param.MODULE: "essay"}))
    assert (waiting["state"], waiting["score"], waiting["evaluated"]) == ("waiting", None, "no")


async def test_answers_beside_the_correct_ones(tmp_path: Path) -> None:
    def answered(hand: Hand) -> None:
        fill(hand)
        hand.question("q1", "best", title="Where?", type="single", correct_answer="Car park")
        hand.question("q2", "best", title="How\tmany?")
        hand.answer("a1", "q2", position=2, answer="7", points=1, max_points=2)
        hand.answer("a1", "q1", position=1, answer="Roof", state="wrong", points=0, max_points=5)
        hand.answer("a1", "q1", position=3, answer="essay", state="pending", points=0, max_points=5)
        hand.answer("a1", "q1", position=4, state="unanswered", points=0, max_points=5)
        hand.answer("a1", "q1", position=5, answer="opinion", max_points=0)

    path = await make_store(tmp_path, answered, as_of="2026-04-30")
    keys = {**ANN, Param.ATTEMPT: "a1"}
    rows = dicts(await report(path, "learner.answers", keys=keys))
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["state"] for row in rows] == ["wrong", "partly", "pending", "unanswered", None]
    assert [row["points"] for row in rows] == [0, 1, None, 0, None]
    assert (rows[0]["question"], rows[0]["answer"], rows[0]["correct_answer"]) == (
        "Where?",
        "Roof",
        "Car park",
    )
    assert rows[1]["question"] == "How many?"
    # Another learner's attempt stays closed.
    other = {Param.LEARNER: "bob", Param.ATTEMPT: "a1"}
    assert not (await report(path, "learner.answers", keys=other)).rows


def answered_by_all(hand: Hand) -> None:
    """Fill a store in which Ann and Bob answered two questions of `best`."""
    fill(hand)
    hand.question("q1", "best", title="Where?", correct_answer="Car park")
    hand.question("q2", "best", title="How many?", correct_answer="9")
    hand.question("q3", "newest", title="Why?")
    # a1 is not Ann's newest attempt at `best`: a3 is, for i1 is still open.
    hand.answer("a1", "q1", position=1, answer="Roof", state="wrong", points=0, max_points=5)
    hand.answer("a3", "q1", position=1, answer="Car park", state="correct", points=5, max_points=5)
    hand.answer("a3", "q2", position=2, answer="7", points=1, max_points=2)
    hand.answer("n2", "q3", position=1, answer="essay", state="pending", max_points=5)
    hand.answer("bob1", "q1", position=1, answer="Roof", points=0, max_points=5)
    hand.answer("bob1", "q2", position=2, answer="7", points=1, max_points=2)


async def test_wrong_answers_are_those_of_the_newest_attempts(tmp_path: Path) -> None:
    path = await make_store(tmp_path, answered_by_all, as_of="2026-04-30")
    table = await report(path, "learner.wrong-answers", keys=ANN_T)
    rows = dicts(table)
    names = ("module_id", "attempt_id", "position", "question", "answer", "state", "correct_answer")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("best", "a3", 2, "How many?", "7", "partly", "9"),
        ("newest", "n2", 1, "Why?", "essay", "waiting", None),
    ]
    assert table.summary == "2 of 3"
    # At the end of 1 March the first attempt was the newest.
    (row,) = dicts(await report(path, "learner.wrong-answers", "2026-03-01", keys=ANN_T))
    assert (row["attempt_id"], row["answer"], row["state"]) == ("a1", "Roof", "wrong")
    none = await report(path, "learner.wrong-answers", "2026-02-25", keys=ANN_T)
    assert none.empty == "No answers are kept of the newest attempts here."


async def test_wrong_answers_of_an_open_attempt_where_none_is_finished(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.person("ann")
        hand.training("T")
        hand.enrol("ann", "T", "2026-02-01")
        for position, module in enumerate(("begun", "both"), 1):
            hand.module(module, "T", position=position)
            hand.question(f"{module} q", module, title="Why?")
        hand.attempt("o1", "ann", "T", "begun", number=1, started_at="2026-03-02")
        hand.attempt("o2", "ann", "T", "begun", number=2, started_at="2026-03-03")
        hand.attempt("b1", "ann", "T", "both", started_at="2026-03-01", finished_at="2026-03-02")
        hand.attempt("b2", "ann", "T", "both", number=2, started_at="2026-03-04")
        hand.answer("o1", "begun q", position=1, answer="old", state="wrong")
        for n, state in enumerate(("wrong", "partly", "unanswered", "pending", None, "correct"), 1):
            hand.answer("o2", "begun q", position=n, answer=str(n), state=state)
        hand.answer("b1", "both q", position=1, answer="so", state="wrong")
        hand.answer("b2", "both q", position=1, answer="no", state="wrong")

    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    table = await report(path, "learner.wrong-answers", keys=ANN_T)
    rows = [(row["attempt_id"], row["position"], row["answer"]) for row in dicts(table)]
    # Of what is not handed in only what is marked; where an attempt is over, that one alone.
    assert rows == [("o2", 1, "1"), ("o2", 2, "2"), ("b1", 1, "so")]
    assert table.summary == "3 of 4"
    # At the end of 2 March the first was open, and nothing that is open now had been finished.
    early = dicts(await report(path, "learner.wrong-answers", "2026-03-02", keys=ANN_T))
    assert [row["attempt_id"] for row in early] == ["o1", "b1"]


async def test_how_all_answered_the_questions_of_an_attempt(tmp_path: Path) -> None:
    path = await make_store(tmp_path, answered_by_all, as_of="2026-04-30")
    keys = {**ANN, Param.ATTEMPT: "a3"}
    rows = dicts(await report(path, "learner.answers-of-all", keys=keys))
    names = ("position", "responses", "correct", "same")
    # q1: Ann twice, one of them right, and Bob; q2: both say 7.
    assert [tuple(row[name] for name in names) for row in rows] == [(1, 3, 1, 1), (2, 2, 0, 2)]
    assert rows[1]["right"] == 0
    own = await report(path, "learner.answers-of-all", keys=keys, viewer="ann")
    assert not own.rows


async def test_trainings_of_a_learner(tmp_path: Path) -> None:
    table = await report(await store(tmp_path), "learner.trainings", keys=ANN)
    rows = dicts(table)
    assert [row["training_id"] for row in rows] == ["T", "U"]
    # Best 80 and newest 20 of two mandatory modules.
    assert (rows[0]["score"], rows[0]["modules_passed"], rows[0]["modules"]) == (50, 1, 2)
    assert (rows[1]["state"], rows[1]["progress"], rows[1]["score"]) == ("not started", 0, None)


async def test_weeks_are_named_by_their_monday(tmp_path: Path) -> None:
    def weeks(hand: Hand) -> None:
        hand.person("ann")
        for key, started, completed in (
            ("A", "2026-03-02 08:00", "2026-03-08 23:00"),
            ("B", "2026-03-09 00:00", None),
            ("C", "2026-02-28 08:00", "2026-03-09 10:00"),
        ):
            hand.training(key)
            hand.enrol("ann", key, "2026-02-01", completed_at=completed)
            hand.event(started, "ann", "page", key)
            hand.event("2026-03-20 10:00", "ann", "page", key)

    path = await make_store(tmp_path, weeks, as_of="2026-03-20 12:00")
    rows = [tuple(row) for row in (await report(path, "learner.weekly", keys=ANN)).rows]
    assert rows == [
        (date(2026, 2, 23), 0, 0, 0, 3),
        (date(2026, 3, 2), 1, 1, 1, 2),
        (date(2026, 3, 9), 1, 1, 2, 1),
        (date(2026, 3, 16), 0, 0, 2, 1),
        (date(2026, 3, 23), None, None, None, None),
        (date(2026, 3, 30), None, None, None, None),
    ]
    none = await report(path, "learner.weekly", "2026-01", keys=ANN)
    assert none.empty.startswith("No trainings started or finished from 1 Jan to 31 Jan 2026. ")


async def test_what_was_earned_up_to_the_end(tmp_path: Path) -> None:
    path = await store(tmp_path)
    (badge,) = dicts(await report(path, "learner.badges", keys=ANN))
    assert (badge["name"], badge["training"], badge["date"]) == (
        "star",
        "Safety",
        date(2026, 3, 2),
    )
    table = await report(path, "learner.badges", "2026-04", keys=ANN)
    assert table.column("name") == ["later", "star"]
    table = await report(path, "learner.certificates", keys=ANN)
    assert table.column("name") == ["paper"]
    assert (await report(path, "learner.skills", keys=ANN)).empty == (
        "No skills by the end of the period."
    )


def fields(table: Table) -> dict[str, Cell]:
    return {str(row[0]): row[1] for row in table.rows}


async def test_profile(tmp_path: Path) -> None:
    path = await store(tmp_path)
    found = fields(await report(path, "learner.profile", keys=ANN))
    assert found["name"] == "Ann"
    assert found["email"] == "ann@x.example"
    assert found["joined"] == "2025-03-01 00:00"
    # 1 March 2025 to 30 April 2026: a year of 365 days and 60 days.
    assert found["member for"] == "1 year 2 months"
    assert found["last access"] == "2026-03-01"
    assert found["counted"] == "yes"
    assert "country" not in found  # not known
    assert not {"staff", "excluded", "blocked", "deleted", "anonymous", "bot"} & found.keys()
    bob = fields(await report(path, "learner.profile", keys={Param.LEARNER: "bob"}))
    assert bob["last access"] == "never"


@pytest.mark.parametrize("flag", ["staff", "excluded", "blocked", "deleted", "bot"])
async def test_somebody_who_does_not_count_is_shown_when_asked_for(
    tmp_path: Path, flag: str
) -> None:
    def uncounted(hand: Hand) -> None:
        hand.person("ann", "Ann", **{flag: 1})
        hand.training("T")
        hand.module("M", "T")
        hand.enrol("ann", "T", "2026-02-01")
        hand.attempt("a", "ann", "T", "M", finished_at="2026-03-01", score=10.0)
        hand.event("2026-03-01 10:00", "ann", "page", "T")

    path = await make_store(tmp_path, uncounted)
    profile = await report(path, "learner.profile", keys=ANN)
    assert fields(profile)["counted"] == f"no: {flag}"
    assert any("Not counted" in note for note in profile.notes)
    assert profile.population.startswith("one learner, not counted")
    for figure, keys in (
        ("learner.trainings", ANN),
        ("learner.timeline", ANN),
        ("learner.sessions", ANN),
        ("learner.modules", ANN_T),
        ("learner.attempts", {**ANN, Param.MODULE: "M"}),
    ):
        assert len((await report(path, figure, keys=keys)).rows) == 1, figure
    assert not (await report(path, "training.learners", keys={Param.TRAINING: "T"})).rows


async def test_a_learner_sees_only_their_own_screen(tmp_path: Path) -> None:
    path = await store(tmp_path)
    mine = await report(path, "learner.trainings", keys=ANN, viewer="ann")
    assert len(mine.rows) == 2
    others = await report(path, "learner.profile", keys={Param.LEARNER: "bob"}, viewer="ann")
    assert not others.rows
    with pytest.raises(TermstatsError):
        await report(path, "training.learners", keys={Param.TRAINING: "T"}, viewer="ann")


async def test_a_manager_sees_only_their_trainings_of_a_learner(tmp_path: Path) -> None:
    def managed(hand: Hand) -> None:
        fill(hand)
        hand.event("2026-03-02 10:00", "ann", "page", "U")
        hand.person("mia")
        hand.grant("mia", "manager", training_id=hand.id("training", "U"))

    path = await make_store(tmp_path, managed, as_of="2026-04-30")
    table = await report(path, "learner.trainings", keys=ANN, viewer="mia")
    assert table.column("training_id") == ["U"]
    timeline = await report(path, "learner.timeline", keys=ANN, viewer="mia")
    assert timeline.column("training") == ["Unstarted"]
    for figure, keys in (
        ("learner.modules", ANN_T),
        ("learner.attempts", {**ANN, Param.MODULE: "best"}),
        ("learner.badges", ANN),
        ("training.quiz-responses", {Param.MODULE: "best"}),
    ):
        assert not (await report(path, figure, keys=keys, viewer="mia")).rows, figure
