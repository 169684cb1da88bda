"""Every number is what lies behind it: over the registry, whatever the data."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.figure import Figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from tests.data.figures.doors import go_through, with_doors
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


def test_doors_of_all_three_levels_are_compared() -> None:
    levels = {figure.level for figure in with_doors()}
    assert {str(level) for level in levels} == {"global", "training", "class"}
    assert Param.TRAINING in {param for figure in with_doors() for param in figure.needs}
