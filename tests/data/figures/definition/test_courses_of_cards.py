"""The course of a card that is a state ends with the card's own number, in every level."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, make_store, report

PERIOD = "2026-02-01..2026-03-29"


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    def fill(hand: Hand) -> None:
        for key in ("ann", "bob", "cy"):
            hand.person(key)
        for key in ("T", "U"):
            hand.training(key)
        hand.class_("C", ("T", "U"))
        for key in ("ann", "bob", "cy"):
            hand.member("C", key)
        # Two before the period, one of them on an unknown day; two in it, one at its end.
        hand.enrol("ann", "T", "2026-01-10", completed_at="2026-02-20")
        hand.enrol("bob", "T")
        hand.enrol("ann", "U", "2026-02-10", withdrawn_at="2026-03-10")
        hand.enrol("cy", "U", "2026-03-29")

    return await make_store(tmp_path, fill, as_of="2026-03-31")


@pytest.mark.parametrize(
    ("figure_id", "keys", "expected"),
    [
        ("training.progress", {Param.TRAINING: "T"}, {"users": (2, 2), "enrolments": (2, 2)}),
        ("class.progress", {Param.CLASS: "C"}, {"users": (2, 3), "enrolments": (2, 4)}),
        ("learner.weekly", {Param.LEARNER: "ann"}, {"completed": (0, 1), "current": (1, 0)}),
    ],
)
async def test_the_last_of_a_course_is_the_card(
    store: Path, figure_id: str, keys: dict[Param, str], expected: dict[str, tuple[int, int]]
) -> None:
    series = await report(store, figure_id, PERIOD, keys=keys)
    totals = await report(store, f"{figure_id.split('.')[0]}.totals", PERIOD, keys=keys)
    cards = dict(zip(totals.column("metric"), totals.column("value"), strict=True))
    columns = dict(find_figure(figure_id).sparks)
    for card, (first, last) in expected.items():
        course = series.column(columns[card])
        assert (course[0], course[-1], cards[card]) == (first, last, last)
