"""What filters of people, groups and (kinds of) trainings leave: by hand, and behind doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.definition.figure import Level
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import Hand, dicts, entity, filters_of, make_store, report
from tests.data.figures.test_doors import shown_on


def fill(hand: Hand) -> None:
    """Ann and Bo are North, Cy is South; Ann and Cy take Fire (lesson), Bo and Cy Water (quiz)."""
    for title, kind in (("Fire", "lesson"), ("Water", "quiz")):
        hand.training(title.lower(), title)
        hand.tag(title.lower(), "type", kind)
    for who in ("ann", "bo", "cy"):
        hand.person(who, who.capitalize())
    hand.class_("n", ("fire", "water"), title="North")
    hand.class_("s", ("fire", "water"), title="South")
    for who, class_ in (("ann", "n"), ("bo", "n"), ("cy", "s")):
        hand.member(class_, who)
    for who, training in (("ann", "fire"), ("cy", "fire"), ("bo", "water"), ("cy", "water")):
        hand.enrol(who, training, "2026-02-01")
    did: tuple[tuple[str, str, str, str | None], ...] = (
        ("2026-03-02", "ann", "page", "fire"),
        ("2026-03-02", "cy", "page", "fire"),
        ("2026-03-03", "cy", "quiz", "water"),
        ("2026-03-03", "bo", "page", "water"),
        ("2026-03-04", "bo", "search", None),
    )
    for day, who, kind, taken in did:
        hand.event(day, who, kind, taken, language="fr")
    hand.award("Star", "ann", "badge", "fire", "2026-03-05")
    hand.award("Care", "cy", "skill", "water", "2026-03-05")
    hand.point("bo", 3, "water", "2026-03-05")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


LEFT = {
    "": (3, 3, 4, 5),
    "group=n": (2, 2, 2, 3),
    "group=n group=s": (3, 3, 4, 5),
    "person=cy": (1, 1, 2, 2),
    "training=fire": (2, 2, 2, 2),
    "training=fire training=water": (3, 3, 4, 4),
    "training=water group=n": (1, 1, 1, 1),
    "training=fire +training=water": (0, 0, 0, 0),
    "kind=lesson": (2, 2, 2, 2),
    "kind=lesson kind=quiz": (3, 3, 4, 4),
    "kind=quiz group=n": (1, 1, 1, 1),
    "kind=lesson +kind=quiz": (0, 0, 0, 0),
    "kind=lesson training=water": (0, 0, 0, 0),
}
"""Filters -> people, active people, enrolments and actions that they leave."""


@pytest.mark.parametrize("text", LEFT)
async def test_what_filters_leave_of_the_cards(store: Path, text: str) -> None:
    filters: Any = await filters_of(store, text)
    rows = dicts(await report(store, "global.totals", filters=filters))
    values = {row["metric"]: row["value"] for row in rows}
    names = ("users", "active_users", "enrolments", "actions")
    assert tuple(values[name] for name in names) == LEFT[text]


async def test_what_filters_leave_of_lists(store: Path) -> None:
    only: Any = await filters_of(store, "training=fire group=s")
    trainings = dicts(await report(store, "global.trainings", filters=only))
    assert [row["training"] for row in trainings] == ["Fire"]
    top = dicts(await report(store, "global.top-learners", filters=only))
    assert [(row["learner"], row["actions"]) for row in top] == [("Cy", 1)]
    of_fire = {Param.TRAINING: "fire"}
    learners = dicts(await report(store, "training.learners", keys=of_fire, filters=only))
    assert [row["learner"] for row in learners] == ["Cy"]


@pytest.mark.parametrize("text", [text for text in LEFT if text])
@pytest.mark.parametrize("level", [Level.GLOBAL, Level.TRAINING, Level.CLASS], ids=str)
async def test_behind_every_number_is_what_the_filters_leave(
    store: Path, level: Level, text: str
) -> None:
    opened = await open_store(store)
    try:
        period = parse_period("2026-03", opened.info.today, opened.info.coverage)
        filters = await parse(opened, EVERYTHING, text)
        keys = {Param.TRAINING: "fire", Param.CLASS: "n", Param.LEARNER: "cy"}
        for figure in {each.id: each for each in shown_on(level)}.values():
            if not figure.behind or not set(figure.needs) <= set(keys):
                continue
            about = tuple([(each, await entity(opened, each, keys[each])) for each in figure.needs])
            asked = Request(period, about, filters=filters, by="month")
            async for gone in go_through(opened, figure, asked):
                assert not gone.mistake()
    finally:
        await opened.close()
