"""How many people lie behind a number, counted without the list, are those of the list."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.people_behind import number_of_people
from termstats.data.figures.definition.registry import find_figure
from termstats.data.query.query import ask
from tests.data.figures.doors import EVERYBODY, go_through, with_doors
from tests.data.figures.random_store import Plan, asking, plans
from tests.data.figures.test_doors import few, questions

MOST = 2
COUNTED = [
    figure
    for figure in with_doors()
    if any(
        find_figure(
            f"{figure.level}{door.target}" if door.is_of_level else door.target
        ).count_people
        for _column, door in figure.behind
    )
]


@pytest.mark.parametrize("figure", COUNTED, ids=lambda each: each.id)
@settings(few, max_examples=3)
@given(plan=plans())
async def test_people_are_counted_as_the_list_has_them(figure: Figure, plan: Plan) -> None:
    async with asking(plan) as asked:
        for request in questions(asked, figure, False, "week"):
            async for gone in go_through(asked.store, figure, request):
                target, question = gone.target, gone.question
                if target.count_people is None:
                    continue
                async with asked.store.connect() as connection:
                    query = await ask(connection, asked.store, EVERYBODY, question)
                    people = await target.count_people(query, MOST)
                expected = min(MOST, number_of_people(gone.behind, ""))
                assert people in (None, expected), gone.where
