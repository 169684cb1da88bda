"""Trainings by kind: what each row counts, by hand, and that a filter of the kind says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import UsageError
from termstats.data.model.filters import KindFilter
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import Role, Scope
from termstats.data.store.opening import open_store
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import Hand, dicts, entity, filters_of, make_store, report

FIGURE = "global.training-kinds"


def fill(hand: Hand) -> None:
    """Three lessons, one of them a draft, a quiz, and a training of which nothing is said."""
    for key, kind, published in (
        *(("l1", "lesson", 1), ("l2", "lesson", 1), ("l3", "lesson", 0)),
        *(("q1", "quiz", 1), ("x1", "", 1)),
    ):
        hand.training(key, published=published)
        hand.tag(key, "tag", "lesson" if key == "x1" else "green")
        if kind:
            hand.tag(key, "type", kind)
    for who in ("ann", "bo", "cy"):
        hand.person(who, who.capitalize())
    hand.enrol("ann", "l1", "2026-02-01", completed_at="2026-03-02")
    hand.enrol("bo", "l1", "2026-02-01")
    hand.enrol("cy", "l2", "2026-02-01", completed_at="2026-03-02")
    hand.enrol("cy", "l3", "2026-02-01")
    hand.enrol("bo", "q1", "2026-02-01")
    hand.enrol("ann", "x1", "2026-02-01")
    for who, training in (("ann", "l1"), ("cy", "l2"), ("bo", "q1"), ("ann", "x1")):
        hand.event("2026-03-02", who, "page", training)


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def test_a_kind_has_its_trainings_and_enrolments(store: Path) -> None:
    # Completion: the mean of 1 of 2 and 1 of 1; the draft counts in sums, and in no mean.
    lesson = {"kind": "lesson", "trainings": 2, "enrolments": 4, "completed": 2}
    quiz = {"kind": "quiz", "trainings": 1, "enrolments": 1, "completed": 0}
    assert dicts(await report(store, FIGURE)) == [
        lesson | {"completion": 75.0, "progress": 75.0},
        quiz | {"completion": 0.0, "progress": 0.0},
    ]
    only = await filters_of(store, "training=l2 training=q1")
    rows = dicts(await report(store, FIGURE, filters=only))
    assert [(row["kind"], row["trainings"]) for row in rows] == [("lesson", 1), ("quiz", 1)]


@pytest.mark.parametrize("kind", ["lesson", "quiz"])
async def test_a_kind_says_what_the_cards_say_under_its_filter(store: Path, kind: str) -> None:
    (row,) = [row for row in dicts(await report(store, FIGURE)) if row["kind"] == kind]
    only = await filters_of(store, f"kind={kind}")
    cards = dicts(await report(store, "global.totals", filters=only))
    values = {card["metric"]: card["value"] for card in cards}
    names = ("trainings", "enrolments", "completion", "progress")
    assert [row[name] for name in names] == [values[name] for name in names]


async def test_behind_the_numbers_of_a_kind_is_that_kind(store: Path) -> None:
    opened = await open_store(store)
    try:
        period = parse_period("2026-03", opened.info.today, opened.info.coverage)
        numbers: dict[tuple[object, str], float] = {}
        async for gone in go_through(opened, find_figure(FIGURE), Request(period)):
            assert not gone.mistake()
            if gone.door.is_count:
                numbers[gone.row[0], gone.column] = gone.counted
        assert numbers == {
            ("lesson", "trainings"): 2,
            ("lesson", "enrolments"): 4,
            ("lesson", "completed"): 2,
            ("quiz", "trainings"): 1,
            ("quiz", "enrolments"): 1,
        }
    finally:
        await opened.close()


async def test_a_kind_is_found_by_its_name_or_a_part_of_it(store: Path) -> None:
    assert await filters_of(store, "kind=lesson") == (KindFilter(("lesson",)),)
    assert await filters_of(store, "kind=Les") == (KindFilter(("lesson",)),)
    for text in ("kind=green", "kind=channel"):
        with pytest.raises(UsageError, match="no kind .*; see: termstats report global.training-"):
            await filters_of(store, text)


async def test_what_a_viewer_does_not_see_has_no_kind(store: Path) -> None:
    opened = await open_store(store)
    try:
        quiz = await entity(opened, Param.TRAINING, "q1")
        scope = Scope(Role.MANAGER, "mia", trainings=frozenset((quiz.id,)))
        assert await parse(opened, scope, "kind=quiz") == (KindFilter(("quiz",)),)
        with pytest.raises(UsageError, match="no kind 'lesson'"):
            await parse(opened, scope, "kind=lesson")
    finally:
        await opened.close()


async def test_a_figure_of_one_training_of_another_kind_is_empty(store: Path) -> None:
    only = await filters_of(store, "kind=quiz")
    of_lesson = await report(store, "training.learners", keys={Param.TRAINING: "l1"}, filters=only)
    assert of_lesson.rows == ()
    of_quiz = await report(store, "training.learners", keys={Param.TRAINING: "q1"}, filters=only)
    assert [row["learner"] for row in dicts(of_quiz)] == ["Bo"]


async def test_a_kind_that_is_gone_keeps_nothing(store: Path) -> None:
    rows = dicts(await report(store, "global.trainings", filters=(KindFilter(("gone",)),)))
    assert rows == []


async def test_figures_of_platform_use_know_no_kinds(store: Path) -> None:
    opened = await open_store(store)
    try:
        period = parse_period("2026-03", opened.info.today, opened.info.coverage)
        asked = Request(period, filters=(KindFilter(("quiz",)),))
        table = await run_figure(opened, "backoffice.totals", asked)
        assert "Filters without a meaning here narrow nothing: kind quiz." in table.notes
    finally:
        await opened.close()
