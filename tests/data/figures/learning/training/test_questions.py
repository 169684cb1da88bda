"""Item analysis: pure functions against numbers worked out by hand, and the figure."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.learning.training.questions import (
    ItemStatistics,
    Response,
    correlation,
    item_statistics,
    upper_lower,
)
from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, dicts, make_store, report

TRAINING = {Param.TRAINING: "T"}
SCORES = st.integers(0, 4).map(lambda n: n / 4)


def test_correlation_by_hand() -> None:
    # Means 2 and 3; products -1*-2 + 0*1 + 1*1 = 3; squares 2 and 6: 3 / sqrt(12).
    assert correlation([1, 2, 3], [1, 4, 4]) == pytest.approx(3 / math.sqrt(12))


@pytest.mark.parametrize(
    ("xs", "ys"), [([], []), ([1.0], [1.0]), ([1, 1], [1, 2]), ([1, 2], [3, 3])]
)
def test_no_correlation_where_a_side_does_not_vary(xs: list[float], ys: list[float]) -> None:
    assert correlation(xs, ys) is None


def test_upper_and_lower_groups_by_hand() -> None:
    # 27 % of 4 is 1.08: one attempt each; the best has the question right, the worst wrong.
    assert upper_lower([(0.9, 1), (0.5, 0), (0.4, 1), (0.1, 0)]) == 1.0
    # Of two attempts, 0.54 rounds to one each.
    assert upper_lower([(0.9, 0), (0.1, 1)]) == -1.0
    assert upper_lower([(0.9, 1)]) is None


def test_attempts_that_tie_at_the_edge_share_the_place() -> None:
    # One place above, three attempts tie for it: a third of the right answer each.
    pairs = [(0.9, 1.0), (0.9, 0.0), (0.9, 0.0), (0.1, 0.0)]
    assert upper_lower(pairs) == pytest.approx(1 / 3)


@given(st.lists(st.tuples(SCORES, SCORES), max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_attempts_decides_nothing(
    pairs: list[tuple[float, float]], random: object
) -> None:
    mixed = list(pairs)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    before, after = upper_lower(pairs), upper_lower(mixed)
    assert before == (None if after is None else pytest.approx(after))
    if before is not None:
        assert -1 - 1e-9 <= before <= 1 + 1e-9


@given(st.lists(st.tuples(SCORES, SCORES), min_size=2, max_size=30))
def test_correlation_is_symmetric_and_bounded(pairs: list[tuple[float, float]]) -> None:
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    found = correlation(xs, ys)
    if found is None:
        assert len(set(xs)) == 1 or len(set(ys)) == 1
    else:
        assert -1 <= found <= 1
        assert correlation(ys, xs) == pytest.approx(found)
        assert correlation([-x for x in xs], ys) == pytest.approx(-found)


def test_item_statistics_by_hand() -> None:
    responses = [
        Response(2, 2, 8, 8),
        Response(1, 2, 4, 8),
        Response(0, 2, 0, 8),
        Response(0, 4, 4, 8),
    ]
    found = item_statistics(responses)
    assert (found.responses, found.correct) == (4, 1)
    assert found.difficulty == pytest.approx((1 + 0.5 + 0 + 0) / 4)
    assert found.avg_score == pytest.approx(100 * 3 / 10)
    # Scores 1 .5 0 0 (mean .375), rests 1 .5 0 .5 (mean .5).
    assert found.discrimination == pytest.approx(0.5 / math.sqrt(0.6875 * 0.5))
    assert found.upper_lower == 1.0


def test_nothing_is_said_without_responses() -> None:
    assert item_statistics([]) == ItemStatistics(0, 0, None, None, None, None)
    alone = item_statistics([Response(1, 1, 0, 0), Response(0, 1, 0, 0)])
    assert alone.discrimination is None


@pytest.mark.parametrize(
    ("responses", "difficulty", "discrimination", "flag"),
    [
        (29, 0.5, 0.5, "too few"),
        (30, 0.5, 0.5, None),
        (30, 0.95, 0.5, "easy"),
        (30, 0.1, -0.2, "hard, separates poorly"),
        (30, 0.9, 0.2, None),
        (30, 0.3, None, None),
    ],
)
def test_flags(
    responses: int, difficulty: float, discrimination: float | None, flag: str | None
) -> None:
    assert ItemStatistics(responses, 0, difficulty, discrimination, None, None).flag == flag


def fill(hand: Hand) -> None:
    for name in ("ann", "bob", "cat"):
        hand.person(name)
    hand.person("tom", staff=1)
    hand.training("T")
    hand.module("M", "T", pass_mark=50.0, position=1)
    hand.module("Old", "T", current=0)
    hand.module("F", "T", kind="feedback", position=2)
    hand.question("q1", "M", position=1, max_score=2)
    hand.question("q2", "M", position=2, max_score=8, title="Which\n one?")
    hand.question("essay", "M", position=3, max_score=5)
    hand.question("never", "M", position=4, max_score=5)
    hand.question("old", "Old", max_score=1)
    hand.question("opinion", "F", max_score=0)
    given = {"ann": (2, 8), "bob": (1, 4), "cat": (0, 0), "tom": (2, 8)}
    for person, (first, second) in given.items():
        hand.enrol(person, "T")
        hand.attempt(person, person, "T", "M", finished_at="2026-03-05", score=50.0)
        hand.answer(person, "q1", points=first, max_points=2, state="correct")
        hand.answer(person, "q2", points=second, max_points=8)
        hand.answer(person, "essay", points=0, max_points=5, state="pending")
    hand.attempt("late", "ann", "T", "M", finished_at="2026-04-02", score=0.0)
    hand.answer("late", "q1", points=0, max_points=2)
    hand.attempt("open", "ann", "T", "M", started_at="2026-03-06")
    hand.answer("open", "q1", points=0, max_points=2)
    hand.attempt("before", "ann", "T", "Old", finished_at="2026-03-01", score=0.0)
    hand.answer("before", "old", max_points=1, state="unanswered")


async def test_questions_of_a_training(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    table = await report(path, "training.questions", keys=TRAINING)
    rows = {row["question_id"]: row for row in dicts(table)}
    # The hardest first: nobody had the old one right. Those without responses are last.
    assert list(rows) == ["old", "q1", "q2", "essay", "never"]
    assert (rows["old"]["module"], rows["q1"]["module"]) == ("Old, old version", "M")
    q1 = rows["q1"]
    assert (q1["responses"], q1["correct"], q1["difficulty"]) == (3, 1, 0.5)
    # The scores of both questions are 1, .5 and 0 in the same attempts.
    assert q1["discrimination"] == pytest.approx(1)
    assert q1["upper_lower"] == 1
    assert (q1["avg_score"], q1["flag"]) == (50, "too few")
    assert rows["q2"]["question"] == "Which one?"
    for name in ("essay", "never"):
        assert rows[name]["responses"] == 0
        assert rows[name]["difficulty"] is None


async def test_staff_count_only_when_everybody_does(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    table = await report(path, "training.questions", keys=TRAINING, everybody=True)
    assert {row["question_id"]: row["responses"] for row in dicts(table)}["q1"] == 4


async def test_an_old_version_is_asked_for_by_its_module(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    keys = {**TRAINING, Param.MODULE: "Old"}
    (row,) = dicts(await report(path, "training.questions", keys=keys))
    assert (row["question_id"], row["responses"], row["difficulty"]) == ("old", 1, 0)


async def test_a_training_without_questions_says_so(tmp_path: Path) -> None:
    path = await make_store(tmp_path, lambda hand: hand.training("T"))
    table = await report(path, "training.questions", keys=TRAINING)
    assert not table.rows
    assert "No question" in table.empty
