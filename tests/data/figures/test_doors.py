"""Every number is what lies behind it: over the registry, whatever the data."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.learning import totals
from termstats.data.figures.learning.learner import totals as learner_totals
from termstats.data.model.doors import NOTHING_BEHIND
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Kind
from termstats.screens.levels.panels import LEVELS as PANELS
from tests.data.figures.doors import LEVELS, go_through, with_doors
from tests.data.figures.random_store import Asked, Plan, asking, plans

EVERY = pytest.mark.parametrize("figure", with_doors(), ids=lambda each: each.id)
few = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@EVERY
@few
@given(plan=plans(), everybody=st.booleans(), by=st.sampled_from(("day", "week", "month")))
async def test_every_number_is_what_lies_behind_it(
    figure: Figure, plan: Plan, everybody: bool, by: str
) -> None:
    async with asking(plan) as asked:
        for request in questions(asked, figure, everybody, by):
            mistakes = [gone.mistake() async for gone in go_through(asked.store, figure, request)]
            assert not [each for each in mistakes if each]


def questions(asked: Asked, figure: Figure, everybody: bool, by: str) -> list[Request]:
    """Return the figure's question about everything that there is to be asked about."""
    info = asked.store.info
    period = parse_period("2026-03-02..2026-03-20", info.today, info.coverage)
    request = Request(period, everybody=everybody, by=by)
    choices = [[pair for pair in asked.keys if pair[0] is param] for param in figure.needs]
    entities = [[(pair[0], asked.keys[pair]) for pair in chosen] for chosen in product(*choices)]
    return [Request(period, tuple(pairs), everybody=everybody, by=request.by) for pairs in entities]


WITHOUT_LISTS = {
    "training.versions": "what is listed knows no version of a training",
    "training.quizzes": "a row opens the attempts with their answers",
    "training.question-answers": "a row opens the answers to the whole question",
    "global.devices": "rows were counted in files, at the import",
}
"""Figure -> why its counts open nothing."""


def test_doors_of_all_levels_of_learning_are_compared() -> None:
    levels = {figure.level for figure in with_doors()}
    assert {str(level) for level in levels} == {"global", "training", "learner", "class"}
    assert Param.TRAINING in {param for figure in with_doors() for param in figure.needs}


def test_every_count_on_a_level_opens_something_or_says_why_not() -> None:
    on_levels = [figure for level in LEVELS for figure in shown_on(level)]
    assert len(on_levels) > 50
    silent = {
        f"{figure.id} {column.name}"
        for figure in on_levels
        if not figure.paged  # a row of a log is one event
        and figure.id not in WITHOUT_LISTS
        for column in figure.columns
        if column.kind is Kind.COUNT
        and column.name not in dict(figure.behind)
        and column.name not in NOTHING_BEHIND
    }
    assert not silent


def test_every_card_of_every_level_opens_something() -> None:
    for level, cards in (
        (Level.GLOBAL, totals.CARDS),
        (Level.TRAINING, totals.TRAINING_CARDS),
        (Level.LEARNER, learner_totals.CARDS),
        (Level.CLASS, totals.CARDS),
    ):
        doors = dict(find_figure(PANELS[level].cards).behind)
        assert {each.name for each in cards} == doors.keys()


def shown_on(level: Level) -> list[Figure]:
    """Return the figures of the panels of a level, and of the panes beside them."""
    panels = (*PANELS[level].panels, *PANELS[level].choice)
    figures = [find_figure(panel.figure_id) for panel in panels]
    return figures + [find_figure(figure.pane) for figure in figures if figure.pane]
