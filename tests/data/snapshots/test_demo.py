"""A store with people under pseudonyms: no figure names anybody, and every number is the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest

from termstats.data.figures.definition.all_pages import run_all_pages
from termstats.data.figures.definition.figure import Figure, SideScreen
from termstats.data.figures.definition.registry import figures
from termstats.data.model.errors import NotAllowed, TermstatsError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import WORDS, Param, Request
from termstats.data.model.table import Kind, Table
from termstats.data.query.names import names_in_scope
from termstats.data.query.scope import EVERYTHING, Role, scope_in
from termstats.data.query.search import resolve, search
from termstats.data.query.viewers import viewers
from termstats.data.snapshots.demo import SAME, nameless_tables, other_face, with_pseudonyms
from termstats.data.snapshots.tables import COPIED, NAMELESS_COLUMNS, TABLES
from termstats.data.store.opening import Store, open_store
from tests.data.query.scope_world import OF_PERSON, PEOPLE, make_world, mark
from tests.data.query.test_scope_everywhere import (
    Keys,
    actions_of,
    everything_of,
    known,
    questions,
)

NAMES = {mark(kind, who) for who in PEOPLE for kind in (*OF_PERSON, "id")} | {"author.q"}
"""All that tells who somebody is; marks of what they did tell it in this world only."""
FEW = {
    *(mark("id", each) for each in ("alpha", "gamma", "ana", "ben")),
    *(mark(kind, "alpha") for kind in ("module", "activity")),
    *(mark("class", "north"), mark("attempt", "ana", "alpha"), "function.q", "dataset.q"),
}
"""What figures are asked about here."""
OF_FIELDS = {"global.profile-field", "global.profile-people", "learner.profile"}
"""Figures of profile fields, which are left out: of what nobody knows what they say."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("demo")))


@pytest.fixture
async def store(world: Path) -> AsyncIterator[Store]:
    opened = await open_store(world)
    yield opened
    await opened.close()


async def asked(store: Store, keys: Keys, action: str, *, demo: bool) -> Request:
    """Return the question, about people by their pseudonyms where it is asked so."""
    period = parse_period("all", store.info.now, store.info.coverage)
    request = Request(period, everybody=True, action=action or None)
    index = await names_in_scope(with_pseudonyms(store), EVERYTHING)
    called = {each.entity.id: each.entity for each in index.entries[Param.LEARNER]}
    for param, key in keys:
        if param in WORDS:
            request = request.with_word(param, key or None)
            continue
        entity = await known(store, param, key)
        if demo and param in (Param.LEARNER, Param.USER):
            entity = called[entity.id]
        request = request.with_entity(param, entity)
    return request


def numbers(table: Table) -> list[tuple[object, ...]]:
    """Return what of a table is no text, in an order that names have no part in."""
    texts = (Kind.TEXT, Kind.IDENT, Kind.BLOCKS)
    at = [n for n, column in enumerate(table.columns) if column.kind not in texts]
    return sorted((tuple(row[n] for n in at) for row in table.rows), key=repr)


def names_met(text: str) -> set[str]:
    return {each for each in NAMES if each in text.casefold()}


async def answer(store: Store, figure: Figure, request: Request) -> Table | str:
    try:
        return await run_all_pages(store, figure.id, request)
    except TermstatsError as error:
        return str(error)


@pytest.mark.slow
async def test_no_figure_names_anybody_and_all_numbers_stay(store: Store) -> None:
    demo, met, differing = with_pseudonyms(store), set(), set()
    for figure in figures().values():
        if figure.level is SideScreen.RECONCILE:
            continue
        for keys, action in product(questions(figure), actions_of(figure)):
            if any(key not in FEW for param, key in keys if param not in WORDS):
                continue
            plain = await answer(store, figure, await asked(store, keys, action, demo=False))
            shown = await answer(demo, figure, await asked(store, keys, action, demo=True))
            text = shown if isinstance(shown, str) else everything_of(shown)
            met |= {(figure.id, each) for each in names_met(text)}
            if isinstance(plain, str) or isinstance(shown, str):
                differing |= {figure.id} if plain != shown else set()
            elif numbers(plain) != numbers(shown):
                differing.add(figure.id)
    assert not met
    assert differing == OF_FIELDS


async def test_what_the_platform_says_is_not_compared(store: Store) -> None:
    request = await asked(store, (), "", demo=True)
    for figure in figures().values():
        if figure.level is SideScreen.RECONCILE:
            with pytest.raises((NotAllowed, TermstatsError)):
                await run_all_pages(with_pseudonyms(store), figure.id, request)


async def test_search_finds_by_the_pseudonym_and_by_nothing_else(store: Store) -> None:
    demo = with_pseudonyms(store)
    index = await names_in_scope(demo, EVERYTHING)
    people = [each.entity for each in index.entries[Param.LEARNER]]
    # Ten people, so two digits, each number once.
    numbered = [f"Person {number:02}" for number in range(1, 11)]
    assert sorted(each.name for each in people) == numbered
    for person in people:
        hits = await search(demo, EVERYTHING, person.name)
        assert hits[0].entity == person
        assert await resolve(demo, EVERYTHING, Param.LEARNER, person.key) == person
    for text in sorted(NAMES):
        assert not [hit for hit in await search(demo, EVERYTHING, text) if hit.kind == "person"]
    assert "name.ana.q" in repr(await search(store, EVERYTHING, "name.ana"))


async def test_pseudonyms_are_the_same_on_every_connection_and_tell_no_order(
    store: Store, world: Path
) -> None:
    async def names(one: Store) -> list[str]:
        index = await names_in_scope(one, EVERYTHING)
        by_id = sorted(index.entries[Param.LEARNER], key=lambda each: each.entity.id)
        return [each.entity.name for each in by_id]

    again = await open_store(world)
    first, second = await names(with_pseudonyms(store)), await names(with_pseudonyms(again))
    await again.close()
    assert first == second != sorted(first)
    assert other_face(with_pseudonyms(store)) is store
    assert other_face(store) is with_pseudonyms(store)


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("sam", Role.ADMINISTRATOR),
        ("mia", Role.MANAGER),
        ("tom", Role.COACH),
        ("ana", Role.LEARNER),
    ],
)
async def test_a_viewer_is_called_by_their_pseudonym_and_sees_the_same(
    store: Store, who: str, role: Role
) -> None:
    demo = with_pseudonyms(store)
    plain = await scope_in(store, mark("username", who))
    scope = await scope_in(demo, mark("username", who))
    assert (plain.viewer, plain.role) == (mark("username", who), role)
    assert not names_met(scope.describe())
    assert (scope.trainings, scope.classes, scope.people) == (
        plain.trainings,
        plain.classes,
        plain.people,
    )
    assert await scope_in(demo, scope.viewer) == scope
    with pytest.raises(NotAllowed):
        await scope_in(store, scope.viewer)


async def test_the_list_of_viewers_names_nobody(store: Store) -> None:
    table = await viewers(with_pseudonyms(store), learners=True)
    assert len(table.rows) == len(PEOPLE)
    assert not names_met(everything_of(table))


def test_no_table_that_names_people_is_forgotten() -> None:
    left_out = {name for name, each in TABLES.items() if each.pseudonymous != COPIED}
    assert left_out <= {*nameless_tables(), *SAME}
    assert {"person", "event", "session", "source"} <= set(nameless_tables())
    assert {name for name in NAMELESS_COLUMNS if name not in nameless_tables()} == {"object"}
