"""Who is behind a language, a term, a skill, a module, a question: by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.store import schema
from termstats.data.store.opening import open_store
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import Hand, entity, make_store


def fill(hand: Hand) -> None:
    """Ann speaks French and German, Bo German; both search; a robot counts for nobody."""
    hand.training("t", "Fire")
    hand.module("m", "t", kind="quiz", mandatory=1, keep="best", pass_mark=50.0, position=1)
    hand.question("q1", "m", title="Why?", max_score=2.0, position=1)
    for who in ("ann", "bo", "cy"):
        hand.person(who, who.capitalize())
        hand.enrol(who, "t", "2026-02-01")
    hand.person("robot", bot=1)
    for who, value in (("ann", "North"), ("bo", "South"), ("cy", "North"), ("robot", "North")):
        person = hand.id("person", who)
        row = {"person_id": person, "field": "Region", "value": value}
        hand.writer.add(schema.person_field, row)
    for day, who, language, weight in (
        ("2026-03-02", "ann", "fr", 3),
        ("2026-03-03", "ann", "de", 1),
        ("2026-03-04", "bo", "de", 1),
        ("2026-03-04", "robot", "de", 9),
    ):
        hand.event(day, who, "page", "t", language=language, country="BE", weight=weight)
    for who, term, missed in (("ann", "fire", 0), ("bo", "fire", 1), ("bo", None, 1)):
        hand.event("2026-03-05", who, "search", detail=term, missed=missed)
    for key, who, kind in (("Care", "ann", "skill"), ("Star", "ann", "badge")):
        hand.award(key, who, kind, "t", "2026-03-05")
    hand.award("Moon", "bo", "badge", None, "2026-03-05")
    hand.point("ann", 5, "t", "2026-03-05")
    hand.point("ann", 2, None, "2026-03-06")
    for who, score in (("ann", 100.0), ("bo", 0.0)):
        hand.attempt(
            *(f"try {who}", who, "t", "m"),
            number=1,
            started_at="2026-03-05",
            finished_at="2026-03-06",
            score=score,
            passed=int(score > 50),
            in_score=1,
        )
        hand.answer(
            *(f"try {who}", "q1"),
            points=score / 50,
            max_points=2.0,
            state="correct" if score else "wrong",
        )


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


EXPECTED: dict[str, dict[tuple[str, str, Any], set[str]]] = {
    "global.languages": {("de", "events", 2): {"Ann", "Bo"}, ("fr", "events", 3): {"Ann"}},
    "global.countries": {("BE", "events", 5): {"Ann", "Bo"}},
    "global.search-terms": {
        ("fire", "searches", 2): {"Ann", "Bo"},
        ("fire", "without_result", 1): {"Ann", "Bo"},
        ("(empty)", "searches", 1): {"Bo"},
        ("(empty)", "without_result", 1): {"Bo"},
    },
    "global.searches": {("2026-03-05", "searches", 3): {"Ann", "Bo"}}
    | {("2026-03-05", "without_result", 2): {"Bo"}},
    "global.profile-field": {
        ("Region: North", "users", 2): {"Ann", "Cy"},
        ("Region: South", "users", 1): {"Bo"},
    },
    "global.skills": {("Care", "learners", 1): {"Ann"}},
    "global.completion-rates": {("t", "badges", 1): {"Ann"}},
    "global.leaderboard": {
        ("ann", "points", 7.0): {"Ann"},
        ("ann", "badges", 1): {"Ann"},
        ("bo", "badges", 1): {"Bo"},
    },
    "training.leaderboard": {("ann", "points", 5.0): {"Ann"}, ("ann", "badges", 1): {"Ann"}},
    "training.content": {
        ("m", "learners", 3): {"Ann", "Bo", "Cy"},
        ("m", "started", 2): {"Ann", "Bo"},
        ("m", "completed", 1): {"Ann"},
    },
    "training.questions": {("q1", "responses", 2): {"Ann", "Bo"}, ("q1", "correct", 1): {"Ann"}},
}
"""Figure -> (first cell, column, number) -> who is behind it."""


@pytest.mark.parametrize("figure_id", EXPECTED)
async def test_who_is_behind(store: Path, figure_id: str) -> None:
    figure = find_figure(figure_id)
    opened = await open_store(store)
    try:
        period = parse_period("2026-03", opened.info.today, opened.info.coverage)
        about = [(each, await entity(opened, each, "t")) for each in figure.needs]
        assert set(figure.needs) <= {Param.TRAINING}
        behind = {}
        async for gone in go_through(opened, figure, Request(period, tuple(about))):
            assert not gone.mistake()
            key = (str(gone.row[0]), gone.column, gone.number)
            behind[key] = set(gone.behind.column("learner"))
    finally:
        await opened.close()
    expected = EXPECTED[figure_id]
    assert {key: behind.get(key) for key in expected} == expected


async def test_cards_of_a_learner(store: Path) -> None:
    opened = await open_store(store)
    try:
        period = parse_period("2026-03", opened.info.today, opened.info.coverage)
        about = ((Param.LEARNER, await entity(opened, Param.LEARNER, "ann")),)
        cards = {}
        figure = find_figure("learner.totals")
        async for gone in go_through(opened, figure, Request(period, about)):
            assert not gone.mistake()
            cards[str(gone.row[0])] = (gone.number, len(gone.behind.rows))
    finally:
        await opened.close()
    # Three events of 2 March, one of the 3rd and a search are five actions, on three days.
    assert cards["actions"] == (5, 3)
    assert cards["active_days"][0] == cards["active_days"][1]
    assert (cards["points"], cards["badges"], cards["skills"]) == ((7.0, 2), (1, 1), (1, 1))
    assert "publications" not in cards
